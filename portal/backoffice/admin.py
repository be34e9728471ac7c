"""ScopedModelAdmin: lists, pages and forms of one kind of record, bounded by the policy at every door.

This package alone knows wagtail-modeladmin (in maintenance): apps write plain subclasses and `register(...)` them.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.admin.utils import quote
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.forms import modelform_factory
from django.urls import path, re_path, reverse
from wagtail.permissions import policy_registry
from wagtail_modeladmin.helpers import AdminURLHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.options import modeladmin_register as register  # noqa: F401 - the apps' door

from portal.accounts.policies import may
from portal.ledger import audit
from portal.ledger.workflow import Workflow

from . import admin_views, list_views
from .columns import Column
from .forms import ScopedModelForm
from .views import visible

ADMINS: dict[type[models.Model], ScopedModelAdmin] = {}


@dataclass(frozen=True)
class Section:
    """A group of values on a record page."""

    title: str
    fields: tuple[str, ...]
    #: shown only to holders of this action's right on the record; '' for everyone who sees the record
    right: str = ""


@dataclass(frozen=True)
class Related:
    """A list of related records on a record page: `rows(obj, user)` gives at most a screenful."""

    title: str
    rows: Callable[[models.Model, object], Sequence]
    columns: tuple[str, ...]
    admin: type | None = None
    empty: str = ""
    #: shown only to holders of this action's right on the record; '' for everyone who sees the record
    right: str = ""


class PolicyPermissionHelper(PermissionHelper):
    """Answers modeladmin's questions from the registered policy; no query when the record carries its region."""

    @property
    def policy(self):
        return policy_registry.get_by_type(self.model, fallback=False)

    def user_can_list(self, user):
        return may(user, "view", self.model)

    def user_can_create(self, user):
        return may(user, self.admin.add_right, self.model)

    def user_can_inspect_obj(self, user, obj):
        return may(user, "view", obj)

    def user_can_edit_obj(self, user, obj):
        return self.admin.form_fields_known and may(user, self.admin.change_right, obj)

    def user_can_delete_obj(self, user, obj):
        return self.admin.deletable and may(user, "delete", obj)

    def user_can_export(self, user):
        return bool(self.admin.export_columns) and may(user, self.admin.export_right, self.model)


class KeyURLHelper(AdminURLHelper):
    """Keys with points are addresses too: a region's code."""

    def _get_object_specific_action_url_pattern(self, action):
        return rf"^{self.base_url_path}/{action}/(?P<instance_pk>[-\w.]+)/$"


