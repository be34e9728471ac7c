"""Cases, their referrals, what the family was told, and what meetings and timers need to know."""

from .agenda import AgendaItem
from .cases import Case
from .emergencies import Emergency
from .notices import Notice
from .referrals import Feedback, Referral
from .remarks import Remark
from .times import LocalHoliday, ServiceTime

__all__ = [
    "AgendaItem",
    "Case",
    "Emergency",
    "Feedback",
    "LocalHoliday",
    "Notice",
    "Referral",
    "Remark",
    "ServiceTime",
]
