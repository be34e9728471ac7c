"""Forms of quarterly reports."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm

from .models import CopyRule


class NoteForm(ScopedForm):
    """A word to go with a step."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False, max_length=2000)


class ReasonForm(ScopedForm):
    note = forms.CharField(label=_("What is to be put right"), widget=forms.Textarea, max_length=2000)


class SendForm(ScopedForm):
    """Sending carries the digest of what was looked at, so that nobody sends figures they have not seen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    checked = forms.BooleanField(label=_("I have checked the figures and the narrative."))


class NothingForm(ScopedForm):
    """A step that needs no words, only a confirmation."""


class CopyRuleForm(ScopedModelForm):
    region_right = "copyrule.change"

    class Meta:
        model = CopyRule
        fields = ["tier", "region", "recipient", "position"]
