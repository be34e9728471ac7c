"""Programs as a spreadsheet: the export is a file that the import takes back. Each row becomes a draft; publishing stays a
step of its own.

The heads are Indonesian in every language of the screen, so that a file stays readable for everybody.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from import_export.fields import Field
from import_export.widgets import BooleanWidget, CharWidget, DateWidget, ForeignKeyWidget, Widget

from portal.accounts.policies import may
from portal.backoffice.exports import ExportView
from portal.backoffice.import_views import ImportView
from portal.backoffice.imports import ScopedResource, register_import
from portal.regions.models import Region

from . import services
from .eligibility.blocks import rule_of, stream_of
from .eligibility.rules import RuleError, dump, parse
from .models import Audience, Criteria, Program, Provider, Sector

#: texts that have English beside them, with their Indonesian heads
PAIRS = {
    "name": "Nama", "summary": "Ringkasan", "benefits": "Manfaat", "eligibility": "Siapa yang berhak", "bring": "Yang dibawa",
    "steps": "Cara mengajukan", "where": "Tempat mengajukan", "cost": "Biaya", "duration": "Lama proses",
    "contact": "Tempat bertanya", "refusal": "Bila ditolak", "amounts": "Besaran yang berubah",
}  # fmt: skip
TEXTS = {
    name + suffix: head + addition
    for name, head in PAIRS.items()
    for suffix, addition in (("", ""), ("_en", " (Inggris)"))
} | {"acronym": "Singkatan", "keywords": "Kata pencarian", "website": "Situs"}


class KeyWidget(ForeignKeyWidget):
    """A record by its code; an unknown code is an error of its own column."""

    def clean(self, value, row=None, **kwargs):
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist as problem:
            raise ValueError(_t("There is none with the code “%(code)s”.") % {"code": value}) from problem


class TextWidget(CharWidget):
    """A text as it is in the catalog: without the sign by which our files keep `-` and `=` from being run."""

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value, row, **kwargs) or ""
        return text[1:] if re.match(r"'[=+\-@]", text) else text


class YesNoWidget(BooleanWidget):
    TRUE_VALUES = [*BooleanWidget.TRUE_VALUES, "Ya", "ya", "YA"]
    FALSE_VALUES = [*BooleanWidget.FALSE_VALUES, "Tidak", "tidak", "TIDAK"]

    def render(self, value, obj=None, **kwargs):
        return "Ya" if value else "Tidak"

    def clean(self, value, row=None, **kwargs):
        if value in (None, ""):
            return True  # people can apply, unless somebody says otherwise
        if value in self.TRUE_VALUES or value in self.FALSE_VALUES:
            return value in self.TRUE_VALUES
        raise ValueError(_t("Write Ya or Tidak."))


class AudiencesWidget(Widget):
    """Groups of people by the Indonesian words of the catalog, separated by semicolons; their codes are read too."""

    def render(self, value, obj=None, **kwargs):
        with override("id"):
            return "; ".join(str(Audience(code).label) for code in value if code in Audience.values)

    def clean(self, value, row=None, **kwargs):
        known = {code: code for code in Audience.values}
        for language in ("id", "en"):
            with override(language):
                known |= {str(label).casefold(): code for code, label in Audience.choices}
        given = [word.strip() for word in str(value or "").split(";") if word.strip()]
        if unknown := [word for word in given if word.casefold() not in known]:
            raise ValueError(_t("Unknown: %(words)s.") % {"words": ", ".join(unknown)})
        return [known[word.casefold()] for word in given]


class CriteriaField(Field):
    """All versions of the criteria as JSON: `[{"from": "2026-01-01", "until": null, "source": "", "rule": {...}}]`.

    The rule is that of the documented vocabulary. An empty cell leaves the criteria as they are; `[]` takes them away.
    """

    def get_value(self, instance):
        versions = sorted(instance.criteria.all(), key=lambda version: version.valid_from)
        return [
            {
                "from": version.valid_from.isoformat(),
                "until": version.valid_until and version.valid_until.isoformat(),
                "source": version.source,
                "rule": dump(version.rule),
            }
            for version in versions
        ]

    def export(self, instance, **kwargs):
        found = self.get_value(instance)
        return json.dumps(found, ensure_ascii=False) if found else ""

    def save(self, instance, row, is_m2m=False, **kwargs):
        text = str(row.get(self.column_name) or "").strip()
        if text:
            instance.criteria.set(read_criteria(text))


def read_criteria(text: str) -> list[Criteria]:
    """The versions that a cell names; ValueError in the reader's words for anything else."""
    try:
        rows = json.loads(text)
    except ValueError as problem:
        raise ValueError(_t("The criteria are not JSON: %(problem)s.") % {"problem": problem}) from problem
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(_t("The criteria are a list of versions."))
    versions = [_version(row) for row in rows]
    if len({version.valid_from for version in versions}) < len(versions):
        raise ValueError(_t("Another version begins on this day."))
    return versions


