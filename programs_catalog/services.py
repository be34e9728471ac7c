"""Editing the catalog: a draft by whoever may change the program, publication by whoever may publish it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may

from .models import Program


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
def publish(*, program: Program, by: User) -> Program:
    """Publish the latest draft; a regional editor only where the setting lets regions publish their own."""
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    _may_publish(program, by)
    if program.latest_revision is None:
        raise ValidationError(_("There is no draft to publish."))
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


def _may_publish(program: Program, by: User) -> None:
    if not may(by, "publish", program):
        raise PermissionDenied(_("An editor of the nation publishes this program."))
