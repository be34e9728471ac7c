"""Beginning a request, filling it in together, and sending it (F-01 to F-05, F-09, F-15)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger.numbers import next_number
from portal.ledger.workflow import WrongState
from portal.regions.models import Level, Region
from portal.units.models import Unit

from ..asks import LETTER
from ..enums import Item, StageForm
from ..items import ItemForm, form_of, typed_only
from ..letters import request_pdf
from ..models import (
    Copy,
    Delegate,
    Document,
    FormationRequest,
    Pathway,
    ReadinessItem,
    Sending,
    StageRecord,
)
from ..workflow import REQUEST_FLOW, WITH_APPLICANT

LEVEL = {Unit.Kind.SLRT: Level.REGENCY, Unit.Kind.PUSKESOS: Level.VILLAGE}
LETTER_FIELDS = ("signatory", "reason", "follows_standard")


class Conflict(Exception):
    """Somebody else saved the same part meanwhile; `current` is what is stored now, nothing was overwritten."""

    def __init__(self, current):
        super().__init__(_("Somebody else has saved this part while you were writing."))
        self.current = current


@dataclass(frozen=True)
class Missing:
    """What keeps a request from being sent, at its item."""

    item: str
    label: str
    reasons: tuple[str, ...]


@transaction.atomic
def begin(
    *,
    pathway: Pathway,
    region: Region,
    by: User,
    origin: str = FormationRequest.Origin.APPLICANT,
    reason: str = "",
    is_demo: bool = False,
) -> FormationRequest:
    """Begin a draft on the pathway's version in force (F-01); the applicant is the head of the region (F-02, F-09)."""
    version = pathway.current
    if version is None:
        raise ValidationError(_("This pathway is not in force."))
    if region.level != LEVEL[pathway.unit_kind]:
        raise ValidationError(
            {"region": _("An SLRT is formed in a regency or city, a Puskesos in a village.")}
        )
    request = FormationRequest(
        version=version, unit_kind=pathway.unit_kind, region=region, created_by=by, origin=origin, origin_reason=reason,
        is_demo=is_demo,
    )  # fmt: skip
    right = "propose" if origin == FormationRequest.Origin.MINISTRY else "submit"
    if not _may_begin(request, right, by):
        raise PermissionDenied(_("Only the head of the region asks for a unit there."))
    if (
        Unit.objects.filter(kind=pathway.unit_kind, region=region)
        .exclude(status=Unit.Status.FORMING)
        .exists()
    ):
        raise ValidationError({"region": _("There is already a unit of this kind here.")})
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        raise ValidationError({"region": _("A request for this region is already open.")}) from None
    ReadinessItem.objects.bulk_create([ReadinessItem(request=request, kind=kind) for kind in version.items])
    REQUEST_FLOW.start(request, by=by, note=reason)
    return request


def _may_begin(request, right: str, by: User) -> bool:
    if right == "propose":
        return by.is_superuser or by.has_right("formationrequest.propose")
    return may(by, right, request)


