"""The paper trail on screen: the audit log to read, and how each office writes its numbers."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.ledger.masks import KINDS, format_number
from portal.ledger.models import AuditEntry, NumberMask

from .admin import ADMINS, ScopedModelAdmin, Section
from .filters import ScopedFilterSet
from .forms import ScopedModelForm


class AuditFilter(ScopedFilterSet):
    action = django_filters.ChoiceFilter(label=_("What was done"), choices=AuditEntry.Action.choices)
    actor = django_filters.CharFilter(label=_("Account"))
    since = django_filters.DateFilter(label=_("From"), field_name="at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label=_("Until"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditEntry
        fields = ["action", "actor"]


class AuditEntryAdmin(ScopedModelAdmin):
    """Who read or changed what, when and why; nobody changes it here or anywhere (A-08)."""

    model = AuditEntry
    base_url_path = "catatan-audit"
    menu_label, menu_icon, menu_order = _("Audit log"), "history", 850
    list_display = ("at", "who", "action", "record_type", "object_id", "place", "purpose")
    ordering = ("-at", "-pk")
    filterset_class = AuditFilter
    search_fields = ("actor", "object_id")
    search_placeholder = _("User name or record id")
    empty_message = _("Nothing has been recorded yet.")
    creatable = False
    sections = (
        Section("", ("at", "who", "action", "record_type", "object_id", "place", "purpose", "what")),
        Section(_("Seal"), ("chain", "sequence", "hash")),
    )
    export_columns = (
        "at",
        "actor",
        "action",
        "model",
        "object_id",
        "region_code",
        "purpose",
        "chain",
        "sequence",
        "hash",
    )
    export_right = "view"

    def who(self, obj):
        return obj.actor or _t("the system")

    who.short_description = _("Account")

    def hash(self, obj):
        return obj.hash

    hash.short_description = _("Hash of the chain")

    def record_type(self, obj):
        for model in ADMINS:
            if model._meta.label_lower == obj.model:
                return str(model._meta.verbose_name)
        return obj.model

    record_type.short_description = _("Record")

    def place(self, obj):
        return obj.region_code or _t("Indonesia")

    place.short_description = _("Region code")

    def what(self, obj):
        return "; ".join(
            f"{key}: {', '.join(map(str, v)) if isinstance(v, list) else v}" for key, v in obj.detail.items()
        )

    what.short_description = _("Detail")


class NumberMaskForm(ScopedModelForm):
    region_right = "numbermask.add"
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: KINDS.items())

    class Meta:
        model = NumberMask
        fields = ("kind", "region", "mask")

    def clean(self):
        data = super().clean()
        same = NumberMask.objects.filter(kind=data.get("kind"), region=data.get("region")).exclude(
            pk=self.instance.pk
        )
        if not self.errors and same.exists():
            self.add_error("kind", _("This office already has a mask for this kind; change that one."))
        return data


class NumberMaskAdmin(ScopedModelAdmin):
    """How an office writes its numbers; the offices below follow it unless they have a mask of their own."""

    model = NumberMask
    base_url_path = "pola-nomor"
    menu_label, menu_icon, menu_order = _("Number masks"), "order", 840
    list_display = ("kind_in_words", "place", "mask", "example")
    list_select_related = ("region",)
    ordering = ("kind", "pk")
    search_fields = ("kind", "mask")
    form_class = NumberMaskForm
    sections = (Section("", ("kind_in_words", "place", "mask", "example")),)
    empty_message = _("Every office writes its numbers in the common way, e.g. 00042/REG/34.04/XI/2026.")

    def kind_in_words(self, obj):
        return f"{obj.kind} · {KINDS.get(obj.kind, obj.kind)}"

    kind_in_words.short_description = _("Kind")

    def place(self, obj):
        return obj.region.name if obj.region else _t("Indonesia")

    place.short_description = _("Office")

    def example(self, obj):
        return format_number(
            obj.mask, number=42, kind=obj.kind, code=obj.region_id or "34.04", day=timezone.localdate()
        )

    example.short_description = _("Example")
