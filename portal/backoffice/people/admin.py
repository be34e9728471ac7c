"""Accounts, roles and regions on screen."""

from __future__ import annotations

import django_filters
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import services
from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role
from portal.regions.models import Level, Region
from portal.regions.search import search as search_regions

from ..admin import Related, ScopedModelAdmin, Section
from ..filters import ScopedFilterSet
from . import views
from .forms import AccountForm, NewAccountForm

IN_FORCE = [("now", _("in force today")), ("later", _("begins later")), ("ended", _("ended"))]


def place_of(region: Region | None) -> str:
    """A region with those above it, read from rows that the list already joined."""
    if region is None:
        return _t("Indonesia")
    names = []
    while region is not None:
        names.append(region.short_name)
        region = region.parent
    return ", ".join(names)


class AssignmentFilter(ScopedFilterSet):
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=IN_FORCE, method="by_state")

    class Meta:
        model = RoleAssignment
        fields = ["role"]

    def by_state(self, queryset, name, value):
        today = timezone.localdate()
        if value == "now":
            return queryset.active(today)
        return (
            queryset.filter(valid_from__gt=today)
            if value == "later"
            else queryset.filter(valid_until__lt=today)
        )


class RoleAssignmentAdmin(ScopedModelAdmin):
    """Who has which role where; given on the page of the account, ended here."""

    model = RoleAssignment
    menu_label = _("Roles")
    menu_icon = "key"
    menu_order = 820
    list_display = ("user", "role", "place", "valid_from", "valid_until", "state")
    list_select_related = ("user", "desk", "region__parent__parent__parent")
    ordering = ("-valid_from", "-pk")
    sortable = ("valid_from",)
    filterset_class = AssignmentFilter
    search_placeholder = _("Name, user name, role or region")
    empty_message = _("No role has been given yet. Roles are given on the page of an account.")
    creatable = False
    sections = (Section("", ("user", "role", "place", "desk", "valid_from", "valid_until", "state")),)
    actions = {"akhiri": views.EndRole}
    export_columns = ("user", "role", "place", "valid_from", "valid_until")
    export_right = "view"

    def search(self, queryset, term):
        """By the beginning of a name, by the words of a role, by a region."""
        roles = [value for value, label in Role.choices if term.lower() in str(label).lower()]
        condition = (
            models.Q(user__name__istartswith=term)
            | models.Q(user__name__icontains=f" {term}")
            | models.Q(user__username__istartswith=term)
            | models.Q(role__in=roles)
        )
        regions = search_regions(term, limit=5)
        for region in regions:
            condition |= models.Q(region=region)
        return queryset.filter(condition)

    def place(self, obj):
        return place_of(obj.region)

    place.short_description = _("Region")

    def state(self, obj):
        today = timezone.localdate()
        key = "now" if obj.is_running(today) else "later" if obj.valid_from > today else "ended"
        return dict(IN_FORCE)[key]

    state.short_description = _("State")


class AccountFilter(ScopedFilterSet):
    role = django_filters.ChoiceFilter(label=_("Role in force"), choices=Role.choices, method="by_role")
    is_active = django_filters.BooleanFilter(label=_("Switched on"))

    class Meta:
        model = User
        fields = ["is_active"]

    def by_role(self, queryset, name, value):
        return queryset.filter(pk__in=RoleAssignment.objects.active().filter(role=value).values("user"))


def roles_of(user: User, by) -> models.QuerySet[RoleAssignment]:
    return (
        user.assignments.visible_to(by)
        .select_related("desk", "region__parent__parent__parent")
        .order_by("-valid_from", "-pk")[:50]
    )


class AccountAdmin(ScopedModelAdmin):
    """Accounts: added, corrected, switched off; never deleted, because the audit names them."""

    model = User
    menu_label = _("Accounts")
    menu_icon = "user"
    menu_order = 810
    list_display = ("name", "username", "roles_today", "is_active", "last_login")
    ordering = ("name", "pk")
    sortable = ("name", "username")
    filterset_class = AccountFilter
    search_fields, search_words = ("email",), ("name", "username")
    search_placeholder = _("Name, user name or e-mail address")
    create_view_class = views.CreateAccount
    sections = (
        Section("", ("name", "username", "email", "phone")),
        Section(_("State"), ("is_active", "last_login", "date_joined", "must_change_password")),
    )
    related = (
        Related(
            _("Roles"),
            roles_of,
            ("role", "place", "valid_from", "valid_until", "state"),
            admin=RoleAssignmentAdmin,
            empty=_("No role has been given yet."),
        ),
    )
    actions = {
        "beri-peran": views.AssignRole,
        "undang": views.Invite,
        "kata-sandi-awal": views.FirstPassword,
        "hapus-faktor-kedua": views.RemoveSecondFactor,
        "nonaktifkan": views.SwitchOff,
        "aktifkan": views.SwitchOn,
    }
    form_class = AccountForm

    def get_queryset(self, request):
        running = RoleAssignment.objects.active().select_related("region")
        return (
            super().get_queryset(request).prefetch_related(models.Prefetch("assignments", running, "running"))
        )

    def get_form_class(self, request, obj=None):
        return AccountForm if obj else NewAccountForm

    def save_form(self, form, *, by):
        data = {name: form.cleaned_data[name] for name in ("name", "email", "phone")}
        return services.change_user(user=form.instance, by=by, **data)

    def roles_today(self, obj):
        return "; ".join(str(assignment) for assignment in obj.running)

    roles_today.short_description = _("Roles today")


class RegionFilter(ScopedFilterSet):
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=[(item.value, item.label) for item in Level if item]
    )
    ended = django_filters.BooleanFilter(
        label=_("Ended"), field_name="valid_to", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Region
        fields = ["level"]


class RegionAdmin(ScopedModelAdmin):
    """The regions, to look up; they change by the reference file and the command `retire_region` alone."""

    model = Region
    menu_label = _("Regions")
    menu_icon = "site"
    menu_order = 830
    add_to_admin_menu = False
    list_display = ("name", "kind", "code", "place", "postal_code", "valid_to")
    list_select_related = ("parent__parent__parent",)
    ordering = ("code",)
    filterset_class = RegionFilter
    search_placeholder = _("Name or code, e.g. depok sleman")
    creatable = False
    sections = (
        Section("", ("name", "kind", "code", "place", "postal_code", "capital")),
        Section(_("Figures"), ("area_km2", "population", "latitude", "longitude", "time_zone")),
        Section(_("Validity"), ("valid_from", "valid_to", "successors")),
    )

    def search(self, queryset, term):
        return queryset.filter(pk__in=[region.pk for region in search_regions(term, limit=200)])

    def place(self, obj):
        return place_of(obj.parent) if obj.parent else _t("Indonesia")

    place.short_description = _("Lies in")

    def kind(self, obj):
        return obj.kind

    kind.short_description = _("Kind")
