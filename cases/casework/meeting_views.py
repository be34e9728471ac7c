"""The secretariat's meetings at the case desk: the agenda from what waits, the decisions back into the cases."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from cases.households.letters import post_of
from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS, record_url
from portal.backoffice.models import Submission
from portal.backoffice.views import ActionView, BackofficeView, Crumb, ServiceForm, run_once
from portal.pdf import Signatory, render_pdf
from portal.units.models import Meeting, Unit
from portal.units.paper import letterhead_of

from . import forms, services
from .models import Case
from .services.meetings import line_of


class PlanMeetingView(ServiceForm, BackofficeView, FormView):
    """Plan the next meeting with everything that waits for one."""

    required_right = (Case, "approve")
    page_title = gettext_lazy("Plan a meeting")
    template_name = "casework/plan_meeting.html"
    form_class = forms.PlanMeetingForm

    def get_breadcrumbs(self):
        return [Crumb(_("Meetings"), ADMINS[Meeting].url("index"))]

    def get_form_kwargs(self):
        user = self.request.user
        units = Unit.objects.visible_to(user, "change").filter(kind=Unit.Kind.SLRT).order_by("name")
        code = next((grant.code for grant in user.grants if "case.approve" in grant.rights), "")
        return super().get_form_kwargs() | {"for_user": user, "units": units, "region_code": code}

    def get_context_data(self, **kwargs):
        token = self.request.POST.get("form_token") or Submission.new_token()
        return super().get_context_data(form_token=token, **kwargs)

    def carry_out(self, form):
        fields = form.cleaned_data

        def plan() -> str:
            meeting = services.plan_meeting(
                unit=fields["unit"],
                title=fields["title"],
                date=fields["date"],
                place=fields["place"],
                by=self.request.user,
                **form.chosen(),
            )
            return record_url(meeting)

        url, _fresh = run_once(self.request, plan)
        return HttpResponseRedirect(url)


class PutOnAgenda(ActionView):
    """Add what waits to a meeting that is planned already, e.g. one of the coordination team (C-07)."""

    model, right, form_class = Meeting, "change", forms.MaterialForm
    page_title = gettext_lazy("Put cases on the agenda")
    explanation = gettext_lazy(
        "Suggestions, grievances for the meeting, and referrals whose answer is late. Take out what can wait."
    )
    success_message = gettext_lazy("The agenda is written.")

    @classmethod
    def offered(cls, obj, user):
        return not obj.was_held and may(user, "approve", Case)

    def check_record(self, obj):
        super().check_record(obj)
        if not may(self.request.user, "approve", Case):
            raise PermissionDenied

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"region_code": self.object.region_id or ""}

    def perform(self, form):
        services.build_agenda(meeting=self.object, by=self.request.user, **form.chosen())


class RecordDecisions(PutOnAgenda):
    """What the meeting decided, item by item; each decision goes back into its case."""

    form_class = forms.DecisionsForm
    page_title = gettext_lazy("Record what the meeting decided")
    explanation = gettext_lazy(
        "Each decision goes into its case: a suggestion or grievance is answered with it. What stays empty stays on the agenda."
    )
    success_message = gettext_lazy("The decisions are in the cases.")

    @classmethod
    def offered(cls, obj, user):
        return (
            obj.date <= timezone.localdate()
            and may(user, "approve", Case)
            and obj.case_items.filter(decided_at=None).exists()
        )

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("region_code")
        seen = Case.objects.visible_to(self.request.user, "approve")
        items = self.object.case_items.filter(decided_at=None, case__in=seen)
        items = items.select_related("case__program", "referral__program")
        return kwargs | {"items": items}

    def perform(self, form):
        services.record_decisions(
            meeting=self.object,
            decisions=form.decisions(),
            participants=form.cleaned_data["participants"],
            by=self.request.user,
        )


class AgendaPdf(ActionView):
    """The agenda with what each case is about, for the manager's table; after the meeting the minutes, to be signed."""

    model, right = Meeting, "change"
    page_title = gettext_lazy("Print agenda or minutes")

    @classmethod
    def offered(cls, obj, user):
        return obj.unit_id is not None and may(user, "approve", Case) and obj.case_items.exists()

    def get(self, request, *args, **kwargs):
        meeting = self.object
        items = meeting.case_items.select_related(
            "case__program", "case__region", "referral__program", "referral__desk"
        )
        seen = set(
            Case.objects.visible_to(request.user, "read_personal")
            .filter(agenda_items__meeting=meeting)
            .values_list("pk", flat=True)
        )
        rows = [
            {
                "line": line_of(item),
                "village": item.case.region.name,
                "words": item.case.description if item.case_id in seen and not item.referral_id else "",
                "desk": str(item.referral.desk) if item.referral_id else "",
                "since": item.referral.referred_at if item.referral_id else item.case.opened_at,
                "decision": item.decision if item.case_id in seen else "",
            }
            for item in items
        ]
        unit, held = meeting.unit, meeting.was_held
        facts = [
            (_("Date"), date_format(meeting.date, "j F Y")),
            (_("Place"), meeting.place or "–"),
        ]
        if held and meeting.participants is not None:
            facts.append((_("Participants"), str(meeting.participants)))
        content = render_pdf(
            "pdf/case_agenda.html",
            {
                "letterhead": letterhead_of(unit),
                "title": meeting.title,
                "subtitle": f"{_('Minutes of the meeting') if held else _('Agenda of the meeting')} · {unit.name}",
                "facts": facts,
                "rows": rows,
                "signatory": Signatory(
                    post=f"{post_of(request.user, unit)} {unit.name}".strip(), name=request.user.name
                )
                if held
                else None,
            },
        )
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="agenda-{meeting.pk}.pdf"'
        response["Cache-Control"] = "no-store"
        return response
