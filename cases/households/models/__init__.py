"""The register: households and persons of the national extract, and what officers recorded on top."""

from .enrolments import Enrolment
from .extracts import RegisterError, RegisterImport, private_storage
from .families import Household, HouseholdQuerySet, Person, PersonQuerySet
from .letters import Recommendation
from .staging import StagedRow
from .visits import ProposalRemark, UpdateProposal, Visit

__all__ = [
    "Enrolment",
    "Household",
    "HouseholdQuerySet",
    "Person",
    "PersonQuerySet",
    "ProposalRemark",
    "Recommendation",
    "RegisterError",
    "RegisterImport",
    "StagedRow",
    "UpdateProposal",
    "Visit",
    "private_storage",
]
