"""Forms of the instrument designer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm, dress

from . import building, designing
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


#: conditions stand in rows of three fields: `when`, `sign`, `value`, then `when_2` and so on
ROWS = range(1, building.MAX_ROWS + 1)
ROW_FIELDS = [
    tuple(building.row_field(name, number) for name in ("when", "sign", "value")) for number in ROWS
]


class ConditionFields(ScopedForm):
    """When something is asked, chosen in lists; only what lists cannot say is typed."""

    join = forms.ChoiceField(
        label=_("Asked if"), choices=list(building.JOINS.items()), required=False, initial="and"
    )
    condition = forms.CharField(
        label=_("Another condition, as an expression"),
        max_length=500,
        required=False,
        help_text=_("For conditions that the lists cannot say; it counts instead of them."),
    )

    def __init__(self, *args, definition: Definition, own_key: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.others = [
            q for q in definition.questions() if q.key != own_key and q.type not in ("note", "file", "table")
        ]
        asked = [(q.key, str(q)) for q in self.others]
        for number in ROWS:
            self.fields[building.row_field("when", number)] = forms.ChoiceField(
                label=_("This question"), choices=[("", _("always") if number == 1 else "–"), *asked], required=False
            )  # fmt: skip
            self.fields[building.row_field("sign", number)] = forms.ChoiceField(
                label=_("Its answer"), choices=list(building.SIGNS.items()), required=False
            )
            self.fields[building.row_field("value", number)] = forms.CharField(
                label=_("Compared with"), max_length=100, required=False,
                help_text="" if number > 1 else _("A choice in its own words, “Ya” or “Tidak”, or a number."),
            )  # fmt: skip
        for field in [self.fields[name] for row in ROW_FIELDS for name in row] + [self.fields["join"]]:
            field.depends = True
        dress(self)

    def clean(self):
        data = super().clean()
        self.add_built("condition", lambda: self.built_condition(data))
        return data

    def built_condition(self, data) -> str:
        rows = [
            tuple(data.get(building.row_field(name, number)) or "" for name in ("when", "sign", "value"))
            for number in ROWS
        ]
        return building.conditions(self.definition, rows, data.get("join") or "and")

    @property
    def condition_rows(self) -> list[list]:
        """The bound fields of each condition: question, comparison, value."""
        return [[self[name] for name in row] for row in ROW_FIELDS]

    @property
    def known_answers(self) -> list[tuple[str, list[str]]]:
        """The words that a question can be answered with, for those that have a list of them."""
        found = [(q.key, [str(choice) for choice in q.choices]) for q in self.others if q.choices]
        return found + [(q.key, [gettext("Yes"), gettext("No")]) for q in self.others if q.type == "yes_no"]

    def add_built(self, name: str, make) -> None:
        """What the lists say, unless an expression was typed."""
        if not self.cleaned_data.get(name):
            try:
                self.cleaned_data[name] = make()
            except ValidationError as problem:
                self.add_error(None, problem)

    @staticmethod
    def condition_initial(definition: Definition, text: str) -> dict:
        parts = building.conditions_parts(definition, text)
        if parts is None:
            return {"condition": text}
        join, rows = parts
        found = {"join": join}
        for names, row in zip(ROW_FIELDS, rows, strict=False):
            found |= dict(zip(names, row, strict=True))
        return found


class SectionForm(ConditionFields):
    title = forms.CharField(label=_("Title"), max_length=150)
    title_en = forms.CharField(label=_("Title in English"), max_length=150, required=False)
    help = forms.CharField(label=pgettext_lazy("instrument", "Help"), max_length=300, required=False)
    position = forms.IntegerField(label=_("Position"), min_value=1, required=False)
    key = forms.CharField(
        label=_("Key"), max_length=40, required=False, help_text=_("Left empty, it is made from the title.")
    )
    remove = forms.BooleanField(label=_("Remove this section"), required=False)
    field_order = [
        "title",
        "title_en",
        "help",
        "position",
        "condition",
        "key",
        "remove",
    ]

    def __init__(self, *args, old: Section | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.old = old
        if old is None:
            del self.fields["remove"]

    def section(self) -> Section:
        data = self.cleaned_data
        taken = {section.key for section in self.definition.sections}
        key = data["key"] or (self.old.key if self.old else building.key_of(data["title"], taken))
        return Section(key, data["title"], data["title_en"], data["help"], condition=data["condition"])

    @property
    def groups(self) -> list[tuple]:
        return _groups(self, SECTION_GROUPS)


class QuestionForm(ConditionFields):
    """One question with all it may have; the page shows what belongs to the chosen type, and the rest is left out."""

    section = forms.ChoiceField(label=_("Section"))
    label = forms.CharField(label=_("Question"), max_length=300)
    label_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        required=False,
        help_text=_("Left empty, it is made from the question; figures are added up under it."),
    )
    type = forms.ChoiceField(label=_("Type"), choices=list(TYPES.items()))
    help = forms.CharField(label=pgettext_lazy("instrument", "Help"), max_length=300, required=False)
    unit = forms.CharField(label=_("Unit of measure"), max_length=30, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    minimum = forms.DecimalField(label=_("Smallest value"), required=False, localize=True)
    maximum = forms.DecimalField(label=_("Largest value"), required=False, localize=True)
    at_most = forms.ChoiceField(label=_("Not more than the answer to"), required=False)
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text=_("One a line. With a key of its own and English: key | text | text in English"),
    )
    source = forms.ChoiceField(label=_("Filled from operations"), required=False)
    share_part = forms.ChoiceField(label=_("Percentage: this figure"), required=False)
    share_whole = forms.ChoiceField(
        label=_("of this figure"),
        required=False,
        help_text=_("Never more than 100, unless another largest value is given."),
    )
    calculation = forms.CharField(
        label=_("Another calculation, as an expression"),
        max_length=500,
        required=False,
        help_text=_("E.g. ${closed} div ${received} * 100"),
    )
    constraint = forms.CharField(
        label=_("Another check, as an expression"),
        max_length=500,
        required=False,
        help_text=_("A dot stands for the answer: . <= ${budget}"),
    )
    constraint_message = forms.CharField(
        label=_("What to say if it does not hold"), max_length=300, required=False
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
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One a line."),
    )
    columns = forms.CharField(
        label=_("Columns of the table"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One a line. With a key of its own and a figure from operations: key | text | figure"),
    )
    position = forms.IntegerField(label=_("Position in the section"), min_value=1, required=False)
    remove = forms.BooleanField(label=_("Remove this question"), required=False)

    def __init__(self, *args, old: Question | None = None, **kwargs):
        super().__init__(*args, own_key=old.key if old else "", **kwargs)
        self.old = old
        self.fields["section"].choices = [(section.key, str(section)) for section in self.definition.sections]
        self.fields["source"].choices = [("", _("no, people answer it")), *source_choices()]
        figures = [("", "–"), *((q.key, str(q)) for q in self.others if q.is_numeric)]
        for name in ("at_most", "share_part", "share_whole"):
            self.fields[name].choices = figures
        if old is None:
            del self.fields["remove"]

    def clean(self):
        data = super().clean()
        self.add_built("constraint", lambda: building.at_most(data.get("at_most", "")))
        self.add_built(
            "calculation", lambda: building.share(data.get("share_part", ""), data.get("share_whole", ""))
        )
        # A part is never more than its whole; whoever means something else says so.
        if data.get("type") == "calculation" and data.get("share_whole") and data.get("maximum") is None:
            data["maximum"] = Decimal(100)
        return data

    @property
    def groups(self) -> list[tuple]:
        return _groups(self, QUESTION_GROUPS)

    @staticmethod
    def initial_of(definition: Definition, question: Question, section_key: str) -> dict:
        values = {name: getattr(question, name) for name in ("label", "label_en", "key", "type", "help", "unit", "required", "minimum", "maximum", "source",
                  "calculation", "constraint", "constraint_message", "roll_up", "row_set")}  # fmt: skip
        limit, parts = building.at_most_part(question.constraint), building.share_parts(question.calculation)
        if limit:
            values |= {"constraint": "", "at_most": limit}
        if parts[0]:
            values |= {"calculation": "", "share_part": parts[0], "share_whole": parts[1]}
        return values | ConditionFields.condition_initial(definition, question.condition) | {
            "section": section_key, "tiers": list(question.tiers), "choices": designing.choices_text(question.choices),
            "rows": designing.choices_text(question.rows), "columns": designing.columns_text(question.columns),
        }  # fmt: skip

    def question(self, before: Question | None) -> Question:
        data = self.cleaned_data
        taken = {question.key for question in self.definition.questions()}
        key = data["key"] or (before.key if before else building.key_of(data["label"], taken))
        base = before or Question(key, data["type"], data["label"])
        plain = {name: data[name] for name in ("type", "label", "label_en", "help", "unit", "required", "minimum", "maximum", "source",
                 "calculation", "condition", "constraint", "constraint_message", "roll_up", "row_set")}  # fmt: skip
        made = replace(
            base, key=key, **plain, tiers=tuple(data["tiers"]), choices=designing.choices_of(data["choices"]), rows=designing.choices_of(data["rows"]),
            columns=designing.columns_of(data["columns"]),
        )  # fmt: skip
        return made if before and before.type == made.type else without_foreign(made)


NUMBERS = "integer decimal money"
#: (title, types it belongs to ('' for all), fields, whether it stands folded)
SECTION_GROUPS = (
    ("", "", ("title", "title_en", "help", "position"), False),
    (_("When it is shown"), "", ("join", "condition"), True),
    (_("Key and removal"), "", ("key", "remove"), True),
)
QUESTION_GROUPS = (
    ("", "", ("section", "label", "label_en", "type", "help"), False),
    ("", f"{NUMBERS} text long_text choice choices yes_no date file table", ("required",), False),
    (_("Choices"), "choice choices", ("choices",), False),
    (_("Table"), "table", ("row_set", "rows", "columns"), False),
    (_("Calculation"), "calculation", ("share_part", "share_whole", "calculation"), False),
    (_("Figure"), f"{NUMBERS} calculation", ("unit",), False),
    (
        _("Limits"),
        f"{NUMBERS} calculation",
        ("minimum", "maximum", "at_most", "constraint", "constraint_message"),
        True,
    ),
    (_("Where it comes from and goes to"), f"{NUMBERS} table calculation", ("source", "roll_up"), True),
    (_("When and of whom it is asked"), "", ("join", "condition", "tiers"), True),
    (_("Place, key and removal"), "", ("position", "key", "remove"), True),
)


def without_foreign(question: Question) -> Question:
    """A question of a new type without what the page hides for it: a text that was a figure is filled from nowhere."""
    own = {
        name for _title, types, names, _folded in QUESTION_GROUPS
        if not types or question.type in types.split() for name in names
    }  # fmt: skip
    foreign = {
        name for _title, _types, names, _folded in QUESTION_GROUPS for name in names
        if name not in own and name in Question.__dataclass_fields__
    }  # fmt: skip
    return replace(question, **{name: Question.__dataclass_fields__[name].default for name in foreign})


def _groups(form, plan) -> list[tuple]:
    """(title, types, fields, folded, open, rows) of each group with fields here; what is filled or wrong stands open."""
    found = []
    for title, types, names, folded in plan:
        fields = [form[name] for name in names if name in form.fields]
        rows = form.condition_rows if "join" in names else []
        said = [*fields, *(field for row in rows for field in row)]
        used = any(
            field.errors or (field.value() and field.name.partition("_")[0] not in QUIET) for field in said
        )
        if types and used and getattr(form, "old", None):
            types = f"{types} {form.old.type}"  # what an XLSForm brought stays in sight
        if fields:
            found.append((title, types, fields, folded, used, rows))
    return found


#: fields whose first value says nothing
QUIET = ("sign", "join", "roll", "key")


class PublishForm(ScopedForm):
    valid_from = forms.DateField(label=_("In force from"))


class XlsFormUpload(ScopedForm):
    file = forms.FileField(label=_("XLSForm spreadsheet (.xlsx)"))


class NoteForm(ScopedForm):
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=2000, required=False)
