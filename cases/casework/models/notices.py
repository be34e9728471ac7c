"""The outbox: what a family is to be told by message, written with the step itself and sent by the worker (P-14)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet

from ..workflow import NoticeChannel
from .cases import Case


class NoticeQuerySet(VisibleQuerySet):
    def due(self, at) -> NoticeQuerySet:
        """Waiting for their time, or taken by a worker that did not come back."""
        return self.filter(state__in=(Notice.State.WAITING, Notice.State.SENDING), next_try_at__lte=at)


class Notice(models.Model):
    """One message about one step of a case. It holds no address and no words: both are read when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("not sent")

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices", verbose_name=_("case"))
    # The step of the log that it tells of; one notice a step, whatever runs twice.
    step = models.BigIntegerField(unique=True, editable=False)
    move = models.CharField(max_length=40, editable=False)
    channel = models.CharField(_("notices by"), max_length=10, choices=NoticeChannel.choices, editable=False)
    state = models.CharField(
        _("status"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    # Why it was not delivered, in our own words: never what a gateway echoed, which may hold the number.
    problem = models.CharField(_("problem"), max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="notice_due",
                condition=models.Q(state__in=("waiting", "sending")),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="sent_at_a_time",
            )
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def region_id(self) -> str:
        return self.case.region_id
