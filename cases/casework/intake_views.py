"""The intake screen: find or record the person, say what it is about, register, print. Works without JavaScript."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from cases.households.eligibility import suggestions
from cases.households.models import Household, Person, Visit
from cases.households.services import find_by_name, find_by_number, record_profile, record_visit
from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS, record_url
from portal.backoffice.models import Submission
from portal.backoffice.views import BackofficeView, Crumb, RecordMixin, add_errors, run_once, visible
from portal.fields import only_digits
from portal.ledger import audit
from portal.regions.nik import nik_warnings

from . import services
from .forms import FindForm, ProfileForm, RegisterForm
from .models import Case
from .receipts import receipt_pdf
from .workflow import Kind

#: keys of the cases that a session has just registered
JUST_TAKEN = "casework_just_taken"
#: what visitors come for who leave no case behind
WALK_IN = ("information", "result", "data", "letter", "other")


class FindPersonView(BackofficeView, TemplateView):
    """Step one: who is here. A NIK that is found leads straight on; numbers travel by POST, never in an address."""

    required_right = (Case, "register")
    page_title = gettext_lazy("Register a case")
    template_name = "casework/intake_find.html"
    results_template_name = "casework/intake_results.html"

    def post(self, request, *args, **kwargs):
        form = FindForm(request.POST, for_user=request.user)
        candidates = None
        if form.is_valid():
            try:
                candidates = self.find(form.cleaned_data)
            except ValidationError as problem:
                if hasattr(problem, "error_dict"):
                    add_errors(form, problem)
                else:
                    form.add_error("number", problem)
        if candidates and form.cleaned_data["name"]:
            # Names and addresses of a village's families are shown: who looked, and at how many.
            audit.record(
                audit.Action.READ,
                form.cleaned_data["village"],
                by=request.user,
                purpose=_("Looked up by name to register a case"),
                count=len(candidates),
            )
        if candidates and len(candidates) == 1 and form.cleaned_data["number"]:
            return self.go(candidates[0].person)
        context = self.get_context_data(form=form, candidates=candidates)
        if request.htmx:
            return render(request, self.results_template_name, context)
        return self.render_to_response(context)

    def find(self, asked: dict):
        if asked["number"]:
            return find_by_number(asked["number"], by=self.request.user)
        return find_by_name(asked["name"], village=asked["village"], age=asked["age"], by=self.request.user)

    def go(self, person: Person):
        url = reverse("casework:register_for", args=[person.pk])
        if self.request.htmx:
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or FindForm(for_user=self.request.user)
        digits = only_digits(form.data.get("number", "")) if form.is_bound else ""
        candidates = kwargs.get("candidates")
        return super().get_context_data(
            **{
                **kwargs,
                "form": form,
                "families": _families(candidates or []),
                "nothing_found": candidates is not None and not candidates,
                "typed_number": digits if not form.errors else "",
                "typed_village": getattr(form, "cleaned_data", {}).get("village") or "",
                "typed_name": form.data.get("name", "") if form.is_bound else "",
                "warnings": nik_warnings(digits)
                if candidates == [] and re.fullmatch(r"[0-9]{16}", digits)
                else [],
                "visit_purposes": [(value, Visit.Purpose(value).label) for value in WALK_IN],
                "form_token": Submission.new_token(),
            }
        )


def _families(candidates) -> list[dict]:
    """Candidates with what tells two of one name apart: whose family, at which address. One query."""
    homes = {candidate.person.household_id for candidate in candidates}
    heads = {
        head.household_id: head
        for head in Person.objects.filter(household__in=homes, is_head=True, gone_on=None)
        .select_related("household")
        .defer("nik", "phone", "household__family_card_number")
    }
    families = []
    for candidate in candidates:
        head = heads.get(candidate.person.household_id)
        families.append(
            {
                "person": candidate.person,
                "head": head.name if head and head.pk != candidate.person.pk else "",
                "address": head.household.address if head else "",
            }
        )
    return families


class RecordProfileView(BackofficeView, TemplateView):
    """Not in the register: the basic profile is recorded and joins the proposals (H-03)."""

    required_right = (Household, "add")
    page_title = gettext_lazy("Record a person who is not in the register")
    template_name = "casework/intake_profile.html"

    def get_breadcrumbs(self):
        return [Crumb(_("Register a case"), reverse("casework:register"))]

    def post(self, request, *args, **kwargs):
        if "prefill" in request.POST:
            # From the search: what was typed there is not typed twice, and never rides in an address.
            number = only_digits(request.POST.get("number", ""))
            form = ProfileForm(
                initial={
                    "nik": number,
                    "name": request.POST.get("name", ""),
                    "village": request.POST.get("village", "")[:13],
                },
                for_user=request.user,
            )
            return self.render_to_response(self.get_context_data(form=form))
        form = ProfileForm(request.POST, for_user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            url, _fresh = run_once(request, lambda: self.record(form))
        except ValidationError as problem:
            add_errors(form, problem)
            return self.render_to_response(self.get_context_data(form=form))
        return HttpResponseRedirect(url)

    def record(self, form) -> str:
        person, _proposal = record_profile(by=self.request.user, **form.cleaned_data)
        return reverse("casework:register_for", args=[person.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{
                "form": ProfileForm(for_user=self.request.user),
                "form_token": self.request.POST.get("form_token") or Submission.new_token(),
                **kwargs,
            }
        )


class RegisterView(BackofficeView, TemplateView):
    """Step two: what it is about. The person is named by the key of a visible row."""

    required_right = (Case, "register")
    page_title = gettext_lazy("Register a case")
    template_name = "casework/intake_register.html"

    def get_breadcrumbs(self):
        return [Crumb(_("Register a case"), reverse("casework:register"))]

    @cached_property
    def person(self) -> Person | None:
        from portal.backoffice.views import get_visible_or_404

        if "person_pk" not in self.kwargs:
            return None
        rows = visible(Person.objects.select_related("household__region"), self.request.user)
        return get_visible_or_404(rows, self.kwargs["person_pk"])

    def check_right(self):
        super().check_right()
        if self.person and not may(self.request.user, "register", Case(region_id=self.person.region_id)):
            raise PermissionDenied

    def get(self, request, *args, **kwargs):
        if self.person:
            audit.read(self.person, by=request.user, purpose=_("Looked up to register a case"))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if not form.cleaned_data["not_double"] and (doubles := self.same_matter(form)):
            form.add_error(
                "not_double",
                _(
                    "The same matter is open already: %(numbers)s. Please look, then confirm that this is another one."
                )
                % {"numbers": ", ".join(case.number for case in doubles)},
            )
            return self.render_to_response(self.get_context_data(form=form, doubles_found=doubles))
        try:
            case = self.register(form)
        except services.ClientIdTaken as problem:
            form.add_error(None, str(problem))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except ValidationError as problem:
            add_errors(form, problem)
            return self.render_to_response(self.get_context_data(form=form))
        # Whoever took it hands out the receipt, also of a sensitive case, which they see no more from here on.
        taken = [pk for pk in self.request.session.get(JUST_TAKEN, []) if pk != case.pk]
        self.request.session[JUST_TAKEN] = [*taken[-19:], case.pk]
        return HttpResponseRedirect(reverse("casework:receipt", args=[case.pk]))

    def form(self, data=None) -> RegisterForm:
        return RegisterForm(
            data, person=self.person, initial=self.suggested_need(), for_user=self.request.user
        )

    def suggested_need(self) -> dict:
        """The need for a program that was chosen on the family's page or among the suggestions."""
        asked = self.request.GET.get("program", "")
        if self.person is None or not asked.isdecimal() or len(asked) > 18:
            return {}
        return {"kind": Kind.NEED.value, "program": int(asked)}

    def register(self, form) -> Case:
        fields = form.cleaned_data
        waits = self.person is not None and not self.person.nik and fields.get("waits_for_papers")
        return services.register_case(
            kind=fields["kind"],
            description=fields["description"],
            household=self.person.household if self.person else None,
            person=self.person,
            region=fields.get("village"),
            program=fields["program"],
            concern=fields["concern"] if fields["kind"] == Kind.GRIEVANCE else "",
            answer=fields["answer"] if fields["kind"] == Kind.QUESTION else "",
            client_id=fields["client_id"],
            reporter_name=fields["reporter_name"],
            reporter_phone=fields["reporter_phone"],
            reporter_email=fields["reporter_email"],
            notice_channel=fields["notice_channel"],
            emergency=fields.get("emergency"),
            is_anonymous=fields["is_anonymous"] or False,
            is_sensitive=fields["is_sensitive"],
            pause_reason=Case.PauseReason.NO_NIK if waits else "",
            by=self.request.user,
        )

    def same_matter(self, form) -> list[Case]:
        """Open cases of the family about the same program and of the same kind; the second click is none of them."""
        fields = form.cleaned_data
        return [
            case
            for case in self.doubles
            if case.kind == fields["kind"]
            and case.program_id == (fields["program"].pk if fields["program"] else None)
            and case.client_id != fields["client_id"]
        ]

    @cached_property
    def doubles(self) -> list[Case]:
        if self.person is None:
            return []
        cases, admin = [], ADMINS[Case]
        for case in services.likely_doubles(
            household=self.person.household, person=self.person, by=self.request.user
        )[:10]:
            # What the family asks is answered from here: the number opens the case, one step tells how far it is.
            case.page = record_url(case)
            case.tell_url = admin.action_url("tell", case) if may(self.request.user, "inform", case) else ""
            cases.append(case)
        return cases

    def get_context_data(self, **kwargs):
        person = self.person
        enrolments = []
        if person:
            enrolments = list(
                person.household.enrolments.running()
                .select_related("program", "person")
                .order_by("program__name")
            )
        return super().get_context_data(
            **{
                "form": kwargs.pop("form", None) or self.form(),
                "person": person,
                "open_cases": self.doubles,
                "enrolments": enrolments,
                "suggestions": suggestions(person.household) if person else [],
                "warnings": (
                    nik_warnings(person.nik, sex=person.sex, born_on=person.born_on)
                    if person and person.nik
                    else []
                ),
                "kind_hints": {kind.value: hint for kind, hint in RegisterForm.KIND_HINTS.items()},
                **kwargs,
            }
        )


