"""The map: points without boundaries, areas with them, strays left out, a table always beside it."""

import json

import pytest

from public_site.boundaries import BoundaryError, load_boundaries
from public_site.mapping import distance_km

pytestmark = pytest.mark.django_db


def outline(tmp_path, code="3404", kind="Polygon", west=110.2):
    ring = [[west, -7.8], [110.5, -7.8], [110.5, -7.6], [west, -7.8]]
    coordinates = {"Polygon": [ring], "MultiPolygon": [[ring]], "Point": [west, -7.8]}[kind]
    feature = {
        "type": "Feature",
        "properties": {"kode": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
    file = tmp_path / "batas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


@pytest.mark.rule("P-08")
def test_points_draw_the_region_and_pins_lead_to_units(client, site):
    text = client.get("/lokasi/?wilayah=34").content.decode()
    assert 'class="dots"' in text and 'class="pin slrt"' in text and "<table" in text
    assert 'class="area"' not in text
    assert client.get("/lokasi/peta.svg")["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_with_official_outlines_areas_are_drawn(client, site, tmp_path, kind):
    assert load_boundaries(outline(tmp_path, kind=kind), property_name="kode", source="Contoh") == 1
    assert load_boundaries(outline(tmp_path, kind=kind), property_name="kode", source="Contoh") == 1
    assert 'class="area"' in client.get("/lokasi/?wilayah=34").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"code": "9999"}, {"kind": "Point"}, {"west": 433000.0}],
)  # fmt: skip
def test_a_wrong_file_is_refused_whole(tmp_path, wrong):
    with pytest.raises(BoundaryError):
        load_boundaries(outline(tmp_path, **wrong), property_name="kode", source="Contoh")
    empty = tmp_path / "x.json"
    empty.write_text("{}")
    with pytest.raises(BoundaryError):
        load_boundaries(empty, property_name="kode", source="Contoh")


def test_nearest_units_come_first(client, site):
    text = client.get("/lokasi/?dekat=-7.71,110.35").content.decode()
    assert "SLRT Kabupaten Sleman" in text and "km" in text
    assert 100 < distance_km((110.0, -7.0), (111.0, -7.0)) < 112
