"""Addresses without a language: data for machines."""

from django.urls import path

from .views import directory

urlpatterns = [
    path("lokasi/peta.svg", directory.nation_map, name="nation_map"),
]
