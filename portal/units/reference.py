"""The coordination bodies of the centre and their named positions (K-02)."""

import json

from django.conf import settings

from .models import BodyMember, CoordinationBody

PATH = settings.BASE_DIR / "fixtures/reference/coordination.json"


def load(world=None) -> None:
    """Create what is missing; what the National Secretariat has edited stays."""
    for entry in json.loads(PATH.read_text("utf-8"))["bodies"]:
        members = entry.pop("members")
        body, fresh = CoordinationBody.objects.get_or_create(
            kind=entry.pop("kind"), region=None, defaults=entry
        )
        if fresh:
            BodyMember.objects.bulk_create([BodyMember(body=body, **member) for member in members])
