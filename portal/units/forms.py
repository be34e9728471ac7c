"""Forms over a unit and what belongs to it."""

from __future__ import annotations

import re

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.backoffice.files import DOCUMENTS, UploadField
from portal.backoffice.forms import MoneyField, ScopedForm, ScopedModelForm
from portal.regions.forms import RegionField
from portal.regions.models import Level

from .models import (
    Agreement,
    CoordinationBody,
    Decision,
    Equipment,
    Funding,
    Meeting,
    Partner,
    ProvincialCoordinator,
    Room,
    Unit,
)
from .standard import EQUIPMENT, ROOMS

POSTAL_CODE = re.compile(r"\d{5}")
#: south, north, west and east end of the country in degrees
ARCHIPELAGO = (-11.1, 6.1, 94.9, 141.1)


def faults_of_place(postal_code: str, latitude, longitude) -> dict[str, str]:
    """What is wrong with a postal code and a point in degrees, by field; the same for the form and the spreadsheet."""
    faults = {}
    if postal_code and not POSTAL_CODE.fullmatch(postal_code):
        faults["postal_code"] = _("A postal code has five digits.")
    if (latitude is None) != (longitude is None):
        faults["latitude"] = _("A point has both a latitude and a longitude.")
    elif latitude is not None:
        south, north, west, east = ARCHIPELAGO
        if not south <= latitude <= north:
            faults["latitude"] = _("This point lies outside Indonesia.")
        if not west <= longitude <= east:
            faults["longitude"] = _("This point lies outside Indonesia.")
    return faults


class UnitForm(ScopedModelForm):
    class Meta:
        model = Unit
        fields = [
            "name", "address", "postal_code", "opening_hours", "phone", "whatsapp", "email", "latitude", "longitude",
            "founded_on",
        ]  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("founded_on") and cleaned["founded_on"] > timezone.localdate():
            self.add_error("founded_on", _("The date lies in the future."))
        for name, text in faults_of_place(
            cleaned.get("postal_code") or "", cleaned.get("latitude"), cleaned.get("longitude")
        ).items():
            self.add_error(name, text)
        return cleaned


class FacilitiesForm(ScopedForm):
    """Rooms and equipment of a unit on one page (K-07, K-08)."""

    PRESENCE = (("", _("not recorded")), ("yes", _("present")), ("no", _("not there")))

    def __init__(self, *args, unit: Unit, **kwargs):
        self.unit = unit
        super().__init__(*args, **kwargs)
        rooms = {room.kind: room for room in unit.rooms.all()}
        for kind in ROOMS[unit.kind]:
            room = rooms.get(kind)
            self.fields[f"room_{kind}"] = forms.ChoiceField(
                label=Room.Kind(kind).label,
                choices=self.PRESENCE,
                required=False,
                initial="" if room is None else "yes" if room.is_present else "no",
            )
        equipment = {item.kind: item for item in unit.equipment.all()}
        extra = [kind for kind in Equipment.Kind.values if kind not in EQUIPMENT[unit.kind]]
        if unit.kind == Unit.Kind.PUSKESOS:
            extra = [Equipment.Kind.TABLET, Equipment.Kind.PRINTER, Equipment.Kind.INTERNET]
        for kind in (*EQUIPMENT[unit.kind], *extra):
            item, label = equipment.get(kind), Equipment.Kind(kind).label
            self.fields[f"quantity_{kind}"] = forms.IntegerField(
                label=_("%(what)s: number") % {"what": label},
                min_value=0,
                max_value=2000,
                required=False,
                initial=item.quantity if item else None,
            )
            self.fields[f"working_{kind}"] = forms.IntegerField(
                label=_("%(what)s: of these working") % {"what": label},
                min_value=0,
                max_value=2000,
                required=False,
                initial=item.working if item else None,
            )

    def clean(self):
        cleaned = super().clean()
        for kind in Equipment.Kind.values:
            quantity, working = cleaned.get(f"quantity_{kind}"), cleaned.get(f"working_{kind}")
            if working is not None and working > (quantity or 0):
                self.add_error(f"working_{kind}", _("More work than there are."))
        return cleaned

    def rooms(self) -> dict[str, bool]:
        return {
            name.removeprefix("room_"): value == "yes"
            for name, value in self.cleaned_data.items()
            if name.startswith("room_") and value
        }

    def equipment(self) -> dict[str, tuple[int, int]]:
        return {
            kind: (quantity, self.cleaned_data.get(f"working_{kind}") or 0)
            for kind in Equipment.Kind.values
            if (quantity := self.cleaned_data.get(f"quantity_{kind}")) is not None
        }


