"""The check of a letter: a short code on the paper says which letter it is, and only we can have written it.

The code is `kind-number-seal`, e.g. `R-2K9-7QXM4TBP`: the kind of letter, the record's key, and a keyed seal over both, so
that nothing has to be stored and nobody can make one up. What the check tells (`IssuedLetter`) holds nothing personal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

#: without 0 O 1 I L U: read from paper and over the telephone
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SEAL = 8  # of 30 signs each: some 39 bits, and the page counts who asks


@dataclass(frozen=True)
class IssuedLetter:
    """What the check of a letter tells: its kind, number, day and office, and nothing about a person."""

    kind: str
    number: str
    dated: dt.date | None
    office: str


LETTERS: dict[str, Callable[[int], IssuedLetter | None]] = {}


def register_letter(kind: str, find: Callable[[int], IssuedLetter | None]) -> None:
    """Register one kind of letter by a capital letter; `find(key)` gives the issued letter, or None."""
    if len(kind) != 1 or kind not in _ALPHABET:
        raise ValueError(f"a kind of letter is one sign of {_ALPHABET}")
    if LETTERS.get(kind, find) is not find:
        raise ValueError(f"two kinds of letter {kind}")
    LETTERS[kind] = find


def _in_signs(number: int, width: int = 1) -> str:
    signs = ""
    while number or len(signs) < width:
        number, rest = divmod(number, len(_ALPHABET))
        signs = _ALPHABET[rest] + signs
    return signs


def _seal(kind: str, key: int) -> str:
    digest = salted_hmac("portal.ledger.letters", f"{kind}{key}", algorithm="sha256").digest()
    return _in_signs(int.from_bytes(hashlib.sha256(digest).digest()[:8]) % len(_ALPHABET) ** _SEAL, _SEAL)


def letter_code(kind: str, key: int) -> str:
    """The code that stands on a letter."""
    return f"{kind}-{_in_signs(key)}-{_seal(kind, key)}"


def letter_url(kind: str, key: int) -> str:
    """Where the letter's code is checked, for the foot of the page and its QR."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}/verifikasi/{letter_code(kind, key)}/"


def read_code(code: str) -> tuple[str, int] | None:
    """Kind and key of a genuine code; None for any other text, however close."""
    kind, _dash, rest = code.strip().upper().partition("-")
    signs, _dash, seal = rest.partition("-")
    if not (kind and signs and seal) or len(signs) > 13 or set(kind + signs + seal) - set(_ALPHABET):
        return None
    key = 0
    for sign in signs:
        key = key * len(_ALPHABET) + _ALPHABET.index(sign)
    return (kind, key) if constant_time_compare(seal, _seal(kind, key)) else None


def issued_letter(code: str) -> IssuedLetter | None:
    """The letter a code belongs to; None when we did not write it."""
    found = read_code(code)
    if found is None or found[0] not in LETTERS:
        return None
    return LETTERS[found[0]](found[1])
