"""Loading the catalog's reference files: sectors, providers, programs and their criteria, by natural key.

A program that an editor has touched since (it has a revision) is left as the editor wants it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from .eligibility.blocks import stream_of
from .eligibility.rules import parse
from .models import Criteria, Program, Provider, Sector

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference"

#: texts given as [Indonesian, English]
PAIRS = (
    "name", "summary", "benefits", "eligibility", "bring", "steps", "where", "cost", "duration", "contact", "refusal", "amounts",
)  # fmt: skip


@dataclass
class LoadResult:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


@transaction.atomic
def load_catalog(folder: Path = FOLDER) -> LoadResult:
    """Bring the catalog in step with the files; a second load of the same files writes no row."""
    result = LoadResult()
    data = tomllib.loads((folder / "catalog.toml").read_text(encoding="utf-8"))
    for position, row in enumerate(data["sector"], start=1):
        values = _values(row) | {"position": position, "icon": row["code"]}
        _put(Sector, {"code": values.pop("code")}, values, result)
    for row in data["provider"]:
        values = _values(row)
        _put(Provider, {"code": values.pop("code")}, values, result)
    for sector, row in _programs(folder):
        _load_program(sector, row, data["information_on"], result)
    return result


def _programs(folder: Path) -> Iterator[tuple[str, dict]]:
    for file in sorted((folder / "programs").glob("*.toml")):
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["program"]:
            yield file.stem, row


def _load_program(sector: str, row: dict, information_on, result: LoadResult) -> None:
    before = Program.objects.filter(code=row["code"]).first()
    if before is not None and before.latest_revision_id:
        result.kept += 1
        return
    values = {"information_on": information_on} | _values({k: v for k, v in row.items() if k != "rules"})
    values |= {"sector_id": sector, "provider": Provider.objects.get(code=row["provider"])}
    program = _put(Program, {"code": values.pop("code")}, values, result)
    for version in row.get("rules", []):
        rule = parse(version["rule"])
        criteria = Criteria.objects.filter(program=program, valid_from=version["from"]).first()
        if criteria is None or criteria.rule != rule or criteria.source != version["source"]:
            criteria = criteria or Criteria(program=program, valid_from=version["from"])
            criteria.valid_until = version.get("until")
            criteria.source = version["source"]
            block = Criteria._meta.get_field("conditions").stream_block
            criteria.conditions = block.to_python(stream_of(rule))
            criteria.save()


def _values(row: dict) -> dict:
    values = {}
    for name, value in row.items():
        if name in (*PAIRS, "description"):
            values[name], values[f"{name}_en"] = value
        elif name == "region":
            values["region_id"] = value
        elif name != "provider":
            values[name] = value
    return values


def _put(model: type[models.Model], key: dict, values: dict, result: LoadResult) -> models.Model:
    row = model.objects.filter(**key).first()
    if row is None:
        result.created += 1
        return model.objects.create(**key, **values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        result.unchanged += 1
        return row
    for name in changed:
        setattr(row, name, values[name])
    row.save()
    result.updated += 1
    return row


def load(world=None) -> LoadResult:
    """The loader of this app for `manage.py setup`."""
    return load_catalog()