class ScopedModelAdmin(ModelAdmin):
    """Set `model`, `list_display`, `ordering` (columns that are never null), and what else the record deserves."""

    # -- list
    list_display = ("__str__",)
    #: columns by which the list may be ordered (`?o=-opened_at`); never null, best with an index
    sortable: tuple[str, ...] = ()
    ordering = ("-pk",)
    list_select_related: tuple[str, ...] = ()
    #: a django-filter FilterSet (see filters.ScopedFilterSet)
    filterset_class = None
    #: numbers and codes, found by how they begin, as an index finds them; or override `search`
    search_fields: tuple[str, ...] = ()
    #: names and titles, found by words anywhere in them; for tables of thousands of rows, not of millions
    search_words: tuple[str, ...] = ()
    search_placeholder = ""
    list_per_page = 50
    list_template_name = "backoffice/list.html"
    empty_message = ""
    #: steps on many rows at once: name -> bulk_views.BulkView subclass
    bulk_actions: dict = {}

    # -- record
    flow: Workflow | None = None
    #: steps of a record: address part (for a move of `flow`: its name) -> ActionView subclass
    actions: dict = {}
    sections: tuple[Section, ...] = ()
    related: tuple[Related, ...] = ()
    record_template_name = "backoffice/record.html"
    #: reading a record of this kind is written to the audit with this purpose ('' : not personal)
    audit_purpose = ""

    # -- forms
    form_class: type[ScopedModelForm] | None = None
    form_fields: tuple[str, ...] = ()
    form_template_name = "backoffice/form.html"
    add_right = "add"
    change_right = "change"
    creatable = True
    deletable = False

    # -- export
    export_columns: tuple[str, ...] = ()
    export_right = "export"

    inspect_view_enabled = True
    permission_helper_class = PolicyPermissionHelper
    url_helper_class = KeyURLHelper
    index_view_class = list_views.ListView
    create_view_class = admin_views.CreateRecordView
    edit_view_class = admin_views.EditRecordView
    inspect_view_class = admin_views.RecordView
    delete_view_class = admin_views.DeleteRecordView
    history_view_class = admin_views.RecordHistoryView

    def __init__(self, parent=None):
        super().__init__(parent)
        self.permission_helper.admin = self
        for name in (*self.sortable, *(part.lstrip("-") for part in self.ordering)):
            if name != "pk" and self.model._meta.get_field(name).null:
                raise ImproperlyConfigured(
                    f"{type(self).__name__}: {name} may be null, no list can be paged by it"
                )
        ADMINS[self.model] = self

    # -- what may be seen
    def get_queryset(self, request):
        """Every door of this admin starts here: the records that the user may see."""
        return visible(self.model._default_manager.all(), request.user)

    def search(self, queryset: models.QuerySet, term: str) -> models.QuerySet:
        """Narrow a list to a search term: how one of `search_fields` begins, or each word somewhere in `search_words`."""
        begins = models.Q()
        for name in self.search_fields:
            begins |= models.Q(**{f"{name}__istartswith": term})
        if not self.search_words:
            return queryset.filter(begins)
        contains = models.Q()
        for word in term.split():
            contains &= functools.reduce(
                operator.or_, (models.Q(**{f"{name}__icontains": word}) for name in self.search_words)
            )
        return queryset.filter(begins | contains)

    @property
    def searchable(self) -> bool:
        return (
            bool(self.search_fields or self.search_words) or type(self).search is not ScopedModelAdmin.search
        )

    def columns(self, names: Sequence[str]) -> list[Column]:
        return [Column(name, self) for name in names]

    # -- forms
    @property
    def form_fields_known(self) -> bool:
        return bool(self.form_class or self.form_fields)

    def get_form_class(self, request, obj=None) -> type[ScopedModelForm]:
        """The form of the create and edit pages."""
        if self.form_class:
            return self.form_class
        base = type(
            "RecordForm", (ScopedModelForm,), {"add_right": self.add_right, "change_right": self.change_right}
        )
        return modelform_factory(self.model, form=base, fields=self.form_fields)

    def save_form(self, form, *, by):
        """Write what the form says; override to call the app's service. Returns the record."""
        adding = form.instance._state.adding
        obj = form.save()
        audit.record(
            audit.Action.CREATE if adding else audit.Action.CHANGE,
            obj,
            by=by,
            fields=sorted(form.changed_data),
        )
        return obj

    def delete_record(self, obj, *, by):
        audit.record(audit.Action.DELETE, obj, by=by)
        obj.delete()

    # -- addresses
    def url(self, action: str, obj=None) -> str:
        return self.url_helper.get_action_url(action, *([quote(obj.pk)] if obj is not None else []))

    def action_url(self, name: str, obj) -> str:
        return self.url(name, obj)

    def get_admin_urls_for_registration(self):
        urls = super().get_admin_urls_for_registration()
        for name, view in self.actions.items():
            urls += (
                re_path(
                    self.url_helper.get_action_url_pattern(name),
                    view.as_view(),
                    name=self.url_helper.get_action_url_name(name),
                ),
            )
        for name, view in self.bulk_actions.items():
            urls += (
                path(
                    f"{self.url_helper.base_url_path}/massal/{name}/",
                    view.as_view(model_admin=self),
                    name=self.url_helper.get_action_url_name(f"bulk_{name}"),
                ),
            )
        return urls

    def bulk_url(self, name: str) -> str:
        return reverse(self.url_helper.get_action_url_name(f"bulk_{name}"))

    def get_permissions_for_registration(self):
        """None: Django's model permissions are given to nobody (docs/roles.md)."""
        return super().get_permissions_for_registration().none()

    def register_indexing(self):
        """No reference index: its usage pages would name records across regions, and it costs every save."""

    def get_menu_item(self, order=None):
        item = super().get_menu_item(order)
        item.name = f"{self.opts.app_label}-{self.opts.model_name}"
        return item

    # -- buttons
    def buttons(self, obj, user) -> list[dict]:
        """The steps this user can take on this record now: moves of the flow first, then other actions, then edit.

        Only what would work is offered, so a button never lies. No query.
        """
        offered = []
        moves = self.flow.available(obj, by=user) if self.flow else {}
        for name, rule in moves.items():
            if name in self.actions:
                offered.append({"label": rule.label, "url": self.action_url(name, obj), "style": rule.style})
        for name, view in self.actions.items():
            if getattr(view, "flow", None) or not may(user, view.right, obj):
                continue
            if getattr(view, "offered", _always)(obj, user):
                style = getattr(view, "button_style", "secondary")
                offered.append({"label": view.page_title, "url": self.action_url(name, obj), "style": style})
        if self.permission_helper.user_can_edit_obj(user, obj):
            offered.append({"label": admin_views.EDIT, "url": self.url("edit", obj), "style": "secondary"})
        if self.permission_helper.user_can_delete_obj(user, obj):
            offered.append({"label": admin_views.DELETE, "url": self.url("delete", obj), "style": "danger"})
        # What ends something stands last, away from the steps of every day.
        return sorted(offered, key=lambda button: button["style"] == "danger")


def _always(obj, user) -> bool:
    return True


def record_url(obj: models.Model) -> str:
    """The page of a record: its ModelAdmin's, else its own `get_absolute_url`, else the home page."""
    admin = ADMINS.get(type(obj))
    if admin is not None:
        return admin.url("inspect", obj)
    return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else "/admin/"
