"""Forms of staff administration."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.backoffice.files import DOCUMENTS, UploadField
from portal.backoffice.forms import ScopedForm, ScopedModelForm
from portal.fields import blind_index
from portal.regions.forms import RegionField
from portal.regions.models import Level, code_at
from portal.units.forms import DecreeForm
from portal.units.models import Unit

from .enums import Check, LeavingReason
from .models import (
    Appointment,
    Attendance,
    Candidate,
    Criterion,
    Officer,
    Position,
    Replacement,
    StipendAccount,
    Training,
    Vacancy,
)

LONGEST_VACANCY = dt.timedelta(days=366)
#: a regency of hundreds of villages looks for a facilitator in each
MOST_PLACES = 500
PERSON = (
    "name", "sex", "birth_date", "nik", "education", "background", "domicile", "has_forbidding_post", "other_posts", "phone", "email",
)  # fmt: skip


class OfficerForm(ScopedModelForm):
    region = RegionField(
        level=(Level.REGENCY, Level.VILLAGE), right="officer.add", label=_("Office that keeps the record")
    )
    domicile = RegionField(level=Level.VILLAGE, label=_("Lives in (village)"))
    statement_letter = UploadField(kinds=DOCUMENTS, label=_("Statement letter"), required=False)

    class Meta:
        model = Officer
        fields = ["region", *PERSON, "civil_service_number", "imei", "statement_letter"]
        widgets = {
            name: forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
            for name in ("civil_service_number", "imei")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)

    def clean_nik(self):
        nik = self.cleaned_data["nik"]
        if nik and Officer.objects.filter(nik_index=blind_index(nik)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An officer with this NIK is already recorded."))
        return nik


class AttestedForm(ScopedForm):
    """A box for every criterion that only the one who appoints can confirm (S-01 to S-07)."""

    def add_criteria(self, criteria) -> None:
        for criterion in criteria:
            if criterion.check_by == Check.ATTESTED and criterion.is_active:
                self.fields[f"criterion_{criterion.code}"] = forms.BooleanField(
                    label=str(criterion), required=False
                )

    def attested(self) -> dict[str, bool]:
        return {
            name.removeprefix("criterion_"): bool(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("criterion_")
        }


class ChoosePostForm(ScopedForm):
    """First step of a proposal: unit, position, work area."""

    unit = forms.ModelChoiceField(
        label=pgettext_lazy("institution", "Unit"), queryset=Unit.objects.none(), required=False
    )
    position = forms.ModelChoiceField(
        label=pgettext_lazy("post", "Position"), queryset=Position.objects.all()
    )
    area = RegionField(level=(Level.REGENCY, Level.DISTRICT, Level.VILLAGE), right="appointment.propose", label=_("Work area"))  # fmt: skip

    def __init__(self, *args, officer: Officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].narrow(self.for_user)
        near = Unit.objects.visible_to(self.for_user).filter(
            regency_code=code_at(officer.region_id, Level.REGENCY)
        )
        self.fields["unit"].queryset = near.select_related("region")

    def clean(self):
        cleaned = super().clean()
        position, unit, area = cleaned.get("position"), cleaned.get("unit"), cleaned.get("area")
        if position and (unit.kind if unit else "") != position.unit_kind:
            self.add_error("unit", _("This position belongs to another kind of unit."))
        if position and area and area.level != position.area_level:
            self.add_error("area", _t("The work area of this position is a %(level)s.") % {"level": position.get_area_level_display()})  # fmt: skip
        return cleaned


class ProposeForm(AttestedForm):
    """Second step: what the proposer attests, and the term."""

    starts_on = forms.DateField(
        label=_("From"), required=False, help_text=_("Empty: from the decree's first day.")
    )
    ends_on = forms.DateField(label=_("Until"), required=False)

    def __init__(self, *args, position: Position, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_criteria(position.criteria.all())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class AppointForm(DecreeForm):
    """The decree that puts a proposed officer into office."""


class EndForm(ScopedForm):
    on = forms.DateField(label=_("Last day in office"))
    reason = forms.ChoiceField(label=_("Reason"), choices=LeavingReason.choices)


class ResignForm(ScopedForm):
    resigned_on = forms.DateField(
        label=_("Resigned on"), help_text=_("The successor is due one month after this day.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=LeavingReason.choices)


class AccountForm(ScopedModelForm):
    class Meta:
        model = StipendAccount
        fields = ["source", "bank", "bank_name", "number", "holder", "opened_on"]
        widgets = {"number": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})}

    def clean(self):
        cleaned = super().clean()
        same = self.instance.officer.stipend_accounts.filter(source=cleaned.get("source"), closed_on=None)
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("source", _("There is an open account for this source; close it first."))
        return cleaned


class CloseAccountForm(ScopedModelForm):
    class Meta:
        model = StipendAccount
        fields = ["closed_on"]


class VacancyForm(ScopedModelForm):
    region = RegionField(
        level=(Level.REGENCY, Level.DISTRICT, Level.VILLAGE), right="vacancy.add", label=_("Work area")
    )
    open_choices = ("position",)

    class Meta:
        model = Vacancy
        fields = ["unit", "position", "region", "places", "opens_on", "closes_on", "how_to_apply", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)
        if "unit" in self.fields:
            codes = {code_at(grant.code, Level.REGENCY) for grant in self.for_user.grants}
            self.fields["unit"].queryset = self.fields["unit"].queryset.filter(regency_code__in=codes)

    def clean(self):
        cleaned = super().clean()
        position, unit, region = cleaned.get("position"), cleaned.get("unit"), cleaned.get("region")
        if position and unit and unit.kind != position.unit_kind:
            self.add_error("position", _("This position belongs to another kind of unit."))
        if position and region and region.level != position.area_level:
            self.add_error("region", _t("The work area of this position is a %(level)s.") % {"level": position.get_area_level_display()})  # fmt: skip
        if unit and region and not unit.region.contains(region.pk):
            self.add_error("region", _("The work area lies outside the unit's region."))
        if (
            cleaned.get("opens_on")
            and cleaned.get("closes_on")
            and cleaned["closes_on"] < cleaned["opens_on"]
        ):
            self.add_error("closes_on", _("The end lies before the beginning."))
        elif cleaned.get("closes_on") and cleaned["closes_on"] > timezone.localdate() + LONGEST_VACANCY:
            self.add_error("closes_on", _("A vacancy closes within a year."))
        if (cleaned.get("places") or 0) > MOST_PLACES:
            self.add_error(
                "places", _("At most %(most)s places; please check the number.") % {"most": MOST_PLACES}
            )
        return cleaned


class CandidateForm(ScopedModelForm):
    domicile = RegionField(level=Level.VILLAGE, label=_("Lives in (village)"))
    letter = UploadField(kinds=DOCUMENTS, label=_("Letter of application"), required=False)

    class Meta:
        model = Candidate
        fields = [*PERSON, "score", "letter", "note"]

    def clean_nik(self):
        nik = self.cleaned_data["nik"]
        same = Candidate.objects.filter(vacancy=self.instance.vacancy, nik_index=blind_index(nik))
        if nik and same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This person has already applied."))
        return nik


class SelectForm(AttestedForm):
    def __init__(self, *args, candidate: Candidate, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_criteria(candidate.vacancy.criteria)
        for name, value in candidate.attested.items():
            if f"criterion_{name}" in self.fields:
                self.fields[f"criterion_{name}"].initial = value


class TrainingForm(ScopedModelForm):
    region = RegionField(
        level=(Level.PROVINCE, Level.REGENCY, Level.VILLAGE), right="training.add", required=False, label=_("Region")
    )  # fmt: skip
    open_choices = ("topics",)

    class Meta:
        model = Training
        fields = ["title", "method", "region", "topics", "starts_on", "ends_on", "organizer", "place"]
        widgets = {"topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class ParticipantsForm(ScopedForm):
    officers = forms.ModelMultipleChoiceField(
        label=_("Who took part"), queryset=Officer.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, training: Training, **kwargs):
        super().__init__(*args, **kwargs)
        there = Attendance.objects.filter(training=training).values("officer")
        rows = (
            Officer.objects.visible_to(self.for_user)
            .filter(appointments__status="active")
            .exclude(pk__in=there)
        )
        if training.region_id:
            code = code_at(training.region_id, Level.REGENCY)
            rows = rows.filter(regency_code=code) if len(code) == 5 else rows.filter(province_code=code)
        self.fields["officers"].queryset = rows.distinct().order_by("name")

    def narrow(self, name, queryset):
        return queryset


class SuccessorForm(ScopedForm):
    successor = forms.ModelChoiceField(
        label=_("Successor"),
        queryset=Appointment.objects.none(),
        help_text=_("Officers who were appointed by a new decree to the same position and work area."),
    )

    def __init__(self, *args, replacement: Replacement, **kwargs):
        super().__init__(*args, **kwargs)
        leaving = replacement.leaving
        self.fields["successor"].queryset = (
            Appointment.objects.visible_to(self.for_user)
            .active()
            .filter(position=leaving.position, region=leaving.region)
            .exclude(officer=leaving.officer)
            .select_related("officer", "position", "region")
        )

    def narrow(self, name, queryset):
        return queryset


class AnnounceForm(ScopedForm):
    """The vacancy for a post that was given up: its criteria and area follow from the post."""

    closes_on = forms.DateField(label=_("Closing date"))
    how_to_apply = forms.CharField(label=_("How to apply"), widget=forms.Textarea(attrs={"rows": 3}))
    note = forms.CharField(
        label=_("Further information"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class SendingForm(ScopedForm):
    on = forms.DateField(label=_("Sent on"), initial=timezone.localdate)
    channel = forms.ChoiceField(label=_("How"), choices=Replacement.Channel.choices)
    proof = forms.CharField(label=_("Receipt or tracking number"), max_length=100, required=False)


class CriterionForm(ScopedModelForm):
    class Meta:
        model = Criterion
        fields = [
            "position", "code", "text", "text_en", "strength", "check_by", "education", "residence_level", "order", "is_active",
        ]  # fmt: skip
