"""NIP, IMEI, and what a NIK says of its holder: form checks (S-12). Pure functions."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.fields import only_digits

MINIMUM_AGE = 17  # an adult with an identity card of their own
MAXIMUM_AGE = 80


def validate_imei(value: str) -> None:
    """An IMEI is 15 digits, the last one a Luhn check digit."""
    digits = only_digits(value)
    if not re.fullmatch(r"\d{15}", digits):
        raise ValidationError(
            _("An IMEI has 15 digits; %(count)s characters were given."), "imei", {"count": len(digits)}
        )
    if luhn_sum(digits) % 10 or set(digits) == {"0"}:
        raise ValidationError(
            _("This IMEI cannot exist: its check digit does not fit. Dial *#06# to see it."), "imei"
        )


def luhn_sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def validate_nip(value: str) -> None:
    """A NIP is 18 digits: birth date, month of appointment, sex (1 man, 2 woman), serial number."""
    digits = only_digits(value)
    if not re.fullmatch(r"\d{18}", digits):
        raise ValidationError(
            _("A NIP has 18 digits; %(count)s characters were given."), "nip", {"count": len(digits)}
        )
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        since = dt.date(int(digits[8:12]), int(digits[12:14]), 1)
    except ValueError:
        raise ValidationError(_("This NIP cannot exist: it does not begin with a date of birth and a month of appointment."), "nip")  # fmt: skip
    if digits[14] not in "12" or not 15 <= since.year - born.year <= 60:
        raise ValidationError(_("This NIP cannot exist: sex or year of appointment does not fit."), "nip")


def nik_disagrees(nik: str, birth_date: dt.date, sex: str) -> bool:
    """Whether a NIK was given to somebody born on another day or of the other sex (day + 40 for women)."""
    day = birth_date.day + (40 if sex == "female" else 0)
    return nik[6:12] != f"{day:02d}{birth_date.month:02d}{birth_date.year % 100:02d}"


def nip_disagrees(nip: str, birth_date: dt.date, sex: str) -> bool:
    return nip[:8] != f"{birth_date:%Y%m%d}" or nip[14] != ("2" if sex == "female" else "1")


def age_on(birth_date: dt.date, day: dt.date) -> int:
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
