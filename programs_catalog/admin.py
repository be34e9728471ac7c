"""The catalog in the back office: every officer reads it, editors keep it."""

import datetime as dt

from django import forms
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import may
from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.admin_views import RecordView
from portal.backoffice.filters import ScopedFilterSet
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import ActionView
from portal.regions.models import above_q, below_q

from . import services
from .eligibility.words import describe
from .forms import CriteriaForm, DeskForm, ProgramForm, ProviderForm
from .models import Program, ProgramDesk, Provider, Sector


class NothingForm(ScopedForm):
    """A step that asks nothing."""


class ProposeView(ActionView):
    """For who may change a program and not publish it."""

    model, right = Program, "change"
    page_title = _("Propose for publication")
    form_class = NothingForm
    explanation = _(
        "An editor who may publish looks at the draft, publishes it, or returns it to you with a note."
    )
    success_message = _("Proposed. You will find the answer under “Proposals for publication”.")
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user) -> bool:
        draft = bool(obj.latest_revision_id) and (obj.has_unpublished_changes or not obj.live)
        return draft and not may(user, "publish", obj) and not obj.workflow_in_progress

    def perform(self, form):
        services.propose(program=self.object, by=self.request.user)


class PublishView(ActionView):
    model, right = Program, "publish"
    page_title = _("Publish the draft")
    form_class = NothingForm
    explanation = _(
        "The draft becomes what everybody reads, on the site, at the counter and through the interface."
    )
    success_message = _("The program has been published.")
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.has_unpublished_changes or (not obj.live and bool(obj.latest_revision_id))

    def perform(self, form):
        services.publish(program=self.object, by=self.request.user)


class UnpublishView(ActionView):
    model, right = Program, "publish"
    page_title = _("Take from the public site")
    form_class = NothingForm
    explanation = _("Nobody finds the program any more. Cases and referrals keep it.")
    success_message = _("The program is no longer public.")
    button_style = "danger"

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.live

    def perform(self, form):
        services.unpublish(program=self.object, by=self.request.user)


class CheckedView(ActionView):
    model, right = Program, "change"
    page_title = _("Mark as checked today")
    form_class = NothingForm
    explanation = _("You have compared the texts with what the agency that runs the program says.")
    success_message = _("Marked as checked.")

    def perform(self, form):
        services.mark_checked(program=self.object, by=self.request.user)


class CriteriaView(ActionView):
    """A version of the criteria, made from blocks: a new one, or with `?versi=2026-01-01` the one that began on that day."""

    model, right = Program, "change"
    page_title = _("New version of the criteria")
    form_class = CriteriaForm
    template_name = "programs_catalog/criteria.html"
    success_message = _("The criteria are in the draft. Publish it so that they hold.")

    @cached_property
    def draft(self) -> Program:
        return self.object.draft

    @cached_property
    def version(self):
        """The version to change; None for a new one."""
        if not (asked := self.request.GET.get("versi")):
            return None
        for version in self.draft.criteria.all():
            if version.valid_from.isoformat() == asked:
                return version
        raise Http404

    def get_page_title(self):
        if self.version is None:
            return super().get_page_title()
        return _("Criteria in force since %(day)s") % {"day": date_format(self.version.valid_from, "j F Y")}

    def get_initial(self):
        if self.version is None:
            latest = self.draft.criteria_on(dt.date.max)
            same = {"conditions": latest.conditions, "source": latest.source} if latest else {}
            return {"valid_from": timezone.localdate(), **same}
        return {
            name: getattr(self.version, name)
            for name in ("valid_from", "valid_until", "source", "conditions")
        }

    def get_form_kwargs(self):
        replaces = self.version.valid_from if self.version else None
        return super().get_form_kwargs() | {"program": self.draft, "replaces": replaces}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        rule = getattr(form, "rule", None) if form.is_bound else self.version and self.version.rule
        return context | {"media": form.media, "words": describe(rule) if rule else None}

    def form_valid(self, form):
        if "show" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, shown=True))
        return super().form_valid(form)

    def perform(self, form):
        entered = dict(form.cleaned_data)
        if entered.pop("remove", False):
            services.remove_criteria(program=self.object, valid_from=form.replaces, by=self.request.user)
        else:
            services.save_criteria(
                program=self.object, **entered, replaces=form.replaces, by=self.request.user
            )


class ProgramFilter(ScopedFilterSet):
    class Meta:
        model = Program
        fields = ["sector", "is_open", "live"]


