"""Filters of lists: django-filter with choices narrowed to what the user may see."""

from __future__ import annotations

import django_filters
from django import forms

from portal.regions.models import Region

from .forms import regions_of
from .views import visible


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
                if isinstance(field, forms.ModelChoiceField) and name not in self.open_choices:
                    field.queryset = (
                        field.queryset & regions_of(user)
                        if field.queryset.model is Region
                        else visible(field.queryset, user)
                    )
        return form
