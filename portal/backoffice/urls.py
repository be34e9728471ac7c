"""The kit's own addresses, under /admin/."""

from django.urls import path

from .attachments import AttachmentView
from .import_views import FindingsView, ImportRunView
from .job_views import JobDetail, JobList, JobResult, JobRetry

app_name = "backoffice"
urlpatterns = [
    path("berkas/<uuid:pk>/", AttachmentView.as_view(), name="attachment"),
    path("impor/<uuid:pk>/", ImportRunView.as_view(), name="import"),
    path("impor/<uuid:pk>/temuan/", FindingsView.as_view(), name="import_findings"),
    path("pekerjaan/", JobList.as_view(), name="jobs"),
    path("pekerjaan/<uuid:pk>/", JobDetail.as_view(), name="job"),
    path("pekerjaan/<uuid:pk>/hasil/", JobResult.as_view(), name="job_result"),
    path("pekerjaan/<uuid:pk>/ulang/", JobRetry.as_view(), name="job_retry"),
]
