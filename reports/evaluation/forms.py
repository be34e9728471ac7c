"""Forms of the yearly evaluation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm
from reports.monitoring.owners import OwnerField

from .models import EvaluationRound, QualitativeNote, Recommendation, Team
from .typology import Aspect


class RoundForm(ScopedModelForm):
    region_right = "evaluationround.add"

    class Meta:
        model = EvaluationRound
        fields = ["year", "region", "purpose", "method", "sample_size", "seed"]

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"scheme", "instrument_version"}


class TeamForm(ScopedForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Team.Kind.choices)
    members = forms.CharField(
        label=_("Members"),
        widget=forms.Textarea,
        max_length=3000,
        help_text=_("One line each: name, office."),
    )
    evaluator = forms.CharField(label=_("External evaluator"), max_length=150, required=False)


def aspect_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Aspect"), choices=[("", _("none in particular")), *Aspect.choices], required=False
    )


class QualitativeForm(ScopedForm):
    method = forms.ChoiceField(label=_("Method"), choices=QualitativeNote.Method.choices)
    about = forms.ChoiceField(label=_("About"), choices=QualitativeNote.Question.choices)
    held_on = forms.DateField(label=_("Held on"))
    participants = forms.CharField(
        label=_("Who took part"), max_length=300, help_text=_("Groups and offices, no names of citizens.")
    )
    text = forms.CharField(label=_("What was said"), widget=forms.Textarea, max_length=10000)
    aspect = aspect_field()


class RecommendForm(ScopedForm):
    purpose = forms.ChoiceField(label=_("For"), choices=Recommendation.Purpose.choices)
    text = forms.CharField(label=_("Recommendation"), widget=forms.Textarea, max_length=2000)
    aspect = aspect_field()
    owner = OwnerField()
    due_on = forms.DateField(label=_("Follow-up by"))

    open_choices = ("owner",)  # narrowed here, by the place of the evaluation

    def __init__(self, *args, region_code: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].offer(region_code)


class NoteForm(ScopedForm):
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=2000, required=False)
