"""The one step between a proposal and the public: whoever may publish the page or the program approves it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractPage, Task, TaskState

from portal.accounts.policies import may


def may_publish(record: models.Model, user) -> bool:
    """Whether the policy of a page or of a program lets a user publish it."""
    if isinstance(record, AbstractPage):
        return record.permissions_for_user(user).can_publish()
    return may(user, "publish", record)


class EditorsApproval(Task):
    """Approval by an editor: of the nation, or of the region itself where the setting says so.

    Wagtail's own step asks groups, which know neither regions nor dates (docs/decisions/editors.md).
    """

    class Meta:
        verbose_name = _("approval by an editor")
        verbose_name_plural = _("approvals by an editor")

    def user_can_access_editor(self, obj, user):
        return may_publish(obj, user)

    def get_actions(self, obj, user):
        if not may_publish(obj, user):
            return []
        return [("reject", _("Return with a note"), True), ("approve", _("Approve and publish"), False)]

    def get_task_states_user_can_moderate(self, user, **kwargs):
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        mine = [state.pk for state in waiting if may_publish(state.revision.content_object, user)]
        return self.task_states.filter(pk__in=mine)

    @classmethod
    def get_description(cls):
        return _("Whoever may publish the page or the program approves it or returns it with a note")
