"""The small forms of a request: two profiles and the readiness items (F-03, F-04, F-09).

A draft keeps what was typed, finished or not; an item is complete when its form accepts it and a document is attached.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import groupby

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from portal.regions.models import Level, Region
from portal.units.models import Funding, Room, Unit
from portal.units.standard import ROOMS

from .enums import Item


class ItemForm(forms.Form):
    """The base of the small forms; `request` is the FormationRequest."""

    #: what must be attached
    document = _("document")
    explanation = ""

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def summary(self) -> list[tuple[str, str]]:
        """Label and answer of every field, for the check page and the letter; call after `is_valid`."""
        return [(field.label, self.shown(name, field)) for name, field in self.fields.items()]

    def shown(self, name: str, field: forms.Field) -> str:
        value = self.data.get(name, "") if hasattr(self.data, "get") else ""
        if isinstance(field, forms.MultipleChoiceField):
            chosen = self.data.get(name) or []
            return ", ".join(str(label) for key, label in _flat(field.choices) if key in chosen) or "–"
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, "–"))
        if (
            isinstance(field, forms.IntegerField)
            and not isinstance(field, forms.DecimalField)
            and value.isdigit()
        ):
            # Years are names; everything else is a number to be read.
            return value if name == "year" else f"{int(value):,}".replace(",", ".")
        if isinstance(field, forms.DecimalField) and value:
            try:
                return number_format(Decimal(value))
            except InvalidOperation:
                return str(value)
        return str(value) or "–"


class ShareField(forms.DecimalField):
    """A share typed with a comma or a point; a number input of a browser in another language would drop the comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _number(label, **kwargs):
    return forms.IntegerField(label=label, min_value=0, max_value=999_999_999_999, **kwargs)


def _text(label, **kwargs):
    return forms.CharField(label=label, max_length=3000, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)


