"""The list of a ScopedModelAdmin: what is declared filters, searches and sorts it; its export gives the same rows."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail_modeladmin import views as modeladmin

from portal.accounts.policies import may
from portal.regions.forms import RegionField

from .columns import Column
from .exports import export_response
from .listing import MOST_COUNTED, count_up_to, paginate
from .views import BackofficeView, Crumb, visible


class AdminPage(BackofficeView):
    """What all pages of a ModelAdmin share: its crumbs and titles."""

    def get_breadcrumbs(self):
        return [Crumb(str(self.model_admin.get_menu_label()), self.model_admin.url("index"))]

    def get_template_names(self):
        return [self.template_name]


class ListView(AdminPage, modeladmin.WMABaseView):
    """The list: declared filters, declared search, declared order; keyset pages; export of the same rows.

    Parameters that are not declared are ignored, so no address can ask about a column that the list does not show.
    """

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") in ("csv", "xlsx"):
            return self.export(request.GET["export"])
        return super().get(request, *args, **kwargs)

    def check_action_permitted(self, user):
        return self.permission_helper.user_can_list(user)

    def get_page_title(self):
        return str(self.model_admin.get_menu_label())

    def get_breadcrumbs(self):
        return []

    # -- rows
    @cached_property
    def filterset(self):
        """The declared filters, bound to the address; None without."""
        filterset_class = self.model_admin.filterset_class
        if filterset_class is None:
            return None
        return filterset_class(
            self.request.GET, queryset=self.model_admin.get_queryset(self.request), request=self.request
        )

    @property
    def term(self) -> str:
        return self.request.GET.get("q", "").strip()[:100] if self.model_admin.searchable else ""

    @cached_property
    def ordering(self) -> tuple[str, ...]:
        asked = self.request.GET.get("o", "")
        if asked.lstrip("-") in self.model_admin.sortable:
            return (asked,)
        return tuple(self.model_admin.ordering)

    @cached_property
    def rows(self) -> models.QuerySet:
        rows = self.filterset.qs if self.filterset else self.model_admin.get_queryset(self.request)
        if self.term:
            rows = self.model_admin.search(rows, self.term)
        if self.model_admin.list_select_related:
            rows = rows.select_related(*self.model_admin.list_select_related)
        return rows

    # -- page
    def get_context_data(self, **kwargs):
        admin, user = self.model_admin, self.request.user
        page = paginate(
            self.rows,
            self.ordering,
            after=self.request.GET.get("after", ""),
            before=self.request.GET.get("before", ""),
            size=admin.list_per_page,
        )
        columns = admin.columns(admin.get_list_display(self.request))
        can_export = self.permission_helper.user_can_export(user)
        return super().get_context_data(
            page=page,
            columns=[self.header(column) for column in columns],
            table=[
                {
                    "object": obj,
                    "url": admin.url("inspect", obj),
                    "cells": [
                        {"label": c.label, "html": c.render(obj), "numeric": c.numeric} for c in columns
                    ],
                }
                for obj in page
            ],
            filterset=self.filterset,
            chips=self.chips(),
            term=self.term,
            filtered=bool(self.term or self.chips()),
            searchable=admin.searchable,
            search_placeholder=admin.search_placeholder,
            next_url=self.address(after=page.after) if page.after else "",
            previous_url=self.address(before=page.before) if page.before else "",
            export_urls={kind: self.address(export=kind) for kind in ("csv", "xlsx")} if can_export else {},
            create_url=admin.url("create")
            if admin.creatable and admin.form_fields_known and self.permission_helper.user_can_create(user)
            else "",
            create_label=_("Add %(object)s") % {"object": self.verbose_name},
            empty_message=admin.empty_message,
            list_url=admin.url("index"),
            total=self.total(),
            most_counted=MOST_COUNTED,
            bulk=self.bulk_actions(),
            **kwargs,
        )

    def get_template_names(self):
        return [self.model_admin.list_template_name]

    def total(self) -> int | None:
        """How many rows a list opened from a number has (`?total=1`), counted no further than to `MOST_COUNTED`; else None."""
        return count_up_to(self.rows) if self.request.GET.get("total") == "1" else None

    def bulk_actions(self) -> list[dict]:
        """The steps on many rows that this user has the right for."""
        admin = self.model_admin
        return [
            {"label": view.label, "url": admin.bulk_url(name)}
            for name, view in admin.bulk_actions.items()
            if may(self.request.user, view.right, admin.model)
        ]

    def header(self, column: Column) -> dict:
        order = self.ordering[0]
        sorted_here = order.lstrip("-") == column.name
        if column.name not in self.model_admin.sortable:
            return {"label": column.label, "numeric": column.numeric, "url": ""}
        turned = column.name if sorted_here and order.startswith("-") else f"-{column.name}"
        if not sorted_here:
            turned = column.name
        return {
            "label": column.label,
            "numeric": column.numeric,
            "url": self.address(o=turned),
            "sort": ("descending" if order.startswith("-") else "ascending") if sorted_here else "none",
        }

    def address(self, **changes) -> str:
        """This list's address with its declared parameters, changed."""
        kept = self.request.GET.copy()
        declared = {"q", "o", "total", *(self.filterset.filters if self.filterset else ())}
        for name in list(kept):
            if name not in declared and name.rsplit("_", 1)[0] not in declared:
                del kept[name]
        for name, value in changes.items():
            if value:
                kept[name] = value
            else:
                kept.pop(name, None)
        return f"?{kept.urlencode()}"

    def chips(self) -> list[dict]:
        """The filters in force, each with the address of the list without it."""
        if not self.filterset:
            return []
        self.filterset.form.is_valid()  # what is wrong is shown at its field; the rest filters
        chips = []
        for name, value in self.filterset.form.cleaned_data.items():
            if value in (None, "", [], ()) or (hasattr(value, "exists") and not value):
                continue
            field = self.filterset.form.fields[name]
            if isinstance(field, RegionField) and field_is_all(field, value):
                continue
            kept = self.request.GET.copy()
            for key in list(kept):
                if key in (name, "after", "before") or key.rsplit("_", 1)[0] == name:
                    del kept[key]
            chips.append(
                {
                    "label": field.label or name,
                    "value": chip_value(field, value),
                    "url": f"?{kept.urlencode()}",
                }
            )
        return chips

    def export(self, kind: str):
        """The rows of this list as a file; the export itself is audited."""
        if not self.permission_helper.user_can_export(self.request.user):
            raise PermissionDenied
        admin = self.model_admin
        rows = self.rows
        if admin.export_right != "view":
            rows = visible(rows, self.request.user, admin.export_right)
        return export_response(
            kind,
            rows.order_by(*self.ordering),
            admin.columns(admin.export_columns),
            name=str(self.opts.verbose_name_plural),
            by=self.request.user,
        )


def field_is_all(field: RegionField, region) -> bool:
    """Whether a region is no narrowing: all that the user has, filled in by the picker itself."""
    return any(bound == region.pk or bound.startswith(f"{region.pk}.") for bound in field.bounds)


def chip_value(field, value) -> str:
    """A filter's value in words."""
    if isinstance(value, slice):
        ends = [
            end and date_format(getattr(end, "date", lambda end=end: end)(), "j F Y")
            for end in (value.start, value.stop)
        ]
        return " – ".join(end or "…" for end in ends)
    choices = dict(getattr(field, "choices", ()) or ()) if not isinstance(value, models.Model) else {}
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(item, item)) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        return str(choices.get(value, choices.get(str(value), value)))
    except TypeError:
        return str(value)
