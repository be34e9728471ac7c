"""Import of poverty indicators by CSV or XLSX, with source and year (D-13)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, IntegerWidget

from portal.backoffice.imports import ScopedResource, register_import
from portal.regions.models import Region

from .models import Indicator, IndicatorValue


class RecordedIndicatorWidget(ForeignKeyWidget):
    """An indicator by its code or its name; what is computed is not imported."""

    def clean(self, value, row=None, **kwargs):
        asked = str(value or "").strip().casefold()
        recorded = list(Indicator.objects.filter(use=Indicator.Use.RECORDED))
        for one in recorded:
            if asked and asked in (one.pk, one.name.casefold(), one.name_en.casefold()):
                return one
        codes = ", ".join(one.pk for one in recorded)
        raise ValueError(_("Give the code or the name of an indicator: %(codes)s.") % {"codes": codes})


class WholeNumberWidget(IntegerWidget):
    """A year; words are refused in words."""

    def clean(self, value, row=None, **kwargs):
        try:
            return super().clean(value, row, **kwargs)
        except (ValueError, ArithmeticError):
            raise ValueError(_("Give the year as a number, e.g. 2025.")) from None


class IndicatorValueResource(ScopedResource):
    """One row is one indicator of one region in one year; the same key again changes the value."""

    indicator = Field("indicator", "Indikator", widget=RecordedIndicatorWidget(Indicator, "code"))
    region = Field("region", "Kode wilayah", widget=ForeignKeyWidget(Region, "code"))
    year = Field("year", "Tahun", widget=WholeNumberWidget())
    value = Field("value", "Nilai")
    source = Field("source", "Sumber")

    class Meta:
        model = IndicatorValue
        import_id_fields = ("indicator", "region", "year")
        fields = ("indicator", "region", "year", "value", "source")


INDICATOR_VALUES = register_import(
    "indicator-values", IndicatorValueResource, label=gettext_lazy("Import of poverty indicators")
)
