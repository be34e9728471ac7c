"""Addresses of quarterly reports beside their ModelAdmin, under /admin/laporan/."""

from django.urls import path

from . import admin_views, views

app_name = "quarterly"
urlpatterns = [
    path("papan/", views.BoardView.as_view(), name="board"),
    path("<int:pk>/pdf/", admin_views.PdfView.as_view(), name="pdf"),
    path("<int:pk>/angka/<str:key>/", admin_views.FigureView.as_view(), name="figure"),
]
