"""The open cases of an officer who leaves go to the successor; who registered them stays on record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.ledger import audit
from portal.regions.models import within_q
from portal.staffing.handover import register_open_work
from portal.staffing.models import Appointment

from .models import Case


@register_open_work
class OpenCases:
    """Cases in an officer's hands that are not closed, of families who live in the work area."""

    label = _("Open cases")

    def _open(self, appointment: Appointment):
        user = appointment.officer.user_id
        if user is None:
            return Case.objects.none()
        return Case.objects.open().in_hands_of(user).filter(within_q(appointment.region_id))

    def count(self, appointment: Appointment) -> int:
        return self._open(appointment).count()

    @transaction.atomic
    def hand_over(self, leaving: Appointment, successor: Appointment, *, by) -> int:
        """Give them to the successor's account, one audit entry per case; a second run finds none left."""
        cases = list(self._open(leaving).select_for_update(of=("self",)).order_by("pk"))
        heir = successor.officer.user
        if cases and heir is None:
            raise ValidationError(
                {
                    "successor": _t(
                        "%(count)s open cases are to be handed over, but the successor has no account yet. Give them one first."
                    )
                    % {"count": len(cases)}
                }
            )
        for case in cases:
            Case.objects.filter(pk=case.pk).update(taken_over_by=heir)
            audit.record(
                audit.Action.CHANGE,
                case,
                by=by,
                purpose=_t("Handed over with the office"),
                handed_from=leaving.officer.user.get_username(),
                handed_to=heir.get_username(),
            )
        return len(cases)
