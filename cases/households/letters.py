"""The letter of recommendation with which somebody without NIK or KK goes to civil registration (H-04)."""

from __future__ import annotations

import io
import re

import segno
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.ledger import audit
from portal.ledger.letters import IssuedLetter, letter_code, letter_url, register_letter
from portal.ledger.numbers import next_number
from portal.pdf import Signatory, image_data_uri, render_pdf
from portal.regions.models import CODE_LENGTH, Level, Region
from portal.units.models import Unit

from .models import Person, Recommendation

NUMBER_KIND = "REK"
RECOMMENDATION = "K"


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
            "signatory": Signatory(post=f"{post_of(by, unit)} {unit.name}".strip(), name=by.name),
            "verification": _check_of(letter),
        },
    )
    return content, letter.number


def post_of(by: User, unit: Unit) -> str:
    """The office in which somebody signs, without the name of the unit that follows it."""
    label = str(dict(Role.choices).get(by.role_for(unit), ""))
    return re.sub(rf"\s*\b{unit.get_kind_display()}$", "", label)


def _check_of(letter: Recommendation) -> dict:
    """QR, code and address under which anybody checks that the letter is ours."""
    url, out = letter_url(RECOMMENDATION, letter.pk), io.BytesIO()
    segno.make(url, error="m").save(out, kind="png", scale=8, border=2)
    return {
        "qr": image_data_uri(out.getvalue()),
        "code": letter_code(RECOMMENDATION, letter.pk),
        "url": url.removesuffix(f"{letter_code(RECOMMENDATION, letter.pk)}/"),
    }


def recommendation_of(key: int) -> IssuedLetter | None:
    letter = Recommendation.objects.select_related("unit").filter(pk=key).first()
    if letter is None:
        return None
    return IssuedLetter(_("Letter of recommendation"), letter.number, letter.issued_on, letter.unit.name)


register_letter(RECOMMENDATION, recommendation_of)


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
