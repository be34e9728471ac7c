"""Filling in a draft: one item at a time, the letter, the check before it is sent. Nobody overwrites what they have not seen."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.files import DOCUMENTS, UploadField
from portal.ledger.workflow import WrongState

from .asks import LETTER, WHOLE
from .items import form_of
from .letters import addressee_lines
from .models import Document
from .services import drafts, returns
from .templatetags.formation import items_of, sendings_of
from .views import OwnRequest


class LetterForm(forms.Form):
    signatory = forms.CharField(
        label=_("Who signs the letter"), max_length=150, required=False, help_text=_("Name of the head of the region, as it stands under the letter.")
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the unit is needed"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )  # fmt: skip
    follows_standard = forms.BooleanField(
        label=_("We follow the standards and criteria of the Ministry of Social Affairs."), required=False
    )


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("Title of the document"), max_length=150, required=False)
    file = UploadField(kinds=(*DOCUMENTS, "docx", "xlsx"), label=_("File"))


def asks_at(request, part: str) -> list[returns.AskState]:
    """What is asked of the applicant in one part."""
    return [state for state in returns.states(request) if state.ask.part == part]


class AnswerView(OwnRequest, View):
    """A word to something that is asked for, where nothing is to be changed (F-17)."""

    def post(self, request, pk, number):
        text = request.POST.get("answer", "")[:2000]
        asks, part = self.formation.asks, WHOLE
        if number < len(asks):
            part = asks[number].part
        try:
            returns.answer(
                request=self.formation,
                number=number,
                text=text,
                base=request.POST.get("base", ""),
                by=request.user,
            )
        except drafts.Conflict as conflict:
            said = {"theirs": conflict.current.answer, "yours": text}
            messages.warning(
                request,
                _t("Somebody else has explained this meanwhile: “%(theirs)s”. Your words were not saved: “%(yours)s”.") % said,
            )  # fmt: skip
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        except WrongState as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.address())
        else:
            messages.success(request, _t("Saved."))
        pages = {WHOLE: self.address(), LETTER: self.address("letter")}
        return HttpResponseRedirect(pages.get(part) or self.address("item", part))


class PartPage(OwnRequest, TemplateView):
    """A part of a draft that several people write, also by a script while they type.

    Once the request was sent it is no longer written: the page leads to what was sent, and says so.
    """

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated or self.is_open:
            return super().dispatch(request, *args, **kwargs)
        text = _t("The request has been sent and can no longer be changed.")
        if request.method == "POST":
            text += " " + _t("What you have just written was not saved.")
        if request.headers.get("X-Requested-With") == "autosave":
            return JsonResponse({"conflict": text}, status=409)
        messages.warning(request, text)
        return HttpResponseRedirect(self.address("check"))

    def write(self, base: int):
        """Save what was sent over version `base`; returns what is stored now."""
        raise NotImplementedError

    def beside(self, current) -> dict:
        """What the page shows after a conflict: the form as typed, and what somebody else has stored."""
        raise NotImplementedError

    def saved(self, part):
        """Where it goes on."""
        raise NotImplementedError

    def save_part(self):
        request = self.request
        script = request.headers.get("X-Requested-With") == "autosave"
        try:
            base = int(request.POST.get("base_version", ""))
        except ValueError:
            base = -1
        try:
            part = self.write(base)
        except drafts.Conflict as conflict:
            if script:
                return JsonResponse({"conflict": str(conflict)}, status=409)
            # The next save names the version that was just shown: nobody overwrites what they have not seen.
            context = self.get_context_data(
                **self.beside(conflict.current), base=conflict.current.edit_version
            )
            return self.render_to_response(context, status=409)
        except WrongState as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.address())
        return JsonResponse({"version": part.edit_version}) if script else self.saved(part)


class ItemPage(PartPage):
    """One readiness item: its small form and its documents. Saved as typed, finished or not."""

    template_name = "formation/item.html"

    @cached_property
    def item(self):
        item = self.formation.items.filter(kind=self.kwargs["kind"]).select_related("edited_by").first()
        if item is None:
            raise Http404
        item.request = self.formation
        return item

    def following(self) -> str:
        kinds = [entry.kind for entry in self.formation.items.all()]
        place = kinds.index(self.item.kind)
        return self.address("item", kinds[place + 1]) if place + 1 < len(kinds) else self.address("letter")

    def get_context_data(self, form=None, conflict=None, base=None, document_form=None, **kwargs):
        if form is None:
            form = form_of(self.item)
            # Half-finished answers are shown without scolding; what is missing stands in the list above.
            form.is_bound_for_display = True
        entry = next((e for e in drafts.missing(self.formation) if e.item == self.item.kind), None)
        return super().get_context_data(
            item=self.item,
            asks=asks_at(self.formation, self.item.kind),
            form=form,
            entry=entry,
            shows_errors=bool(self.item.data) or self.request.method == "POST",
            base_version=self.item.edit_version if base is None else base,
            conflict=conflict,
            documents=self.item.attached,
            replaced=self.item.replaced,
            round=self.formation.round,
            sendings=sendings_of(self.formation, self.item.kind),
            document_form=document_form or DocumentForm(),
            wanted=form.document,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if "file" in request.FILES or request.POST.get("what") == "document":
            return self.upload()
        return self.save_part()

    def write(self, base: int):
        return drafts.save_item(
            request=self.formation,
            kind=self.item.kind,
            data=self.request.POST,
            base_version=base,
            by=self.request.user,
        )

    def beside(self, current) -> dict:
        theirs = form_of(current)
        theirs.is_valid()
        return {
            "form": form_of(self.item, self.request.POST),
            "conflict": {"by": current.edited_by, "at": current.edited_at, "rows": theirs.summary()},
        }

    def saved(self, part):
        if "stay" in self.request.POST:
            messages.success(self.request, _t("Saved."))
            return HttpResponseRedirect(self.address("item", self.item.kind))
        return HttpResponseRedirect(self.following())

    def upload(self):
        form = DocumentForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(document_form=form))
        try:
            drafts.attach(
                request=self.formation,
                kind=self.item.kind,
                title=form.cleaned_data["title"] or form.cleaned_data["file"].name,
                file=form.cleaned_data["file"],
                by=self.request.user,
            )
        except WrongState as problem:
            messages.error(self.request, str(problem))
            return HttpResponseRedirect(self.address())
        messages.success(self.request, _t("The document has been attached."))
        return HttpResponseRedirect(self.address("item", self.item.kind))


class DetachView(LoginRequiredMixin, View):
    def post(self, request, pk):
        document = (
            Document.objects.filter(pk=pk, item__isnull=False).select_related("request", "item").first()
        )
        if document is None or not may(request.user, "change", document.request):
            raise Http404
        owner, kind = document.request, document.item.kind
        try:
            drafts.detach(document=document, by=request.user)
        except WrongState as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("formation:request", args=[owner.pk]))
        return HttpResponseRedirect(reverse("formation:item", args=[owner.pk, kind]))


class LetterPage(PartPage):
    """What the letter of request says besides the items."""

    template_name = "formation/letter_form.html"

    def get_context_data(self, form=None, conflict=None, base=None, **kwargs):
        request = self.formation
        initial = {name: getattr(request, name) for name in ("signatory", "reason", "follows_standard")}
        form = form or LetterForm(initial=initial)
        if not request.version.confirms_standard:
            form.fields.pop("follows_standard", None)
        return super().get_context_data(
            asks=asks_at(request, LETTER),
            form=form,
            conflict=conflict,
            base_version=request.edit_version if base is None else base,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        form = LetterForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        self.form = form
        return self.save_part()

    def write(self, base: int):
        return drafts.save_letter(
            request=self.formation, base_version=base, by=self.request.user, **self.form.cleaned_data
        )

    def beside(self, current) -> dict:
        rows = [
            (_t("Who signs the letter"), current.signatory),
            (_t("Why the unit is needed"), current.reason),
        ]
        return {"form": self.form, "conflict": {"rows": rows}}

    def saved(self, part):
        return HttpResponseRedirect(self.address("check"))


class CheckPage(OwnRequest, TemplateView):
    """Check your answers, then send; afterwards what was sent, to be read."""

    template_name = "formation/check.html"

    def get_context_data(self, **kwargs):
        request = self.formation
        lacking = {entry.item: entry for entry in drafts.missing(request)} if self.is_open else {}
        items = items_of(request)
        asked = returns.states(request) if self.is_open else []
        for item in items:
            item["asks"] = [state for state in asked if state.ask.part == item["kind"]]
            item["missing"] = lacking.get(item["kind"])
            item["url"] = self.address("item", item["kind"])
        return super().get_context_data(
            items=items,
            letter_missing=lacking.get(drafts.LETTER),
            lacking=list(lacking.values()),
            letter_asks=[state for state in asked if state.ask.part == LETTER],
            whole_asks=[state for state in asked if state.ask.part == WHOLE],
            unanswered=any(not state.is_answered for state in asked),
            may_submit=may(self.request.user, "submit", request),
            addressee=addressee_lines(request.version.addressee, request.region),
            copies=[addressee_lines(copy, request.region) for copy in request.version.copies],
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        send = returns.resubmit if self.formation.status == "returned" else drafts.submit
        extra = {"note": request.POST.get("note", "")} if self.formation.status == "returned" else {}
        try:
            send(request=self.formation, by=request.user, **extra)
        except ValidationError as problem:
            for text in problem.messages:
                messages.error(request, text)
            return HttpResponseRedirect(self.address("check"))
        except WrongState as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.address())
        messages.success(request, _t("The request has been sent. The letter is ready to be signed."))
        return HttpResponseRedirect(self.address())
