"""The letter of recommendation with which somebody without NIK or KK goes to civil registration (H-04)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.ledger import audit
from portal.ledger.numbers import next_number
from portal.pdf import Signatory, render_pdf
from portal.regions.models import CODE_LENGTH, Level, Region
from portal.units.models import Unit

from .models import Person, Recommendation

NUMBER_KIND = "REK"


def recommendation_pdf(*, person: Person, unit: Unit, by: User) -> tuple[bytes, str]:
    """The letter and its number; a second print of the same day carries the same number."""
    from portal.units.paper import letterhead_of

    letter = issue(person=person, unit=unit, by=by)
    regency = Region.objects.get(pk=unit.region_id[: CODE_LENGTH[Level.REGENCY]])
    content = render_pdf(
        "pdf/recommendation.html",
        {
            "letterhead": letterhead_of(unit),
            "number": letter.number,
            "subject": "Rekomendasi pengurusan dokumen kependudukan",
            "place": regency.capital or regency.name,
            "date": letter.issued_on,
            "recipient": [
                "Kepala Dinas Kependudukan dan Pencatatan Sipil",
                regency.name,
                f"di {regency.capital}" if regency.capital else "",
            ],
            "person": person,
            "household": person.household,
            "village": person.household.region,
            "signatory": Signatory(post=unit.name, name=by.name),
        },
    )
    return content, letter.number


@transaction.atomic
def issue(*, person: Person, unit: Unit, by: User) -> Recommendation:
    """Number and record the letter; the same person on the same day gets the same one."""
    today = timezone.localdate()
    letter = Recommendation.objects.filter(person=person, unit=unit, issued_on=today).first()
    if letter is None:
        letter = Recommendation.objects.create(
            person=person,
            unit=unit,
            number=next_number(NUMBER_KIND, unit.region, on=today),
            issued_on=today,
            by=by,
        )
    audit.record(
        audit.Action.EXPORT,
        person,
        by=by,
        purpose=_("Letter of recommendation %(number)s") % {"number": letter.number},
    )
    return letter
