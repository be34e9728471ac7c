"""Positions with criteria and tasks, and the topics each position must learn (S-01 to S-06, S-14, S-16)."""

import json

from django.conf import settings

from .models import Criterion, Position, TrainingTopic

PATH = settings.BASE_DIR / "fixtures/reference/positions.json"


def load(world=None) -> None:
    """Create what is missing; what the National Secretariat has edited stays."""
    data = json.loads(PATH.read_text("utf-8"))
    for entry in data["positions"]:
        criteria = entry.pop("criteria")
        position, fresh = Position.objects.get_or_create(code=entry.pop("code"), defaults=entry)
        if fresh:
            Criterion.objects.bulk_create([Criterion(position=position, **item) for item in criteria])
    for entry in data["topics"]:
        positions = entry.pop("positions")
        topic, fresh = TrainingTopic.objects.get_or_create(code=entry.pop("code"), defaults=entry)
        if fresh:
            topic.positions.set(positions)
