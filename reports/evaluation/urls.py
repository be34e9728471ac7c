"""Addresses of evaluations beside their ModelAdmin, under /admin/evaluasi/."""

from django.urls import path

from . import admin_views

app_name = "evaluation"
urlpatterns = [
    path("<int:pk>/pdf/", admin_views.PdfView.as_view(), name="pdf"),
    path("putaran/<int:pk>/pdf/", admin_views.RoundPdfView.as_view(), name="round_pdf"),
]
