"""Addresses of instruments beside their ModelAdmin, under /admin/instrumen/."""

from django.urls import path

from . import design_views, supervision_views

app_name = "monitoring"
urlpatterns = [
    path("pasangan/", supervision_views.PairView.as_view(), name="pair"),
    path("<int:pk>/pratinjau/", design_views.PreviewView.as_view(), name="preview"),
    path("<int:pk>/xlsform/", design_views.XlsFormView.as_view(), name="xlsform"),
]
