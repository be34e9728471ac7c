"""Personal identifiers: encrypted columns, blind indexes, form checks and masking, in one place.

A value is stored as `key id . base64(nonce + ciphertext)`, AES-256-GCM, bound to its table and column, so that a
token copied into another column does not open. Exact look-up goes through an HMAC-SHA-256 blind index under a key of
its own: NIKs are guessable, so the index key never lies in the database (UU 27/2022).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.signals import setting_changed
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python

_NONCE = 12
_STANDARD_BASE64, _URL_SAFE_BASE64 = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")


class DecryptionError(Exception):
    """A stored value cannot be opened: unknown key, wrong key, or changed bytes. Never carries the value."""


# -- keys --------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1)
def _keyring() -> dict[str, AESGCM]:
    """The encryption keys by id, the one to write with first."""
    ring = {}
    for entry in settings.FIELD_ENCRYPTION_KEYS:
        key_id, _sep, encoded = entry.partition(":")
        if not re.fullmatch(r"[a-z0-9]{1,12}", key_id) or key_id == "index":
            raise ImproperlyConfigured(
                "FIELD_ENCRYPTION_KEYS: an entry reads id:base64, id of a-z and 0-9 and not 'index'"
            )
        if key_id in ring:
            raise ImproperlyConfigured(f"FIELD_ENCRYPTION_KEYS: two keys have the id {key_id}")
        ring[key_id] = AESGCM(_key_bytes(encoded, "FIELD_ENCRYPTION_KEYS"))
    if not ring:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty")
    return ring


@lru_cache(maxsize=1)
def _index_key() -> bytes:
    key = _key_bytes(settings.FIELD_INDEX_KEY, "FIELD_INDEX_KEY")
    if any(entry.partition(":")[2] == settings.FIELD_INDEX_KEY for entry in settings.FIELD_ENCRYPTION_KEYS):
        raise ImproperlyConfigured("FIELD_INDEX_KEY must differ from the encryption keys")
    return key


def _key_bytes(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name}: a key is 32 bytes in base64")
    return key


def _forget_keys(*, setting, **kwargs):
    if setting in ("FIELD_ENCRYPTION_KEYS", "FIELD_INDEX_KEY"):
        _keyring.cache_clear()
        _index_key.cache_clear()


setting_changed.connect(_forget_keys)


def current_key_id() -> str:
    return next(iter(_keyring()))


def key_fingerprints() -> dict[str, str]:
    """A short proof per key (`index` for the blind index), to see at start that the keys are the database's own."""
    prints = {}
    for entry in settings.FIELD_ENCRYPTION_KEYS:
        key_id, _sep, encoded = entry.partition(":")
        key = _key_bytes(encoded, "FIELD_ENCRYPTION_KEYS")
        prints[key_id] = hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]
    prints["index"] = hmac.new(_index_key(), b"fingerprint", hashlib.sha256).hexdigest()[:16]
    return prints


# -- encryption --------------------------------------------------------------------------------------------------
def encrypt(plain: str, *, context: str) -> str:
    """Seal `plain` for one column (`context` is its label); equal values give different tokens."""
    nonce = os.urandom(_NONCE)
    key_id = current_key_id()
    sealed = _keyring()[key_id].encrypt(nonce, plain.encode(), context.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def sealer(context: str) -> Callable[[str], str]:
    """`encrypt` for very many texts of one column, at a third of its cost each; the same tokens."""
    key_id, bound = current_key_id(), context.encode()
    seal, prefix = _keyring()[key_id].encrypt, f"{key_id}.".encode()
    nonces: list[bytes] = []

    def sealed(plain: str) -> str:
        if not nonces:
            # Random numbers for a thousand texts at once; none is used twice.
            drawn = os.urandom(_NONCE * 1000)
            nonces.extend(drawn[start : start + _NONCE] for start in range(0, len(drawn), _NONCE))
        nonce = nonces.pop()
        raw = nonce + seal(nonce, plain.encode(), bound)
        return (prefix + b2a_base64(raw, newline=False).translate(_URL_SAFE_BASE64)).decode()

    return sealed


def decrypt(token: str, *, context: str) -> str:
    """Open a token of `encrypt`; raises DecryptionError, never returns the token itself."""
    key_id, _sep, encoded = token.partition(".")
    try:
        raw = base64.urlsafe_b64decode(encoded)
        return _keyring()[key_id].decrypt(raw[:_NONCE], raw[_NONCE:], context.encode()).decode()
    except KeyError:
        raise DecryptionError(f"{context}: written with a key that is not configured") from None
    except (InvalidTag, ValueError):
        raise DecryptionError(f"{context}: cannot be opened with its key") from None


def decrypt_many(tokens: Iterable[str], *, context: str) -> list[str]:
    """Open many tokens of one column, in order: `decrypt` for a whole village at a third of its cost each."""
    bound, open_with = context.encode(), {key_id.encode(): key.decrypt for key_id, key in _keyring().items()}
    opened = []
    try:
        # One translation from the URL-safe alphabet for all; a token holds no line break.
        for token in "\n".join(tokens).encode().translate(_STANDARD_BASE64).splitlines():
            key_id, _sep, encoded = token.partition(b".")
            raw = a2b_base64(encoded, strict_mode=True)
            opened.append(open_with[key_id](raw[:_NONCE], raw[_NONCE:], bound).decode())
    except KeyError:
        raise DecryptionError(f"{context}: written with a key that is not configured") from None
    except (InvalidTag, ValueError):
        raise DecryptionError(f"{context}: cannot be opened with its key") from None
    return opened


def key_id_of(token: str) -> str:
    return token.partition(".")[0]


def blind_index(value: str) -> str:
    """The look-up key of a value: 64 hex digits, the same for the same value, useless without the index key."""
    return hmac.digest(_index_key(), value.encode(), "sha256").hex()


class EncryptedTextField(models.TextField):
    """Text that lies encrypted in the database and is plain in Python. Not for filtering: see BlindIndexField."""

    description = "encrypted text"

    @property
    def context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value, context=self.context) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value, context=self.context) if value else value

    def get_lookup(self, name):
        if name in ("isnull",):
            return super().get_lookup(name)
        return None


