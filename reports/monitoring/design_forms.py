"""Forms of the instrument designer."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.backoffice.forms import ScopedForm, ScopedModelForm

from . import designing
from .definition import ROLL_UPS, ROW_SETS, TYPES, Definition, Question, Section
from .models import Instrument
from .sources import source_choices

TIERS = (
    ("puskesos", _("Puskesos")),
    ("slrt", _("SLRT")),
    ("province", _("Province")),
    ("nation", _("Nation")),
)


class InstrumentForm(ScopedModelForm):
    """A core instrument of the nation, or a region's own variables below one."""

    region_right = "instrument.add"
    open_choices = ("extends",)

    class Meta:
        model = Instrument
        fields = ["name", "name_en", "purpose", "extends", "region"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["extends"].queryset = Instrument.objects.core()
        self.fields["extends"].help_text = _(
            "For a region's own variables: the national instrument they stand below."
        )

    @property
    def code(self) -> str:
        region = self.cleaned_data.get("region")
        return slugify(f"{self.cleaned_data['name'][:45]} {region.pk if region else ''}".replace(".", "-"))[
            :60
        ]


class SectionForm(ScopedForm):
    title = forms.CharField(label=_("Title"), max_length=150)
    title_en = forms.CharField(label=_("Title in English"), max_length=150, required=False)
    key = forms.CharField(
        label=_("Key"), max_length=40, help_text=_("Small letters, digits and underscores, e.g. budget.")
    )
    help = forms.CharField(label=pgettext_lazy("instrument", "Help"), max_length=300, required=False)
    condition = forms.CharField(
        label=_("Shown only if"), max_length=500, required=False, help_text=_("E.g. ${has_budget} = 'true'")
    )
    position = forms.IntegerField(label=_("Position"), min_value=1, required=False)
    remove = forms.BooleanField(label=_("Remove this section"), required=False)

    def section(self) -> Section:
        data = self.cleaned_data
        return Section(
            data["key"], data["title"], data["title_en"], data["help"], condition=data["condition"]
        )


class QuestionForm(ScopedForm):
    """One question with all it may have; what does not belong to its type is left out."""

    section = forms.ChoiceField(label=_("Section"))
    label = forms.CharField(label=_("Question"), max_length=300)
    label_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        help_text=_("Small letters, digits and underscores; figures are added up under it."),
    )
    type = forms.ChoiceField(label=_("Type"), choices=list(TYPES.items()))
    help = forms.CharField(label=pgettext_lazy("instrument", "Help"), max_length=300, required=False)
    unit = forms.CharField(label=_("Unit of measure"), max_length=30, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    minimum = forms.DecimalField(label=_("Smallest value"), required=False, localize=True)
    maximum = forms.DecimalField(label=_("Largest value"), required=False, localize=True)
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea,
        required=False,
        help_text=_("One a line: value | text | text in English"),
    )
    source = forms.ChoiceField(label=_("Filled from operations"), required=False)
    calculation = forms.CharField(
        label=_("Calculation"),
        max_length=500,
        required=False,
        help_text=_("E.g. ${closed} div ${received} * 100"),
    )
    condition = forms.CharField(label=_("Asked only if"), max_length=500, required=False)
    constraint = forms.CharField(
        label=_("Must hold"),
        max_length=500,
        required=False,
        help_text=_("A dot stands for the answer: . <= ${budget}"),
    )
    constraint_message = forms.CharField(
        label=_("What to say if it does not"), max_length=300, required=False
    )
    roll_up = forms.ChoiceField(label=_("What upper tiers do with it"), choices=list(ROLL_UPS.items()))
    tiers = forms.MultipleChoiceField(
        label=_("Asked of"),
        choices=TIERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all tiers."),
    )
    row_set = forms.ChoiceField(
        label=_("Rows of the table"), choices=[("", "–"), *ROW_SETS.items()], required=False
    )
    rows = forms.CharField(
        label=_("Rows of one's own"),
        widget=forms.Textarea,
        required=False,
        help_text=_("One a line: value | text"),
    )
    columns = forms.CharField(
        label=_("Columns of the table"),
        widget=forms.Textarea,
        required=False,
        help_text=_("One a line: key | text | operational figure"),
    )
    position = forms.IntegerField(label=_("Position in the section"), min_value=1, required=False)
    remove = forms.BooleanField(label=_("Remove this question"), required=False)

    def __init__(self, *args, definition: Definition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(section.key, str(section)) for section in definition.sections]
        self.fields["source"].choices = [("", _("no, people answer it")), *source_choices()]

    @staticmethod
    def initial_of(question: Question, section_key: str) -> dict:
        values = {name: getattr(question, name) for name in ("label", "label_en", "key", "type", "help", "unit", "required", "minimum", "maximum", "source",
                  "calculation", "condition", "constraint", "constraint_message", "roll_up", "row_set")}  # fmt: skip
        return values | {
            "section": section_key, "tiers": list(question.tiers), "choices": designing.choices_text(question.choices),
            "rows": designing.choices_text(question.rows), "columns": designing.columns_text(question.columns),
        }  # fmt: skip

    def question(self, before: Question | None) -> Question:
        data = self.cleaned_data
        base = before or Question(data["key"], data["type"], data["label"])
        plain = {name: data[name] for name in ("key", "type", "label", "label_en", "help", "unit", "required", "minimum", "maximum", "source",
                 "calculation", "condition", "constraint", "constraint_message", "roll_up", "row_set")}  # fmt: skip
        return replace(
            base, **plain, tiers=tuple(data["tiers"]), choices=designing.choices_of(data["choices"]), rows=designing.choices_of(data["rows"]),
            columns=designing.columns_of(data["columns"]),
        )  # fmt: skip


class PublishForm(ScopedForm):
    valid_from = forms.DateField(label=_("In force from"))


class XlsFormUpload(ScopedForm):
    file = forms.FileField(label=_("XLSForm spreadsheet (.xlsx)"))


class NoteForm(ScopedForm):
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=2000, required=False)
