"""Cases for an officer's own program or phone: the same policy, the same absence outside one's area."""

from __future__ import annotations

import datetime as dt

from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import django_auth

from portal.accounts.policies import may

from .models import Case
from .workflow import CASE_FLOW

router = Router(tags=["cases"], auth=django_auth)


class CaseOut(Schema):
    """A case without the family: what it is about and where it stands."""

    id: int
    number: str
    kind: str
    status: str
    outcome: str
    region: str
    program: str | None = None
    opened_at: dt.datetime
    due_at: dt.datetime | None = None
    moves: list[str] = []


def _out(case: Case, user) -> CaseOut:
    return CaseOut(
        id=case.pk, number=case.number, kind=case.kind, status=case.status, outcome=case.outcome, region=case.region_id,
        program=case.program.code if case.program_id else None, opened_at=case.opened_at, due_at=case.due_at,
        moves=sorted(CASE_FLOW.available(case, by=user)),
    )  # fmt: skip


def _allowed(request) -> None:
    if not may(request.user, "view", Case):
        raise HttpError(403, "your roles do not read cases")


@router.get("", response=list[CaseOut], summary="Cases of one's area, the newest first")
def listed(request, before: int | None = Query(None, ge=1), limit: int = Query(50, ge=1, le=100)):
    """`before` is the id of the last case already read."""
    _allowed(request)
    rows = Case.objects.visible_to(request.user).select_related("program").order_by("-id")
    return [_out(case, request.user) for case in (rows.filter(pk__lt=before) if before else rows)[:limit]]


@router.get("/{int:pk}", response=CaseOut, summary="One case of one's area")
def one(request, pk: int):
    _allowed(request)
    case = Case.objects.visible_to(request.user).select_related("program").filter(pk=pk).first()
    if case is None:
        raise HttpError(404, "no such case")
    return _out(case, request.user)
