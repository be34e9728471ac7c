"""The use cases of supervision: pair crosswise, plan and hold visits, follow findings up (M-07 to M-09)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import RoleAssignment, User
from portal.accounts.policies import may
from portal.accounts.roles import Role
from portal.periods import Quarter
from portal.regions.models import Level, Region, below_q

from .answers import answer_errors, clean_answers, relevant_answers
from .evidence import drop_unused, keep_evidence
from .instruments import core_instrument, definition_for
from .models import Finding, Instrument, Purpose, SupervisionPair, SupervisionVisit
from .owners import officers_for
from .workflow import FINDING_FLOW, VISIT_FLOW, VersionStatus


@transaction.atomic
def pair_crosswise(*, regency: Region, quarter: Quarter, by: User) -> list[SupervisionPair]:
    """Give every facilitator of a regency a companion of another village for a quarter (M-08).

    The draw depends on the regency and the quarter alone, so asking twice gives the same pairs; pairs already there stay.
    """
    if regency.level != Level.REGENCY:
        raise ValidationError(_("Pairs are made within a regency or city."))
    if not may(by, "add", SupervisionPair(region=regency)):
        raise PermissionDenied(_("You do not have the right to pair facilitators here."))
    rows = (
        RoleAssignment.objects.active(quarter.end)
        .filter(below_q(regency.pk), role=Role.FACILITATOR)
        .order_by("region_id", "user_id")
    )
    people = list(dict.fromkeys(rows.values_list("user_id", "region_id")))
    if len({village for _user, village in people}) < 2:
        raise ValidationError(_("Crosswise supervision needs facilitators of at least two villages."))
    have = set(
        SupervisionPair.objects.filter(quarter_code=str(quarter), region=regency).values_list(
            "facilitator_id", "facilitator_village_id"
        )
    )
    draw = random.Random(f"{regency.pk}:{quarter}")  # noqa: S311 - a fair rotation, no secret
    order = sorted(people, key=lambda person: (person[1], person[0]))
    draw.shuffle(order)
    made = []
    for index, (user, village) in enumerate(order):
        if (user, village) in have:
            continue
        others = (order[(index + step) % len(order)] for step in range(1, len(order)))
        companion = next(((u, v) for u, v in others if v != village and u != user), None)
        if companion is None:
            raise ValidationError(
                _("One facilitator serves all villages; nobody is left to be the companion.")
            )
        made.append(
            SupervisionPair(
                region=regency, quarter_code=str(quarter), facilitator_id=user, facilitator_village_id=village,
                companion_id=companion[0], companion_village_id=companion[1],
            )
        )  # fmt: skip
    return SupervisionPair.objects.bulk_create(made)


@transaction.atomic
def plan_visit(
    *,
    region: Region,
    kind: str,
    planned_on: dt.date,
    purpose: str,
    leader: User,
    by: User,
    with_whom: str = "",
    pair: SupervisionPair | None = None,
    instrument: Instrument | None = None,
) -> SupervisionVisit:
    """Plan a visit; the sheet in force is fixed with it: the usual one, or another monitoring form (M-01, M-09)."""
    visit = SupervisionVisit(
        region=region,
        kind=kind,
        planned_on=planned_on,
        purpose=purpose,
        leader=leader,
        with_whom=with_whom,
        pair=pair,
        created_by=by,
    )
    if not may(by, "add", visit):
        raise PermissionDenied(_("You do not have the right to plan visits here."))
    if kind not in kinds_for(by):
        raise ValidationError({"kind": _("Visits of this kind are planned by another tier.")})
    if kind == SupervisionVisit.Kind.PROVINCIAL and not with_whom.strip():
        raise ValidationError({"with_whom": _("Name the offices of the regional government that take part.")})
    if kind == SupervisionVisit.Kind.CROSSWISE:
        if pair is None:
            raise ValidationError({"pair": _("Choose the crosswise pair.")})
        if leader.pk != pair.companion_id:
            raise ValidationError(
                {"leader": _("A crosswise visit is led by the companion of the other village.")}
            )
    if instrument is not None and not sheets().filter(pk=instrument.pk).exists():
        raise ValidationError({"instrument": _("A visit is recorded on a supervision or monitoring form.")})
    chosen = instrument or core_instrument(Purpose.SUPERVISION)
    visit.instrument_version = chosen.version_on(planned_on) if chosen else None
    if instrument is not None and visit.instrument_version is None:
        raise ValidationError({"instrument": _("No version of this form is in force on that day.")})
    visit.save()
    VISIT_FLOW.start(visit, by=by)
    return visit


def kinds_for(user: User) -> set[str]:
    """The kinds of visit this user plans: those of their own tiers, and crosswise ones (M-01, M-09)."""
    kind = SupervisionVisit.Kind
    by_level = {0: kind.NATIONAL, 2: kind.PROVINCIAL, 5: kind.REGENCY, 8: kind.REGENCY, 13: kind.VILLAGE}
    if user.is_superuser:
        return set(kind)
    own = {by_level[len(g.code)] for g in user.grants if "supervisionvisit.add" in g.rights}
    return own | {kind.CROSSWISE} if own else own


def sheets():
    """The forms on which a visit can be recorded: supervision sheets and monitoring forms of the nation."""
    return Instrument.objects.core().filter(
        purpose__in=(Purpose.SUPERVISION, Purpose.MONITORING), versions__status=VersionStatus.PUBLISHED
    )


def concerned(visit: SupervisionVisit) -> list[User]:
    """Whom a crosswise visit itself concerns: the facilitator and the companion."""
    return [visit.pair.facilitator, visit.pair.companion] if visit.pair_id else []


@transaction.atomic
def hold_visit(
    *, visit: SupervisionVisit, held_on: dt.date, answers: dict[str, Any], by: User
) -> SupervisionVisit:
    """Record what a visit saw on the sheet of its instrument."""
    visit = VISIT_FLOW.lock(visit, "hold", by=by)
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("A visit is recorded when it has taken place.")})
    if visit.instrument_version:
        definition = definition_for(visit.instrument_version, visit.region_id, on=visit.planned_on)
        answers = keep_evidence(definition, answers, owner=visit, by=by)
        answers = relevant_answers(definition, clean_answers(definition, answers))
        errors = answer_errors(definition, answers)
        if errors:
            raise ValidationError(errors)
    SupervisionVisit.objects.filter(pk=visit.pk).update(answers=answers)
    drop_unused(visit, answers)
    VISIT_FLOW.record(visit, "hold", by=by, also={"held_on": held_on})
    visit.answers = answers
    return visit


@transaction.atomic
def cancel_visit(*, visit: SupervisionVisit, note: str, by: User) -> SupervisionVisit:
    visit = VISIT_FLOW.lock(visit, "cancel", by=by)
    VISIT_FLOW.record(visit, "cancel", by=by, note=note)
    return visit


@transaction.atomic
def record_finding(*, visit: SupervisionVisit, text: str, owner: User, due_on: dt.date, by: User) -> Finding:
    """Turn what was found into a follow-up with an owner and a date (M-07)."""
    if not may(by, "hold", visit):
        raise PermissionDenied(_("You do not have the right to record findings here."))
    if not text.strip():
        raise ValidationError({"text": _("Say what was found.")})
    if due_on < (visit.held_on or visit.planned_on):
        raise ValidationError({"due_on": _("The follow-up is due after the visit.")})
    if owner.pk not in officers_for(visit.region_id, *concerned(visit)):
        raise ValidationError({"owner": _("The follow-up needs somebody who works for this place.")})
    finding = Finding.objects.create(
        visit=visit, region_id=visit.region_id, text=text.strip(), owner=owner, due_on=due_on
    )
    FINDING_FLOW.start(finding, by=by)
    return finding


@transaction.atomic
def finish_finding(*, finding: Finding, done: str, by: User) -> Finding:
    """The owner says what was done."""
    finding = FINDING_FLOW.lock(finding, "finish", by=by)
    FINDING_FLOW.record(finding, "finish", by=by, note=done, also={"follow_up": done.strip()})
    return finding


@transaction.atomic
def review_finding(*, finding: Finding, sufficient: bool, note: str, by: User) -> Finding:
    """Whoever supervises confirms the follow-up, or says what is still missing."""
    move = "confirm" if sufficient else "reopen"
    finding = FINDING_FLOW.lock(finding, move, by=by)
    FINDING_FLOW.record(finding, move, by=by, note=note)
    return finding
