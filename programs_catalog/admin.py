"""The catalog in the back office: every officer reads it, editors keep it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.filters import ScopedFilterSet
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import ActionView

from . import services
from .forms import ProgramForm
from .models import Program


class NothingForm(ScopedForm):
    """A step that asks nothing."""


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


class ProgramFilter(ScopedFilterSet):
    class Meta:
        model = Program
        fields = ["sector", "is_open", "live"]


class ProgramAdmin(ScopedModelAdmin):
    model = Program
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
    search_fields = ("name", "acronym", "code")
    search_placeholder = _("Name or acronym")
    filterset_class = ProgramFilter
    form_class = ProgramForm
    actions = {"terbitkan": PublishView, "tarik": UnpublishView, "sudah-diperiksa": CheckedView}
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
