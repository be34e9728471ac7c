"""Screens of editors beside Wagtail's own: what waits for publication, and the settings of the site."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from portal.backoffice.views import BackofficeView, Crumb, ServiceForm
from portal.content.policies import edits
from programs_catalog.models import CatalogSettings, Program

from . import moderation
from .models import SiteTexts


class ModerationView(BackofficeView, TemplateView):
    """What waits for me, and what became of my own proposals."""

    required_right = (Program, "change")

    page_title = gettext_lazy("Proposals for publication")
    template_name = "public_site/admin/moderation.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            waiting=moderation.waiting_for(user),
            mine=moderation.of(user),
            regions_publish=CatalogSettings.load().regions_publish,
            **kwargs,
        )


class ProposalForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Note to whoever proposed it"),
        help_text=gettext_lazy("Needed where it is returned."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProposalView(ServiceForm, BackofficeView, FormView):
    """One proposal: what it changes, and the answer. Who may not publish it does not find it."""

    required_right = (Program, "change")

    form_class = ProposalForm
    template_name = "public_site/admin/proposal.html"

    @cached_property
    def proposal(self) -> moderation.Proposal:
        for proposal in moderation.waiting_for(self.request.user):
            if proposal.state.pk == self.kwargs["pk"]:
                return proposal
        raise Http404

    def get_page_title(self):
        return self.proposal.title

    def get_breadcrumbs(self):
        return [Crumb(_("Proposals for publication"), reverse("moderation"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            proposal=self.proposal,
            changes=self.proposal.changes(),
            cancel_url=reverse("moderation"),
            **kwargs,
        )

    def carry_out(self, form):
        answer = moderation.send_back if "return" in self.request.POST else moderation.approve
        answer(state=self.proposal.state, by=self.request.user, note=form.cleaned_data["note"])
        said = _("Returned with a note.") if answer is moderation.send_back else _("Published.")
        messages.success(self.request, said)
        return HttpResponseRedirect(reverse("moderation"))


class SiteSettingsForm(forms.ModelForm):
    regions_publish = CatalogSettings._meta.get_field("regions_publish").formfield()

    class Meta:
        model = SiteTexts
        fields = [f"{name}{suffix}" for name in SiteTexts.FIELDS for suffix in ("", "_en")]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in fields}

    field_order = ["regions_publish"]


class SiteSettingsView(BackofficeView, FormView):
    """Who publishes what belongs to a region, and the words above catalog, directory and check."""

    form_class = SiteSettingsForm
    page_title = gettext_lazy("Settings of the site")
    template_name = "backoffice/form.html"

    def check_right(self):
        super().check_right()
        if edits(self.request.user) != "nation" and not self.request.user.is_superuser:
            raise PermissionDenied

    def get_form_kwargs(self):
        kept = {"regions_publish": CatalogSettings.load().regions_publish}
        return super().get_form_kwargs() | {"instance": SiteTexts.load(), "initial": kept}

    def get_context_data(self, **kwargs):
        return super().get_context_data(cancel_url=reverse("wagtailadmin_home"), **kwargs)

    def form_valid(self, form):
        form.save()
        settings = CatalogSettings.load()
        settings.regions_publish = form.cleaned_data["regions_publish"]
        settings.save()
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("site_settings"))
