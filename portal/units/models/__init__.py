"""What a unit is and has, and the bodies above it."""

from .coordination import BodyMember, CoordinationBody, Decision, Meeting, ProvincialCoordinator
from .facilities import CentreSupport, Equipment, Funding, Room
from .partners import Agreement, Partner
from .unit import Decree, Unit, UnitQuerySet, private_storage

__all__ = [
    "Agreement",
    "BodyMember",
    "CentreSupport",
    "CoordinationBody",
    "Decision",
    "Decree",
    "Equipment",
    "Funding",
    "Meeting",
    "Partner",
    "ProvincialCoordinator",
    "Room",
    "Unit",
    "UnitQuerySet",
    "private_storage",
]
