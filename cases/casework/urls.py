"""Addresses of the case desk under /admin/."""

from django.urls import path

from . import desk_views as desk
from . import finding_views as finding
from . import intake_views as intake
from . import meeting_views as meetings

app_name = "casework"
urlpatterns = [
    path("keluhan-baru/", intake.FindPersonView.as_view(), name="register"),
    path("keluhan-baru/warga/", intake.RecordProfileView.as_view(), name="record_profile"),
    path("keluhan-baru/untuk/<int:person_pk>/", intake.RegisterView.as_view(), name="register_for"),
    path("keluhan-baru/tanpa-warga/", intake.RegisterView.as_view(), name="register_without"),
    path("keluhan-baru/kunjungan/", intake.CountVisitView.as_view(), name="count_visit"),
    path("keluhan-menurut-nama/", finding.FindCaseByNameView.as_view(), name="find_by_name"),
    path("jawaban-rujukan/", desk.UploadAnswersView.as_view(), name="upload_answers"),
    path("jawaban-rujukan/unduh/", desk.DownloadReferralsView.as_view(), name="download_referrals"),
    path("rapat-keluhan/", meetings.PlanMeetingView.as_view(), name="plan_meeting"),
    path("resi/<int:pk>/", intake.ReceiptView.as_view(), name="receipt"),
    path("resi/<int:pk>/surat-resi.pdf", intake.ReceiptPdfView.as_view(), name="receipt_pdf"),
    path(
        "resi/<int:pk>/surat-resi-80mm.pdf",
        intake.ReceiptPdfView.as_view(),
        {"size": "80mm"},
        name="receipt_80mm",
    ),
]