class PovertyProfileForm(ItemForm):
    document = _("poverty profile")
    explanation = _("Who is poor in the area, how many, and where the figures come from.")
    year = forms.IntegerField(label=_("Year of the figures"), min_value=2010, max_value=2100)
    poor_people = _number(_("Number of poor people"))
    poverty_rate = ShareField(
        label=_("Poverty rate (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    ppks = _number(_("Number of people in need of social services (PPKS)"))
    source = forms.CharField(label=_("Source of the figures"), max_length=200)
    summary_text = _text(_("Summary"))


class ResourcesProfileForm(ItemForm):
    document = _("profile of social welfare potential and resources")
    explanation = _("Who and what the area can build on: social workers of the community, institutions, programs of its own.")  # fmt: skip
    psks = _number(_("Number of PSKS (PSM, TKSK, Karang Taruna and others)"))
    institutions = _number(_("Number of social welfare institutions"))
    programs = _text(_("Programs and services of the area itself"))


class BudgetForm(ItemForm):
    document = _("budget document or statement of the budget")
    explanation = _("Which money stands ready to run the unit.")
    year = forms.IntegerField(label=_("Budget year"), min_value=2016, max_value=2100)
    amount = forms.IntegerField(label=_("Amount (Rp)"), min_value=1, max_value=999_999_999_999)
    source = forms.ChoiceField(label=_("Source"), choices=Funding.Source.choices)
    purpose = _text(_("What it is for"))


class HumanResourcesForm(ItemForm):
    document = _("list of prospective officers or statement on staffing")
    explanation = _("Who will work in the SLRT and its Puskesos.")
    managers = forms.IntegerField(label=_("Managers"), min_value=1, max_value=10)
    supervisors = forms.IntegerField(label=_("Supervisors"), min_value=1, max_value=200)
    facilitators = forms.IntegerField(label=_("Facilitators"), min_value=1, max_value=2000)
    office_staff = forms.IntegerField(label=_("Front and back officers"), min_value=1, max_value=200)
    puskesos_officers = forms.IntegerField(label=_("Puskesos officers"), min_value=1, max_value=5000)
    responsible_office = forms.CharField(label=_("Responsible work unit"), max_length=150)


class PuskesosHumanResourcesForm(ItemForm):
    document = _("list of proposed officers")
    explanation = _(
        "Who will work in the Puskesos. The social office considers this proposal when it appoints."
    )
    coordinator = forms.CharField(label=_("Proposed coordinator (head of welfare affairs)"), max_length=150)
    front_officers = forms.IntegerField(label=_("Front officers"), min_value=1, max_value=20)
    back_officers = forms.IntegerField(label=_("Back officers"), min_value=1, max_value=20)
    proposal = _text(_("Proposed officers and their background"))


class RegulationForm(ItemForm):
    document = _("regulation or its draft")
    explanation = _("The regulation that carries the unit, in force or being drafted.")
    title = forms.CharField(label=_("Title of the regulation"), max_length=200)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("in_force", _("in force")), ("draft", _("draft")), ("planned", _("planned this year"))],
    )
    number = forms.CharField(label=_("Number and year, once in force"), max_length=80, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == "in_force" and not cleaned.get("number"):
            self.add_error("number", _("A regulation in force has a number."))
        return cleaned


class FacilitiesForm(ItemForm):
    document = _("photographs or inventory of the facilities")
    explanation = _("Where people will find the unit. The address goes into the public directory.")
    address = forms.CharField(label=_("Address of the secretariat"), max_length=300)
    opening_hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False)
    rooms = forms.MultipleChoiceField(
        label=_("Rooms that are ready"), widget=forms.CheckboxSelectMultiple, required=False
    )
    equipment = _text(_("Equipment that is ready"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rooms"].choices = [
            (kind, Room.Kind(kind).label) for kind in ROOMS[self.request.unit_kind]
        ]


class VillageChoice(forms.CheckboxSelectMultiple):
    """Hundreds of villages as boxes to tick, folded by district: nothing is lost by a touch on a phone."""

    template_name = "formation/villages.html"


class PuskesosLocationsForm(ItemForm):
    document = _("decision of the head of the region on the locations")
    explanation = _("The villages where Puskesos shall grow, as the head of the region has set them.")
    villages = forms.MultipleChoiceField(
        label=_("Villages"),
        widget=VillageChoice,
    )
    reason = _text(_("Why these villages"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["villages"].choices = village_choices(self.request.region)


def village_choices(region: Region) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages of a regency, grouped by district."""
    # By parent, which has an index: some milliseconds for the largest regency.
    rows = (
        Region.objects.current()
        .filter(parent__parent=region, level=Level.VILLAGE)
        .order_by("parent_id", "pk")
        .values_list("parent__name", "code", "name")
    )
    return [
        (district, [(code, name) for _district, code, name in villages])
        for district, villages in groupby(rows, key=lambda row: row[0])
    ]


_FORMS: dict[str, type[ItemForm]] = {
    Item.POVERTY_PROFILE: PovertyProfileForm,
    Item.RESOURCES_PROFILE: ResourcesProfileForm,
    Item.BUDGET: BudgetForm,
    Item.HUMAN_RESOURCES: HumanResourcesForm,
    Item.REGULATION: RegulationForm,
    Item.FACILITIES: FacilitiesForm,
    Item.PUSKESOS_LOCATIONS: PuskesosLocationsForm,
}


def form_class(kind: str, unit_kind: str) -> type[ItemForm]:
    """The small form of an item for an SLRT or a Puskesos."""
    if kind == Item.HUMAN_RESOURCES and unit_kind == Unit.Kind.PUSKESOS:
        return PuskesosHumanResourcesForm
    return _FORMS[kind]


def form_of(item, data=None) -> ItemForm:
    """The form of a stored item, filled with what is stored or with `data`."""
    cls = form_class(item.kind, item.request.unit_kind)
    return cls(data=item.data if data is None else data, request=item.request)


def typed_only(form: ItemForm) -> dict:
    """What a draft keeps: the fields of the form as they were typed, lists for choices of several."""
    kept = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.MultipleChoiceField):
            values = form.data.getlist(name) if hasattr(form.data, "getlist") else form.data.get(name) or []
            known = {key for key, _label in _flat(field.choices)}
            kept[name] = [value for value in values if value in known]
        else:
            kept[name] = str(form.data.get(name, "") or "")[:3000]
    return kept


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
