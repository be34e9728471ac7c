"""Filters of lists: django-filter with choices narrowed to what the user may see."""

from __future__ import annotations

import django_filters
from django import forms

from portal.regions.forms import RegionField
from portal.regions.models import Level, Region, within_q

from .forms import dress, regions_of
from .views import visible


class RegionFilter(django_filters.Filter):
    """Rows within a region of the user's, of any level: `region = RegionFilter(label=_("Region"))`.

    `through` leads to the bounded record (`case__`), as in `within_q`.
    """

    field_class = RegionField

    def __init__(self, *args, through: str = "", **kwargs):
        self.through = through
        kwargs.setdefault("level", (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE))
        super().__init__(*args, **kwargs)

    def filter(self, qs, value):
        return qs.filter(within_q(value.pk, self.through)) if value else qs


class ScopedFilterSet(django_filters.FilterSet):
    """A FilterSet whose record choices are the user's own; only declared filters exist (no `fields = "__all__"`)."""

    #: fields whose choices are public
    open_choices: tuple[str, ...] = ()

    @property
    def form(self):
        fresh = not hasattr(self, "_form")
        form = super().form
        if fresh:
            user = self.request.user
            for name, field in form.fields.items():
                if isinstance(field, RegionField):
                    field.narrow(user)
                elif isinstance(field, forms.ModelChoiceField) and name not in self.open_choices:
                    field.queryset = (
                        field.queryset & regions_of(user)
                        if field.queryset.model is Region
                        else visible(field.queryset, user)
                    )
            dress(form)
        return form