class ReceiptMixin(RecordMixin):
    """The receipt of a case that the user may see, or has registered in this very session."""

    model, right = Case, "print_receipt"

    def get_queryset(self):
        user = self.request.user
        just_taken = Q(pk__in=self.request.session.get(JUST_TAKEN, []), registered_by=user)
        rows = Case.objects.filter(Q(pk__in=super().get_queryset().values("pk")) | just_taken)
        return rows.select_related("unit__region", "program", "person", "region")

    def check_record(self, obj):
        if not (obj.registered_by_id == self.request.user.pk and may(self.request.user, self.right, Case)):
            super().check_record(obj)


class ReceiptView(ReceiptMixin, BackofficeView, TemplateView):
    """Registered: number and code to read out, the receipt to print (C-14)."""

    template_name = "casework/receipt.html"

    def get_page_title(self):
        return _("Case %(number)s is registered") % {"number": self.object.number}

    def get_breadcrumbs(self):
        return [Crumb(_("Register a case"), reverse("casework:register"))]

    def get_context_data(self, **kwargs):
        seen = may(self.request.user, "view", self.object)
        return super().get_context_data(
            case=self.object, record_url=record_url(self.object) if seen else "", **kwargs
        )


class ReceiptPdfView(ReceiptMixin, BackofficeView, View):
    """The surat resi as PDF: A4, or 80 mm for the counter's printer."""

    def get(self, request, *args, **kwargs):
        narrow = kwargs.get("size") == "80mm"
        audit.record(audit.Action.EXPORT, self.object, by=request.user, purpose=_("Receipt printed"))
        response = HttpResponse(receipt_pdf(self.object, narrow=narrow), content_type="application/pdf")
        name = self.object.number.replace("/", "-")
        response["Content-Disposition"] = f'inline; filename="resi-{name}.pdf"'
        response["Cache-Control"] = "no-store"
        return response


class CountVisitView(BackofficeView, View):
    """A visitor who only asked: one touch, counted by unit, month and purpose (C-27)."""

    required_right = (Visit, "add")
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        def count() -> str:
            channel = services.channel_of(request.user)
            code = next(
                (grant.code for grant in request.user.grants if "visit.add" in grant.rights and grant.code),
                "",
            )
            unit = services.unit_of(request.user, channel, code)
            place = Visit.Place.HOME if channel == "facilitator" else Visit.Place.COUNTER
            record_visit(
                unit=unit,
                place=place,
                purpose=request.POST.get("purpose", ""),
                programs_explained=True,
                by=request.user,
            )
            return reverse("casework:register")

        try:
            url, fresh = run_once(request, count)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return HttpResponseRedirect(reverse("casework:register"))
        if fresh:
            messages.success(request, _("The visitor is counted."))
        return HttpResponseRedirect(url)
