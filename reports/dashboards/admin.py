"""The planner's data in the back office: indicators and their weights, values by region and year, unit costs."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.filters import RegionFilter, ScopedFilterSet
from portal.backoffice.forms import ScopedModelForm
from portal.pdf_tags import pdf_money

from .models import Dimension, Indicator, IndicatorValue, UnitCost
from .resources import plain_number


class DimensionForm(ScopedModelForm):
    class Meta:
        model = Dimension
        fields = ("name", "name_en", "weight", "position")


class DimensionAdmin(ScopedModelAdmin):
    """The parts of poverty that have a sub-index; the National Secretariat sets their weights."""

    model = Dimension
    base_url_path = "dimensi"
    menu_label, menu_icon, menu_order = _("Dimensions of poverty"), "grip", 164
    list_display = ("name", "weighs", "position")
    ordering = ("position",)
    form_class = DimensionForm
    creatable = False

    def weighs(self, obj):
        return plain_number(obj.weight)

    weighs.short_description = _("weight")


class IndicatorForm(ScopedModelForm):
    open_choices = ("dimension",)

    class Meta:
        model = Indicator
        fields = (
            "name",
            "name_en",
            "unit",
            "unit_en",
            "higher_is_worse",
            "dimension",
            "best",
            "worst",
            "weight",
            "position",
        )


class IndicatorAdmin(ScopedModelAdmin):
    """The indicators of the scorecard; the National Secretariat sets their weights."""

    model = Indicator
    base_url_path = "indikator"
    menu_label, menu_icon, menu_order = _("Poverty indicators"), "order", 165
    list_display = ("name", "code", "dimension", "use", "unit", "limits", "weighs")
    list_select_related = ("dimension",)
    ordering = ("position",)
    search_words = ("name",)
    form_class = IndicatorForm
    sections = (
        Section(_("Indicator"), ("name", "name_en", "code", "unit", "unit_en", "use", "higher_is_worse")),
        Section(_("In the scorecard"), ("dimension", "limits", "weighs", "position")),
    )

    def limits(self, obj):
        return None if obj.best is None else f"{plain_number(obj.best)} – {plain_number(obj.worst)}"

    limits.short_description = _("best and worst value")

    def weighs(self, obj):
        return plain_number(obj.weight)

    weighs.short_description = _("weight")


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
    region = RegionFilter(label=_("Region"))

    class Meta:
        model = IndicatorValue
        fields = ["indicator", "region", "year"]


class IndicatorValueAdmin(ScopedModelAdmin):
    """Values of indicators by region and year, each with its source."""

    model = IndicatorValue
    base_url_path = "nilai-indikator"
    deletable = True
    menu_label, menu_icon, menu_order = _("Indicator values"), "table", 166
    list_display = ("indicator", "place", "year", "figure", "source")
    list_select_related = ("indicator", "region")
    ordering = ("-year",)
    sections = (Section(_("Indicator value"), ("indicator", "place", "year", "figure", "source")),)
    filterset_class = IndicatorValueFilter
    form_class = IndicatorValueForm
    export_columns = ("indicator", "region", "year", "value", "source")
    list_template_name = "dashboards/indicator_values.html"

    def place(self, obj):
        return region_or_nation(obj)

    place.short_description = _("region")

    def figure(self, obj):
        return f"{plain_number(obj.value)} {obj.indicator.measured_in}"

    figure.short_description = _("value")


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
    deletable = True
    menu_label, menu_icon, menu_order = _("Unit costs"), "calculator", 167
    list_display = ("program", "place", "year", "money", "source")
    list_select_related = ("program", "region")
    sections = (Section(_("Unit cost"), ("program", "place", "year", "money", "source")),)
    ordering = ("-year",)
    filterset_class = UnitCostFilter
    form_class = UnitCostForm
    export_columns = ("program", "region", "year", "amount", "source")

    def place(self, obj):
        return region_or_nation(obj)

    place.short_description = _("region")

    def money(self, obj):
        return pdf_money(obj.amount)

    money.short_description = _("rupiah per household and year")


def region_or_nation(obj) -> str:
    return str(obj.region) if obj.region_id else gettext("Indonesia")
