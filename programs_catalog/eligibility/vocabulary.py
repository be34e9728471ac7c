"""The documented vocabulary: every fact that a condition may ask about, with its kind, its words and its values.

A fact is about the household, or about each of its members. Later columns of the register are mapped to these names by
an adapter (see `query.py`); a fact that the adapter does not know is unknown for everyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext_lazy as _


class Kind(Enum):
    NUMBER = "number"  # a whole number; an anonymous visitor may answer with a range
    YES_NO = "yes_no"
    CHOICE = "choice"  # one of `values`
    CODES = "codes"  # a set of program codes
    REGION = "region"  # a region code


class About(Enum):
    HOUSEHOLD = "household"
    MEMBER = "member"


@dataclass(frozen=True)
class Fact:
    """One thing that can be known about a household or a member."""

    name: str
    about: About
    kind: Kind
    label: str
    unit: str = ""
    values: dict[str, str] = field(default_factory=dict, hash=False)
    #: whole sentences for yes and no, for facts of kind YES_NO
    yes: str = ""
    no: str = ""


_H, _M = About.HOUSEHOLD, About.MEMBER

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("decile", _H, Kind.NUMBER, _("welfare decile of the family")),
        Fact("in_register", _H, Kind.YES_NO, _("in the welfare register"), yes=_("the family is in the welfare register (DTKS/DTSEN)"), no=_("the family is not yet in the welfare register (DTKS/DTSEN)")),
        Fact("members", _H, Kind.NUMBER, _("number of family members"), unit=_("persons")),
        Fact("house", _H, Kind.CHOICE, _("condition of the house"), values={"fit": _("fit to live in"), "unfit": _("unfit to live in")}),
        Fact("tenure", _H, Kind.CHOICE, _("who owns the house or land"), values={"own": _("owned"), "rent": _("rented"), "free": _("lived in without rent")}),
        Fact("power", _H, Kind.NUMBER, _("electric power connected"), unit="VA"),
        Fact("farm_land", _H, Kind.NUMBER, _("farm land worked"), unit="m²"),
        Fact("hit_by_disaster", _H, Kind.YES_NO, _("hit by a disaster"), yes=_("the family is hit by a disaster"), no=_("the family is not hit by a disaster")),
        Fact("region", _H, Kind.REGION, _("region")),
        Fact("receives", _H, Kind.CODES, _("programs received already")),
        Fact("age", _M, Kind.NUMBER, _("age"), unit=_("years")),
        Fact("sex", _M, Kind.CHOICE, _("sex"), values={"f": _("female"), "m": _("male")}),
        Fact("pregnant", _M, Kind.YES_NO, _("pregnant"), yes=_("is pregnant"), no=_("is not pregnant")),
        Fact("schooling", _M, Kind.CHOICE, _("schooling"), values={"never": _("has never gone to school"), "enrolled": _("goes to school or studies"), "left": _("left school without finishing"), "finished": _("has finished school")}),
        Fact("school_level", _M, Kind.CHOICE, _("level of school"), values={"preschool": _("kindergarten"), "primary": _("primary school (SD/MI)"), "junior": _("junior secondary school (SMP/MTs)"), "senior": _("senior secondary school (SMA/SMK/MA)"), "college": _("university or college")}),
        Fact("disability", _M, Kind.CHOICE, _("disability"), values={"none": _("no disability"), "mild": _("mild or moderate disability"), "severe": _("severe disability")}),
        Fact("occupation", _M, Kind.CHOICE, _("occupation"), values={"farmer": _("farmer"), "fisher": _("fisher"), "fish_farmer": _("fish farmer"), "laborer": _("laborer"), "small_business": _("owner of a small business"), "employee": _("employee, civil servant, soldier or police officer"), "none": _("without work"), "other": _("other")}),
        Fact("orphan", _M, Kind.YES_NO, _("orphan"), yes=_("has lost the father, the mother or both"), no=_("has both parents")),
        Fact("has_nik", _M, Kind.YES_NO, _("has a NIK"), yes=_("has a NIK"), no=_("has no NIK")),
        Fact("has_birth_certificate", _M, Kind.YES_NO, _("has a birth certificate"), yes=_("has a birth certificate"), no=_("has no birth certificate")),
        Fact("insured", _M, Kind.YES_NO, _("has active health insurance"), yes=_("has active health insurance (JKN-KIS)"), no=_("has no active health insurance (JKN-KIS)")),
    )
}  # fmt: skip

#: what can be asked of each kind
OPERATORS = {
    Kind.NUMBER: (">=", "<=", "between"),
    Kind.YES_NO: ("is",),
    Kind.CHOICE: ("in", "not_in"),
    Kind.CODES: ("includes", "excludes"),
    Kind.REGION: ("within",),
}
