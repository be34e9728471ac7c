"""Pathways, and the requests that run on them."""

from .locations import PuskesosLocation
from .pathways import AssessmentCriterion, Pathway, PathwayStage, PathwayVersion
from .requests import (
    Copy,
    Delegate,
    Document,
    FormationRequest,
    ReadinessItem,
    Sending,
    StageEscalation,
    StageRecord,
)

__all__ = [
    "AssessmentCriterion",
    "Copy",
    "Delegate",
    "Document",
    "FormationRequest",
    "Pathway",
    "PathwayStage",
    "PathwayVersion",
    "PuskesosLocation",
    "ReadinessItem",
    "Sending",
    "StageEscalation",
    "StageRecord",
]
