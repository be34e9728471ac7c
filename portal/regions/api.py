"""Regions for other systems: names and codes are public."""

from __future__ import annotations

from ninja import Query, Router, Schema
from ninja.errors import HttpError

from .models import Level, Region, full_names
from .search import search

router = Router(tags=["regions"])


class RegionOut(Schema):
    """A region: its Kemendagri code, its name, its level (1 province to 4 village), and the code right above."""

    code: str
    name: str
    full_name: str
    level: int
    parent: str | None = None


def _out(regions: list[Region]) -> list[RegionOut]:
    names = full_names(regions)
    return [
        RegionOut(code=r.pk, name=r.name, full_name=names[r.pk], level=r.level, parent=r.parent_id)
        for r in regions
    ]


@router.get("", response=list[RegionOut], summary="Find regions by words")
def find(request, q: str = Query(min_length=2, max_length=80), level: int | None = Query(None, ge=1, le=4)):
    """At most twenty regions in force today, the best match first."""
    return _out(list(search(q, level=Level(level) if level else None)[:20]))


@router.get("/{code}", response=RegionOut, summary="One region by its code")
def one(request, code: str):
    region = Region.objects.filter(pk=code).first() if len(code) <= 13 else None
    if region is None:
        raise HttpError(404, "no such region")
    return _out([region])[0]


@router.get("/{code}/children", response=list[RegionOut], summary="The regions right below")
def children(request, code: str):
    if not Region.objects.filter(pk=code).exists():
        raise HttpError(404, "no such region")
    return _out(list(Region.objects.current().filter(parent=code)))
