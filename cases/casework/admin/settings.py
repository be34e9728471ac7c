"""What offices set for their case desk: service times, holidays, emergencies."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.forms import ScopedModelForm
from portal.ledger import audit
from portal.regions.models import within_q

from ..models import Case, Emergency, LocalHoliday, ServiceTime


class ServiceTimeAdmin(ScopedModelAdmin):
    model = ServiceTime
    base_url_path = "waktu-layanan"
    menu_label, menu_icon, menu_order = _("Service times"), "time", 830
    list_display = ("stage", "kind", "region", "working_days")
    list_select_related = ("region",)
    ordering = ("stage",)
    form_fields = ("stage", "kind", "region", "working_days")
    deletable = True


class LocalHolidayAdmin(ScopedModelAdmin):
    model = LocalHoliday
    base_url_path = "libur-daerah"
    menu_label, menu_icon, menu_order = _("Local holidays"), "date", 840
    list_display = ("day", "name", "region")
    list_select_related = ("region",)
    ordering = ("-day",)
    sortable = ("day",)
    form_fields = ("region", "day", "name")
    deletable = True


class EmergencyForm(ScopedModelForm):
    """An emergency of a region of the officer's, with the units that serve as posts."""

    region_right = "emergency.add"

    class Meta:
        model = Emergency
        fields = ["name", "region", "started_on", "ended_on", "posts"]
        widgets = {"posts": forms.CheckboxSelectMultiple}

    def narrow(self, name, queryset):
        if name == "posts":
            # The offices of the user's own area, from the regency down; a nation of units is no list of boxes.
            inside = Q()
            for grant in self.for_user.grants:
                if "emergency.add" in grant.rights and grant.code:
                    inside |= within_q(grant.code)
            return queryset.listed().filter(inside).order_by("-kind", "name") if inside else queryset.none()
        return super().narrow(name, queryset)


class EmergencyAdmin(ScopedModelAdmin):
    model = Emergency
    base_url_path = "keadaan-darurat"
    menu_label, menu_icon, menu_order = _("Emergencies"), "warning", 130
    list_display = ("name", "place", "started_on", "ended_on")
    list_select_related = ("region",)
    ordering = ("-started_on",)
    form_class = EmergencyForm
    empty_message = _("No emergency has been declared.")
    sections = (
        Section(_("Emergency"), ("name", "place", "started_on", "ended_on", "cases_open", "declared_by")),
    )
    related = (
        Related(_("Emergency posts (posko)"), lambda obj, user: obj.posts.select_related("region"), ("name", "address", "phone")),
        Related(
            _("Cases of this emergency"),
            lambda obj, user: Case.objects.visible_to(user).filter(emergency=obj).select_related("program", "region").newest()[:20],
            ("number", "kind", "status"),
            empty=_("No case has been marked with it yet."),
        ),
    )  # fmt: skip

    def save_form(self, form, *, by):
        fresh = form.instance.pk is None
        if fresh:
            form.instance.declared_by = by
        emergency = form.save()
        audit.record(audit.Action.CREATE if fresh else audit.Action.CHANGE, emergency, by=by)
        return emergency

    def place(self, obj):
        return obj.region or _("Indonesia")

    place.short_description = _("region")

    def cases_open(self, obj):
        return obj.cases.open().count()

    cases_open.short_description = _("open cases")
