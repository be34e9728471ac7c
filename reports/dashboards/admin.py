"""The planner's data in the back office: indicators and their weights, values by region and year, unit costs."""

from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import ScopedModelAdmin
from portal.backoffice.filters import ScopedFilterSet
from portal.backoffice.forms import ScopedModelForm

from .models import Indicator, IndicatorValue, UnitCost


class IndicatorForm(ScopedModelForm):
    class Meta:
        model = Indicator
        fields = ("name", "name_en", "unit", "higher_is_worse", "weight", "position")


class IndicatorAdmin(ScopedModelAdmin):
    """The indicators of the scorecard; the National Secretariat sets their weights."""

    model = Indicator
    base_url_path = "indikator"
    menu_label, menu_icon, menu_order = _("Poverty indicators"), "order", 165
    list_display = ("name", "code", "use", "unit", "higher_is_worse", "weight", "position")
    ordering = ("position",)
    search_words = ("name",)
    form_class = IndicatorForm


class IndicatorValueForm(ScopedModelForm):
    region_right = "indicatorvalue.add"
    open_choices = ("indicator",)

    class Meta:
        model = IndicatorValue
        fields = ("indicator", "region", "year", "value", "source")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What is computed is not typed.
        self.fields["indicator"].queryset = Indicator.objects.filter(use=Indicator.Use.RECORDED)


class IndicatorValueFilter(ScopedFilterSet):
    class Meta:
        model = IndicatorValue
        fields = ["indicator", "year"]


class IndicatorValueAdmin(ScopedModelAdmin):
    """Values of indicators by region and year, each with its source."""

    model = IndicatorValue
    base_url_path = "nilai-indikator"
    menu_label, menu_icon, menu_order = _("Indicator values"), "table", 166
    list_display = ("indicator", "region", "year", "value", "source")
    list_select_related = ("indicator", "region")
    ordering = ("-year",)
    filterset_class = IndicatorValueFilter
    form_class = IndicatorValueForm
    export_columns = ("indicator", "region", "year", "value", "source")
    list_template_name = "dashboards/indicator_values.html"


class UnitCostForm(ScopedModelForm):
    region_right = "unitcost.add"
    open_choices = ("program",)

    class Meta:
        model = UnitCost
        fields = ("program", "region", "year", "amount", "source")


class UnitCostFilter(ScopedFilterSet):
    class Meta:
        model = UnitCost
        fields = ["program", "year"]


class UnitCostAdmin(ScopedModelAdmin):
    """What serving one household costs in a year, by program and region."""

    model = UnitCost
    base_url_path = "biaya-satuan"
    menu_label, menu_icon, menu_order = _("Unit costs"), "calculator", 167
    list_display = ("program", "region", "year", "amount", "source")
    list_select_related = ("program", "region")
    ordering = ("-year",)
    filterset_class = UnitCostFilter
    form_class = UnitCostForm
    export_columns = ("program", "region", "year", "amount", "source")
