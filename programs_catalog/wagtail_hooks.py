"""Registration of the catalog's screens."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.backoffice.admin import register
from portal.backoffice.menu import register_menu_item

from .admin import DeskAdmin, ProgramAdmin, ProviderAdmin, SectorAdmin
from .desk import DeskCatalogView, ProgramCodesView
from .resources import ProgramExport, ProgramImport

for admin_class in (ProgramAdmin, ProviderAdmin, DeskAdmin, SectorAdmin):
    register(admin_class)


@hooks.register("register_admin_urls")
def catalog_urls():
    return [
        path("impor-program/", ProgramImport.as_view(), name="programs_import"),
        path("ekspor-program/", ProgramExport.as_view(), name="programs_export"),
        path("katalog/kode/", ProgramCodesView.as_view(), name="programs_codes"),
        path("katalog/", DeskCatalogView.as_view(), name="programs_desk"),
    ]


register_menu_item(
    _("Catalog for officers"),
    "programs_desk",
    right=("programs_catalog.Program", "view"),
    icon="list-ul",
    order=140,
)
register_menu_item(
    _("Import of programs"),
    "programs_import",
    right=("programs_catalog.Program", "add"),
    icon="upload",
    order=297,
)
