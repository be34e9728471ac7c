"""How a document number is written: a mask with parts in braces, e.g. `{number:05d}/REG/{code}/{roman}/{year}`."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DEFAULT_MASK = "{number:05d}/{kind}/{code}/{roman}/{year}"
#: what is numbered; the word stands where a mask says {kind}
KINDS = {
    "REG": _("registration of a case"),
    "REK": _("letter of recommendation"),
    "SLRT": _("request for the formation of a unit"),
    "SPP": _("notice of a replacement"),
    "LAP": _("quarterly report"),
}
#: what the longest number may measure; the columns that hold numbers are wider
LONGEST = 60

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_PART = re.compile(r"\{(number(?::0[1-9]d)?|code|year|month|roman|kind)\}")
_NUMBER = re.compile(r"\{number(:0[1-9]d)?\}")


def check_mask(mask: str) -> None:
    """Raise ValidationError unless every number written by this mask is unique and can be read aloud and typed again.

    The region code is required: a mask is inherited by the offices below, and each of them counts on its own.
    """
    rest = _PART.sub("", mask)
    if "{" in rest or "}" in rest:
        raise ValidationError(
            _(
                "Only these parts are known: {number}, {number:05d}, {code}, {year}, {month}, {roman}, {kind}."
            ),
            code="unknown_part",
        )
    missing = [
        name
        for name, found in (
            ("{number}", _NUMBER.search(mask)),
            ("{code}", "{code}" in mask),
            ("{year}", "{year}" in mask),
        )
        if not found
    ]
    if missing:
        raise ValidationError(
            _("The mask lacks %(parts)s; without them two documents could get the same number."),
            code="missing_part",
            params={"parts": ", ".join(missing)},
        )
    if "}{" in mask or re.search(r"\d\{number|\}\d", mask):
        raise ValidationError(_("Put a separator such as “/” or “-” between the parts."), code="no_separator")
    if not re.fullmatch(r"[A-Za-z0-9 ./_\-]*", rest) or not re.match(r"[A-Za-z0-9{]", mask):
        raise ValidationError(
            _("Besides the parts, use letters, digits, spaces and “/”, “-”, “.”, “_” only."),
            code="character",
        )
    longest = _write(mask, 999_999_999, "K" * 12, "00.00.00.0000", dt.date(2026, 8, 1))
    if len(longest) > LONGEST:
        raise ValidationError(
            _("Numbers written by this mask grow to %(length)s characters; %(most)s are allowed."),
            code="long",
            params={"length": len(longest), "most": LONGEST},
        )


def format_number(mask: str, *, number: int, kind: str, code: str, day: dt.date) -> str:
    """Write one number; `code` is '' for the nation, which is written 00."""
    check_mask(mask)
    return _write(mask, number, kind, code or "00", day)


def _write(mask: str, number: int, kind: str, code: str, day: dt.date) -> str:
    return mask.format(
        number=number,
        kind=kind,
        code=code,
        year=day.year,
        month=f"{day.month:02d}",
        roman=_ROMAN[day.month - 1],
    )
