"""The dashboard's place in the back office."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.backoffice.admin import register
from portal.backoffice.menu import register_menu_item

from . import urls
from .admin import DimensionAdmin, IndicatorAdmin, IndicatorValueAdmin, UnitCostAdmin


@hooks.register("register_admin_urls")
def dashboard_urls():
    return [path("", include(urls))]


register_menu_item(_("Dashboard"), "dashboard", right=("casework.Case", "count"), icon="view", order=155)
register_menu_item(
    _("Planning"), "planning", right=("dashboards.IndicatorValue", "view"), icon="pick", order=160
)

register(DimensionAdmin)
register(IndicatorAdmin)
register(IndicatorValueAdmin)
register(UnitCostAdmin)
