"""The register: households and persons of the national extract, and what officers recorded on top."""

from .enrolments import Enrolment
from .extracts import RegisterError, RegisterImport, private_storage
from .families import Household, HouseholdQuerySet, Person, PersonQuerySet
from .letters import Recommendation
from .visits import UpdateProposal, Visit

__all__ = [
    "Enrolment",
    "Household",
    "HouseholdQuerySet",
    "Person",
    "PersonQuerySet",
    "Recommendation",
    "RegisterError",
    "RegisterImport",
    "UpdateProposal",
    "Visit",
    "private_storage",
]
