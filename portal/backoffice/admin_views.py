"""The doors of a ScopedModelAdmin to one record: view, create, edit, delete, history. Foreign is 404, refused is 403."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail_modeladmin import views as modeladmin

from portal.accounts.policies import may
from portal.ledger import audit
from portal.ledger.workflow import WrongState

from .columns import Column
from .list_views import AdminPage
from .listing import paginate
from .models import Submission
from .stale import digest, plain, told, values_of
from .views import Crumb, ServiceForm, get_visible_or_404, run_once

EDIT = gettext_lazy("Edit")
DELETE = gettext_lazy("Delete")


class InstancePage(AdminPage):
    """A page of one record. Replaces modeladmin's unscoped look-up: only what the user may see is found."""

    instance_pk = None

    def __init__(self, model_admin, instance_pk):
        modeladmin.WMABaseView.__init__(self, model_admin)
        self.pk_quoted = instance_pk
        self.instance_pk = unquote(instance_pk)

    def setup(self, request, *args, **kwargs):
        self.instance = None
        if request.user.is_authenticated:
            rows = self.model_admin.get_queryset(request)
            if self.model_admin.list_select_related:
                rows = rows.select_related(*self.model_admin.list_select_related)
            self.instance = get_visible_or_404(rows, self.instance_pk)
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs(self):
        return [
            *super().get_breadcrumbs(),
            Crumb(str(self.instance), self.model_admin.url("inspect", self.instance)),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"object": self.instance, **kwargs})


class RecordView(InstancePage, modeladmin.InspectView):
    """The page of a record: sections, what can be done now, what happened, what belongs to it."""

    def check_action_permitted(self, user):
        return self.permission_helper.user_can_inspect_obj(user, self.instance)

    def get_page_title(self):
        return str(self.instance)

    def get_breadcrumbs(self):
        return super().get_breadcrumbs()[:1]

    def get_template_names(self):
        return [self.model_admin.record_template_name]

    def get(self, request, *args, **kwargs):
        if self.model_admin.audit_purpose:
            audit.read(self.instance, by=request.user, purpose=self.model_admin.audit_purpose)
        return super().get(request, *args, **kwargs)

    def get_fields_dict(self):
        return []

    def sections(self) -> list[dict]:
        admin, user = self.model_admin, self.request.user
        shown = []
        for section in admin.sections or ():
            if section.right and not may(user, section.right, self.instance):
                continue
            shown.append(
                {
                    "title": section.title,
                    "rows": [
                        {"label": c.label, "html": c.render(self.instance)}
                        for c in admin.columns(section.fields)
                    ],
                }
            )
        if not admin.sections:
            rows = [
                {"label": c.label, "html": c.render(self.instance)} for c in admin.columns(admin.list_display)
            ]
            shown.append({"title": "", "rows": rows})
        return shown

    def related(self) -> list[dict]:
        lists = []
        for related in self.model_admin.related:
            if related.right and not may(self.request.user, related.right, self.instance):
                continue
            admin = related.admin() if isinstance(related.admin, type) else related.admin
            rows = related.rows(self.instance, self.request.user)
            model_admin = admin or _plain(rows)
            columns = [Column(name, model_admin) for name in related.columns] if model_admin else []
            lists.append(
                {
                    "title": related.title,
                    "empty": related.empty,
                    "columns": [{"label": c.label, "numeric": c.numeric, "url": ""} for c in columns],
                    "table": [
                        {
                            "object": row,
                            "url": row_url(row, self.request.user),
                            "cells": [
                                {"label": c.label, "html": c.render(row), "numeric": c.numeric}
                                for c in columns
                            ],
                        }
                        for row in rows
                    ],
                }
            )
        return lists

    def get_context_data(self, **kwargs):
        admin, user = self.model_admin, self.request.user
        flow = admin.flow
        return super().get_context_data(
            **{
                "sections": self.sections(),
                "buttons": admin.buttons(self.instance, user),
                "timeline": timeline(flow, self.instance, user) if flow else [],
                "related": (lists := self.related()),
                "empty_related": [one for one in lists if not one["table"]],
                "history_url": admin.url("history", self.instance),
                "status": {
                    "value": getattr(self.instance, flow.field),
                    "label": getattr(self.instance, f"get_{flow.field}_display")(),
                }
                if flow
                else None,
                **kwargs,
            }
        )


class _plain:
    """Stands in for an admin class where related rows have none: columns come from the model alone."""

    def __init__(self, rows):
        self.model = rows.model if hasattr(rows, "model") else type(rows[0]) if rows else None

    def __bool__(self):
        return self.model is not None


def row_url(obj, user) -> str:
    """The page of a related record, where there is one and the user may open it."""
    from .admin import ADMINS

    admin = ADMINS.get(type(obj))
    return admin.url("inspect", obj) if admin and may(user, "view", obj) else ""


def timeline(flow, obj, user) -> list[dict]:
    """What happened to a record, oldest first: the step, who in which role, when, with which note."""
    from portal.accounts.roles import Role

    roles = dict(Role.choices)
    statuses = dict(flow.model._meta.get_field(flow.field).choices)
    words = flow.may_read_words(obj, by=user)
    steps = []
    for entry in flow.log_of(obj):
        steps.append(
            {
                "label": flow.label_of(entry),
                "status": statuses.get(entry.to_status, entry.to_status),
                "value": entry.to_status,
                "by": str(entry.by) if entry.by else _("The system"),
                "role": roles.get(entry.by_role, ""),
                "at": entry.at,
                "note": flow.words_of(entry) if words else "",
            }
        )
    return steps


