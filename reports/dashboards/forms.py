"""The dashboard's filters."""

import datetime as dt
import re
from dataclasses import replace

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from cases.households.models import Person
from programs_catalog.models import Program, Provider, Sector

from .figures import Choice

#: the first year that the lists of months offer: the program's own
FIRST_YEAR = 2016


class MonthSelect(forms.Select):
    """The months of the years so far, newest year first, in the words of the page; needs no script and no browser's own."""

    def optgroups(self, name, value, attrs=None):
        chosen = value[0] if value else ""
        years = range(timezone.localdate().year, FIRST_YEAR - 1, -1)
        choices: list = [] if self.is_required else [("", "–")]
        if re.fullmatch(MONTH, chosen) and int(chosen[:4]) not in years:
            choices.append((chosen, date_format(dt.date(int(chosen[:4]), int(chosen[5:]), 1), "F Y")))
        for year in years:
            months = [dt.date(year, month, 1) for month in range(1, 13)]
            choices.append((str(year), [(f"{day:%Y-%m}", date_format(day, "F Y")) for day in months]))
        self.choices = choices
        return super().optgroups(name, value, attrs)


MONTH = r"20\d\d-(0[1-9]|1[0-2])"


class MonthField(forms.CharField):
    """A month as `2026-11`, chosen from a list in the reader's language."""

    widget = MonthSelect

    def clean(self, value):
        value = super().clean(value)
        last = timezone.localdate().year + 1
        if value and not (re.fullmatch(MONTH, value) and FIRST_YEAR <= int(value[:4]) <= last):
            raise forms.ValidationError(
                _("Choose a month from January %(first)s on, written as year and month, e.g. 2026-11."),
                code="month",
                params={"first": FIRST_YEAR},
            )
        return value


def _all(choices):
    return [("", _("All")), *choices]


#: what the map can show of the areas below
MEASURES = [
    ("cases", _("cases")),
    ("per_thousand", _("cases per thousand households")),
    ("waiting", _("share in process")),
    ("days", _("average handling time")),
    ("cover", _("villages with a Puskesos")),
]


class DashboardForm(forms.Form):
    """Period and filters; all of them combine. An empty form is this year, everything."""

    dari = MonthField(label=_("From month"), required=False)
    sampai = MonthField(label=_("To month"), required=False)
    jenis = forms.ChoiceField(label=_("Kind"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    jk = forms.ChoiceField(label=_("Sex"), required=False)
    sektor = forms.ChoiceField(label=_("Sector"), required=False)
    tingkat = forms.ChoiceField(label=_("Managing level"), required=False)
    program = forms.ChoiceField(label=_("Program"), required=False)
    peta = forms.ChoiceField(label=_("Map shows"), required=False, choices=MEASURES)

    def __init__(self, data, *, code: str = "", **kwargs):
        today = timezone.localdate()
        # The period is never left unsaid: without one it is this year so far.
        period = {"dari": f"{today.year}-01", "sampai": f"{today:%Y-%m}", "peta": "cases"}
        super().__init__(period | {name: value for name, value in data.items() if value}, **kwargs)
        self.code = code
        self.fields["jenis"].choices = _all(Case.Kind.choices)
        self.fields["status"].choices = _all(PublicStatus.choices)
        self.fields["jk"].choices = _all(Person.Sex.choices)
        self.fields["sektor"].choices = _all((sector.pk, str(sector)) for sector in Sector.objects.all())
        self.fields["tingkat"].choices = _all(Provider.Level.choices)
        self.fields["program"].choices = _all(
            (str(program.pk), program.label) for program in Program.objects.order_by("name")
        )

    def clean(self):
        data = super().clean()
        if data.get("dari") and data.get("sampai") and data["dari"] > data["sampai"]:
            self.add_error("sampai", _("The end lies before the beginning."))
        return data

    def chosen(self, area: str, *, narrowing: bool = False) -> list[tuple[str, str]]:
        """What was chosen, in the words of the page: (label, value); the `narrowing` filters alone without area and months."""
        rows = [] if narrowing else [(str(_("Area")), area)]
        apart = ("peta", "dari", "sampai", "dengan", "dari2", "sampai2") if narrowing else ("peta",)
        for name, field in self.fields.items():
            value = self[name].value()
            if value and name not in apart:
                rows.append((str(field.label), str(dict(getattr(field, "choices", ())).get(value, value))))
        return rows

    #: the filters that are asked for most, shown at once; the others open below them
    FIRST = ("dari", "sampai", "jenis", "program")

    @property
    def first_fields(self):
        return [self[name] for name in self.fields if name in self.FIRST]

    @property
    def rest_fields(self):
        return [self[name] for name in self.fields if name not in self.FIRST]

    @property
    def rest_is_used(self) -> bool:
        """Whether one of the others is chosen, or wrong: then they stand open."""
        return any(field.errors or field.value() not in (None, "", [], "cases") for field in self.rest_fields)

    def measure(self) -> str:
        """What the map shows."""
        self.is_valid()
        return self.cleaned_data.get("peta") or "cases"

    def choice(self) -> Choice:
        """The choice that the valid fields make; what is wrong counts as empty and shows its error."""
        self.is_valid()
        data = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        last = data["sampai"] or f"{timezone.localdate():%Y-%m}"
        first = data["dari"] or f"{last[:4]}-01"
        if first > last:
            first = f"{last[:4]}-01"
        return Choice(
            code=self.code,
            first=first,
            last=last,
            kind=data["jenis"],
            status=data["status"],
            sex=data["jk"],
            sector=data["sektor"],
            level=data["tingkat"],
            program=data["program"],
        )


class CompareForm(DashboardForm):
    """The dashboard's filters, areas right below to put beside each other, and a second period."""

    dari2 = MonthField(label=_("Second period from"), required=False)
    sampai2 = MonthField(label=_("Second period to"), required=False)
    dengan = forms.MultipleChoiceField(
        label=_("Areas beside it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data, *, areas=(), **kwargs):
        super().__init__(data, **kwargs)
        # The parent flattens what was sent; several areas stand under one name.
        self.data = self.data | {"dengan": data.getlist("dengan")}
        self.fields["dengan"].choices = areas
        del self.fields["peta"]

    def areas(self) -> list[str]:
        """The chosen areas that may be put beside; a foreign one shows its error and takes none of the others along."""
        self.is_valid()
        offered = [code for code, _name in self.fields["dengan"].choices]
        return [code for code in self.data["dengan"] if code in offered]

    def choices_of_periods(self) -> tuple[Choice, Choice | None]:
        """The chosen period, and the second one where it is given (by one month or by both)."""
        first = self.choice()
        start = self.cleaned_data.get("dari2") or self.cleaned_data.get("sampai2")
        end = self.cleaned_data.get("sampai2") or start
        if not start:
            return first, None
        return first, replace(first, first=min(start, end), last=max(start, end))