class FundingForm(ScopedModelForm):
    class Meta:
        model = Funding
        fields = ["year", "source", "use", "budgeted", "spent", "note"]
        field_classes = {"budgeted": MoneyField, "spent": MoneyField}

    def clean(self):
        cleaned = super().clean()
        same = Funding.objects.filter(
            unit=self.instance.unit,
            year=cleaned.get("year"),
            source=cleaned.get("source"),
            use=cleaned.get("use"),
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "use", _("This source and use are already recorded for the year; edit that entry.")
            )
        return cleaned


class PartnerForm(ScopedModelForm):
    # The catalog is public: whom it lists may be a partner anywhere.
    open_choices = ("sectors", "provider")

    class Meta:
        model = Partner
        fields = ["name", "kind", "sectors", "provider", "contact", "phone", "email"]
        widgets = {"sectors": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Referrals go to those who serve the unit's own area, or the whole nation.
        providers, region = self.fields["provider"], self.instance.unit.region
        providers.queryset = providers.queryset.filter(Q(region=None) | Q(region__in=region.ancestor_codes()))

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        same = Partner.objects.filter(unit=self.instance.unit, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("This partner is already recorded."))
        return name


class AgreementForm(ScopedModelForm):
    file = UploadField(kinds=DOCUMENTS, label=_("Document"), required=False)

    class Meta:
        model = Agreement
        fields = ["kind", "title", "number", "partner", "valid_from", "valid_until", "file"]
        labels = {"number": _("Document number")}

    def narrow(self, name, queryset):
        queryset = super().narrow(name, queryset)
        return queryset.filter(unit=self.instance.unit) if name == "partner" else queryset

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("The end lies before the beginning."))
        return cleaned


class MeetingForm(ScopedModelForm):
    file = UploadField(kinds=DOCUMENTS, label=_("Minutes as a file"), required=False)

    class Meta:
        model = Meeting
        fields = [
            "title",
            "date",
            "starts_at",
            "place",
            "agenda",
            "participants",
            "was_held",
            "minutes",
            "file",
        ]
        widgets = {"starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def _post_clean(self):
        # The region follows from whose meeting it is, before the policy is asked.
        owner = self.instance.unit or self.instance.body
        self.instance.region_id = owner.region_id if owner else None
        super()._post_clean()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("was_held") and cleaned.get("date") and cleaned["date"] > timezone.localdate():
            self.add_error("date", _("A meeting in the future has not been held."))
        return cleaned


class DecisionForm(ScopedModelForm):
    class Meta:
        model = Decision
        fields = ["text", "responsible", "due_on", "follow_up", "done_on"]


class BodyForm(ScopedModelForm):
    region = RegionField(
        level=(Level.PROVINCE, Level.REGENCY), right="coordinationbody.add", required=False, label=_("Region")
    )

    class Meta:
        model = CoordinationBody
        fields = ["kind", "region", "name", "meets_every_months"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)

    def clean(self):
        cleaned = super().clean()
        region, kind = cleaned.get("region"), cleaned.get("kind")
        level = region.level if region else Level.NATION
        if kind and level not in CoordinationBody.LEVELS[kind]:
            self.add_error("region", _("Such a body does not exist at this level (guideline III.C)."))
        elif kind and CoordinationBody.objects.filter(kind=kind, region=region).exclude(pk=self.instance.pk).exists():  # fmt: skip
            self.add_error("kind", _("There is already such a body here."))
        return cleaned


class ProposeCoordinatorForm(ScopedModelForm):
    region = RegionField(level=Level.PROVINCE, right="provincialcoordinator.add", label=_("Province"))
    proposal_file = UploadField(kinds=DOCUMENTS, label=_("Letter of proposal"), required=False)

    class Meta:
        model = ProvincialCoordinator
        fields = [
            "region", "name", "background", "phone", "email", "proposal_number", "proposed_on", "proposal_file",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)


class DecreeForm(ScopedForm):
    """The part of a form that describes a decree; its issuer follows from who acts."""

    decree_number = forms.CharField(label=_("Decree number (SK)"), max_length=80)
    decree_date = forms.DateField(label=_("Decree date"))
    decree_signatory = forms.CharField(label=_("Signed by"), max_length=150)
    decree_valid_from = forms.DateField(label=_("Valid from"))
    decree_valid_until = forms.DateField(label=_("Valid until"), required=False)
    decree_file = UploadField(kinds=DOCUMENTS, label=_("Scan of the decree"), required=False)

    def clean(self):
        return decree_dates_checked(self, super().clean())


def decree_dates_checked(form: forms.Form, cleaned: dict) -> dict:
    """A decree is not of the future, and ends after it begins; the fault stands at its field."""
    day, start, end = (cleaned.get(f"decree_{name}") for name in ("date", "valid_from", "valid_until"))
    if day and day > timezone.localdate():
        form.add_error("decree_date", _("The date of the decree lies in the future."))
    if start and end and end < start:
        form.add_error("decree_valid_until", _("The end lies before the beginning."))
    return cleaned


class NoteForm(ScopedForm):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea)
