"""The screen where a planner imports poverty indicators (D-13)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.backoffice.import_views import ImportView

from .areas import areas_of
from .models import FIRST_YEAR as FIRST_YEAR_OF_VALUES
from .models import IndicatorValue
from .resources import INDICATOR_VALUES, recorded, written


class IndicatorImportView(ImportView):
    """Indicators from a file of the statistics office."""

    kind = INDICATOR_VALUES
    required_right = (IndicatorValue, "add")
    template_name = "dashboards/indicator_import.html"
    explanation = gettext_lazy(
        "One row is one indicator of one region in one year, with its source. The same indicator, region and year again changes the value."
    )

    @property
    def example(self) -> list[dict]:
        """A row ready to be filled for each indicator: the reader's own area, last year; value and source are left open."""
        own = areas_of(self.request.user, IndicatorValue, "add")
        year = timezone.localdate().year - 1
        return [
            {"Indikator": written(one), "Kode wilayah": own[0] if own else "", "Tahun": year}
            for one in recorded()
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(indicators=recorded(), first_year=FIRST_YEAR_OF_VALUES, **kwargs)
