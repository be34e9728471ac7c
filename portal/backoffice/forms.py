"""Forms that offer and accept only what is the user's: every foreign key narrowed to visible records, every region to theirs."""

from __future__ import annotations

import datetime as dt
import functools
import operator

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import DateRangeWidget
from wagtail.permissions import policy_registry

from portal.regions.forms import RegionField, RegionWidget
from portal.regions.models import Level, Region, below_q

from .views import visible


def regions_of(user, right: str = "") -> models.QuerySet[Region]:
    """The regions within the user's roles; with a right (`case.register`) only the roles that grant it count."""
    if user.is_superuser:
        return Region.objects.all()
    grants = [grant for grant in user.grants if not right or right in grant.rights]
    if any(not grant.code for grant in grants):
        return Region.objects.all()
    scopes = [models.Q(pk=g.code) | below_q(g.code, "pk") for g in grants]
    return Region.objects.filter(functools.reduce(operator.or_, scopes)) if scopes else Region.objects.none()


class _Narrowed:
    """Takes `for_user` and narrows every choice field of records; a foreign id by POST is no valid choice."""

    for_user_aware = True
    #: the right that bounds the regions on offer, e.g. "case.register"; empty: any role of the user
    region_right = ""
    #: levels of region that a generated region field accepts; a RegionField of the form's own says its levels itself
    region_levels: tuple[Level, ...] = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE)
    #: fields whose choices are not narrowed by a policy, because the records are public or the form narrows them itself
    open_choices: tuple[str, ...] = ()

    def __init__(self, *args, for_user, **kwargs):
        self.for_user = for_user
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if isinstance(field, RegionField):
                if name not in self.open_choices:
                    field.right = field.right or self.region_right
                    field.narrow(for_user)
            elif isinstance(field, forms.ModelChoiceField):
                if field.queryset.model is Region and not isinstance(field, forms.ModelMultipleChoiceField):
                    # Not even an open choice is a select of 91,599 regions.
                    self.fields[name] = region_field(field, for_user, self.region_levels, self.region_right)
                elif name not in self.open_choices:
                    field.queryset = self.narrow(name, field.queryset)
        dress(self)

    def narrow(self, name: str, queryset: models.QuerySet) -> models.QuerySet:
        """The choices of one field; override to narrow further, never to widen."""
        if queryset.model is Region:
            allowed = regions_of(self.for_user, self.region_right)
            return queryset & allowed
        return visible(queryset, self.for_user)


def region_field(field: forms.Field, user, levels, right: str) -> RegionField:
    """The picker in place of a select of 91,599 regions."""
    return RegionField(
        level=levels,
        for_user=user,
        right=right,
        required=field.required,
        label=field.label,
        help_text=field.help_text,
        initial=field.initial,
    )


class ScopedForm(_Narrowed, forms.Form):
    """A plain form of an officer."""


class ScopedModelForm(_Narrowed, forms.ModelForm):
    """A form over a record. The status is never a field; the finished record must lie where the user has the right."""

    #: the rights asked of the finished record
    add_right = "add"
    change_right = "change"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        status = {"status", "outcome", "status_since"} & set(self.fields)
        if status:
            raise TypeError(
                f"{type(self).__name__}: {', '.join(sorted(status))} is moved by the workflow, never by a form"
            )

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        policy = policy_registry.get_by_type(type(self.instance), fallback=False)
        right = self.add_right if self.instance._state.adding else self.change_right
        if policy is None or not policy.user_has_permission_for_instance(self.for_user, right, self.instance):
            self.add_error(
                "region" if "region" in self.fields else NON_FIELD_ERRORS,
                _("You do not have the right to record this there."),
            )


class MoneyField(forms.DecimalField):
    """Rupiah as people write it: `Rp 18.000.000`, `18.000.000`, `18000000`. Whole, never below nothing."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(
            **{"localize": True, "max_digits": 15, "decimal_places": 0, "min_value": 0, "widget": widget}
            | kwargs
        )

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip().removeprefix("Rp").removesuffix(",-").strip(" .")
        return super().to_python(value)


#: no date that anybody types here is older
EARLIEST_YEAR = 1900


def _not_of_another_age(day: dt.date) -> None:
    """A year typed with two digits is read as one of antiquity."""
    if day.year < EARLIEST_YEAR:
        raise ValidationError(
            _("Please check the year: four digits, not before %(year)s."), params={"year": str(EARLIEST_YEAR)}
        )


def dress(form: forms.BaseForm) -> None:
    """Give every widget what phones and screen readers want: native date fields, tied help and error texts."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, DateRangeWidget):
            for part, label in zip(widget.widgets, (_("from"), _("until")), strict=True):
                part.input_type, part.format = "date", "%Y-%m-%d"
                part.attrs["aria-label"] = label
            for part in field.fields:
                part.input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
            continue
        if isinstance(field, forms.DateField) and not isinstance(field, forms.DateTimeField):
            field.widget = forms.DateInput(format="%Y-%m-%d", attrs={**widget.attrs, "type": "date"})
            field.widget.is_required = field.required
        elif isinstance(field, forms.DateTimeField) and isinstance(widget, forms.DateTimeInput):
            field.widget = forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M", attrs={**widget.attrs, "type": "datetime-local"}
            )
            field.widget.is_required = field.required
        if isinstance(field, forms.DateTimeField | forms.DateField):
            if not any(isinstance(check, MinValueValidator) for check in field.validators):
                field.validators = [*field.validators, _not_of_another_age]
            # Browsers send ISO dates whatever the language; hands type the Indonesian way.
            field.input_formats = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%d/%m/%Y", "%d-%m-%Y", "%d/%m/%Y %H:%M"]
        if (
            isinstance(widget, forms.Textarea) and str(widget.attrs.get("rows")) == "10"
        ):  # Django's own default
            widget.attrs["rows"] = 4
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == "---------":
            field.empty_label = _("– choose –")
        elif isinstance(widget, forms.Select) and not isinstance(widget, RegionWidget):
            widget.choices = [
                (value, _("– choose –") if value == "" and label == "---------" else label)
                for value, label in widget.choices
            ]
