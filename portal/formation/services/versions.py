"""Editing pathways without code: a draft version, checked for sense, published; running requests keep theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger import audit
from portal.ledger.workflow import WrongState

from ..models import Pathway, PathwayStage, PathwayVersion
from ..pathways import problems
from ..workflow import VERSION_FLOW, VersionStatus

STAGE_FIELDS = (
    "code", "name", "name_en", "description", "description_en", "body", "form", "documents", "decree_issuer", "time_limit_days",
)  # fmt: skip


@transaction.atomic
def new_version(*, pathway: Pathway, by: User) -> PathwayVersion:
    """A draft that copies the version in force, to be edited; an open draft is returned as it is."""
    if not may(by, "add", PathwayVersion):
        raise PermissionDenied
    draft = pathway.versions.filter(status=VersionStatus.DRAFT).first()
    if draft:
        return draft
    current = pathway.current
    number = (pathway.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = PathwayVersion.objects.create(
        pathway=pathway,
        number=number,
        basis=current.basis,
        addressee=current.addressee,
        copies=current.copies,
        items=current.items,
        confirms_standard=current.confirms_standard,
    )
    PathwayStage.objects.bulk_create(
        [
            PathwayStage(
                version=draft, order=stage.order, **{name: getattr(stage, name) for name in STAGE_FIELDS}
            )
            for stage in current.stages.order_by("order")
        ]
    )
    VERSION_FLOW.start(draft, by=by)
    return draft


FACTS = ("basis", "note", "addressee", "copies", "items", "confirms_standard")


def fingerprint(version: PathwayVersion) -> str:
    """What a draft says now, in one word: an editor names the one it was opened with."""
    content = [[getattr(version, name) for name in FACTS], *version.stages.order_by("order").values_list("order", *STAGE_FIELDS)]  # fmt: skip
    return hashlib.sha256(json.dumps(content, default=list).encode()).hexdigest()[:16]


@transaction.atomic
def save_version(
    *, version: PathwayVersion, facts: Mapping, stages: Sequence[Mapping], by: User, base: str | None = None
) -> PathwayVersion:
    """Write a draft's content: its facts, and its stages in the order given. A published version never changes.

    `base` is the fingerprint of what the editor was shown; nothing is overwritten when the draft says something else now.
    """
    locked = PathwayVersion.objects.select_for_update().get(pk=version.pk)
    if not may(by, "change", locked):
        raise PermissionDenied
    if locked.status != VersionStatus.DRAFT:
        raise WrongState(_("A published version never changes; make a new one."))
    if base is not None and base != fingerprint(locked):
        raise ValidationError(
            _("Somebody else has saved this version while you were writing. Nothing was overwritten: compare with the version's page, then save again to replace it."),
            code="conflict",
        )  # fmt: skip
    codes = [stage["code"] for stage in stages]
    if len(codes) != len(set(codes)):
        raise ValidationError(_("Two stages have the same code."))
    for name in FACTS:
        if name in facts:
            setattr(locked, name, facts[name])
    locked.save()
    locked.stages.all().delete()
    PathwayStage.objects.bulk_create(
        [
            PathwayStage(
                version=locked, order=order, **{name: stage[name] for name in STAGE_FIELDS if name in stage}
            )
            for order, stage in enumerate(stages, 1)
        ]
    )
    audit.record(audit.Action.CHANGE, locked, by=by, stages=len(stages))
    return locked


@transaction.atomic
def publish(*, version: PathwayVersion, by: User) -> PathwayVersion:
    """Put a draft in force if it makes sense; new requests begin with it, running ones keep theirs."""
    locked = VERSION_FLOW.lock(version, "publish", by=by)
    found = problems(locked)
    if found:
        raise ValidationError(found)
    before = locked.pathway.current
    if before is not None:
        VERSION_FLOW.record(VERSION_FLOW.lock(before, "retire", by=by), "retire", by=by)
    VERSION_FLOW.record(locked, "publish", by=by)
    PathwayVersion.objects.filter(pk=locked.pk).update(published_at=timezone.now(), published_by=by)
    locked.refresh_from_db()
    return locked
