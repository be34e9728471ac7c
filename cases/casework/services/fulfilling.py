"""What fulfils a need: participation in its program, or in an alternative one of the regional government (C-10)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from programs_catalog.models import Program, Provider

from ..models import Case

#: who runs a program that can stand in for another: the regional government, down to the village
REGIONAL = (Provider.Level.PROVINCE, Provider.Level.REGENCY, Provider.Level.VILLAGE)


def check_fulfilment(case: Case, program: Program, valid_from: dt.date, *, day: str = "valid_from") -> None:
    """Raise ValidationError unless this participation can end the need; `day` is the field that the date came from.

    It begins with the need, not before: programs count by month, so from the first of the month of registration.
    """
    errors = {}
    if program.pk != case.program_id and program.provider.level not in REGIONAL:
        errors["program"] = _(
            "Only the program that the family needs, or an alternative one of the regional government, ends a need."
        )
    earliest = timezone.localtime(case.opened_at).date().replace(day=1)
    if valid_from < earliest:
        errors[day] = _(
            "The need was registered on %(day)s; participation that began before %(earliest)s does not fulfil it. If the "
            "family took part already, close the case as withdrawn and say so."
        ) % {
            "day": formats.date_format(timezone.localtime(case.opened_at), "j F Y"),
            "earliest": formats.date_format(earliest, "j F Y"),
        }
    if valid_from > timezone.localdate():
        errors[day] = _("Participation that lies in the future is not recorded yet.")
    if errors:
        raise ValidationError(errors)
