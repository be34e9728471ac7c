"""Addresses of the register under /admin/."""

from django.urls import path

from . import register_views as register
from . import views, visit_counts

app_name = "households"
urlpatterns = [
    path("keluarga/", views.FindHouseholdView.as_view(), name="find"),
    path("keluarga/<int:pk>/", views.HouseholdView.as_view(), name="household"),
    path("keluarga/<int:pk>/perubahan/", views.ProposeChangeView.as_view(), name="propose"),
    path(
        "keluarga/<int:pk>/perubahan/<int:person_pk>/", views.ProposeChangeView.as_view(), name="propose_for"
    ),
    path("keluarga/<int:pk>/kepesertaan/", views.RecordEnrolmentView.as_view(), name="enrol"),
    path("keluarga/<int:pk>/kunjungan/", views.RecordVisitView.as_view(), name="visit"),
    path("keluarga/<int:pk>/nik/<int:person_pk>/", views.RecordNikView.as_view(), name="record_nik"),
    path(
        "keluarga/<int:pk>/rekomendasi/<int:person_pk>.pdf",
        views.RecommendationView.as_view(),
        name="recommendation",
    ),
    path("keluarga/<int:pk>/berkas/<int:person_pk>/", views.SubjectFileView.as_view(), name="subject_file"),
    path("kunjungan/jumlah/", visit_counts.VisitCountsView.as_view(), name="visit_counts"),
    path("kunjungan/jumlah/unduh/", visit_counts.VisitCountsExport.as_view(), name="visit_counts_export"),
    path("usulan-pemutakhiran/teruskan/", views.ForwardProposalsView.as_view(), name="forward"),
    path("data-terpadu/", register.RegisterListView.as_view(), name="register"),
    path("data-terpadu/<int:pk>/", register.RegisterImportView.as_view(), name="register_import"),
]
