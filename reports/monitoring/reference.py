"""The instruments that every installation starts with; the National Secretariat changes them by new versions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .definition import Definition
from .models import Instrument, InstrumentVersion, digest_of
from .workflow import SYSTEM, VERSION_FLOW, VersionStatus

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference" / "instruments"


def load(world=None) -> None:
    """Create the instruments that are missing; one that is there, whatever was made of it since, stays as it is."""
    for path in sorted(FOLDER.glob("*.json")):
        load_instrument(json.loads(path.read_text(encoding="utf-8")))


def load_instrument(data: dict) -> Instrument:
    """Create one core instrument with its published versions, or add to the one of its code the versions it lacks.

    An instrument that an office has taken further by a version of its own stays as it is.
    """
    instrument = Instrument.objects.filter(code=data["code"]).first()
    if instrument is None:
        instrument = Instrument.objects.create(
            code=data["code"], name=data["name"], name_en=data.get("name_en", ""), purpose=data["purpose"]
        )
    definition = data["definition"]
    _adopt(instrument, 1, definition, data["valid_from"])
    for number, later in enumerate(data.get("later_versions", ()), start=2):
        definition = _changed(definition, later["questions"])
        _adopt(instrument, number, definition, later["valid_from"], later["note"])
    return instrument


def _changed(definition: dict, changes: dict[str, dict]) -> dict:
    """The definition with other attributes of some questions, by key."""
    sections = [
        section | {"questions": [q | changes.get(q["key"], {}) for q in section["questions"]]}
        for section in definition["sections"]
    ]
    return {"sections": sections}


def _adopt(instrument: Instrument, number: int, data: dict, valid_from: str, note: str = "") -> None:
    """Publish a version, if the instrument stands right before it."""
    if instrument.versions.count() != number - 1 or instrument.versions.filter(status="draft").exists():
        return
    definition = Definition.from_json(data)
    problems = definition.problems()
    if problems:
        raise ValueError(f"{instrument.code}: {'; '.join(problems)}")
    earlier = instrument.versions.filter(status=VersionStatus.PUBLISHED).first()
    if earlier:
        VERSION_FLOW.record(VERSION_FLOW.lock(earlier, "retire", by=SYSTEM), "retire", by=SYSTEM)
    frozen = definition.to_json()
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=number,
        definition=frozen,
        digest=digest_of(frozen),
        note=note,
        valid_from=dt.date.fromisoformat(valid_from),
        published_at=timezone.now(),
    )
    VERSION_FLOW.record(version, "adopt", by=SYSTEM)
