"""The map of areas: outlines where they are loaded, here of a small invented country, points elsewhere."""

import itertools
import json
import xml.etree.ElementTree as ET

import pytest
from django.core.management import call_command
from django.urls import reverse

from cases.casework.models import Case
from reports.dashboards import atlas

from .test_facts import desk  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
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
    for name, chapter in (("dashboard", "ringkasan"), ("planning", "lokasi")):
        page = client.get(reverse(name), {"wilayah": "34.04", "bab": chapter})
        assert page.context["map"].svg.count('<path d="M') == 2, name
    map_ = client.get(reverse("dashboard"), {"wilayah": "34.04"}).context["map"]
    assert 'aria-label="Depok: 3 keluhan"' in map_.svg and "wilayah=34.04.07" in map_.svg


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 1, 3, 5, 9, 13, 17, 98], ["0 keluhan", "1 sampai 3 keluhan", "4 sampai 9 keluhan", "10 sampai 13 keluhan", "14 sampai 98 keluhan"]),
        ([4, 4, 4], ["4 keluhan"]),
        ([12.5, 20, 31.25, 40, 55.5], ["12,5 keluhan", "lebih dari 12,5 sampai 20,0 keluhan", "lebih dari 20,0 sampai 31,2 keluhan", "lebih dari 31,2 sampai 40,0 keluhan", "lebih dari 40,0 sampai 55,5 keluhan"]),
    ],
)  # fmt: skip
def test_the_classes_of_the_map_leave_no_hole(values, texts):
    known = dict(enumerate(values))
    legend = atlas._legend(atlas.breaks(values), known, "keluhan", len(values))
    assert [step.text for step in legend] == texts
    assert len({step.color for step in legend}) == len(legend)


def test_names_on_the_map_run_over_nothing_and_none_of_the_nation_is_missing():
    drawn = atlas.draw("", "Keluhan", {"34": 324, "32": 120, "19": 108}, unit="keluhan", by_size=True)
    root = ET.fromstring(drawn.svg)
    _x, _y, width, height = map(float, root.get("viewBox").split())
    boxes = []
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        wide = 0.5 * size * len(text.text)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        assert left >= 0 and left + wide <= width and y - 0.8 * size >= 0 and y <= height, text.text
        boxes.append((left, y - 0.7 * size, left + wide, y, text.text))
    assert len(boxes) == len(list(root.iter(f"{SVG}circle"))) == 38
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])
