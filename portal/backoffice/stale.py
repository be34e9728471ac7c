"""What an edit page was shown, what lies in the database now, and how the two are compared and told."""

from __future__ import annotations

import json

from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils import formats
from django.utils.crypto import salted_hmac

from portal.fields import EncryptedTextField

from .columns import EMPTY


def values_of(record, form) -> dict[str, str]:
    """The record's values under the names of a form's fields, as text; files are replaced, not written over."""
    names = [name for name, field in form.fields.items() if not isinstance(field, forms.FileField)]
    return {name: plain(value) for name, value in model_to_dict(record, fields=names).items()}


def plain(value) -> str:
    """A value of a record or of a form as the same text: other records by their keys."""
    if isinstance(value, models.QuerySet | list | tuple | set):
        return ", ".join(sorted(plain(one) for one in value))
    if isinstance(value, models.Model):
        return str(value.pk)
    return "" if value is None else str(value)


def told(record, name: str) -> str:
    """A value in words; what lies encrypted is not said."""
    field = record._meta.get_field(name)
    if isinstance(field, EncryptedTextField):
        return "…"
    if field.many_to_many:
        return ", ".join(str(one) for one in getattr(record, name).all()) or EMPTY
    if field.choices:
        return str(getattr(record, f"get_{name}_display")()) or EMPTY
    value = getattr(record, name)
    return (
        EMPTY
        if value in (None, "")
        else formats.localize(value)
        if not isinstance(value, models.Model)
        else str(value)
    )


def digest(values: dict[str, str]) -> str:
    """A keyed digest: what lies encrypted must not be guessed from a page."""
    return salted_hmac("backoffice.seen", json.dumps(values, sort_keys=True)).hexdigest()
