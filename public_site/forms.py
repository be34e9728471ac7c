"""Forms of the public site: filters by GET, the look-up, the questions on eligibility."""

from __future__ import annotations

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.regions.forms import RegionField
from portal.regions.models import Level
from programs_catalog.models import Audience, Provider, Sector

ANY_LEVEL = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE)


def _sectors():
    return [("", _("All sectors")), *((sector.pk, str(sector)) for sector in Sector.objects.all())]


class RegionFilterForm(forms.Form):
    """A form with a region, given as `wilayah=34.04` or by the selects of the picker."""

    wilayah = RegionField(level=ANY_LEVEL, required=False, label=_("Your region"))

    @property
    def region(self):
        """The chosen region, or None; a wrong code leaves an error on the field."""
        return self.cleaned_data.get("wilayah") if self.is_valid() or hasattr(self, "cleaned_data") else None


class CatalogForm(RegionFilterForm):
    q = forms.CharField(required=False, max_length=200, label=_("What do you need?"))
    sektor = forms.ChoiceField(required=False, choices=lazy(_sectors, list), label=_("Sector"))
    sasaran = forms.ChoiceField(
        required=False, choices=[("", _("Everybody")), *Audience.choices], label=_("Who it is for")
    )
    tingkat = forms.ChoiceField(
        required=False, choices=[("", _("All levels")), *Provider.Level.choices], label=_("Run by")
    )
    field_order = ["q", "sektor", "sasaran", "tingkat", "wilayah"]


class DirectoryForm(RegionFilterForm):
    q = forms.CharField(required=False, max_length=100, label=_("Name of your village, district or regency"))
    jenis = forms.ChoiceField(
        required=False,
        choices=[("", _("SLRT and Puskesos")), ("slrt", "SLRT"), ("puskesos", "Puskesos")],
        label=_("Kind"),
    )
    field_order = ["q", "jenis", "wilayah"]


class LookUpForm(forms.Form):
    nomor = forms.CharField(
        max_length=80,
        label=_("Registration number"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the registration number of your receipt.")},
    )
    kode = forms.CharField(
        max_length=20,
        label=_("Look-up code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the look-up code of your receipt.")},
    )


class ResponseForm(LookUpForm):
    """What a family says after the end of its case: solved, or not and why."""

    selesai = forms.ChoiceField(choices=[("ya", _("Yes")), ("tidak", _("No"))])
    kata = forms.CharField(max_length=1000, required=False, strip=True)
