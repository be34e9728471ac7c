"""How a field or a method of a record is named and shown: in lists, on record pages, in exports."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

EMPTY = "–"


@dataclass(frozen=True)
class Column:
    """One column: `name` is a field, a property or method of the record, or a method of the admin class."""

    name: str
    admin: object

    @property
    def field(self) -> models.Field | None:
        try:
            return self.admin.model._meta.get_field(self.name)
        except FieldDoesNotExist:
            return None

    @property
    def method(self):
        """The admin's own method of this name; its settings (`model`, for one) are no columns."""
        found = getattr(self.admin, self.name, None)
        return found if inspect.isroutine(found) and self.name != "__str__" else None

    @property
    def source(self):
        return self.method or getattr(self.admin.model, self.name, None)

    @property
    def label(self) -> str:
        if self.name == "__str__":
            return capfirst(str(self.admin.model._meta.verbose_name))
        if self.field is not None and self.method is None:
            return capfirst(str(getattr(self.field, "verbose_name", self.name)))
        source = self.source.fget if isinstance(self.source, property) else self.source
        label = getattr(source, "short_description", None)
        if label is None:
            raise TypeError(
                f"{self.name}: give the method a short_description; no raw name is shown to people"
            )
        return capfirst(str(label))

    @property
    def numeric(self) -> bool:
        numbers = models.IntegerField | models.DecimalField | models.FloatField
        return isinstance(self.field, numbers) and not getattr(self.field, "choices", None)

    def raw(self, obj):
        """The Python value."""
        if self.method is not None:
            return self.method(obj)
        try:
            value = getattr(obj, self.name)
        except ObjectDoesNotExist:
            return None
        return value() if callable(value) and not isinstance(value, models.Manager) else value

    def export(self, obj):
        """The value as a spreadsheet wants it: dates and numbers as such, choices in words."""
        display = getattr(obj, f"get_{self.name}_display", None)
        value = display() if callable(display) else self.raw(obj)
        if isinstance(value, models.Model):
            return str(value)
        return value

    def render(self, obj) -> str:
        """The value as a page shows it."""
        flow = getattr(self.admin, "flow", None)
        if flow is not None and self.name == flow.field:
            return badge(obj, flow.field)
        display = getattr(obj, f"get_{self.name}_display", None)
        value = display() if callable(display) else self.raw(obj)
        # Years, ordinals: small numbers that nobody writes with a thousands point.
        return (
            str(value) if isinstance(self.field, models.PositiveSmallIntegerField) and value else show(value)
        )


def show(value) -> str:
    """A value in the reader's language: dates, numbers, yes and no, lists; a dash for nothing."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return format_html(
            '<time datetime="{}">{}</time>',
            local.isoformat(timespec="minutes"),
            f"{formats.date_format(local, 'j M Y')}, {formats.time_format(local)}",
        )
    if isinstance(value, date):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "j M Y")
        )
    if isinstance(value, time):
        return formats.time_format(value)
    if isinstance(value, int | float | Decimal):
        return formats.localize(value, use_l10n=True)
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, list | tuple | models.QuerySet):
        return ", ".join(conditional_escape(item) for item in value) or EMPTY
    # What people wrote in lines is read in lines; what a template drew stays as it is.
    return linebreaksbr(value) if type(value) is str else conditional_escape(value)


def badge(obj, field: str = "status") -> str:
    """The status of a record as a small coloured word; the colour is never the only sign."""
    return render_to_string(
        "backoffice/components/badge.html",
        {"value": getattr(obj, field), "label": getattr(obj, f"get_{field}_display")()},
    )