def propose_region(*, pathway: Pathway, region: Region, reason: str, by: User) -> FormationRequest:
    """The Ministry proposes a region that it deems ready: a draft that waits for the region's head (F-15)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the region is deemed ready.")})
    return begin(
        pathway=pathway, region=region, by=by, origin=FormationRequest.Origin.MINISTRY, reason=reason
    )


@transaction.atomic
def delegate(*, request: FormationRequest, to: User, by: User) -> Delegate:
    """Let another account prepare the request; the applicant alone sends it.

    The account works in the region of the request, or holds no office anywhere: a draft is nobody else's (F-02, A-02).
    """
    if not may(by, "delegate", request):
        raise PermissionDenied
    if request.status not in WITH_APPLICANT:
        raise WrongState(_("The request has been sent already."))
    areas = [grant.code for grant in to.grants]
    if areas and not any(request.region.contains(code) for code in areas if code):
        raise ValidationError({"username": _("There is no active account of your area with this user name.")})
    return Delegate.objects.get_or_create(request=request, user=to, defaults={"delegated_by": by})[0]


@transaction.atomic
def end_delegation(*, delegation: Delegate, by: User) -> None:
    if not may(by, "delegate", delegation.request):
        raise PermissionDenied
    delegation.delete()


def open_for_writing(request: FormationRequest, by: User) -> FormationRequest:
    """The request, locked, for somebody who prepares it and while it is with the applicant."""
    locked = FormationRequest.objects.select_for_update().get(pk=request.pk)
    if not may(by, "change", locked):
        if not may(by, "view", locked):
            raise FormationRequest.DoesNotExist
        raise PermissionDenied
    if locked.status not in WITH_APPLICANT:
        raise WrongState(_("The request has been sent and can no longer be changed."))
    return locked


@transaction.atomic
def save_item(
    *, request: FormationRequest, kind: str, data: Mapping, base_version: int, by: User
) -> ReadinessItem:
    """Save what was typed into an item's form, finished or not. Raises Conflict when somebody saved it meanwhile."""
    request = open_for_writing(request, by)
    item = ReadinessItem.objects.select_for_update().select_related("request").get(request=request, kind=kind)
    item.request = request
    kept = typed_only(form_of(item, data))
    if kept == item.data:
        return item
    if item.edit_version != base_version:
        raise Conflict(item)
    item.data, item.edited_by, item.edited_at = kept, by, timezone.now()
    item.edit_version += 1
    item.save(update_fields=["data", "edited_by", "edited_at", "edit_version"])
    return item


@transaction.atomic
def save_letter(
    *,
    request: FormationRequest,
    signatory: str,
    reason: str,
    follows_standard: bool,
    base_version: int,
    by: User,
) -> FormationRequest:
    """Save what the letter says; Conflict when somebody saved it meanwhile."""
    locked = open_for_writing(request, by)
    new = {"signatory": signatory, "reason": reason, "follows_standard": follows_standard}
    if all(getattr(locked, name) == value for name, value in new.items()):
        return locked
    if locked.edit_version != base_version:
        raise Conflict(locked)
    for name, value in new.items():
        setattr(locked, name, value)
    locked.edit_version += 1
    locked.save(update_fields=[*new, "edit_version"])
    return locked


@transaction.atomic
def attach(*, request: FormationRequest, kind: str, title: str, file, by: User) -> Document:
    """Attach a document to an item; the file was checked by its form."""
    request = open_for_writing(request, by)
    item = request.items.get(kind=kind)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return Document.objects.create(
        request=request,
        item=item,
        title=title.strip() or file.name,
        file=file,
        uploaded_by=by,
        round=request.round,
        sha256=digest.hexdigest(),
    )


@transaction.atomic
def detach(*, document: Document, by: User) -> None:
    """Take a document off an item. One that was sent stays, marked as replaced: a body has decided upon it."""
    request = open_for_writing(document.request, by)
    if document.item_id is None:
        raise PermissionDenied
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.replaced_in is not None:
        return
    if locked.round == request.round:
        locked.delete()
        return
    locked.replaced_in, locked.replaced_at, locked.replaced_by = request.round, timezone.now(), by
    locked.save(update_fields=["replaced_in", "replaced_at", "replaced_by"])


def filled_form(item: ReadinessItem) -> ItemForm:
    """The item's form over what is stored, checked."""
    form = form_of(item)
    form.is_valid()
    return form


