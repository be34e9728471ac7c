"""Steps on many cases and referrals at once: bulk review, batch answers; each stands or falls by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.backoffice.bulk_views import BulkView

from . import forms, services


class ReviewMany(BulkView):
    right, form_class, label = "review", forms.NoteForm, _("Confirm the review")
    explanation = _("You have examined each of them.")

    def perform_one(self, obj, form):
        services.review_case(case=obj, note=form.cleaned_data["note"], by=self.request.user)


class ReferMany(BulkView):
    right, form_class, label = "approve", forms.NoteForm, _("Approve the referral")
    explanation = _("Each goes to the desks that the back office proposed.")

    def perform_one(self, obj, form):
        services.refer_case(case=obj, note=form.cleaned_data["note"], by=self.request.user)


class ApproveMany(BulkView):
    right, form_class, label = "answer", forms.ApproveForm, _("Approve")

    def perform_one(self, obj, form):
        services.answer_referral(referral=obj, answer="approve", by=self.request.user, **form.cleaned_data)


class RefuseMany(BulkView):
    right, form_class, label = "answer", forms.RefuseForm, _("Refuse")

    def perform_one(self, obj, form):
        services.answer_referral(referral=obj, answer="refuse", by=self.request.user, **form.cleaned_data)


class StudyMany(BulkView):
    right, form_class, label = "answer", forms.StudyForm, _("Study further")

    def perform_one(self, obj, form):
        services.answer_referral(referral=obj, answer="study", by=self.request.user, **form.cleaned_data)


CASE_BULK = {"review": ReviewMany, "refer": ReferMany}
REFERRAL_BULK = {"approve": ApproveMany, "refuse": RefuseMany, "study": StudyMany}
