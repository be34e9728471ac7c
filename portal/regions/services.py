"""Loading the region tree from its reference file."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from .models import CODE_LENGTH, Region, level_of

FIELDS = (
    "name", "level", "parent_id", "is_city", "postal_code", "latitude", "longitude", "capital", "time_zone", "area_km2", "population",
)  # fmt: skip


@dataclass
class LoadResult:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


def read_regions(path: Path) -> Iterator[Region]:
    """Regions of a reference file in the order of their codes, parents first; ValueError names a bad line."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            code = row["code"]
            try:
                level = level_of(code)
            except ValueError as error:
                raise ValueError(f"line {number}: {code!r} is not a region code") from error
            yield Region(
                code=code,
                name=row["name"],
                level=level,
                parent_id=code[: CODE_LENGTH[level - 1]] if level > 1 else None,
                # The code tells a kota: its last part runs from 71 (Permendagri on region codes).
                is_city=level == 2 and int(code[3:5]) >= 71,
                postal_code=row["postal_code"],
                latitude=row["latitude"] or None,
                longitude=row["longitude"] or None,
                capital=row["capital"],
                time_zone=row["time_zone"],
                area_km2=row["area_km2"] or None,
                population=row["population"] or None,
            )


def _signature(region: Region) -> tuple:
    number = lambda value: None if value is None else float(value)  # noqa: E731
    return (
        region.name, int(region.level), region.parent_id, bool(region.is_city), region.postal_code, number(region.latitude),
        number(region.longitude), region.capital, region.time_zone, number(region.area_km2),
        None if region.population is None else int(region.population),
    )  # fmt: skip


@transaction.atomic
def load_regions(path: Path) -> LoadResult:
    """Bring the table in step with the file by code. A second load of the same file writes no row.

    Regions that the file lacks stay: codes of the past keep their rows, with `valid_to` set by who retires them.
    """
    result = LoadResult()
    existing = {
        region.pk: _signature(region)
        for region in Region.objects.only("code", *FIELDS).iterator(chunk_size=10000)
    }
    new, changed = [], []
    for region in read_regions(path):
        before = existing.get(region.pk)
        if before is None:
            new.append(region)
        elif before != _signature(region):
            changed.append(region)
        else:
            result.unchanged += 1
    Region.objects.bulk_create(new, batch_size=2000)
    Region.objects.bulk_update(changed, FIELDS, batch_size=500)
    result.created, result.updated = len(new), len(changed)
    return result
