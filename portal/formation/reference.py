"""The four pathways as the guideline has them (F-06 to F-10), and what a readiness assessment scores (F-13, F-14)."""

import json

from django.conf import settings
from django.utils import timezone

from .models import AssessmentCriterion, Pathway, PathwayStage, PathwayVersion
from .workflow import VersionStatus

PATH = settings.BASE_DIR / "fixtures/reference/pathways.json"


def load(world=None) -> None:
    """Create what is missing; versions that the National Secretariat has published stay."""
    data = json.loads(PATH.read_text("utf-8"))
    for entry in data["criteria"]:
        AssessmentCriterion.objects.get_or_create(code=f"{entry['kind']}-{entry.pop('code')}", defaults=entry)
    for entry in data["pathways"]:
        first = entry.pop("version")
        pathway, fresh = Pathway.objects.get_or_create(code=entry.pop("code"), defaults=entry)
        if not fresh:
            continue
        stages = first.pop("stages")
        # Born in force: the guideline published it.
        version = PathwayVersion.objects.create(
            pathway=pathway, number=1, status=VersionStatus.PUBLISHED, published_at=timezone.now(), **first
        )
        PathwayStage.objects.bulk_create(
            [PathwayStage(version=version, order=order, **stage) for order, stage in enumerate(stages, 1)]
        )
