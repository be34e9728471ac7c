"""The typology scheme as a form: thresholds, a weight for each aspect, and indicators in rows, without writing formulas.

An indicator's points are stored as an expression; here it is one of a few ways of giving points, and only what fits
none of them is shown as a formula.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.backoffice.forms import ScopedModelForm, dress
from reports.monitoring.definition import Definition

from .models import TypologyScheme
from .services import questionnaire_of
from .typology import Aspect, Scheme, sense_of

#: way -> (label, expression; {q} the question, {best} the points at most, {full} what earns them)
WAYS = {
    "number": (gettext_lazy("the answer itself is the number of points"), "number(${{{q}}})"),
    "share": (
        gettext_lazy("in proportion, full points from the figure beside"),
        "${{{q}}} div {full} * {best}",
    ),
    "count": (gettext_lazy("one point for each item chosen"), "count(${{{q}}})"),
    "yes": (gettext_lazy("full points for “yes”"), "if(${{{q}}} = 'true', {best}, 0)"),
    "formula": (gettext_lazy("a formula of one's own"), ""),
}
_NUMBER = r"\d+(?:\.\d+)?"
_READ = {
    "number": re.compile(r"^(?:number\(\$\{(?P<q>\w+)\}\)|\$\{(?P<p>\w+)\})$"),
    "share": re.compile(rf"^\$\{{(?P<q>\w+)\}} div (?P<full>{_NUMBER})(?: \* (?P<best>{_NUMBER}))?$"),
    "count": re.compile(r"^count\(\$\{(?P<q>\w+)\}\)$"),
    "yes": re.compile(rf"^if\(\$\{{(?P<q>\w+)\}} = 'true', (?P<best>{_NUMBER}), 0\)$"),
}
#: empty rows below the indicators there are; saving brings new ones
SPARE = 3


def read_points(points: str, best: Decimal) -> dict:
    """An expression as the row's fields: way, question, full; or the formula as it stands."""
    for way, pattern in _READ.items():
        found = pattern.match(points)
        if not found:
            continue
        parts = found.groupdict()
        full = parts.get("full")
        if way == "share" and parts.get("best") is None:
            full = str(Decimal(full) * best)  # without a factor one point comes from each `full`
        elif parts.get("best") is not None and Decimal(parts["best"]) != best:
            continue
        return {"way": way, "question": parts.get("q") or parts.get("p"), "full": full, "formula": ""}
    return {"way": "formula", "question": "", "full": None, "formula": points}


def write_points(way: str, *, question: str, full: Decimal | None, best: Decimal, formula: str) -> str:
    if way == "formula":
        return formula.strip()
    numbers = {"full": plain(full), "best": plain(best)}
    return WAYS[way][1].format(q=question, **numbers)


