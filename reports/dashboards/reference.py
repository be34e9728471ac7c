"""The dimensions and indicators of the scorecard; weights and limits stay as the National Secretariat has set them."""

import csv

from django.conf import settings

from .models import Dimension, Indicator


def _rows(name: str):
    with open(settings.BASE_DIR / f"fixtures/reference/{name}.csv", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load(world) -> None:
    """Create what is missing and bring the words of the rest up to date."""
    for row in _rows("poverty_dimensions"):
        words = {"name": row["name"], "name_en": row["name_en"], "position": int(row["position"])}
        Dimension.objects.update_or_create(
            code=row["code"], defaults=words, create_defaults=words | {"weight": row["weight"]}
        )
    for row in _rows("indicators"):
        words = {name: row[name] for name in ("name", "name_en", "unit", "unit_en", "use")}
        words |= {"higher_is_worse": row["higher_is_worse"] == "1", "position": int(row["position"])}
        place = {"dimension_id": row["dimension"] or None, "best": row["best"] or None, "worst": row["worst"] or None}  # fmt: skip
        Indicator.objects.update_or_create(
            code=row["code"], defaults=words, create_defaults=words | {"weight": row["weight"]} | place
        )
        if place["dimension_id"]:
            # An installation that knew no dimensions yet gets them; one that moved an indicator keeps its own.
            Indicator.objects.filter(code=row["code"], dimension=None, worst=None).update(**place)
