"""Words that officers write beside a step. The log itself is append only; these can be forgotten (UU 27/2022)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import EncryptedTextField
from portal.ledger.models import Transition

from .cases import Case


class Remark(models.Model):
    """The free words of one step of a case or of its referral; gone when the case is anonymised, the step stays."""

    step = models.OneToOneField(Transition, models.PROTECT, primary_key=True, related_name="remark")
    case = models.ForeignKey(Case, models.CASCADE, related_name="remarks")
    text = EncryptedTextField()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
