"""A field of codes that editors fill by choosing names: regions found by words, programs from the catalog."""

from __future__ import annotations

from django import forms
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class CodesInput(forms.TextInput):
    """Codes separated by commas; with the script, names to choose and to take away. Without it the codes are typed.

    `source` is "region" or "program"; `bounds` narrows regions to some codes and what lies in them.
    """

    def __init__(self, source: str, attrs=None, bounds: str = ""):
        super().__init__(attrs)
        self.source, self.bounds = source, bounds

    @cached_property
    def media(self):
        return forms.Media(
            js=["programs_catalog/codes-picker.js"], css={"all": ["programs_catalog/codes-picker.css"]}
        )

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        region = self.source == "region"
        context["widget"]["attrs"] |= {
            "data-codes": self.source,
            "data-url": str(reverse_lazy("regions:find") if region else reverse_lazy("programs_codes")),
            "data-bounds": self.bounds,
            "data-find": str(_("Find a region by name") if region else _("Find a program by name")),
            "data-take-away": str(_("Take away")),
            "data-none": str(_("Nothing found")),
            "autocomplete": "off",
        }
        return context


def split_codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]
