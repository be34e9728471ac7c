"""What the public check tells of our letters: the receipt of a case, with nothing about the family."""

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger.letters import IssuedLetter, register_letter

from .models import Case

RECEIPT = "R"


def receipt_of(key: int) -> IssuedLetter | None:
    case = Case.objects.select_related("unit").filter(pk=key).first()
    if case is None:
        return None
    return IssuedLetter(
        _("Receipt of a complaint"), case.number, timezone.localdate(case.opened_at), case.unit.name
    )


register_letter(RECEIPT, receipt_of)
