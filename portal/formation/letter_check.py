"""What the public check tells of a letter of request that was sent."""

from django.utils.translation import gettext as _

from portal.ledger.letters import IssuedLetter, register_letter

from .models import FormationRequest

REQUEST = "P"


def request_of(key: int) -> IssuedLetter | None:
    request = (
        FormationRequest.objects.exclude(submitted_at=None).select_related("region").filter(pk=key).first()
    )
    if request is None:
        return None
    return IssuedLetter(
        _("Request for a unit to be formed"), request.letter_number, request.letter_date, str(request.region)
    )


register_letter(REQUEST, request_of)
