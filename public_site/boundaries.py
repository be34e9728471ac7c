"""Reading official outlines of regions from GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from portal.regions.models import Region
from programs_catalog import freshness

from .models import Boundary


class BoundaryError(ValueError):
    """A file that is no GeoJSON of regions; the message says where."""


@transaction.atomic
def load_boundaries(path: Path, *, property_name: str, source: str) -> int:
    """Store the outline of each region of a FeatureCollection in WGS84; returns how many. All or nothing.

    `property_name` holds the Kemendagri code, with or without points. Polygons and MultiPolygons are taken.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise BoundaryError(f"{path.name} is no GeoJSON FeatureCollection") from error
    known = set(Region.objects.values_list("pk", flat=True))
    rows = []
    for number, feature in enumerate(features, start=1):
        code = dotted(str((feature.get("properties") or {}).get(property_name, "")))
        if code not in known:
            raise BoundaryError(f"feature {number}: {property_name} {code!r} is not the code of a region")
        rows.append(
            Boundary(region_id=code, rings=rings_of(feature.get("geometry") or {}, number), source=source)
        )
    Boundary.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["rings", "source"],
        batch_size=200,
    )
    freshness.bump()
    return len(rows)


def dotted(code: str) -> str:
    """`3404072001` as `34.04.07.2001`; a dotted code stays."""
    digits = code.replace(".", "")
    parts = [digits[:2], digits[2:4], digits[4:6], digits[6:10]]
    return ".".join(part for part in parts if part)


def rings_of(geometry: dict, number: int) -> list:
    """All rings as lists of [longitude, latitude] with four decimals (about 11 m)."""
    shapes = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}.get(geometry.get("type"))
    if shapes is None:
        raise BoundaryError(f"feature {number}: the geometry is {geometry.get('type')}, not a polygon")
    rings = []
    for polygon in shapes(geometry["coordinates"]):
        for ring in polygon:
            points = [[round(float(x), 4), round(float(y), 4)] for x, y, *_height in ring]
            if any(not (94 <= x <= 142 and -12 <= y <= 7) for x, y in points):
                raise BoundaryError(
                    f"feature {number}: a point lies outside Indonesia; the file must be WGS84 degrees"
                )
            rings.append(points)
    return rings
