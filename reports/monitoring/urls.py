"""Addresses of instruments beside their ModelAdmin, under /admin/instrumen/."""

from django.urls import path

from . import admin_views

app_name = "monitoring"
urlpatterns = [
    path("pasangan/", admin_views.PairView.as_view(), name="pair"),
    path("<int:pk>/pratinjau/", admin_views.PreviewView.as_view(), name="preview"),
    path("<int:pk>/xlsform/", admin_views.XlsFormView.as_view(), name="xlsform"),
]
