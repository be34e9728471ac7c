"""How a case and a referral show their person and their day."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _t

from ..models import Case


def name_of(case: Case) -> str:
    if case.is_anonymous:
        return _t("anonymous")
    return case.person.name if case.person_id else case.reporter_name


def show_due(obj):
    """The day by which something is due; late ones say so in words."""
    if obj.due_at is None:
        return ""
    day = timezone.localtime(obj.due_at)
    text = date_format(day, "j M Y")
    if obj.is_late:
        return format_html('<span class="bo-badge bo-badge--refused">{} · {}</span>', text, _t("late"))
    return text
