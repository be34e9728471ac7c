"""The case desk in the back office: lists, records, what offices set."""

from .cases import CaseAdmin
from .meetings import MeetingItems
from .referrals import ReferralAdmin
from .settings import EmergencyAdmin, LocalHolidayAdmin, ServiceTimeAdmin

__all__ = [
    "CaseAdmin",
    "EmergencyAdmin",
    "LocalHolidayAdmin",
    "MeetingItems",
    "ReferralAdmin",
    "ServiceTimeAdmin",
]
