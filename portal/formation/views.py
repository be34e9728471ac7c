"""The public door /pembentukan/: how units come into being, and the applicant's own requests behind sign-in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.backoffice.attachments import file_response
from portal.ledger.workflow import WrongState
from portal.regions.models import Region
from portal.units.models import Unit

from .asks import LETTER, WHOLE
from .models import FormationRequest, Pathway
from .policies import APPLICANT_ROLES
from .services import drafts, returns
from .templatetags.formation import history_of, steps_of
from .workflow import WITH_APPLICANT


class DelegateForm(forms.Form):
    username = forms.CharField(
        label=_("User name"), max_length=150, help_text=_("The account of the person who prepares the request with you.")
    )  # fmt: skip


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


def own_places(user) -> list[tuple[Pathway, Region]]:
    """The pathways a user can begin, with the region each is for."""
    places = []
    if not user.is_authenticated:
        return places
    for kind, role in APPLICANT_ROLES.items():
        codes = [grant.code for grant in user.grants if grant.role == role]
        for region in Region.objects.filter(pk__in=codes):
            places += [(pathway, region) for pathway in Pathway.objects.filter(unit_kind=kind)]
    return places


class Door(TemplateView):
    """What the pathways are, for everybody; one's own requests, for those who are signed in."""

    template_name = "formation/door.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        pathways = [
            {"pathway": pathway, "stages": list(version.stages.order_by("order"))}
            for pathway in Pathway.objects.all()
            if (version := pathway.current)
        ]
        requests, places = [], []
        if user.is_authenticated:
            mine = FormationRequest.objects.visible_to(user, "change")
            requests = list(mine.select_related("region", "stage", "version__pathway")[:50])
            taken = {(entry.unit_kind, entry.region_id) for entry in requests if entry.status in ("draft", "running", "returned", "completed")}  # fmt: skip
            own = own_places(user)
            there = Unit.objects.filter(region__in={region for _pathway, region in own})
            # What would be refused is not offered.
            taken |= set(there.exclude(status=Unit.Status.FORMING).values_list("kind", "region_id"))
            places = [(p, r) for p, r in own if (p.unit_kind, r.pk) not in taken]
        return super().get_context_data(pathways=pathways, requests=requests, places=places, **kwargs)


class Begin(LoginRequiredMixin, View):
    """Begins a draft and leads to its task list."""

    def post(self, request, pathway, code):
        chosen = get_object_or_404(Pathway, pk=pathway)
        region = get_object_or_404(Region, pk=code)
        try:
            draft = drafts.begin(pathway=chosen, region=region, by=request.user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return HttpResponseRedirect(reverse("formation:door"))
        return HttpResponseRedirect(reverse("formation:request", args=[draft.pk]))


class OwnRequest(LoginRequiredMixin):
    """A request that is the user's to fill in, or that was handed to them; any other does not exist."""

    @cached_property
    def formation(self) -> FormationRequest:
        rows = FormationRequest.objects.visible_to(self.request.user, "change").select_related(
            "region", "stage", "version__pathway"
        )
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def is_open(self) -> bool:
        return self.formation.status in WITH_APPLICANT

    def address(self, name: str = "request", *args) -> str:
        return reverse(f"formation:{name}", args=[self.formation.pk, *args])

    def get_context_data(self, **kwargs):
        crumbs = [
            (_t("Formation of a unit"), reverse("formation:door")),
            (str(self.formation), self.address()),
        ]
        return super().get_context_data(
            formation=self.formation, is_open=self.is_open, crumbs=crumbs, **kwargs
        )


class RequestPage(OwnRequest, TemplateView):
    """The task list of a draft, or where a sent request is."""

    @property
    def template_name(self):
        return "formation/tasks.html" if self.is_open else "formation/status.html"

    def get_context_data(self, **kwargs):
        request, user = self.formation, self.request.user
        lacking = {entry.item: entry for entry in drafts.missing(request)} if self.is_open else {}
        asked = returns.states(request) if self.is_open else []
        # A part that is asked about and says what it said before is not complete yet (F-17).
        open_parts = set(lacking) | {state.ask.part for state in asked if not state.is_answered} - {WHOLE}
        tasks = [
            {
                "asks": [state for state in asked if state.ask.part == item.kind],
                "label": item.get_kind_display(),
                "url": self.address("item", item.kind),
                "missing": lacking.get(item.kind),
                "begun": bool(item.data),
                "edited_by": item.edited_by,
                "edited_at": item.edited_at,
            }
            for item in request.items.select_related("edited_by")
        ]
        may_submit = may(user, "submit", request)
        return super().get_context_data(
            tasks=tasks,
            letter_missing=lacking.get(drafts.LETTER),
            letter_asks=[state for state in asked if state.ask.part == LETTER],
            whole_asks=[state for state in asked if state.ask.part == WHOLE],
            complete=not lacking and all(state.is_answered for state in asked),
            done=len(tasks) + 1 - len(open_parts),
            total=len(tasks) + 1,
            may_submit=may_submit,
            delegates=request.delegates.select_related("user") if may_submit else [],
            delegate_form=DelegateForm(),
            reason_form=ReasonForm(),
            steps=steps_of(request),
            history=history_of(request),
            copies=request.copies.all(),
            asked=[step for step in steps_of(request) if step["state"] == "now" and self.mine(step["stage"])],
            **kwargs,
        )

    def mine(self, stage) -> bool:
        """Whether the stage that is due is the applicant's own."""
        return may(self.request.user, f"complete_as_{stage.body}", self.formation) and may(
            self.request.user, "handle", self.formation
        )


class WithdrawView(OwnRequest, View):
    def post(self, request, *args, **kwargs):
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _t("Please give the reason."))
        else:
            try:
                drafts.withdraw(request=self.formation, note=form.cleaned_data["note"], by=request.user)
                messages.success(request, _t("The request has been withdrawn."))
            except WrongState as problem:
                messages.error(request, str(problem))
        return HttpResponseRedirect(self.address())


class DelegateView(OwnRequest, View):
    """Hands the preparation to another account, or takes it back."""

    def post(self, request, *args, **kwargs):
        if "end" in request.POST:
            delegation = get_object_or_404(self.formation.delegates, pk=request.POST["end"])
            drafts.end_delegation(delegation=delegation, by=request.user)
            return HttpResponseRedirect(self.address())
        form = DelegateForm(request.POST)
        to = User.objects.filter(username=request.POST.get("username", "").strip(), is_active=True).first()
        if not form.is_valid() or to is None:
            if not may(request.user, "delegate", self.formation):
                raise PermissionDenied
            messages.error(request, _t("There is no active account of your area with this user name."))
        else:
            try:
                drafts.delegate(request=self.formation, to=to, by=request.user)
                messages.success(request, _t("%(name)s can now prepare this request.") % {"name": to})
            except WrongState as problem:
                messages.error(request, str(problem))
            except ValidationError as problem:
                messages.error(request, " ".join(problem.messages))
        return HttpResponseRedirect(self.address())


class LetterFile(OwnRequest, View):
    def get(self, request, *args, **kwargs):
        letter = self.formation.letter_file
        if not letter:
            raise Http404
        return file_response(letter, f"permohonan-{self.formation.pk}.pdf")
