"""Import of poverty indicators by CSV or XLSX, with source and year (D-13)."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from portal.backoffice.imports import ScopedResource, register_import
from portal.regions.models import Region

from .models import Indicator, IndicatorValue


class RecordedIndicatorWidget(ForeignKeyWidget):
    """An indicator by its code; what is computed is not imported."""

    def get_queryset(self, value, row, *args, **kwargs):
        return Indicator.objects.filter(use=Indicator.Use.RECORDED)


class IndicatorValueResource(ScopedResource):
    """One row is one indicator of one region in one year; the same key again changes the value."""

    indicator = Field("indicator", "Indikator", widget=RecordedIndicatorWidget(Indicator, "code"))
    region = Field("region", "Kode wilayah", widget=ForeignKeyWidget(Region, "code"))
    year = Field("year", "Tahun")
    value = Field("value", "Nilai")
    source = Field("source", "Sumber")

    class Meta:
        model = IndicatorValue
        import_id_fields = ("indicator", "region", "year")
        fields = ("indicator", "region", "year", "value", "source")


INDICATOR_VALUES = register_import(
    "indicator-values", IndicatorValueResource, label=_("Import of poverty indicators")
)