class BlindIndexField(models.CharField):
    """The blind index of another field of the row, kept in step whenever the row is saved; '' where that is empty."""

    def __init__(self, *args, source: str, **kwargs):
        self.source = source
        kwargs |= {"max_length": 64, "editable": False, "blank": True, "default": ""}
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "editable", "blank", "default"):
            kwargs.pop(key, None)
        # Always said: left out it would mean True, and the migration would make an index that nobody asked for.
        return name, path, args, kwargs | {"source": self.source, "db_index": self.db_index}

    def pre_save(self, instance, add):
        plain = getattr(instance, self.source)
        value = blind_index(plain) if plain else ""
        setattr(instance, self.attname, value)
        return value


# -- NIK, KK, phone: form -------------------------------------------------------------------------------------------
def only_digits(text: str) -> str:
    """What a hurried hand typed, without spaces, dots and dashes."""
    return re.sub(r"[\s.\-]", "", text or "")


def validate_nik(value: str) -> None:
    """A NIK is 16 digits, with a birth date in digits 7 to 12 (day + 40 for women)."""
    if not re.fullmatch(r"[0-9]{16}", value):
        raise ValidationError(
            _("A NIK has 16 digits; %(count)s characters were given."),
            code="nik",
            params={"count": len(value)},
        )
    day, month = int(value[6:8]), int(value[8:10])
    if not (1 <= (day - 40 if day > 40 else day) <= 31 and 1 <= month <= 12) or value[12:] == "0000":
        raise ValidationError(_("This NIK cannot exist: digits 7 to 12 are not a date of birth."), code="nik")


def validate_family_card_number(value: str) -> None:
    """A family card number (KK) is 16 digits."""
    if not re.fullmatch(r"[0-9]{16}", value):
        raise ValidationError(
            _("A family card number has 16 digits; %(count)s characters were given."),
            code="family_card_number",
            params={"count": len(value)},
        )


class PhoneFormField(forms.CharField):
    """A telephone number as people write it at home or abroad; kept as E.164 text, empty when nothing was typed."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 25)
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        number = to_python(text)
        if not number.is_valid():
            raise ValidationError(_("This is not a telephone number, e.g. 0812 3456 7890."), code="phone")
        return number.as_e164


class _DigitsFormField(forms.CharField):
    number_validator = staticmethod(validate_nik)

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 25)
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value):
        return only_digits(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if value:
            self.number_validator(value)


class NikFormField(_DigitsFormField):
    """A NIK as people type it, with or without spaces."""


class FamilyCardNumberFormField(_DigitsFormField):
    """A KK number as people type it."""

    number_validator = staticmethod(validate_family_card_number)


class NikField(EncryptedTextField):
    """An encrypted NIK."""

    default_validators = [validate_nik]

    def formfield(self, **kwargs):
        return super(models.TextField, self).formfield(**{"form_class": NikFormField, **kwargs})


class FamilyCardNumberField(EncryptedTextField):
    """An encrypted family card number (KK)."""

    default_validators = [validate_family_card_number]

    def formfield(self, **kwargs):
        return super(models.TextField, self).formfield(**{"form_class": FamilyCardNumberFormField, **kwargs})


# -- masking -------------------------------------------------------------------------------------------------------
def mask_number(value: str) -> str:
    """`3404********0001`: enough to recognize at the counter, not enough to use."""
    return f"{value[:4]}{'•' * (len(value) - 8)}{value[-4:]}" if len(value) > 8 else "•" * len(value)


def mask_name(value: str) -> str:
    """`Siti Aminah` becomes `S••• A•••••`: the first letter of each word stays."""
    return " ".join(word[0] + "•" * (len(word) - 1) for word in value.split())


def mask_phone(value: str) -> str:
    return f"{'•' * max(len(value) - 3, 0)}{value[-3:]}"


_PERSONAL_NUMBER = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")
_PHONE_NUMBER = re.compile(r"(?<!\d)(?:\+?62[ .\-]?|0)8\d(?:[ .\-]?\d){6,10}(?!\d)")


def redact(text: str) -> str:
    """Replace what looks like a NIK, KK or mobile number; for logs and error texts."""
    return _PHONE_NUMBER.sub("[phone]", _PERSONAL_NUMBER.sub("[number]", text))