class _FormPage(ServiceForm, AdminPage):
    """Create and edit: modeladmin's views with our narrowed form in place of Wagtail's panels."""

    def get_edit_handler(self):
        return None

    def get_form_class(self):
        return self.model_admin.get_form_class(self.request, getattr(self, "instance", None))

    def get_template_names(self):
        return [self.model_admin.form_template_name]

    def get_context_data(self, form=None, **kwargs):
        form = form or self.get_form()
        return modeladmin.WMABaseView.get_context_data(
            self,
            **{
                "form": form,
                "form_token": self.request.POST.get("form_token") or Submission.new_token(),
                "object": getattr(self, "instance", None),
                "page_title": self.get_page_title(),
                "breadcrumbs": self.get_breadcrumbs(),
                "cancel_url": self.get_success_url(),
                **kwargs,
            },
        )

    def check_unchanged(self, form) -> None:
        """Raise ValidationError when somebody else has written what this form would write over."""

    def carry_out(self, form):
        def work():
            self.check_unchanged(form)
            self.instance = self.model_admin.save_form(form, by=self.request.user)
            return self.model_admin.url("inspect", self.instance)

        url, fresh = run_once(self.request, work)
        if fresh:
            messages.success(self.request, self.get_success_message(self.instance))
        return HttpResponseRedirect(url)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form))


class CreateRecordView(_FormPage, modeladmin.CreateView):
    def check_action_permitted(self, user):
        admin = self.model_admin
        return admin.creatable and admin.form_fields_known and self.permission_helper.user_can_create(user)

    def get_page_title(self):
        return _("Add %(object)s") % {"object": self.verbose_name}

    def get_success_url(self):
        return self.model_admin.url("index")

    def get_success_message(self, instance):
        return _("%(kind)s %(name)s has been recorded.") % {
            "kind": capfirst(self.verbose_name),
            "name": instance,
        }


class EditRecordView(InstancePage, _FormPage, modeladmin.EditView):
    """A page that was opened before somebody else saved writes over nothing: it says what stands there now, and asks again.

    The form carries a digest of the record as it was shown (`seen`).
    """

    conflicted = False

    def get_context_data(self, form=None, **kwargs):
        form = form or self.get_form()
        posted = self.request.POST.get("seen", "")
        if not posted or self.conflicted:
            posted = digest(values_of(self.stored(), form))
        return super().get_context_data(form=form, seen=posted, **kwargs)

    def stored(self, *, held: bool = False):
        """The record as it lies in the database; held until the transaction ends."""
        rows = type(self.instance)._base_manager.all()
        return (rows.select_for_update(of=("self",)) if held else rows).get(pk=self.instance.pk)

    def check_unchanged(self, form):
        record = self.stored(held=True)
        seen, now = self.request.POST.get("seen"), values_of(record, form)
        if not seen or seen == digest(now):
            return
        self.conflicted = True
        differing = [name for name, value in now.items() if value != plain(form.cleaned_data.get(name))]
        raise ValidationError(
            [
                _(
                    "Somebody else has saved this record since you opened it. Nothing of yours has been saved yet."
                ),
                *(
                    _("%(field)s is now: %(value)s")
                    % {"field": form.fields[name].label, "value": told(record, name)}
                    for name in differing
                ),
                _("Please compare, and save again."),
            ]
        )

    def check_action_permitted(self, user):
        return self.permission_helper.user_can_edit_obj(user, self.instance)

    def get_page_title(self):
        return _("Edit %(object)s") % {"object": self.verbose_name}

    def get_success_url(self):
        return self.model_admin.url("inspect", self.instance)

    def get_success_message(self, instance):
        return _("%(kind)s %(name)s has been saved.") % {
            "kind": capfirst(self.verbose_name),
            "name": instance,
        }


class DeleteRecordView(InstancePage, modeladmin.DeleteView):
    template_name = "backoffice/delete.html"

    def check_action_permitted(self, user):
        return self.permission_helper.user_can_delete_obj(user, self.instance)

    def get_page_title(self):
        return _("Delete %(object)s") % {"object": self.verbose_name}

    def get_context_data(self, **kwargs):
        return super().get_context_data(cancel_url=self.model_admin.url("inspect", self.instance), **kwargs)

    def get_template_names(self):
        return [self.template_name]

    def post(self, request, *args, **kwargs):
        name = str(self.instance)
        try:
            with transaction.atomic():
                self.model_admin.delete_record(self.instance, by=request.user)
        except models.ProtectedError:
            reasons = [_("This cannot be deleted: other records refer to it.")]
        except WrongState as problem:
            reasons = [str(problem)]
        except ValidationError as problem:
            reasons = problem.messages
        else:
            messages.success(request, _("%(name)s has been deleted.") % {"name": name})
            return HttpResponseRedirect(self.model_admin.url("index"))
        return self.render_to_response(self.get_context_data(reasons=reasons), status=409)


class RecordHistoryView(InstancePage, modeladmin.WMABaseView):
    """Who created, changed, read and exported this record: the audit, for those who may see the record."""

    template_name = "backoffice/history.html"

    def check_action_permitted(self, user):
        return self.permission_helper.user_can_inspect_obj(user, self.instance)

    def get_page_title(self):
        return _("History")

    def get_context_data(self, **kwargs):
        admin = self.model_admin
        entries = audit.AuditEntry.objects.filter(
            model=self.opts.label_lower, object_id=str(self.instance.pk)
        ).order_by("-at", "-id")
        page = paginate(entries, ("-at",), after=self.request.GET.get("after", ""))
        return super().get_context_data(
            page=page,
            next_url=f"?after={page.after}" if page.after else "",
            timeline=timeline(admin.flow, self.instance, self.request.user) if admin.flow else [],
            **kwargs,
        )

    def get_template_names(self):
        return [self.template_name]
