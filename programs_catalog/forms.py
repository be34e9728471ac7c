"""The editor's form of a program: Indonesian and English beside each other, one field after the other."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm

from .eligibility.blocks import rule_of
from .eligibility.rules import RuleError
from .models import TEXTS, Audience, Criteria, Program, ProgramDesk, Provider


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


class CriteriaForm(ScopedForm):
    """One version of a program's criteria: its days, its source, and the conditions as blocks."""

    valid_from = forms.DateField(label=_("from"))
    valid_until = forms.DateField(
        label=_("until (inclusive)"), required=False, help_text=_("Empty: until a newer version begins.")
    )
    source = forms.CharField(label=_("regulation or other source"), max_length=200, required=False)
    conditions = Criteria._meta.get_field("conditions").formfield()

    def __init__(self, *args, program: Program, replaces: dt.date | None = None, **kwargs):
        self.program, self.replaces = program, replaces
        super().__init__(*args, **kwargs)
        if replaces:
            self.fields["remove"] = forms.BooleanField(
                required=False,
                label=_("Remove this version"),
                help_text=_("The conditions above are then left out."),
            )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _t("The last day lies before the first."))
        taken = {version.valid_from for version in self.program.criteria.all()} - {self.replaces}
        if first in taken:
            self.add_error("valid_from", _t("Another version begins on this day."))
        if cleaned.get("conditions"):
            try:
                self.rule = rule_of(cleaned["conditions"])
            except RuleError as problem:
                self.add_error("conditions", str(problem))
        return cleaned


class ProviderForm(ScopedModelForm):
    class Meta:
        model = Provider
        fields = ["name", "name_en", "code", "level", "region", "website", "phone", "email"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            # The code is the natural key of imports and of the interface.
            self.fields["code"].disabled = True


class DeskForm(ScopedModelForm):
    class Meta:
        model = ProgramDesk
        fields = ["name", "provider", "region", "programs", "keeps_register", "email", "is_active"]
        widgets = {"programs": forms.CheckboxSelectMultiple}

    def clean(self):
        cleaned = super().clean()
        region = cleaned.get("region")
        code = region.pk if region else ""
        for program in cleaned.get("programs") or ():
            # A regional program is served inside its region alone (P-04).
            if program.region_id and not (code + ".").startswith(program.region_id + "."):
                self.add_error(
                    "programs",
                    _t("%(program)s does not exist in the region of this desk.") % {"program": program},
                )
        return cleaned