def missing(request: FormationRequest) -> list[Missing]:
    """What is not yet there, item by item; empty when the request can be sent (F-04, F-09)."""
    found = []
    items = {item.kind: item for item in request.items.prefetch_related("documents")}
    for kind in request.version.items:
        item = items.get(kind)
        if item is None:
            found.append(Missing(kind, str(Item(kind).label), (_("not filled in"),)))
            continue
        item.request = request
        form = filled_form(item)
        reasons = []
        if not item.data:
            reasons.append(_("not filled in"))
        else:
            reasons += [f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items() if name in form.fields]  # fmt: skip
        if not item.attached:
            reasons.append(_("no document attached: %(document)s") % {"document": form.document})
        if reasons:
            found.append(Missing(kind, str(item.get_kind_display()), tuple(reasons)))
    letter = []
    if not request.signatory.strip():
        letter.append(_("who signs the letter"))
    if not request.reason.strip():
        letter.append(_("why the unit is needed"))
    if request.version.confirms_standard and not request.follows_standard:
        letter.append(_("the confirmation that the Ministry's standards and criteria are followed"))
    if letter:
        found.append(Missing(LETTER, _("Letter of request"), tuple(letter)))
    return found


@transaction.atomic
def submit(*, request: FormationRequest, by: User) -> FormationRequest:
    """Send the request: numbered letter, copies, first stage. Refused while something is missing, which it names."""
    locked = REQUEST_FLOW.lock(request, "submit", by=by)
    refuse_incomplete(missing(locked))
    now = timezone.now()
    stages = list(locked.version.stages.order_by("order"))
    locked.letter_date = timezone.localdate()
    locked.letter_number = next_number("SLRT", locked.region, on=locked.letter_date)
    locked.submitted_at = now
    first, following = stages[0], stages[1] if len(stages) > 1 else None
    current = following if first.form == StageForm.PLAN else first
    locked.stage, locked.stage_since = current, now
    locked.stage_due_on = locked.due_date(current, locked.letter_date)
    # The letter is what was sent, for demo requests too; later changes of an item do not touch it.
    locked.letter_file.save(f"request-{locked.pk}.pdf", ContentFile(request_pdf(locked)), save=False)
    locked.save(
        update_fields=[
            "letter_date", "letter_number", "submitted_at", "stage", "stage_since", "stage_due_on", "letter_file",
        ]
    )  # fmt: skip
    sending = seal(locked, by)
    REQUEST_FLOW.record(
        locked, "submit", by=by, number=locked.letter_number, round=sending.round, digest=sending.digest
    )
    if first.form == StageForm.PLAN:
        StageRecord.objects.create(
            request=locked,
            stage=first,
            by=by,
            by_role=by.role_for(locked),
            at=now,
            data={"letter": locked.letter_number},
        )
    Copy.objects.bulk_create(
        [Copy(request=locked, addressee=addressee, sent_at=now) for addressee in locked.version.copies]
    )
    return locked


def contents(request: FormationRequest) -> tuple[dict, list[dict]]:
    """What the request says now: the answers by part, and its files by content."""
    answers, files = {LETTER: {name: getattr(request, name) for name in LETTER_FIELDS}}, []
    for item in request.items.prefetch_related("documents"):
        answers[item.kind] = item.data
        for document in item.attached:
            files.append(
                {
                    "item": item.kind,
                    "document": document.pk,
                    "title": document.title,
                    "sha256": document.sha256,
                }
            )
    return answers, files


def seal(request: FormationRequest, by: User, asked: Sequence[Mapping] = ()) -> Sending:
    """Keep what is being sent: the answers and which files, by content, and what is said to each ask. Call before the status moves."""
    answers, files = contents(request)
    if asked:
        answers["asked"] = list(asked)
    return Sending.objects.create(
        request=request, round=request.round, answers=answers, files=files, by=by, at=timezone.now()
    )


def refuse_incomplete(lacking: Sequence[Missing]) -> None:
    """Raise ValidationError that names what is missing, a line for each part."""
    if lacking:
        raise ValidationError(
            [f"{entry.label}: {'; '.join(entry.reasons)}" for entry in lacking], code="incomplete"
        )


@transaction.atomic
def withdraw(*, request: FormationRequest, note: str, by: User) -> FormationRequest:
    """Take a request back, with a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = REQUEST_FLOW.lock(request, "withdraw", by=by)
    REQUEST_FLOW.record(locked, "withdraw", by=by, note=note)
    return locked