class ProgramRecordView(RecordView):
    """The program with the versions of its criteria, as the draft has them for who edits it."""

    def get_context_data(self, **kwargs):
        may_change = may(self.request.user, "change", self.instance)
        shown = self.instance.draft if may_change else self.instance
        return super().get_context_data(
            may_change=may_change,
            versions=sorted(shown.criteria.all(), key=lambda version: version.valid_from, reverse=True),
            criteria_url=self.model_admin.action_url("kriteria", self.instance),
            **kwargs,
        )


class ProgramAdmin(ScopedModelAdmin):
    model = Program
    inspect_view_class = ProgramRecordView
    menu_label, menu_icon, menu_order = _("Programs"), "list-ul", 210
    list_display = (
        "name",
        "acronym",
        "sector",
        "provider",
        "region",
        "live",
        "has_unpublished_changes",
        "checked_on",
    )
    list_select_related = ("sector", "provider", "region")
    ordering = ("name", "pk")
    sortable = ("name",)
    search_fields, search_words = ("code",), ("name", "acronym")
    search_placeholder = _("Name or acronym")
    filterset_class = ProgramFilter
    form_class = ProgramForm
    actions = {
        "ajukan": ProposeView,
        "terbitkan": PublishView,
        "tarik": UnpublishView,
        "sudah-diperiksa": CheckedView,
        "kriteria": CriteriaView,
    }
    record_template_name = "programs_catalog/program_record.html"
    sections = (
        Section(_("Program"), ("name", "acronym", "sector", "provider", "region", "summary", "is_open", "live", "has_unpublished_changes")),
        Section(_("For people"), ("benefits", "eligibility", "bring", "steps", "where", "cost", "duration", "contact", "refusal", "amounts")),
        Section(_("Source"), ("information_on", "checked_on", "checked_by", "website")),
    )  # fmt: skip
    export_columns = (
        "code",
        "name",
        "name_en",
        "acronym",
        "sector",
        "provider",
        "region",
        "summary",
        "live",
        "checked_on",
    )
    export_right = "view"

    def save_form(self, form: forms.ModelForm, *, by):
        form.save(commit=False)
        return services.save_draft(program=form.instance, by=by)


class ProviderFilter(ScopedFilterSet):
    class Meta:
        model = Provider
        fields = ["level"]


class ProviderAdmin(ScopedModelAdmin):
    model = Provider
    base_url_path = "lembaga-program"
    menu_label, menu_icon, menu_order = _("Providers"), "group", 211
    list_display = ("name", "code", "level", "region", "phone", "email")
    list_select_related = ("region",)
    ordering = ("name", "pk")
    sortable = ("name",)
    search_fields, search_words = ("code",), ("name",)
    filterset_class = ProviderFilter
    form_class = ProviderForm
    sections = (
        Section(_("Provider"), ("name", "name_en", "code", "level", "region")),
        Section(_("Contact"), ("phone", "email", "website")),
    )
    related = (
        Related(
            _("Programs"),
            lambda obj, user: obj.programs.visible_to(user).select_related("sector")[:50],
            ("name", "sector", "live"),
        ),
    )
    export_columns = ("code", "name", "name_en", "level", "region", "website")
    export_right = "view"


class DeskAdmin(ScopedModelAdmin):
    """Desks of one's own regions, and those above that answer for them: of the province and of the nation."""

    model = ProgramDesk
    base_url_path = "meja-program"
    menu_label, menu_icon, menu_order = _("Program desks"), "mail", 212
    list_display = ("name", "provider", "region", "email", "keeps_register", "is_active")
    list_select_related = ("provider", "region")
    ordering = ("name", "pk")
    sortable = ("name",)
    search_words = ("name",)
    form_class = DeskForm
    sections = (
        Section(_("Program desk"), ("name", "provider", "region", "email", "keeps_register", "is_active")),
    )
    related = (
        Related(
            _("Programs"),
            lambda obj, user: obj.programs.visible_to(user).select_related("sector")[:50],
            ("name", "sector", "live"),
        ),
    )

    def get_queryset(self, request):
        rows, user = super().get_queryset(request), request.user
        if user.is_superuser:
            return rows
        reach = Q(pk__in=())
        for code in {grant.code for grant in user.grants}:
            if not code:
                return rows
            reach |= above_q(code) | below_q(code)
        return rows.filter(reach)


class SectorAdmin(ScopedModelAdmin):
    """The nine sectors of the guideline: their texts change, their number does not (P-01)."""

    model = Sector
    base_url_path = "sektor"
    menu_label, menu_icon, menu_order = _("Sectors"), "folder-open-inverse", 213
    list_display = ("name", "name_en", "description")
    ordering = ("position",)
    form_fields = ("name", "name_en", "description", "description_en")
    sections = (Section("", ("name", "name_en", "description", "description_en")),)
    creatable = False
