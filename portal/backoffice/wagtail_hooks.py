"""What the kit hangs into Wagtail's admin: only registration."""

from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from wagtail import hooks

from .admin import register
from .ledger_admin import AuditEntryAdmin, NumberMaskAdmin
from .menu import register_menu_item
from .people.admin import AccountAdmin, RegionAdmin, RoleAssignmentAdmin

#: Wagtail's own menus that belong to nobody but superusers: they list across regions, or are not for officers.
NOT_FOR_OFFICERS = {"reports", "settings", "help", "snippets"}
EDITORS_ONLY = {"explorer", "images", "documents"}


@hooks.register("construct_main_menu")
def hide_what_is_not_theirs(request, items):
    if request.user.is_superuser:
        return
    editor = request.user.has_right("basepage.edit")
    items[:] = [
        item
        for item in items
        if item.name not in NOT_FOR_OFFICERS and (editor or item.name not in EDITORS_ONLY)
    ]


@hooks.register("insert_global_admin_css")
def colors_of_the_portal():
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/wagtail.css"))


@hooks.register("register_admin_urls")
def kit_urls():
    return [path("", include("portal.backoffice.urls"))]


register_menu_item(
    gettext_lazy("Home page"), "wagtailadmin_home", shown=lambda user: True, icon="home", order=1
)
register_menu_item(
    gettext_lazy("My jobs"), "backoffice:jobs", right=("jobs.Job", "view"), icon="tasks", order=900
)

register(AccountAdmin)
register(RoleAssignmentAdmin)
register(RegionAdmin)
register(NumberMaskAdmin)
register(AuditEntryAdmin)
register_menu_item(
    gettext_lazy("Regions"),
    "regions_region_modeladmin_index",
    right=("accounts.User", "view"),
    icon="site",
    order=830,
)
