"""What is proposed for the public: one list for pages and programs, and the two answers to a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage, TaskState, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from portal.accounts.models import User
from portal.backoffice.admin import record_url
from programs_catalog import services as catalog
from programs_catalog.models import TEXTS, Program

from .models import EditorsApproval, HomePage
from .models.moderation import may_publish

TASK, WORKFLOW = "Persetujuan penyunting", "Penerbitan"


def set_up() -> None:
    """The workflow of proposals on the whole site and on programs, unless somebody has made another one there."""
    task = EditorsApproval.objects.filter(name=TASK).first() or EditorsApproval.objects.create(name=TASK)
    workflow = Workflow.objects.get_or_create(name=WORKFLOW)[0]
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for home in HomePage.objects.all():
        WorkflowPage.objects.get_or_create(page=home.basepage_ptr, defaults={"workflow": workflow})
    programs = ContentType.objects.get_for_model(Program)
    WorkflowContentType.objects.get_or_create(content_type=programs, defaults={"workflow": workflow})


@dataclass(frozen=True)
class Proposal:
    """One thing that waits, or that came back."""

    state: TaskState
    record: models.Model

    @property
    def title(self) -> str:
        return getattr(self.record, "draft_title", "") or str(self.record)

    @property
    def kind(self) -> str:
        return str(self.record._meta.verbose_name)

    @property
    def by(self):
        return self.state.workflow_state.requested_by

    @property
    def is_page(self) -> bool:
        return isinstance(self.record, AbstractPage)

    @property
    def url(self) -> str:
        """Where the record is kept."""
        if self.is_page:
            return reverse("wagtailadmin_pages:edit", args=[self.record.pk])
        return record_url(self.record)

    @property
    def preview_url(self) -> str:
        if self.is_page:
            return reverse("wagtailadmin_pages:view_draft", args=[self.record.pk])
        return reverse("program_preview", args=[self.record.pk])

    @property
    def comparison_url(self) -> str:
        """Wagtail's comparison of a page with what is public; programs are compared on the screen of the proposal."""
        if not self.is_page or not self.record.live:
            return ""
        return reverse("wagtailadmin_pages:revisions_compare", args=[self.record.pk, "live", "latest"])

    def changes(self) -> list[tuple[str, str, str]]:
        """(field, what is public, what is proposed) of a program, only where they differ."""
        if self.is_page:
            return []
        fields = ["name", "name_en", "acronym", "summary", "summary_en", "keywords", "website"]
        fields += [f"{name}{suffix}" for name in TEXTS for suffix in ("", "_en")]
        draft, public = self.record.draft, self.record if self.record.live else Program()
        rows = []
        for name in fields:
            # Forms end lines otherwise than files do.
            before, after = ("\n".join(getattr(row, name).splitlines()) for row in (public, draft))
            if before != after:
                rows.append((str(Program._meta.get_field(name).verbose_name), before, after))
        rules = [
            sorted((str(each.valid_from), each.source, str(each.words)) for each in row.criteria.all())
            for row in (public, draft)
        ]
        if rules[0] != rules[1]:
            counts = [_("%(n)s versions") % {"n": len(each)} for each in rules]
            rows.append((_("criteria"), *counts))
        return rows


def waiting_for(user) -> list[Proposal]:
    """What this user may publish, the oldest first."""
    states = TaskState.objects.reviewable_by(user).filter(task__in=EditorsApproval.objects.all())
    states = states.select_related("workflow_state__requested_by", "revision").order_by("started_at")
    return [Proposal(state, state.revision.content_object) for state in states]


def of(user) -> list[Proposal]:
    """What this user has proposed and is not yet public: in review, or returned with a note."""
    states = (
        TaskState.objects.filter(workflow_state__requested_by=user, task__in=EditorsApproval.objects.all())
        .filter(workflow_state__status__in=("in_progress", "needs_changes"))
        .select_related("workflow_state", "revision", "finished_by")
        .order_by("-started_at")
    )
    newest: dict[int, TaskState] = {}
    for state in states:
        newest.setdefault(state.workflow_state_id, state)
    return [Proposal(state, state.revision.content_object) for state in newest.values()]


@transaction.atomic
def approve(*, state: TaskState, by: User, note: str = "") -> None:
    """Publish what was proposed; at its time, where the draft names one."""
    record = _open(state, by)
    if isinstance(record, Program):
        catalog.publish(program=record, by=by)
    else:
        state.approve(user=by, comment=note)


@transaction.atomic
def send_back(*, state: TaskState, by: User, note: str) -> None:
    """Return a proposal to whoever made it, with the reason."""
    _open(state, by)
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be changed.")})
    state.reject(user=by, comment=note.strip())


def _open(state: TaskState, by: User) -> models.Model:
    record = state.revision.content_object
    if not may_publish(record, by):
        raise PermissionDenied(_("An editor of the nation publishes this program."))
    if state.status != TaskState.STATUS_IN_PROGRESS:
        raise ValidationError(_("Somebody else has answered this proposal already."))
    return record
