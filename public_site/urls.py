"""Public addresses in the reader's language (English under /en/). Prose pages are Wagtail's."""

from django.urls import path

from .views import catalog, data, directory, eligibility, figures, letters, tracking

app_name = "public_site"
urlpatterns = [
    path("program/", catalog.catalog, name="catalog"),
    path("program/<slug:sector>/", catalog.sector, name="sector"),
    path("program/<slug:sector>/<slug:code>/", catalog.program, name="program"),
    path("lokasi/", directory.directory, name="directory"),
    path("lokasi/<slug:kind>/<str:code>/", directory.unit, name="unit"),
    path("cek-kelayakan/", eligibility.check, name="check"),
    path("lowongan/", data.vacancies, name="vacancies"),
    path("data/", data.data, name="data"),
    path("data/keluhan/", figures.figures, name="figures"),
    path("verifikasi/", letters.check, name="letters"),
    path("verifikasi/<str:code>/", letters.check, name="letter"),
    path("lacak/", tracking.follow, name="tracking"),
    path("lacak/tanggapan/", tracking.respond, name="tracking_response"),
]
