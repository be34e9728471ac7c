"""The use cases of the register, one function each; doors import from here."""

from .finding import Candidate, find_by_name, find_by_number, nearest, wanted_name
from .forgetting import forget_records
from .proposals import (
    accept_proposal,
    forward_proposals,
    propose_change,
    refuse_proposal,
    resubmit_proposal,
    review_proposal,
    send_back_proposal,
)
from .recording import record_enrolment, record_nik, record_profile, record_visit

__all__ = [
    "Candidate",
    "accept_proposal",
    "find_by_name",
    "find_by_number",
    "forget_records",
    "forward_proposals",
    "nearest",
    "propose_change",
    "record_enrolment",
    "record_nik",
    "record_profile",
    "record_visit",
    "refuse_proposal",
    "resubmit_proposal",
    "review_proposal",
    "send_back_proposal",
    "wanted_name",
]
