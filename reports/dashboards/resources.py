"""Import of poverty indicators by CSV or XLSX, with source and year (D-13)."""

import re
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import DecimalWidget, ForeignKeyWidget, IntegerWidget

from portal.backoffice.imports import ScopedResource, register_import
from portal.regions.models import Region

from .models import Indicator, IndicatorValue


def recorded() -> list[Indicator]:
    """The indicators that are recorded, in the order of the scorecard; what is computed is not imported."""
    return list(Indicator.objects.filter(use=Indicator.Use.RECORDED))


def written(indicator: Indicator) -> str:
    """An indicator as the template writes it: `p0 – Persentase penduduk miskin (P0)`."""
    return f"{indicator.pk} – {indicator.name}"


def plain_number(value) -> str:
    """A decimal without idle zeros: 3,4."""
    return formats.number_format(value.normalize() if value else 0, force_grouping=True)


class RecordedIndicatorWidget(ForeignKeyWidget):
    """An indicator by its code, its name, or both as the template writes them."""

    def clean(self, value, row=None, **kwargs):
        asked = " ".join(str(value or "").split()).casefold()
        known = recorded()
        for one in known:
            if asked and asked in [
                text.casefold() for text in (one.pk, one.name, one.name_en, written(one)) if text
            ]:
                return one
        codes = ", ".join(one.pk for one in known)
        raise ValueError(_("Give the code or the name of an indicator: %(codes)s.") % {"codes": codes})


class RegionWidget(ForeignKeyWidget):
    """A region by its code; an empty cell is the nation."""

    def clean(self, value, row=None, **kwargs):
        try:
            return super().clean(str(value or "").strip(), row, **kwargs)
        except Region.DoesNotExist:
            raise ValueError(_("There is no region with this code.")) from None


def number_in(text: str) -> Decimal | None:
    """A number as people write it, in either language: 7,52 and 7.52, 1.234,5 and 1,234.5, 12 %; None for no number.

    What could be read in two ways (1.234) is refused, because one of them is wrong by a thousand: ValueError.
    """
    text = re.sub(r"\s*%$", "", text.strip().replace("\u2212", "-"))
    if re.fullmatch(r"-?0[.,]\d+|-?\d+(?:[.,](?:\d{1,2}|\d{4,}))?", text):
        return Decimal(text.replace(",", "."))
    if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text):
        raise ValueError(
            _(
                "This number can be read in two ways. Write it without a thousands mark; three decimals as four, e.g. 1,2340."
            )
        )
    for thousands, point in ((".", ","), (",", ".")):
        grouped = rf"-?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{point}\d+)?"
        if re.fullmatch(grouped, text):
            return Decimal(text.replace(thousands, "").replace(point, "."))
    return None


class ValueWidget(DecimalWidget):
    """A value, whatever the language of the reader; words are refused in words."""

    def clean(self, value, row=None, **kwargs):
        text = str(value or "").strip() if value != 0 else "0"
        if not text:
            return None
        number = number_in(text)
        if number is None:
            raise ValueError(_("Give the value as a number, e.g. 7,52."))
        # What a spreadsheet reckoned has a long tail; four decimals are kept.
        return number.quantize(Decimal("0.0001"))

    def render(self, value, obj=None, **kwargs):
        """As people write it, without idle zeros: 7,5."""
        return "" if value is None else plain_number(value)


class WholeNumberWidget(IntegerWidget):
    """A year; words are refused in words."""

    def clean(self, value, row=None, **kwargs):
        try:
            text = str(value or "").strip()
            return super().clean(text if text.isdigit() or not text else "?", row, **kwargs)
        except (ValueError, ArithmeticError):
            raise ValueError(_("Give the year as a number, e.g. 2025.")) from None


class IndicatorValueResource(ScopedResource):
    """One row is one indicator of one region in one year; the same key again changes the value."""

    told = ("value", "source")

    indicator = Field("indicator", "Indikator", widget=RecordedIndicatorWidget(Indicator, "code"))
    region = Field("region", "Kode wilayah", widget=RegionWidget(Region, "code"))
    year = Field("year", "Tahun", widget=WholeNumberWidget())
    value = Field("value", "Nilai", widget=ValueWidget())
    source = Field("source", "Sumber")

    class Meta:
        model = IndicatorValue
        import_id_fields = ("indicator", "region", "year")
        fields = ("indicator", "region", "year", "value", "source")


INDICATOR_VALUES = register_import(
    "indicator-values", IndicatorValueResource, label=gettext_lazy("Import of poverty indicators")
)
