"""Which programs fit a family: the answers of a visitor without a name, turned into facts and held against the criteria.

Nothing is stored, logged or put into an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.regions.models import Region
from programs_catalog.eligibility.evaluation import Answer, Facts, Span, evaluate
from programs_catalog.eligibility.words import Explained, explain
from programs_catalog.models import Audience, Program

from .forms import RegionFilterForm

UNSURE = ("", _("I do not know"))

#: who lives in the family -> what differs from an adult about whom nothing special was told
MEMBERS: dict[str, tuple[str, dict]] = {
    "pregnant": (_("A pregnant woman"), {"pregnant": True, "sex": "f", "age": Span(15, 49)}),
    "small_child": (_("A child under 5"), {"age": Span(0, 4), "schooling": "never", "occupation": "none"}),
    "child_5_6": (_("A child of 5 or 6 who is not yet at primary school"), {"age": Span(5, 6), "schooling": "never", "occupation": "none"}),
    "primary": (_("A pupil at primary school (SD/MI)"), {"age": Span(6, 12), "schooling": "enrolled", "school_level": "primary", "occupation": "none"}),
    "junior": (_("A pupil at junior secondary school (SMP/MTs)"), {"age": Span(12, 15), "schooling": "enrolled", "school_level": "junior", "occupation": "none"}),
    "senior": (_("A pupil at senior secondary school (SMA/SMK/MA)"), {"age": Span(15, 18), "schooling": "enrolled", "school_level": "senior", "occupation": "none"}),
    "college": (_("A student at a university"), {"age": Span(17, 24), "schooling": "enrolled", "school_level": "college", "occupation": "none"}),
    "dropout": (_("Somebody who left school without finishing"), {"age": Span(7, 59), "schooling": "left"}),
    "orphan": (_("A child under 18 who has lost father or mother"), {"age": Span(0, 17), "orphan": True, "schooling": None, "school_level": None, "occupation": "none"}),
    "elderly": (_("Somebody of 60 to 74 years"), {"age": Span(60, 74)}),
    "very_old": (_("Somebody of 75 years or more"), {"age": Span(75, None)}),
    "disabled": (_("Somebody with a mild or moderate disability"), {"disability": "mild", "age": Span(0, None)}),
    "severely_disabled": (_("Somebody with a severe disability"), {"disability": "severe", "age": Span(0, None)}),
    "farmer": (_("A farmer"), {"occupation": "farmer"}),
    "fisher": (_("A fisher"), {"occupation": "fisher"}),
    "fish_farmer": (_("A fish farmer"), {"occupation": "fish_farmer"}),
    "small_business": (_("Somebody with a small business"), {"occupation": "small_business"}),
    "employee": (_("An employee, civil servant, soldier or police officer"), {"occupation": "employee"}),
    "no_certificate": (_("Somebody without a birth certificate"), {"has_birth_certificate": False, "age": Span(0, None)}),
}  # fmt: skip

ADULT = {
    "age": Span(18, 59), "pregnant": False, "schooling": "finished", "school_level": "", "disability": "none",
    "occupation": "other", "orphan": False, "has_nik": True, "has_birth_certificate": True,
}  # fmt: skip

DECILES = {"1": Span(1, 2), "3": Span(3, 4), "5": Span(5, 5), "6": Span(6, 10)}
POWER = {"0": 0, "450": 450, "900": 900, "1300": Span(1300, None)}
LAND = {"small": Span(0, 20000), "large": Span(20001, None)}


class CheckForm(RegionFilterForm):
    anggota = forms.MultipleChoiceField(
        required=False,
        choices=[(key, label) for key, (label, _facts) in MEMBERS.items()],
        widget=forms.CheckboxSelectMultiple,
        label=_("Who lives in your family?"),
        help_text=_("Tick all that apply."),
    )
    sendiri = forms.ChoiceField(
        required=False,
        choices=[("many", _("Two persons or more")), ("one", _("One person, living alone"))],
        widget=forms.RadioSelect,
        initial="many",
        label=_("How many persons are in the family?"),
    )
    desil = forms.ChoiceField(
        required=False,
        choices=[UNSURE, ("1", _("Decile 1 or 2")), ("3", _("Decile 3 or 4")), ("5", _("Decile 5")), ("6", _("Decile 6 or above"))],
        label=_("Welfare decile of your family"),
        help_text=_("The Puskesos or SLRT can tell you. Leave it open if you do not know."),
    )  # fmt: skip
    rumah = forms.ChoiceField(
        required=False,
        choices=[
            UNSURE,
            ("fit", _("Fit to live in")),
            ("unfit", _("Unfit: roof, walls or floor are badly damaged")),
        ],
        label=_("Condition of your house"),
    )
    milik = forms.ChoiceField(
        required=False,
        choices=[UNSURE, ("own", _("Our own")), ("rent", _("Rented")), ("free", _("We live with others"))],
        label=_("Whose house and land is it?"),
    )
    listrik = forms.ChoiceField(
        required=False,
        choices=[UNSURE, ("0", _("No electricity of our own")), ("450", "450 VA"), ("900", "900 VA"), ("1300", _("1,300 VA or more"))],
        label=_("Electric power"),
        help_text=_("It stands on the meter or the bill."),
    )  # fmt: skip
    lahan = forms.ChoiceField(
        required=False,
        choices=[UNSURE, ("small", _("2 hectares or less")), ("large", _("More than 2 hectares"))],
        label=_("Farm land that you work, if you are farmers"),
    )
    bencana = forms.ChoiceField(
        required=False,
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        initial="no",
        label=_("Was your family hit by a disaster lately?"),
    )
    terima = forms.MultipleChoiceField(
        required=False,
        choices=[("pkh", "PKH"), ("sembako", _("Sembako (BPNT)")), ("pis", "KIS/PBI"), ("pip", "PIP/KIP"), ("rutilahu", "Rutilahu"), ("bsps", "BSPS")],
        widget=forms.CheckboxSelectMultiple,
        label=_("What does your family receive already?"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wilayah"].help_text = _("For regional programs; province and regency are enough.")

    def facts(self) -> Facts:
        """What the visitor told, as the engine reads it."""
        told = self.cleaned_data
        region: Region | None = told.get("wilayah")
        household = {
            "decile": DECILES.get(told["desil"]),
            "members": 1 if told["sendiri"] == "one" else Span(2, None),
            "house": told["rumah"] or None,
            "tenure": told["milik"] or None,
            "power": POWER.get(told["listrik"]),
            "farm_land": LAND.get(told["lahan"]),
            "hit_by_disaster": told["bencana"] == "yes",
            "region": region.pk if region else None,
            "receives": set(told["terima"]),
        }
        members = [ADULT | MEMBERS[key][1] for key in told["anggota"]]
        if told["sendiri"] != "one" or not members:
            members.insert(0, dict(ADULT))
        elif len(members) > 1:
            # One person to whom several things apply.
            alone = dict(ADULT)
            for key in told["anggota"]:
                alone |= MEMBERS[key][1]
            members = [alone]
        return Facts(household, members)


@dataclass(frozen=True)
class Result:
    program: Program
    answer: Answer
    lines: list[Explained]


def results(facts: Facts, region: Region | None, only: str = "") -> dict[str, list[Result]]:
    """Every program with criteria, by answer; programs for everybody come last."""
    programs = (
        Program.objects.open()
        .for_region(region)
        .select_related("sector", "provider", "region")
        .prefetch_related("criteria")
    )
    found: dict[str, list[Result]] = {answer.value: [] for answer in Answer}
    for program in programs:
        criteria = program.criteria_on()
        if criteria is None or (only and program.code != only):
            continue
        finding = evaluate(criteria.rule, facts)
        found[finding.answer.value].append(Result(program, finding.answer, explain(finding)))
    for rows in found.values():
        rows.sort(key=lambda row: (Audience.EVERYONE in row.program.audiences, row.program.sector.position))
    return found
