"""What a meeting of the secretariat is to discuss, and what it decided on each (C-04, C-07, C-21)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.fields import EncryptedTextField
from portal.units.models import Meeting

from .cases import Case
from .referrals import Referral


class AgendaItem(models.Model):
    """A case, or a referral without an answer, on the agenda of a meeting; the decision flows back into the case."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="case_items", verbose_name=_("meeting"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="agenda_items", verbose_name=_("case"))
    # Set where the meeting is asked about an answer that does not come; empty where it decides the case itself.
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, related_name="agenda_items", verbose_name=_("referral")
    )
    decision = EncryptedTextField(_("what the meeting decided"), blank=True, default="")
    decided_at = models.DateTimeField(_("recorded at"), null=True, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "id"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "case"],
                condition=models.Q(referral=None),
                name="a_case_once_in_a_meeting",
            ),
            models.UniqueConstraint(
                fields=["meeting", "referral"],
                condition=models.Q(referral__isnull=False),
                name="a_referral_once_in_a_meeting",
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
