"""The indicators of the scorecard; their weights stay as the National Secretariat has set them."""

import csv

from django.conf import settings

from .models import Indicator


def load(world) -> None:
    """Create the indicators that are missing and bring the words of the others up to date."""
    with open(settings.BASE_DIR / "fixtures/reference/indicators.csv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            words = {name: row[name] for name in ("name", "name_en", "unit", "use")}
            words |= {"higher_is_worse": row["higher_is_worse"] == "1", "position": int(row["position"])}
            Indicator.objects.update_or_create(
                code=row["code"], defaults=words, create_defaults=words | {"weight": row["weight"]}
            )
