"""The groups of people in need of social services (PPKS) that the register can tell apart (D-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs_catalog.eligibility.query import age_on

#: completed years at which the law calls a person a child no more (35/2014), and elderly (13/1998)
ADULT, ELDERLY = 18, 60
#: up to this decile the register calls a family poor or vulnerable
POOR = 4


class Group(models.TextChoices):
    """The group of a person, one for each: who is in several counts in the first that fits, in this order."""

    CHILD_DISABLED = "child_disab", _("Child with a disability")
    DISABLED = "disabled", _("Person with a disability")
    ORPHAN = "orphan", _("Orphan")
    OUT_OF_SCHOOL = "child_out", _("Child out of school")
    ELDERLY = "elderly", _("Elderly person")
    DISASTER = "disaster", _("Victim of a disaster")
    WOMAN_HEAD = "woman_head", _("Woman who heads a family")
    POOR = "poor", _("Poor or vulnerable family (decile 1 to 4)")
    OTHER = "other", _("None of these groups")


def group_of(
    *,
    sex: str,
    born_on: dt.date | None,
    is_head: bool,
    decile: int | None,
    conditions: Mapping,
    household_conditions: Mapping,
    on: dt.date,
) -> Group:
    """The group on a day, by what the register says of the person and the family; what it does not say counts as no."""
    age = age_on(born_on, on) if born_on else ADULT
    is_child = age < ADULT
    is_disabled = conditions.get("disability") in ("mild", "severe")
    fits = {
        Group.CHILD_DISABLED: is_child and is_disabled,
        Group.DISABLED: is_disabled,
        Group.ORPHAN: is_child and conditions.get("orphan") is True,
        Group.OUT_OF_SCHOOL: is_child and age >= 7 and conditions.get("schooling") in ("never", "left"),
        Group.ELDERLY: age >= ELDERLY,
        Group.DISASTER: household_conditions.get("hit_by_disaster") is True,
        Group.WOMAN_HEAD: is_head and sex == "f",
        Group.POOR: decile is not None and decile <= POOR,
    }
    return next((group for group, it_does in fits.items() if it_does), Group.OTHER)


def group_of_person(person, on: dt.date) -> Group:
    """The same for a row of the register."""
    household = person.household
    return group_of(
        sex=person.sex,
        born_on=person.born_on,
        is_head=person.is_head,
        decile=household.decile,
        conditions=person.conditions,
        household_conditions=household.conditions,
        on=on,
    )
