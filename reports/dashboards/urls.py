"""Addresses of the dashboard, below /admin/."""

from django.urls import path

from . import views

urlpatterns = [
    path("dasbor/", views.DashboardView.as_view(), name="dashboard"),
    path("dasbor/layar/", views.WallView.as_view(), name="dashboard-wall"),
    path("dasbor/keterangan/", views.GlossaryView.as_view(), name="dashboard-glossary"),
    path("dasbor/unduh/<slug:form>/", views.ExportView.as_view(), name="dashboard-export"),
]
