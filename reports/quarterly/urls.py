"""Addresses of quarterly reports beside their ModelAdmin, under /admin/laporan/."""

from django.urls import path

from . import doors, views

app_name = "quarterly"
urlpatterns = [
    path("papan/", views.BoardView.as_view(), name="board"),
    path("papan/ingatkan/", views.RemindView.as_view(), name="remind"),
    path("<int:pk>/pdf/", doors.PdfView.as_view(), name="pdf"),
    path("<int:pk>/xlsx/", doors.XlsxView.as_view(), name="xlsx"),
    path("triwulan/<int:pk>/slrt.json", doors.ExchangeView.as_view(), {"form": "json"}, name="dhis2"),
    path(
        "triwulan/<int:pk>/slrt-lengkap.json",
        doors.ExchangeView.as_view(),
        {"form": "complete.json"},
        name="dhis2_complete",
    ),
    path("triwulan/<int:pk>/slrt.xml", doors.ExchangeView.as_view(), {"form": "xml"}, name="adx"),
    path("<int:pk>/angka/<str:key>/", doors.FigureView.as_view(), name="figure"),
]
