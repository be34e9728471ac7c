"""Registration of the catalog's screens."""

from portal.backoffice.admin import register

from .admin import ProgramAdmin

register(ProgramAdmin)
