"""Import of programs from a spreadsheet. Each row becomes a draft; publishing stays a step of its own.

The heads are Indonesian in every language of the screen, so that a file stays readable for everybody.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from portal.accounts.policies import may
from portal.backoffice.import_views import ImportView
from portal.backoffice.imports import ScopedResource, register_import
from portal.regions.models import Region

from . import services
from .models import Program, Provider, Sector

TEXTS = {
    "name": "Nama", "name_en": "Nama (Inggris)", "acronym": "Singkatan", "keywords": "Kata pencarian",
    "summary": "Ringkasan", "summary_en": "Ringkasan (Inggris)", "benefits": "Manfaat", "eligibility": "Siapa yang berhak",
    "bring": "Yang dibawa", "steps": "Cara mengajukan", "where": "Tempat mengajukan", "cost": "Biaya",
    "duration": "Lama proses", "contact": "Tempat bertanya", "website": "Situs",
}  # fmt: skip


class ProgramResource(ScopedResource):
    """One row per program; the code is the natural key."""

    code = Field("code", "Kode")
    sector = Field("sector", "Sektor", widget=ForeignKeyWidget(Sector, "code"))
    provider = Field("provider", "Kode lembaga", widget=ForeignKeyWidget(Provider, "code"))
    region = Field("region", "Kode wilayah", widget=ForeignKeyWidget(Region, "code"))
    information_on = Field("information_on", "Tanggal informasi")
    for _name, _head in TEXTS.items():
        locals()[_name] = Field(_name, _head)
    del _name, _head
    required_heads = ("Kode", "Nama", "Sektor", "Kode lembaga")
    dates = ("Tanggal informasi",)

    class Meta:
        model = Program
        import_id_fields = ("code",)
        fields = ("code", "sector", "provider", "region", "information_on", *TEXTS)

    def get_instance(self, instance_loader, row):
        found = super().get_instance(instance_loader, row)
        if found and not may(self.by, "change", found):
            # Asked of the row as it is: a region named in the file makes nobody the editor of a foreign program.
            raise ValidationError(_t("You do not edit programs of this region."))
        # A row is compared with the newest text: a draft of somebody else is built upon, not lost.
        return found and found.draft

    def do_instance_save(self, instance, is_create):
        services.save_draft(program=instance, by=self.by)


PROGRAMS = register_import("programs", ProgramResource, label=_("Import of programs"))


class ProgramImport(ImportView):
    kind = PROGRAMS
    required_right = (Program, "add")
    explanation = _(
        "Each row becomes a draft of a program, which somebody then looks at and publishes. A code that the catalog has "
        "already changes that program; an empty region code means the whole nation."
    )
    example = (
        {
            "Kode": "beras-daerah", "Nama": "Bantuan Beras Daerah", "Sektor": "pangan", "Kode lembaga": "dinsos-sleman",
            "Kode wilayah": "34.04", "Ringkasan": "Beras untuk keluarga yang kekurangan pangan.",
        },
    )  # fmt: skip
