"""Addresses without a language: data for machines."""

from django.urls import path

from .api import hsds_api
from .views import data, directory, figures

urlpatterns = [
    path("lokasi/peta.svg", directory.nation_map, name="nation_map"),
    path("data/program.csv", data.programs_csv),
    path("data/unit.csv", data.units_csv),
    path("data/unit.geojson", data.units_geojson, name="units_geojson"),
    path("data/keluhan.csv", figures.cases_csv),
    path("data/hsds.zip", data.hsds_package),
    path("atom/pengumuman/", data.notices_atom, name="notices_atom"),
    path("atom/cerita/", data.stories_atom, name="stories_atom"),
    path("sitemap.xml", data.sitemap),
    path("robots.txt", data.robots),
    path("api/hsds/", hsds_api.urls),
]
