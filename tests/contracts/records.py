"""One record of any model of ours, in any village: filled by its fields, or by a row of `MAKERS` where that cannot do.

A new model is taken up by itself. If its constraints ask for more than plausible values, add a maker here.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from wagtail.permissions import policy_registry

from portal.accounts.policies import RolePolicy
from portal.regions.models import CODE_LENGTH, Level
from reports.evaluation.example import SCHEME as EXAMPLE_SCHEME
from tests import factories

OURS = ("portal", "programs_catalog", "cases", "reports", "public_site")
_count = itertools.count(1)

#: the level at which the records of a model lie, where it is not the village
LEVELS: dict[str, Level] = {
    "units.ProvincialCoordinator": Level.PROVINCE,
    "evaluation.Team": Level.REGENCY,
    "evaluation.Evaluation": Level.REGENCY,
    "evaluation.EvaluationRound": Level.REGENCY,
}

#: label -> function(region code) for models whose constraints ask for more
MAKERS: dict[str, Callable[[str], models.Model]] = {
    "units.Unit": lambda code: factories.UnitFactory(kind="puskesos", region_id=code),
    "households.Household": lambda code: factories.HouseholdFactory(region_id=code),
    "households.Person": lambda code: factories.PersonFactory(household__region_id=code),
    "accounts.User": lambda code: factories.UserFactory(),
    "regions.Region": lambda code: apps.get_model("regions.Region").objects.get(pk=code),
    "programs_catalog.Sector": lambda code: factories.SectorFactory(),
}


#: label -> values beside the plausible ones
EXTRA: dict[str, Callable[[], dict]] = {
    "ledger.NumberMask": lambda: {"kind": "REG", "mask": "{number}/{code}/{year}"},
    "formation.FormationRequest": lambda: {"unit_kind": "puskesos", "submitted_at": timezone.now()},
    "evaluation.TypologyScheme": lambda: {"year": 2000 + next(_count) % 900, "definition": EXAMPLE_SCHEME},
    "evaluation.EvaluationRound": lambda: {"year": 2000 + next(_count) % 900},
    "casework.Notice": lambda: {"step": next(_count), "move": "start", "channel": "sms"},
    "evaluation.Team": lambda: {"tier": "regency", "kind": "internal"},
    "monitoring.SupervisionPair": lambda: {
        "companion_village_id": "31.71.01.1001",
        "quarter_code": f"{1950 + next(_count) % 900}-Q1",
    },
    "quarterly.ReportingCycle": lambda: {
        "quarter_code": f"{1950 + (number := next(_count)) // 4 % 140}-Q{number % 4 + 1}",
        **{
            name: dt.date(2026, 4, day)
            for day, name in enumerate(
                ("opens_on", "due_puskesos", "due_slrt", "due_province", "due_nation"), 1
            )
        },
    },
}


def addition_to_an_instrument(code: str) -> models.Model:
    """The variables a regency adds to a questionnaire of the nation."""
    instrument = apps.get_model("monitoring.Instrument")
    core = instrument.objects.create(code=f"core-{next(_count)}", name="Instrumen", purpose="quarterly")
    return instrument.objects.create(
        code=f"addition-{next(_count)}",
        name="Tambahan",
        purpose="quarterly",
        extends=core,
        region_id=code[:5],
    )


MAKERS["monitoring.Instrument"] = addition_to_an_instrument
MAKERS["units.Meeting"] = lambda code: apps.get_model("units.Meeting").objects.create(
    unit=factories.UnitFactory(kind="puskesos", region_id=code),
    region_id=code,
    title="Rapat",
    agenda="-",
    date=dt.date(2026, 1, 5),
)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def guarded_models() -> list[type[models.Model]]:
    """Models of ours whose rights follow roles and regions."""
    return [m for m in our_models() if isinstance(policy_registry.get_by_type(m, fallback=False), RolePolicy)]


def code_for(model: type[models.Model], village: str) -> str:
    """The village itself, or what lies above it at the model's level; the neighbor's province is another one."""
    level = LEVELS.get(model._meta.label, Level.VILLAGE)
    if village == factories.OTHER_VILLAGE:
        return factories.OTHER_PLACES[level]
    return village[: CODE_LENGTH[level]]


def make(model: type[models.Model], code: str) -> models.Model:
    """A saved record of a model in a region; all that it hangs on is made with it, in the same region."""
    if model._meta.label in MAKERS:
        return MAKERS[model._meta.label](code)
    record = model(
        **{field.name: _value(field, code) for field in model._meta.concrete_fields if _is_needed(field)}
    )
    for name, value in EXTRA.get(model._meta.label, dict)().items():
        setattr(record, name, value)
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except Exception as error:
        raise AssertionError(
            f"{model._meta.label} needs a maker in tests/contracts/records.py: {error}"
        ) from error
    return model._base_manager.get(pk=record.pk)


def _is_needed(field: models.Field) -> bool:
    if (
        isinstance(field, models.GeneratedField)
        or field.primary_key
        and not field.remote_field
        and field.has_default()
    ):
        return False
    if isinstance(field, models.AutoField):
        return False
    if field.name == "region":
        return True
    return not field.null and not field.has_default() and not (field.blank and field.empty_strings_allowed)


def _value(field: models.Field, code: str):
    number = next(_count)
    if isinstance(field, models.ForeignKey):
        target = field.remote_field.model
        if field.name == "region":
            return apps.get_model("regions.Region").objects.get(pk=code)
        if target is get_user_model():
            return factories.UserFactory()
        return make(target, code_for(target, code) if len(code) > 5 else code)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != "")
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate() + dt.timedelta(days=number)  # a later field, a later day
    if isinstance(field, models.TimeField):
        return dt.time(8)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.DurationField):
        return dt.timedelta(days=1)
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return number % 4 + 1
    if isinstance(field, models.FileField):
        return f"berkas-{number}.pdf"
    return f"x{number}"[: getattr(field, "max_length", None) or 20]
