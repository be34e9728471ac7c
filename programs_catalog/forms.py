"""The editor's form of a program: Indonesian and English beside each other, one field after the other."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedModelForm

from .models import Audience, Program

TEXTS = (
    "benefits",
    "eligibility",
    "bring",
    "steps",
    "where",
    "cost",
    "duration",
    "contact",
    "refusal",
    "amounts",
)


class ProgramForm(ScopedModelForm):
    audiences = forms.MultipleChoiceField(
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("who it is for"),
    )

    class Meta:
        model = Program
        fields = [
            "name", "name_en", "acronym", "code", "sector", "provider", "region", "audiences", "keywords", "summary", "summary_en",
            *(f"{name}{suffix}" for name in TEXTS for suffix in ("", "_en")),
            "information_on", "website", "is_open", "go_live_at", "expire_at",
        ]  # fmt: skip
        widgets = {
            f"{name}{suffix}": forms.Textarea(attrs={"rows": 4}) for name in TEXTS for suffix in ("", "_en")
        }

    def __init__(self, *args, **kwargs):
        program = kwargs.get("instance")
        if program is not None and program.pk and program.has_unpublished_changes:
            kwargs["instance"] = program.get_latest_revision_as_object()
        super().__init__(*args, **kwargs)
        if program is not None and program.pk:
            # The code is the program's address.
            self.fields["code"].disabled = True
