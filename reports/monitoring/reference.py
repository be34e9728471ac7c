"""The instruments that every installation starts with; the National Secretariat changes them by new versions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .definition import Definition
from .models import Instrument, InstrumentVersion, digest_of
from .workflow import SYSTEM, VERSION_FLOW

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference" / "instruments"


def load(world=None) -> None:
    """Create the instruments that are missing; one that is there, whatever was made of it since, stays as it is."""
    for path in sorted(FOLDER.glob("*.json")):
        load_instrument(json.loads(path.read_text(encoding="utf-8")))


def load_instrument(data: dict) -> Instrument:
    """Create one core instrument with its first published version, or return the one with its code."""
    found = Instrument.objects.filter(code=data["code"]).first()
    if found:
        return found
    definition = Definition.from_json(data["definition"])
    problems = definition.problems()
    if problems:
        raise ValueError(f"{data['code']}: {'; '.join(problems)}")
    instrument = Instrument.objects.create(
        code=data["code"], name=data["name"], name_en=data.get("name_en", ""), purpose=data["purpose"]
    )
    frozen = definition.to_json()
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=1,
        definition=frozen,
        digest=digest_of(frozen),
        valid_from=dt.date.fromisoformat(data["valid_from"]),
        published_at=timezone.now(),
    )
    VERSION_FLOW.record(version, "adopt", by=SYSTEM)
    return instrument
