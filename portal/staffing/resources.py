"""Import of units that already exist, and of their officers, from spreadsheets: the 150 founded SLRTs come this way.

The heads of the files are Indonesian in every language of the screen, so that a file stays readable for everybody.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, Widget

from portal.backoffice.import_views import ImportView
from portal.backoffice.imports import ScopedResource, register_import
from portal.fields import blind_index, only_digits
from portal.ledger.workflow import SYSTEM
from portal.regions.models import Region
from portal.units.forms import faults_of_place
from portal.units.models import Unit
from portal.units.workflow import UNIT_FLOW

from .enums import Background, Education, Sex
from .models import Officer, Position
from .services.appointments import existing_post, take_over


class WordsWidget(Widget):
    """Words of a spreadsheet to a choice: `P` and `perempuan` both mean female."""

    def __init__(self, words: dict[str, object], shown: dict[object, str]):
        super().__init__()
        self.words, self.shown = words, shown

    def clean(self, value, row=None, **kwargs):
        word = str(value or "").strip().casefold()
        if word not in self.words:
            raise ValueError(_t("Unknown: use one of %(words)s.") % {"words": ", ".join(self.shown.values())})
        return self.words[word]

    def render(self, value, obj=None, **kwargs):
        return self.shown.get(value, "")


def _widget(shown: dict[object, str], *others: tuple[str, object]) -> WordsWidget:
    words = {word.casefold(): value for value, word in shown.items()} | dict(others)
    return WordsWidget(words, shown)


KIND = _widget({Unit.Kind.SLRT: "SLRT", Unit.Kind.PUSKESOS: "Puskesos"})
SEX = _widget({Sex.FEMALE: "P", Sex.MALE: "L"}, ("perempuan", Sex.FEMALE), ("laki-laki", Sex.MALE))
EDUCATION = _widget(
    {
        Education.NONE: "tidak tamat SD", Education.PRIMARY: "SD", Education.JUNIOR: "SMP", Education.SENIOR: "SMA",
        Education.DIPLOMA: "D3", Education.BACHELOR: "S1", Education.MASTER: "S2", Education.DOCTOR: "S3",
    },
    ("smk", Education.SENIOR), ("d1", Education.DIPLOMA), ("d2", Education.DIPLOMA), ("d4", Education.BACHELOR),
)  # fmt: skip
BACKGROUND = _widget(
    {
        Background.COMMUNITY: "masyarakat", Background.PSKS: "PSKS", Background.TKSK: "TKSK",
        Background.ASN_SOCIAL: "ASN dinas sosial", Background.ASN_DISTRICT: "ASN kecamatan", Background.ASN_OTHER: "ASN lain",
        Background.WELFARE_HEAD: "kepala urusan kesejahteraan", Background.VILLAGE_STAFF: "perangkat desa",
    }
)  # fmt: skip


class DegreesWidget(Widget):
    """Degrees with a point or a comma, to five places (about a meter)."""

    def clean(self, value, row=None, **kwargs):
        text = str(value if value is not None else "").strip().replace(",", ".")
        if not text:
            return None
        try:
            return Decimal(text).quantize(Decimal("0.00001"))
        except InvalidOperation:
            raise ValueError(_t("Write degrees as a number, e.g. -7.71422.")) from None

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class UnitResource(ScopedResource):
    """One row per unit; kind and region are the natural key. New units are taken over as operating (F-12)."""

    add_right = change_right = "import"
    kind = Field("kind", "Jenis", widget=KIND)
    region = Field("region", "Kode wilayah", widget=ForeignKeyWidget(Region, "code"))
    name = Field("name", "Nama")
    address = Field("address", "Alamat")
    opening_hours = Field("opening_hours", "Jam layanan")
    phone = Field("phone", "Telepon")
    whatsapp = Field("whatsapp", "WhatsApp")
    email = Field("email", "Surel")
    founded_on = Field("founded_on", "Tanggal berdiri")
    postal_code = Field("postal_code", "Kode pos")
    latitude = Field("latitude", "Lintang", widget=DegreesWidget())
    longitude = Field("longitude", "Bujur", widget=DegreesWidget())
    required_heads = ("Jenis", "Kode wilayah", "Nama")
    long_numbers, dates = ("WhatsApp", "Telepon", "Kode pos"), ("Tanggal berdiri",)

    class Meta:
        model = Unit
        import_id_fields = ("kind", "region")
        fields = (
            "kind", "region", "name", "address", "opening_hours", "phone", "whatsapp", "email", "founded_on", "postal_code",
            "latitude", "longitude",
        )  # fmt: skip

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.region.level != instance.level:
            raise ValidationError(
                {"region": _t("An SLRT is formed in a regency or city, a Puskesos in a village.")}
            )
        if faults := faults_of_place(instance.postal_code, instance.latitude, instance.longitude):
            raise ValidationError(faults)

    def before_save_instance(self, instance, row, **kwargs):
        super().before_save_instance(instance, row, **kwargs)
        if instance._state.adding:  # the map needs a place until the office gives its own
            instance.postal_code = instance.postal_code or instance.region.postal_code
            if instance.latitude is None:
                instance.latitude, instance.longitude = instance.region.latitude, instance.region.longitude

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        # Founded before this system: located and operating without a request here (F-12).
        if instance.pk and instance.status == Unit.Status.FORMING:
            for move in ("locate", "open"):
                UNIT_FLOW.record(UNIT_FLOW.lock(instance, move, by=SYSTEM), move, by=SYSTEM, imported=True)
            instance.refresh_from_db(fields=["status"])


class OfficerResource(ScopedResource):
    """One row per officer and post; the NIK is the natural key. The post is taken over with its decree."""

    add_right = change_right = "import"
    nik = Field("nik", "NIK")
    name = Field("name", "Nama")
    sex = Field("sex", "Jenis kelamin", widget=SEX)
    birth_date = Field("birth_date", "Tanggal lahir")
    education = Field("education", "Pendidikan", widget=EDUCATION)
    background = Field("background", "Unsur", widget=BACKGROUND)
    civil_service_number = Field("civil_service_number", "NIP")
    domicile = Field("domicile", "Kode desa domisili", widget=ForeignKeyWidget(Region, "code"))
    region = Field("region", "Kode wilayah kantor", widget=ForeignKeyWidget(Region, "code"))
    phone = Field("phone", "Nomor seluler")
    email = Field("email", "Surel")
    imei = Field("imei", "IMEI")
    position = Field(None, "Jabatan")
    area = Field(None, "Kode wilayah tugas")
    decree_number = Field(None, "Nomor SK")
    decree_date = Field(None, "Tanggal SK")
    signatory = Field(None, "Penanda tangan SK")
    required_heads = (
        "NIK", "Nama", "Jenis kelamin", "Tanggal lahir", "Pendidikan", "Unsur", "Kode desa domisili", "Kode wilayah kantor",
    )  # fmt: skip
    long_numbers = ("NIK", "NIP", "IMEI", "Nomor seluler")
    dates = ("Tanggal lahir", "Tanggal SK")

    class Meta:
        model = Officer
        import_id_fields = ("nik",)
        fields = (
            "nik", "name", "sex", "birth_date", "education", "background", "civil_service_number", "domicile", "region",
            "phone", "email", "imei", "position", "area", "decree_number", "decree_date", "signatory",
        )  # fmt: skip

    def get_instance(self, instance_loader, row):
        nik = only_digits(str(row.get("NIK") or ""))
        return self.get_queryset().filter(nik_index=blind_index(nik)).first() if nik else None

    def skip_row(self, instance, original, row, import_validation_errors=None):
        # A row may bring a new post for an officer whose own data did not change.
        return not row.get("Jabatan") and super().skip_row(instance, original, row, import_validation_errors)

    def import_field(self, field, instance, row, is_m2m=False, **kwargs):
        if field.attribute:
            super().import_field(field, instance, row, is_m2m, **kwargs)

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        code = str(row.get("Jabatan") or "").strip()
        if not code:
            return
        position = (
            Position.objects.filter(pk=code).first() or Position.objects.filter(name__iexact=code).first()
        )
        if position is None:
            raise ValidationError({"position": _t("There is no position “%(code)s”.") % {"code": code[:40]}})
        area = Region.objects.filter(pk=str(row.get("Kode wilayah tugas") or "").strip()).first()
        if area is None:
            raise ValidationError({"area": _t("The work area is missing or unknown.")})
        post = {
            "officer": instance,
            "position": position,
            "area": area,
            "decree_number": str(row.get("Nomor SK") or "").strip(),
            "decree_date": row.get("Tanggal SK"),
            "signatory": str(row.get("Penanda tangan SK") or "").strip(),
        }
        if instance.pk is None:  # the check before the confirmation writes nothing
            existing_post(**post)
        else:
            take_over(**post, by=self.by)


UNITS = register_import("units", UnitResource, label=_("Import of units"))
OFFICERS = register_import("officers", OfficerResource, label=_("Import of officers"))


class UnitImport(ImportView):
    kind = UNITS
    required_right = (Unit, "import")
    explanation = _(
        "Units that were founded before: each becomes operating and stands in the public directory."
    )
    example = (
        {
            "Jenis": "SLRT",
            "Kode wilayah": "73.03",
            "Nama": "SLRT Kabupaten Bantaeng",
            "Tanggal berdiri": "2016-07-01",
            "Telepon": "0413-21001",
            "Kode pos": "92411",
            "Lintang": "-5.54222",
            "Bujur": "119.95172",
        },
    )


class OfficerImport(ImportView):
    kind = OFFICERS
    required_right = (Officer, "import")
    explanation = _(
        "Officers in office, with their post and its decree (SK). Positions are written with their code."
    )
    example = (
        {
            "NIK": "3404075705900001", "Nama": "Contoh Petugas", "Jenis kelamin": "P", "Tanggal lahir": "1990-05-17",
            "Pendidikan": "S1", "Unsur": "masyarakat", "Kode desa domisili": "34.04.07.2001",
            "Kode wilayah kantor": "34.04", "Jabatan": "facilitator", "Kode wilayah tugas": "34.04.07.2001",
            "Nomor SK": "12/KEP/2025", "Tanggal SK": "2025-01-06", "Penanda tangan SK": "Kepala Dinas Sosial",
        },
    )  # fmt: skip
