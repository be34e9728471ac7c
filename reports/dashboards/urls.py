"""Addresses of the dashboard, below /admin/."""

from django.urls import path

from . import compare, households, indicator_import, planning_papers, planning_views, views, whatif_views

urlpatterns = [
    path("dasbor/", views.DashboardView.as_view(), name="dashboard"),
    path("dasbor/layar/", views.WallView.as_view(), name="dashboard-wall"),
    path("dasbor/banding/", compare.CompareView.as_view(), name="dashboard-compare"),
    path("dasbor/keluarga/", households.HouseholdsView.as_view(), name="dashboard-households"),
    path("dasbor/keterangan/", views.GlossaryView.as_view(), name="dashboard-glossary"),
    path("dasbor/unduh/<slug:form>/", views.ExportView.as_view(), name="dashboard-export"),
    path("perencanaan/", planning_views.PlanningView.as_view(), name="planning"),
    path("perencanaan/andai/", whatif_views.WhatIfView.as_view(), name="planning-whatif"),
    path("perencanaan/naskah.pdf", planning_papers.PlanningPdfView.as_view(), name="planning-pdf"),
    path("perencanaan/naskah.xlsx", planning_papers.PlanningSheetView.as_view(), name="planning-xlsx"),
    path("nilai-indikator/impor/", indicator_import.IndicatorImportView.as_view(), name="indicator-import"),
]
