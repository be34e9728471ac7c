"""What is remarkable about a NIK, for the eyes of whoever types it; never a reason to refuse.

Digits 1 to 6 are the district in which the NIK was given out, 7 to 12 the date of birth (day + 40 for women). People
keep their NIK when they move and when regions split, so an unknown prefix is a warning only.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from .models import Region


def nik_warnings(nik: str, *, sex: str = "", born_on: dt.date | None = None) -> list[str]:
    """Sentences about a well-formed NIK (16 digits) that do not fit; `sex` is 'f' or 'm'. Never holds the number."""
    warnings = []
    district = f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}"
    if not Region.objects.filter(pk=district, valid_to=None).exists():
        warnings.append(
            _(
                "The NIK begins with a district code that is not in force (%(code)s). "
                "It may come from before a region was split; please compare it with the card."
            )
            % {"code": district}
        )
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    woman, day = day > 40, day - 40 if day > 40 else day
    if born_on and (day, month, year) != (born_on.day, born_on.month, born_on.year % 100):
        warnings.append(_("The date of birth does not agree with the NIK; please compare it with the card."))
    if sex and woman != (sex == "f"):
        warnings.append(_("The sex does not agree with the NIK; please compare it with the card."))
    return warnings