def plain(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")


@dataclass
class IndicatorRow:
    """The fields of one indicator, for the template."""

    number: int
    fields: dict[str, forms.BoundField]
    is_new: bool


class SchemeForm(ScopedModelForm):
    """One year's scheme. What does not make sense is named beside the field before anything is stored (E-10)."""

    add_right = "change"

    developing_from = forms.DecimalField(
        label=gettext_lazy("“Developing” from a score of"), min_value=0, max_value=100, max_digits=5, decimal_places=2, localize=True
    )  # fmt: skip
    advanced_from = forms.DecimalField(
        label=gettext_lazy("“Advanced” from a score of"), min_value=0, max_value=100, max_digits=5, decimal_places=2, localize=True
    )  # fmt: skip

    class Meta:
        model = TypologyScheme
        fields = ["year"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        before = None if self.instance.definition else TypologyScheme.objects.order_by("-year").first()
        shown = self.instance.definition or (before.definition if before else {})
        self.scheme = Scheme.from_json(shown) if shown else None
        self.copied_from = before.year if before and not self.is_bound else None
        year = self.instance.year or (before.year + 1 if before else None)
        self.questionnaire: Definition = questionnaire_of(self._year(year))
        self.initial["year"] = self.initial.get("year") or year
        if self.scheme:
            self.initial |= {
                name: getattr(self.scheme, name) for name in ("developing_from", "advanced_from")
            }
        for aspect in Aspect:
            self.fields[f"weight-{aspect.value}"] = forms.DecimalField(
                label=aspect.label, min_value=0, max_value=100, max_digits=5, decimal_places=2, localize=True,
                initial=self.scheme.weights.get(aspect.value) if self.scheme else None,
            )  # fmt: skip
        self.count = self._count()
        for number in range(self.count):
            self._add_row(number)
        dress(self)

    def _year(self, otherwise: int | None) -> int | None:
        typed = str(self.data.get("year", "")) if self.is_bound else ""
        return int(typed) if typed.isdigit() and 2000 <= int(typed) <= 2999 else otherwise

    def _count(self) -> int:
        known = len(self.scheme.indicators) if self.scheme else 0
        if self.is_bound:
            sent = [int(m.group(1)) for name in self.data if (m := re.match(r"row-(\d{1,3})-", name))]
            return min(max([known, *(number + 1 for number in sent)]), 200)
        return known + SPARE

    def _add_row(self, number: int) -> None:
        indicators = self.scheme.indicators if self.scheme else ()
        indicator = indicators[number] if number < len(indicators) else None
        first = {"way": "number"} | (read_points(indicator.points, indicator.best) if indicator else {})
        questions = [("", "–")] + [
            (str(section), [(q.key, str(q)) for q in section.questions if q.type not in ("note", "file")])
            for section in self.questionnaire.sections
        ]
        rows = {
            "label": forms.CharField(label=_("Indicator"), max_length=150, required=False),
            "aspect": forms.ChoiceField(label=_("Aspect"), choices=[("", "–"), *Aspect.choices], required=False),
            "question": forms.ChoiceField(label=_("Question"), choices=questions, required=False),
            "way": forms.ChoiceField(label=_("How it gives points"), choices=[(k, v[0]) for k, v in WAYS.items()], required=False),
            "full": forms.DecimalField(label=_("Full points from"), required=False, min_value=0, max_digits=18, decimal_places=2, localize=True),
            "formula": forms.CharField(label=_("Formula"), max_length=500, required=False),
            "best": forms.DecimalField(label=_("Points at most"), required=False, max_digits=6, decimal_places=2, localize=True),
            "key": forms.CharField(required=False, max_length=40, widget=forms.HiddenInput),
            "remove": forms.BooleanField(label=_("Remove"), required=False),
        }  # fmt: skip
        if indicator:
            first |= {
                "label": indicator.label,
                "aspect": indicator.aspect,
                "best": indicator.best,
                "key": indicator.key,
            }
        for name, field in rows.items():
            self.fields[f"row-{number}-{name}"] = field
            self.initial.setdefault(f"row-{number}-{name}", first.get(name))

    # -- for the template
    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[f"weight-{aspect.value}"] for aspect in Aspect]

    @property
    def rows(self) -> list[IndicatorRow]:
        known = len(self.scheme.indicators) if self.scheme else 0
        return [
            IndicatorRow(
                number,
                {name: self[f"row-{number}-{name}"] for name in ("label", "aspect", "question", "way", "full", "formula", "best", "key", "remove")},
                number >= known,
            )
            for number in range(self.count)
        ]  # fmt: skip

    # -- checking
    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"definition"}

    def clean(self):
        data = super().clean()
        weights = {aspect.value: data.get(f"weight-{aspect.value}") for aspect in Aspect}
        if None not in weights.values() and sum(weights.values()) != 100:
            self.add_error(
                f"weight-{Aspect.REGULATION.value}",
                _("The weights together are %(sum)s; they must be 100.")
                % {"sum": plain(sum(weights.values()))},
            )
        low, high = data.get("developing_from"), data.get("advanced_from")
        if low is not None and high is not None and not 0 < low < high:
            self.add_error("advanced_from", _("“Advanced” begins above “developing”, and both above 0."))
        indicators = [self._indicator(number, data) for number in range(self.count)]
        found = [one for one in indicators if one]
        if not self.errors:
            self.definition = {
                "indicators": found,
                "weights": {aspect: plain(weight) for aspect, weight in weights.items()},
                "developing_from": plain(low),
                "advanced_from": plain(high),
            }
            self._check_sense()
        return data

    def _indicator(self, number: int, data) -> dict | None:
        get = lambda name: data.get(f"row-{number}-{name}")  # noqa: E731
        if get("remove") or not (get("label") or get("question") or get("formula") or get("aspect")):
            return None
        way, needed = get("way") or "number", ["label", "aspect", "best"]
        needed += ["formula"] if way == "formula" else ["question"]
        needed += ["full"] if way == "share" else []
        for name in needed:
            field = f"row-{number}-{name}"
            if not get(name) and field not in self.errors:
                self.add_error(field, _("This is needed here."))
        if any(not get(name) for name in needed):
            return None
        key = get("key") or slugify(get("label")).replace("-", "_")[:40] or f"indicator_{number + 1}"
        points = write_points(
            way, question=get("question"), full=get("full"), best=get("best"), formula=get("formula") or ""
        )
        self._places = getattr(self, "_places", {}) | {key: number}
        return {
            "key": key,
            "aspect": get("aspect"),
            "label": get("label"),
            "points": points,
            "best": plain(get("best")),
        }

    def _check_sense(self) -> None:
        scheme = Scheme.from_json(self.definition)
        for sentence in scheme.problems({question.key for question in self.questionnaire.questions()}):
            self.add_error(None, sentence)
        for key, sentence in sense_of(scheme, self.questionnaire):
            number = getattr(self, "_places", {}).get(key)
            self.add_error(None if number is None else f"row-{number}-label", sentence)
