"""Forms of a program's desk: its answer, always with a reason (C-19)."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm

from ..models import Referral


class DeskAnswerForm(ScopedForm):
    """The program's answer: one of three, always with a reason (C-19)."""

    reason = forms.CharField(
        label=_("Reason in words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class ApproveForm(DeskAnswerForm):
    enrolled_from = forms.DateField(
        label=_("Enrolled since"),
        required=False,
        help_text=_("Give the day when the person is enrolled already. Leave empty if that comes later."),
    )
    field_order = ["reason", "enrolled_from"]

    def __init__(self, *args, can_enrol: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_enrol:
            del self.fields["enrolled_from"]


class RefuseForm(DeskAnswerForm):
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=Referral.Reason.choices, widget=forms.RadioSelect
    )
    field_order = ["reason_code", "reason"]


class StudyForm(DeskAnswerForm):
    study_until = forms.DateField(label=_("Answer follows until"))
    field_order = ["study_until", "reason"]

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {
            "study_until": timezone.localdate() + dt.timedelta(days=14),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