def _version(row: dict) -> Criteria:
    if unknown := set(row) - {"from", "until", "source", "rule"}:
        raise ValueError(_t("Unknown: %(words)s.") % {"words": ", ".join(sorted(unknown))})
    try:
        first = dt.date.fromisoformat(row["from"])
        last = dt.date.fromisoformat(row["until"]) if row.get("until") else None
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(
            _t("A version begins on a day like 2026-01-01 and may have a last day.")
        ) from problem
    if last and last < first:
        raise ValueError(_t("The last day lies before the first."))
    try:
        rule = parse(row.get("rule"))
    except RuleError as problem:
        raise ValueError(str(problem)) from problem
    block = Criteria._meta.get_field("conditions").stream_block
    version = Criteria(valid_from=first, valid_until=last, source=str(row.get("source") or "")[:200])
    version.conditions = block.to_python(stream_of(rule))
    try:  # programs and regions that exist, as in the editor's form
        block.clean(version.conditions)
        rule_of(version.conditions)
    except ValidationError as problem:
        raise ValueError(_t("The criteria name programs, regions or values that do not exist.")) from problem
    return version


class ProgramResource(ScopedResource):
    """One row per program; the code is the natural key."""

    code = Field("code", "Kode")
    sector = Field("sector", "Sektor", widget=KeyWidget(Sector, "code"))
    provider = Field("provider", "Kode lembaga", widget=KeyWidget(Provider, "code"))
    region = Field("region", "Kode wilayah", widget=KeyWidget(Region, "code"))
    audiences = Field("audiences", "Sasaran", widget=AudiencesWidget())
    for _name, _head in TEXTS.items():
        locals()[_name] = Field(_name, _head, widget=TextWidget())
    del _name, _head
    is_open = Field("is_open", "Sedang dibuka", widget=YesNoWidget())
    information_on = Field("information_on", "Tanggal informasi", widget=DateWidget("%Y-%m-%d"))
    criteria = CriteriaField("criteria", "Kriteria (JSON)")
    required_heads = ("Kode", "Nama", "Sektor", "Kode lembaga")
    dates = ("Tanggal informasi",)

    class Meta:
        model = Program
        import_id_fields = ("code",)
        fields = (
            "code", "name", "name_en", "acronym", "sector", "provider", "region", "audiences",
            *(name for name in TEXTS if name not in ("name", "name_en", "acronym")), "is_open", "information_on", "criteria",
        )  # fmt: skip

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
    example = (
        {
            "Kode": "beras-daerah", "Nama": "Bantuan Beras Daerah", "Sektor": "pangan", "Kode lembaga": "dinsos-sleman",
            "Kode wilayah": "34.04", "Ringkasan": "Beras untuk keluarga yang kekurangan pangan.",
            "Kriteria (JSON)": '[{"from": "2026-01-01", "rule": {"fact": "decile", "op": "<=", "value": 4}}]',
        },
    )  # fmt: skip

    @property
    def explanation(self) -> str:
        return format_html(
            '{} <a href="{}">{}</a>',
            _(
                "Each row becomes a draft of a program, which somebody then looks at and publishes. A code that the catalog "
                "has already changes that program; an empty region code means the whole nation; an empty cell of the "
                "criteria leaves them as they are. The easiest start is the catalog as a file:"
            ),
            reverse("programs_export"),
            _("programs with all texts and criteria (XLSX)"),
        )


class ProgramExport(ExportView):
    """The programs that one may change, with their newest texts, in the columns that the import takes back."""

    required_right = (Program, "change")
    export_name = "program"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        resource = ProgramResource(by=None)
        self.fields = [resource.fields[name] for name in ProgramResource.Meta.fields]

    def header(self) -> list[str]:
        return [field.column_name for field in self.fields]

    def rows(self) -> Iterator[list]:
        rows = Program.objects.visible_to(self.request.user, "change").order_by("sector__position", "code")
        for program in rows.select_related("sector", "provider", "region"):
            draft = program.draft
            yield [field.export(draft) for field in self.fields]
