"""Editing the catalog: a draft by whoever may change the program, publication by whoever may publish it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from portal.accounts.models import User
from portal.accounts.policies import may

from .eligibility.blocks import rule_of
from .eligibility.rules import RuleError
from .models import Criteria, Program


@transaction.atomic
def save_draft(*, program: Program, by: User) -> Program:
    """Keep the program's texts as a draft; what the public reads stays until somebody publishes.

    A new program is created unpublished. Raises PermissionDenied outside the editor's region.
    """
    new = program._state.adding
    if not may(by, "add" if new else "change", program):
        raise PermissionDenied(_("You do not edit programs of this region."))
    if new:
        program.live = False
        program.save()
    program.save_revision(user=by)
    return program


@transaction.atomic
def propose(*, program: Program, by: User) -> Program:
    """Ask for the publication of the latest draft; who may publish finds it among what waits.

    ValidationError where there is nothing to publish, or a proposal waits already.
    """
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if not may(by, "change", program):
        raise PermissionDenied(_("You do not edit programs of this region."))
    if program.latest_revision is None or not (program.has_unpublished_changes or not program.live):
        raise ValidationError(_("There is no draft to publish."))
    workflow = program.get_workflow()
    if workflow is None:
        raise ValidationError(_("No way of publication is set for programs."))
    if program.workflow_in_progress:
        raise ValidationError(_("This program is proposed already."))
    returned = program.current_workflow_state
    if returned is not None:  # came back with a note: the same proposal goes on
        returned.resume(user=by)
    else:
        workflow.start(program, by)
    return program


@transaction.atomic
def publish(*, program: Program, by: User) -> Program:
    """Publish the latest draft; a regional editor only where the setting lets regions publish their own."""
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    _may_publish(program, by)
    if program.latest_revision is None:
        raise ValidationError(_("There is no draft to publish."))
    _approve_proposal(program, by)
    program = _keep_shown_until_its_time(program)
    program.latest_revision.publish(user=by, skip_permission_checks=True)
    program.refresh_from_db()
    return program


@transaction.atomic
def unpublish(*, program: Program, by: User) -> Program:
    """Take the program from the public site; cases and referrals keep pointing at it."""
    _may_publish(program, by)
    if program.latest_revision is None:
        program.save_revision(user=by)
    program.unpublish(user=by)
    return program


@transaction.atomic
def mark_checked(*, program: Program, by: User) -> Program:
    """Record that today somebody compared the texts with what the agency says."""
    if not may(by, "change", program):
        raise PermissionDenied(_("You do not edit programs of this region."))
    Program.objects.filter(pk=program.pk).update(checked_on=timezone.localdate(), checked_by=str(by)[:150])
    program.refresh_from_db()
    if program.latest_revision_id:
        draft = program.get_latest_revision_as_object()
        draft.checked_on, draft.checked_by = program.checked_on, program.checked_by
        draft.save_revision(user=by)
    program.save(update_fields=["checked_on", "checked_by"])  # tells the caches
    return program


@transaction.atomic
def save_criteria(
    *, program: Program, valid_from: dt.date, valid_until: dt.date | None, conditions, source: str,
    replaces: dt.date | None = None, by: User,
) -> Program:  # fmt: skip
    """Put a version of the criteria into the program's draft, in place of the one that began on `replaces`."""
    draft = _draft_for_change(program, by)
    try:
        rule_of(conditions)
    except RuleError as problem:
        raise ValidationError({"conditions": str(problem)}) from problem
    begins = {version.valid_from: version for version in draft.criteria.all()}
    version = begins.pop(replaces, None) or Criteria()
    if valid_from in begins:
        raise ValidationError({"valid_from": _("Another version begins on this day.")})
    version.valid_from, version.valid_until = valid_from, valid_until
    version.conditions, version.source = conditions, source
    draft.criteria.add(version)
    return save_draft(program=draft, by=by)


@transaction.atomic
def remove_criteria(*, program: Program, valid_from: dt.date, by: User) -> Program:
    """Leave one version of the criteria out of the program's draft; it holds until the draft is published."""
    draft = _draft_for_change(program, by)
    version = next((each for each in draft.criteria.all() if each.valid_from == valid_from), None)
    if version is None:
        raise ValidationError(_("There is no such version any more."))
    draft.criteria.remove(version)
    return save_draft(program=draft, by=by)


def publish_due() -> None:
    """Publish what was approved for a time that has come, and withdraw what has run out; nothing when done already."""
    call_command("publish_scheduled", verbosity=0)


def _approve_proposal(program: Program, by: User) -> None:
    """Close a proposal that waits: it was approved by being published."""
    waiting = program.current_workflow_state
    if waiting is None:
        return
    if waiting.status == waiting.STATUS_IN_PROGRESS:
        waiting.current_task_state.approve(user=by, update=False)
    waiting.status = waiting.STATUS_APPROVED
    waiting.save(update_fields=["status"])


def _keep_shown_until_its_time(program: Program) -> Program:
    """Give a public program without a published revision one of what it shows now.

    The loader of reference data makes no revisions, and Wagtail publishes a scheduled draft at once where it finds none.
    """
    if not program.live or program.live_revision_id:
        return program
    starts = program.get_latest_revision_as_object().go_live_at
    if not starts or starts <= timezone.now():
        return program
    shown = Revision.objects.create(
        content_object=program,
        base_content_type=program.get_base_content_type(),
        content=program.serializable_data(),
        object_str=str(program),
    )
    Program.objects.filter(pk=program.pk).update(live_revision=shown)
    draft = program.latest_revision
    draft.content["live_revision"] = shown.pk  # Wagtail asks the draft, not the row
    draft.save(update_fields=["content"])
    return Program.objects.get(pk=program.pk)


def _draft_for_change(program: Program, by: User) -> Program:
    """The latest draft, with the row locked so that two editors follow each other."""
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if not may(by, "change", program):
        raise PermissionDenied(_("You do not edit programs of this region."))
    return program.draft


def _may_publish(program: Program, by: User) -> None:
    if not may(by, "publish", program):
        raise PermissionDenied(_("An editor of the nation publishes this program."))
