"""What the planner may choose: the year, the map, the weights."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import planning
from .forms import FIRST_YEAR
from .models import Dimension, Indicator

SCORE = "skor"


class WeightInput(forms.NumberInput):
    """A weight without idle zeros: 2, 0.5."""

    def format_value(self, value):
        return f"{value:g}" if isinstance(value, float) else super().format_value(value)


class PlanningForm(forms.Form):
    """The year that is planned from, what the map shows, and the weights of the measures, movable by the planner."""

    tahun = forms.IntegerField(label=gettext_lazy("Year of the cases"), min_value=FIRST_YEAR)
    peta = forms.ChoiceField(label=gettext_lazy("Map shows"))

    def __init__(self, data, **kwargs):
        self.location_weights, self.program_weights = planning.location_weights(), planning.program_weights()
        self.dimension_weights = planning.dimension_weights()
        self.weights = self.location_weights | self.program_weights
        defaults = {"tahun": timezone.localdate().year, "peta": SCORE}
        defaults |= {self.name_of(key): value for key, value in self.weights.items()}
        defaults |= {self.dimension_name(key): value for key, value in self.dimension_weights.items()}
        super().__init__(
            defaults | {key: value for key, value in (data or {}).items() if value != ""}, **kwargs
        )
        indicators = list(Indicator.objects.all())
        this_year = timezone.localdate().year
        self.fields["tahun"].validators.append(MaxValueValidator(this_year))
        self.fields["tahun"].widget.attrs["max"] = this_year
        labels = {indicator.pk: str(indicator) for indicator in indicators}
        self.dimensions = list(Dimension.objects.all())
        self.fields["peta"].choices = [
            (SCORE, _("Priority score")),
            *((f"dimensi-{one.pk}", _("Score: %(part)s") % {"part": one}) for one in self.dimensions),
            *((one.pk, str(one)) for one in indicators if one.use == Indicator.Use.RECORDED),
        ]
        self.dimension_of = {one.pk: one.dimension_id for one in indicators}
        names = {self.name_of(key): labels[key] for key in self.weights}
        names |= {self.dimension_name(one.pk): str(one) for one in self.dimensions}
        for name, label in names.items():
            self.fields[name] = forms.FloatField(
                label=label, min_value=0, max_value=10, widget=WeightInput(attrs={"step": "any"})
            )

    @staticmethod
    def name_of(key: str) -> str:
        return f"bobot-{key}"

    @staticmethod
    def dimension_name(key: str) -> str:
        return f"dimensi-{key}"

    def chosen_dimensions(self) -> dict[str, float]:
        """The planner's weights of the dimensions, as `chosen_weights`."""
        self.is_valid()
        return {
            key: self.cleaned_data.get(self.dimension_name(key), default)
            for key, default in self.dimension_weights.items()
        }

    def chosen_weights(self) -> dict[str, float]:
        """The planner's weights; a wrong one shows its error and counts as set by the Secretariat."""
        self.is_valid()
        return {
            key: self.cleaned_data.get(self.name_of(key), default) for key, default in self.weights.items()
        }

    def moved(self, names) -> bool:
        """Whether the planner moved one of these weights, or typed one that does not work."""
        self.is_valid()
        set_ones = {self.name_of(key): value for key, value in self.weights.items()}
        set_ones |= {self.dimension_name(key): value for key, value in self.dimension_weights.items()}
        return any(
            name in self.errors or self.cleaned_data.get(name) != set_ones[name]
            for name in set_ones.keys() & set(names)
        )

    def weighs_locations(self) -> bool:
        """Whether some measure of locations has a weight; where there are none, nobody took their weight away."""
        weights, dimensions = self.chosen_weights(), self.chosen_dimensions()
        return not self.location_weights or any(
            weights[key] and dimensions.get(self.dimension_of.get(key), 1) for key in self.location_weights
        )

    def measure(self) -> str:
        """What the map shows: the score, that of a dimension (`dimensi-health`), or the code of an indicator."""
        self.is_valid()
        return self.cleaned_data.get("peta") or SCORE

    @property
    def groups(self):
        """For the template: (name, field of the dimension, fields of its measures); the last has no dimension."""
        for dimension in [*self.dimensions, None]:
            own = dimension.pk if dimension else None
            keys = [key for key in self.location_weights if self.dimension_of.get(key) == own]
            if keys:
                field = self[self.dimension_name(own)] if own else None
                yield str(dimension or ""), field, [self[self.name_of(key)] for key in keys]

    @property
    def program_fields(self):
        return [self[self.name_of(key)] for key in self.program_weights]
