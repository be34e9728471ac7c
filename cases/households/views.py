"""The register's screens: find a family, its page with the four things (H-05), proposals on their way."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.exports import table_response
from portal.backoffice.models import Submission
from portal.backoffice.views import (
    ActionView,
    BackofficeView,
    Crumb,
    RecordMixin,
    add_errors,
    get_visible_or_404,
    run_once,
)
from portal.ledger import audit
from portal.regions.models import Level, code_at
from portal.units.models import Unit

from . import access, eligibility, services
from .changes import shown_changes
from .conditions import shown_conditions
from .forms import ChangeForm, EnrolmentForm, FindHouseholdForm, NikForm, PurposeForm, VisitForm
from .letters import recommendation_pdf
from .models import Household, Person, UpdateProposal
from .panels import PANELS
from .subject_file import subject_file_pdf
from .workflow import ProposalStatus


class FindHouseholdView(BackofficeView, TemplateView):
    """Numbers and names travel by POST: they stand in no address and in no log."""

    required_right = (Household, "view")
    page_title = gettext_lazy("Families")
    template_name = "households/find.html"

    def post(self, request, *args, **kwargs):
        form, candidates = FindHouseholdForm(request.POST, for_user=request.user), None
        if form.is_valid():
            asked = form.cleaned_data
            try:
                if asked["number"]:
                    candidates = services.find_by_number(asked["number"], by=request.user)
                else:
                    candidates = services.find_by_name(
                        asked["name"], village=asked["village"], age=asked["age"], by=request.user
                    )
                    if candidates:
                        # Names of a village's families are shown: who looked, and at how many.
                        audit.record(
                            audit.Action.READ,
                            asked["village"],
                            by=request.user,
                            purpose=_("Looked up by name"),
                            count=len(candidates),
                        )
            except ValidationError as problem:
                if hasattr(problem, "error_dict"):
                    add_errors(form, problem)
                else:
                    form.add_error("number", problem)
        return self.render_to_response(self.get_context_data(form=form, candidates=candidates))

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", FindHouseholdForm(for_user=self.request.user))
        return super().get_context_data(may_register=may(self.request.user, "add", Household), **kwargs)


class HouseholdMixin(RecordMixin, BackofficeView):
    """A page about one household; outside the daily list it opens for a purpose only (A-08)."""

    model = Household

    def get_queryset(self):
        return super().get_queryset().select_related("region")

    def get_breadcrumbs(self):
        return [
            Crumb(_("Families"), reverse("households:find")),
            Crumb(_("Family"), reverse("households:household", args=[self.object.pk])),
        ]

    def get_record_url(self):
        return reverse("households:household", args=[self.object.pk])

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.is_open(request):
            return self.ask_purpose(request)
        return super().dispatch(request, *args, **kwargs)

    def is_open(self, request) -> bool:
        try:
            self.check_right()
        except PermissionDenied:
            return True  # the refusal itself is the base view's business
        given = request.session.get("households_read", {}).get(str(self.object.pk))
        fresh = given and timezone.now().timestamp() - given < access.OPEN_FOR.total_seconds()
        return bool(fresh) or access.is_daily(request.user, self.object)

    def ask_purpose(self, request):
        form = PurposeForm(request.POST if "purpose" in request.POST else None, for_user=request.user)
        if form.is_bound and form.is_valid():
            fields = form.cleaned_data
            access.read_for(
                household=self.object, purpose=fields["purpose"], words=fields["words"], by=request.user
            )
            opened = request.session.get("households_read", {})
            request.session["households_read"] = {**opened, str(self.object.pk): timezone.now().timestamp()}
            return HttpResponseRedirect(request.path)
        context = {
            "form": form,
            "page_title": _("For what purpose do you open this family's data?"),
            "breadcrumbs": [Crumb(_("Families"), reverse("households:find"))],
            "village": self.object.region,
        }
        return render(request, "households/purpose.html", context, status=200)


class HouseholdView(HouseholdMixin, TemplateView):
    """One family: what the register says, what officers found, and the four things to do (H-05)."""

    template_name = "households/household.html"

    def get_page_title(self):
        head = next((person for person in self.members if person.is_head), None)
        return _("Family of %(name)s") % {"name": head.name} if head else _("Family")

    def get_breadcrumbs(self):
        return super().get_breadcrumbs()[:1]

    @cached_property
    def members(self) -> list[Person]:
        return list(self.object.members.filter(gone_on=None).order_by("-is_head", "born_on"))

    def get_context_data(self, **kwargs):
        household, user = self.object, self.request.user
        proposals = list(household.proposals.select_related("person", "proposed_by").newest()[:20])
        return super().get_context_data(
            members=self.members,
            enrolments=household.enrolments.select_related("program", "person")[:50],
            visits=household.visits.select_related("by", "unit").newest()[:20],
            proposals=[(row, shown_changes(row)) for row in proposals],
            panels=[panel(household, user) for panel in PANELS],
            may_change=may(user, "change", household),
            may_register=may(user, "add", household),
            conditions=shown_conditions(household.conditions),
            suggestions=eligibility.suggestions(household),
            **kwargs,
        )


class HouseholdAction(HouseholdMixin, ActionView):
    """One of the things to do for a family."""

    right = "change"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | self.more_form_kwargs()

    def more_form_kwargs(self) -> dict:
        return {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(object_name=self.who(), **kwargs)

    def who(self) -> str:
        """The member it is about, else the family by its head."""
        if self.person:
            return self.person.name
        head = self.object.members.filter(is_head=True, gone_on=None).first()
        return _("Family of %(name)s") % {"name": head.name} if head else _("Family")

    @cached_property
    def person(self) -> Person | None:
        pk = self.kwargs.get("person_pk")
        return get_visible_or_404(self.object.members.all(), pk) if pk else None


class ProposeChangeView(HouseholdAction):
    """First of the four things: verify the data and record changes."""

    page_title = gettext_lazy("Record a change of data")
    form_class = ChangeForm
    success_message = gettext_lazy("The proposal is with the supervisor.")
    explanation = gettext_lazy(
        "Only what differs is proposed. The register's own value stays until the outcome comes back through SIKS-NG."
    )

    def more_form_kwargs(self):
        return {"subject": self.person or self.object}

    def perform(self, form):
        kind = form.cleaned_data["kind"]
        services.propose_change(
            household=self.object,
            person=self.person,
            kind=kind,
            changes=form.changes() if kind == UpdateProposal.Kind.CHANGE else {},
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class RecordEnrolmentView(HouseholdAction):
    page_title = gettext_lazy("Record participation in a program")
    form_class = EnrolmentForm
    success_message = gettext_lazy("The participation is recorded.")

    def more_form_kwargs(self):
        return {"household": self.object}

    def perform(self, form):
        services.record_enrolment(household=self.object, by=self.request.user, **form.cleaned_data)


class RecordVisitView(HouseholdAction):
    page_title = gettext_lazy("Record a visit")
    form_class = VisitForm
    success_message = gettext_lazy("The visit is recorded.")

    def perform(self, form):
        services.record_visit(
            unit=unit_for(self.object.region_id),
            household=self.object,
            by=self.request.user,
            **form.cleaned_data,
        )


class RecordNikView(HouseholdAction):
    page_title = gettext_lazy("Record the NIK")
    form_class = NikForm
    success_message = gettext_lazy("The NIK is recorded; cases that waited for it can go on.")

    def perform(self, form):
        services.record_nik(person=self.person, nik=form.cleaned_data["nik"], by=self.request.user)


def unit_for(region_code: str, *, by=None) -> Unit:
    """The Puskesos of a village, else the SLRT of its regency; for an officer of a regency its SLRT."""
    regency = code_at(region_code, Level.REGENCY)
    units = {unit.region_id: unit for unit in Unit.objects.filter(region__in=(region_code, regency))}
    own = {grant.code for grant in by.grants} if by else {region_code}
    unit = units.get(region_code) if region_code in own else None
    unit = unit or units.get(regency) or units.get(region_code)
    if unit is None:
        raise ValidationError(_("There is no SLRT or Puskesos yet that serves this family's area."))
    return unit


class RecommendationView(HouseholdAction, View):
    """The letter of recommendation to civil registration for somebody without NIK or family card (H-04)."""

    def get(self, request, *args, **kwargs):
        # On the paper of the office at whose counter the family stands.
        unit = unit_for(self.object.region_id, by=request.user)
        content, number = recommendation_pdf(person=self.person, unit=unit, by=request.user)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="rekomendasi-{number.replace("/", "-")}.pdf"'
        response["Cache-Control"] = "no-store"
        return response

    http_method_names = ["get"]


class SubjectFileView(HouseholdMixin, TemplateView):
    """All that is on record about one person and who looked, for that person: each time for a purpose (A-08)."""

    right = "change"
    page_title = gettext_lazy("All data about one person")
    template_name = "households/subject_file.html"

    @cached_property
    def person(self) -> Person:
        return get_visible_or_404(
            self.object.members.select_related("household__region"), self.kwargs["person_pk"]
        )

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", PurposeForm(for_user=self.request.user))
        return super().get_context_data(person=self.person, **kwargs)

    def post(self, request, *args, **kwargs):
        form = PurposeForm(request.POST, for_user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        fields = form.cleaned_data
        purpose = str(access.PURPOSES[fields["purpose"]])
        if fields["words"]:
            purpose = f"{purpose}: {fields['words']}"
        content = subject_file_pdf(person=self.person, purpose=purpose[:150], by=request.user)
        response = HttpResponse(content, content_type="application/pdf")
        # The name of a file is kept by browsers: it says nothing about the person.
        response["Content-Disposition"] = 'attachment; filename="data-warga.pdf"'
        response["Cache-Control"] = "no-store"
        return response


class ForwardProposalsView(BackofficeView, TemplateView):
    """The manager forwards what was reviewed, and gets the file for SIKS-NG (H-06)."""

    required_right = (UpdateProposal, "forward")
    page_title = gettext_lazy("Forward to the register")
    template_name = "households/forward.html"

    HEADER = (
        gettext_lazy("Proposal"), gettext_lazy("Kind"), gettext_lazy("Region code"), "NIK", "KK", gettext_lazy("Name"), gettext_lazy("Sex"),
        gettext_lazy("Date of birth"), gettext_lazy("Address"), gettext_lazy("Changes"), gettext_lazy("Note"),
    )  # fmt: skip

    def reviewed(self):
        rows = UpdateProposal.objects.visible_to(self.request.user, "forward").filter(
            status=ProposalStatus.REVIEWED
        )
        return rows.select_related("household", "person").order_by("created_at")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            waiting=self.reviewed().count(),
            forwarded=UpdateProposal.objects.visible_to(self.request.user, "forward")
            .filter(status=ProposalStatus.FORWARDED)
            .count(),
            form_token=Submission.new_token(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        rows = list(self.reviewed()[:5000])

        def forward() -> str:
            services.forward_proposals(proposals=rows, by=request.user)
            return reverse("households:forward")

        url, fresh = run_once(request, forward)
        if not fresh or not rows:
            return HttpResponseRedirect(url)
        return table_response(
            "xlsx",
            (self.line(row) for row in rows),
            [str(head) for head in self.HEADER],
            name="usulan-siks-ng",
        )

    @staticmethod
    def line(row: UpdateProposal) -> list:
        person, household = row.person, row.household
        # For the register's own desk, which writes the new number down: here numbers are meant to stand.
        changes = "; ".join(f"{change.label}: {change.after}" for change in shown_changes(row, numbers=True))
        return [
            row.pk, row.get_kind_display(), row.region_id, person.nik if person else "", household.family_card_number,
            person.name if person else "", person.get_sex_display() if person else "", person.born_on if person else None,
            household.address, changes, row.note,
        ]  # fmt: skip
