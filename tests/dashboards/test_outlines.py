"""The map of areas: outlines where they are loaded, here of a small invented country, points elsewhere."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from cases.casework.models import Case
from reports.dashboards import atlas

from .test_facts import desk  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db
#: two districts of Sleman as squares side by side, the second with a hole
DEPOK = [[[110.39, -7.77], [110.41, -7.77], [110.41, -7.75], [110.39, -7.75], [110.39, -7.77]]]
MLATI = [
    [[110.35, -7.77], [110.38, -7.77], [110.38, -7.74], [110.35, -7.74], [110.35, -7.77]],
    [[110.36, -7.76], [110.37, -7.76], [110.37, -7.75], [110.36, -7.75], [110.36, -7.76]],
]


@pytest.fixture
def loaded(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"kode": code},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for code, rings in (("34.04.07", DEPOK), ("34.04.06", MLATI))
    ]
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    call_command("load_boundaries", path, source="Contoh")


def test_loaded_areas_are_drawn_and_the_others_stay_points(loaded):
    drawn = atlas.draw(
        "34.04", "Keluhan", {"34.04.07": 9, "34.04.06": 3, "34.04.01": 1}, unit="keluhan", links={"34.04.07": "/depok/"}
    )  # fmt: skip
    assert drawn.svg.count('<path d="M') == 2
    # The hole is a ring of its own in the same path.
    mlati = next(part for part in drawn.svg.split("<path")[1:] if "Mlati" in part)
    assert mlati.count("Z") == 2
    assert '<a href="/depok/" aria-label="Depok: 9 keluhan"><path' in drawn.svg
    assert drawn.svg.count("<circle") >= 1
    # The most is the darkest; without a number an area is white and the legend says so.
    depok = next(part for part in drawn.svg.split("<path")[1:] if "Depok" in part)
    assert atlas.STEPS[-1] in depok
    assert drawn.legend[-1].text == "tanpa data" or drawn.legend[-1].color == atlas.NOTHING


@pytest.mark.rule("D-05", "D-13")
def test_dashboard_and_planner_show_the_areas(loaded, client, desk):  # noqa: F811
    user, unit = desk
    for number in range(3):
        Case.objects.create(
            number=f"o{number}", lookup_code="x", kind="need", channel="slrt", unit=unit, region_id="34.04.07.2001",
            description="-", registered_by=user,
        )  # fmt: skip
    officer(client, "manager", "34.04")
    for name in ("dashboard", "planning"):
        page = client.get(reverse(name), {"wilayah": "34.04"})
        assert page.context["map"].svg.count('<path d="M') == 2, name
    map_ = client.get(reverse("dashboard"), {"wilayah": "34.04"}).context["map"]
    assert 'aria-label="Depok: 3 keluhan"' in map_.svg and "wilayah=34.04.07" in map_.svg
