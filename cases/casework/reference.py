"""The national service times that every office starts with; an office's own rows stand beside them (C-21)."""

from __future__ import annotations

import csv
from pathlib import Path

from django.conf import settings

from .models import ServiceTime

FILE = Path(settings.BASE_DIR) / "fixtures" / "reference" / "service_times.csv"


def load(world=None) -> None:
    """Add the national rows that are missing; a row that the nation has changed stays as it is."""
    have = set(ServiceTime.objects.filter(region=None).values_list("stage", "kind"))
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            ServiceTime(stage=row["stage"], kind=row["kind"], working_days=int(row["working_days"]))
            for row in csv.DictReader(lines)
            if (row["stage"], row["kind"]) not in have
        ]
    ServiceTime.objects.bulk_create(rows)
