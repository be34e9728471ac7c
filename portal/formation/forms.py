"""Forms of the stages, of the way back, and of pathways."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from portal.backoffice.files import DOCUMENTS, UploadField
from portal.backoffice.forms import ScopedForm, dress
from portal.regions.forms import RegionField
from portal.regions.models import Level, Region
from portal.staffing.models import Appointment
from portal.units.forms import DecreeForm, decree_dates_checked
from portal.units.models import Decree

from .asks import LETTER, WHOLE, Ask, part_title
from .enums import BY_DECREE, SCORED, Addressee, Body, Item, StageForm
from .items import VillageChoice, village_choices
from .models import FormationRequest, Pathway, PathwayVersion, StageRecord
from .services.completions import Completion, DecreeData, criteria_for
from .services.effects import units_of

SCORES = [
    ("", _("choose")),
    (0, _("0 – not there")),
    (1, _("1 – begun")),
    (2, _("2 – half way")),
    (3, _("3 – largely there")),
    (4, _("4 – fully there")),
]


class StageCompletionForm(ScopedForm):
    """The form of a request's current stage, built from the pathway's data."""

    def __init__(self, *args, request: FormationRequest, **kwargs):
        self.request, self.stage = request, request.stage
        super().__init__(*args, **kwargs)
        builder = getattr(self, f"_build_{self.stage.form}", None)
        if builder:
            builder()
        if self.stage.form in SCORED:
            self._build_scores()
        if self.stage.form in BY_DECREE:
            for name, field in DecreeForm(for_user=self.for_user).fields.items():
                self.fields[name] = field
        for number, title in enumerate(self.stage.documents):
            self.fields[f"document_{number}"] = UploadField(kinds=(*DOCUMENTS, "docx"), label=title)
        self.fields["note"] = forms.CharField(
            label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
        )
        dress(self)

    # -- one builder per form
    def _build_criteria(self):
        self.fields["criteria"] = forms.CharField(label=_("Location criteria"), widget=forms.Textarea)
        self.fields["announced_on"] = forms.DateField(label=_("Announced on"))
        self.fields["announced_through"] = forms.CharField(label=_("Announced through"), max_length=200)

    def _build_study(self):
        self.fields["studied_on"] = forms.DateField(label=_("Date of the study"))
        self.fields["team"] = forms.CharField(label=_("Technical team"), max_length=300)

    def _build_assessment(self):
        self.fields["assessed_on"] = forms.DateField(label=_("Date of the assessment"))
        self.fields["team"] = forms.CharField(label=_("Assessed by"), max_length=300)

    def _build_socialization(self):
        self.fields["held_on"] = forms.DateField(label=_("Date of the socialization"))
        self.fields["place"] = forms.CharField(label=_("Place"), max_length=150)
        self.fields["participants"] = forms.IntegerField(label=_("Participants"), min_value=1)
        self.fields["province"] = forms.CharField(label=_("Taking part from the province"), max_length=200)

    def _build_facilitation(self):
        self.fields["facilitated_on"] = forms.DateField(label=_("Date"))
        self.fields["what"] = forms.CharField(label=_("What was done"), widget=forms.Textarea)

    def _build_puskesos_locations(self):
        item = self.request.items.filter(kind=Item.PUSKESOS_LOCATIONS).first()
        self.fields["villages"] = forms.MultipleChoiceField(
            label=_("Villages of the Puskesos"),
            choices=village_choices(self.request.region),
            widget=VillageChoice,
            initial=item.data.get("villages") if item else None,
            help_text=_("Chosen beforehand: the villages of the request."),
        )

    def _build_appointment(self):
        self._officers([unit.pk for unit in units_of(self.request)])
        if self.request.unit_kind == "puskesos":
            proposal = self.request.items.filter(kind=Item.HUMAN_RESOURCES).first()
            said = proposal.data.get("proposal", "") if proposal else ""
            self.fields["considered"] = forms.CharField(
                label=_("How the village head's proposal was considered"),
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("Proposal: %(text)s") % {"text": _escaped(said)},
            )

    def _officers(self, units):
        rows = (
            Appointment.objects.proposed()
            .filter(unit__in=units)
            .select_related("officer", "position", "region")
        )
        self.fields["appointments"] = forms.ModelMultipleChoiceField(
            label=_("Officers to be appointed"),
            queryset=rows,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Officers that were proposed for the unit. Propose them under “Officers” first."),
        )

    def _build_guidance(self):
        self.fields["starts_on"] = forms.DateField(label=_("From"))
        self.fields["ends_on"] = forms.DateField(label=_("Until"))
        self.fields["place"] = forms.CharField(label=_("Place"), max_length=150)
        self.fields["participants"] = forms.IntegerField(label=_("Participants"), min_value=1)
        self.fields["given_with"] = forms.CharField(label=_("Together with"), max_length=200, required=False)

    def _build_scores(self):
        for criterion in criteria_for(self.stage):
            self.fields[f"score_{criterion.pk}"] = forms.TypedChoiceField(
                label=str(criterion), choices=SCORES, coerce=int, empty_value=None
            )
        self.fields["result"] = forms.ChoiceField(
            label=_("Result"),
            choices=[
                (StageRecord.Result.READY, StageRecord.Result.READY.label),
                (StageRecord.Result.READY_WITH_NOTES, StageRecord.Result.READY_WITH_NOTES.label),
            ],
            widget=forms.RadioSelect,
            help_text=_("A region that is not ready: return the request for completion, or refuse it."),
        )

    # -- checks that need more than one field
    def clean(self):
        cleaned = super().clean()
        today = timezone.localdate()
        for name in ("announced_on", "studied_on", "assessed_on", "held_on", "facilitated_on", "ends_on"):
            if cleaned.get(name) and cleaned[name] > today:
                self.add_error(name, _("The date lies in the future."))
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The end lies before the beginning."))
        if cleaned.get("result") == StageRecord.Result.READY_WITH_NOTES and not cleaned.get("note"):
            self.add_error("note", _("Write the notes."))
        return decree_dates_checked(self, cleaned)

    def completion(self) -> Completion:
        """What the service takes."""
        data = dict(self.cleaned_data)
        scores = {
            name.removeprefix("score_"): data.pop(name) for name in list(data) if name.startswith("score_")
        }
        documents = {
            title: data.pop(f"document_{number}") for number, title in enumerate(self.stage.documents)
        }
        decree = decree_data(data) if self.stage.form in BY_DECREE else None
        villages = data.pop("villages", ())
        appointments = list(data.pop("appointments", ()))
        note, result = data.pop("note"), data.pop("result", StageRecord.Result.DONE)
        answers = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in data.items()
            if not name.startswith("decree_")
        }
        if scores:
            answers["scores"] = scores
        return Completion(
            note=note,
            result=result,
            data=answers,
            decree=decree,
            villages=list(Region.objects.filter(pk__in=villages)),
            appointments=appointments,
            documents=documents,
        )


def decree_data(cleaned) -> DecreeData:
    return DecreeData(
        number=cleaned["decree_number"],
        date=cleaned["decree_date"],
        signatory=cleaned["decree_signatory"],
        valid_from=cleaned["decree_valid_from"],
        valid_until=cleaned["decree_valid_until"],
        file=cleaned["decree_file"],
    )


def _escaped(text: str) -> str:
    return escape(text) or "–"


class VillageAppointmentForm(DecreeForm):
    """The village head's decree on the officers of their Puskesos."""

    def __init__(self, *args, location, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["appointments"] = forms.ModelMultipleChoiceField(
            label=_("Officers to be appointed"),
            queryset=Appointment.objects.proposed().filter(unit=location.unit).select_related("officer", "position", "region"),
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Officers that were proposed for the unit. Propose them under “Officers” first."),
        )  # fmt: skip
        self.order_fields(["appointments"])


class ReturnForm(ScopedForm):
    """What is to be completed, part by part: the applicant sees each ask at its part (F-17)."""

    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The applicant sees it."))  # fmt: skip

    def __init__(self, *args, request: FormationRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = [*request.version.items, LETTER, WHOLE]
        for part in self.parts:
            self.fields[self.name_of(part)] = forms.CharField(
                label=part_title(part), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One item per line.")
            )  # fmt: skip
        self.order_fields([name for name in self.fields if name != "note"])
        dress(self)

    @staticmethod
    def name_of(part: str) -> str:
        return f"ask_{part or 'whole'}"

    def clean(self):
        cleaned = super().clean()
        if not self.asks():
            self.add_error(None, _("Say at least at one part what is to be completed."))
        return cleaned

    def asks(self) -> list[Ask]:
        return [
            Ask(line.strip(), part)
            for part in self.parts
            for line in self.cleaned_data.get(self.name_of(part), "").splitlines()
            if line.strip()
        ]


class RefuseForm(ScopedForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, help_text=_("The applicant sees it."))


class ProposeRegionForm(ScopedForm):
    """F-15: the Ministry proposes a region."""

    region = RegionField(level=Level.REGENCY, label=_("Regency or city"))
    pathway = forms.ModelChoiceField(label=_("Pathway"), queryset=Pathway.objects.filter(unit_kind="slrt"))
    reason = forms.CharField(label=_("Why the region is deemed ready"), widget=forms.Textarea)


# -- pathways ---------------------------------------------------------------------------------------------------------
class VersionForm(ScopedForm):
    basis = forms.CharField(label=_("Legal basis"), max_length=200, required=False)
    version_note = forms.CharField(label=_("What is new"), max_length=300)
    addressee = forms.ChoiceField(label=_("Addressed to"), choices=Addressee.choices)
    copies = forms.MultipleChoiceField(
        label=_("Copies to"), choices=Addressee.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    items = forms.MultipleChoiceField(
        label=_("What a request contains"), choices=Item.choices, widget=forms.CheckboxSelectMultiple
    )
    confirms_standard = forms.BooleanField(
        label=_("The applicant confirms the Ministry's standards and criteria"), required=False
    )

    @staticmethod
    def initial_of(version: PathwayVersion) -> dict:
        return {
            "basis": version.basis,
            "version_note": version.note,
            "addressee": version.addressee,
            "copies": version.copies,
            "items": version.items,
            "confirms_standard": version.confirms_standard,
        }

    def facts(self) -> dict:
        facts = dict(self.cleaned_data)
        facts["note"] = facts.pop("version_note")
        facts["items"] = [item for item in Item.values if item in facts["items"]]
        return facts


class StageRowForm(forms.Form):
    """One stage of a pathway in the editor."""

    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=99)
    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=150)
    name_en = forms.CharField(label=_("Name in English"), max_length=150, required=False)
    description = forms.CharField(label=_("Description"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    description_en = forms.CharField(label=_("Description in English"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    body = forms.ChoiceField(label=_("Completed by"), choices=Body.choices)
    form = forms.ChoiceField(label=_("Form"), choices=StageForm.choices)
    documents = forms.CharField(
        label=_("Required documents"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One per line."),
    )
    decree_issuer = forms.ChoiceField(label=_("Decree issued by"), required=False)
    time_limit_days = forms.IntegerField(
        label=_("Time limit (days)"), min_value=1, max_value=999, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decree_issuer"].choices = [("", _("no decree")), *Decree.Issuer.choices]
        # An empty choice first, or the untouched form for one more stage would count as filled in.
        for name in ("body", "form"):
            self.fields[name].choices = [("", _("choose")), *self.fields[name].choices]

    def row(self) -> dict:
        data = dict(self.cleaned_data)
        data.pop("DELETE", None)
        data["documents"] = [line.strip() for line in data["documents"].splitlines() if line.strip()]
        return data


StageFormSet = forms.formset_factory(StageRowForm, extra=1, can_delete=True, max_num=30)


def stage_rows(version: PathwayVersion) -> list[dict]:
    """The stages of a version as the editor shows them."""
    names = (
        "order", "code", "name", "name_en", "description", "description_en", "body", "form", "decree_issuer", "time_limit_days",
    )  # fmt: skip
    return [
        {name: getattr(stage, name) for name in names} | {"documents": "\n".join(stage.documents)}
        for stage in version.stages.order_by("order")
    ]
