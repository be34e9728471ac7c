"""Forms of the yearly evaluation."""

from __future__ import annotations

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm

from .models import EvaluationRound, QualitativeNote, Recommendation, Team, TypologyScheme


class RoundForm(ScopedModelForm):
    region_right = "evaluationround.add"

    class Meta:
        model = EvaluationRound
        fields = ["year", "region", "purpose", "method", "sample_size", "seed"]

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"scheme", "instrument_version"}


class SchemeForm(ScopedModelForm):
    """Indicators, weights and thresholds as text; what does not hold is named before it is stored."""

    text = forms.CharField(
        label=_("Indicators, weights and thresholds"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        max_length=20000,
    )

    class Meta:
        model = TypologyScheme
        fields = ["year"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.definition:
            self.initial["text"] = json.dumps(self.instance.definition, indent=2, ensure_ascii=False)

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"definition"}

    def clean_text(self):
        try:
            return json.loads(self.cleaned_data["text"])
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON: %(error)s") % {"error": error}) from None


class TeamForm(ScopedForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Team.Kind.choices)
    members = forms.CharField(
        label=_("Members"),
        widget=forms.Textarea,
        max_length=3000,
        help_text=_("One line each: name, office."),
    )
    evaluator = forms.CharField(label=_("External evaluator"), max_length=150, required=False)


class QualitativeForm(ScopedForm):
    method = forms.ChoiceField(label=_("Method"), choices=QualitativeNote.Method.choices)
    about = forms.ChoiceField(label=_("About"), choices=QualitativeNote.Question.choices)
    held_on = forms.DateField(label=_("Held on"))
    participants = forms.CharField(
        label=_("Who took part"), max_length=300, help_text=_("Groups and offices, no names of citizens.")
    )
    text = forms.CharField(label=_("What was said"), widget=forms.Textarea, max_length=10000)


class RecommendForm(ScopedForm):
    purpose = forms.ChoiceField(label=_("For"), choices=Recommendation.Purpose.choices)
    text = forms.CharField(label=_("Recommendation"), widget=forms.Textarea, max_length=2000)
    owner = forms.CharField(label=_("Followed up by (user name)"), max_length=150)
    due_on = forms.DateField(label=_("Follow-up by"))


class NoteForm(ScopedForm):
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=2000, required=False)
