"""Positions and their criteria, the people in them, and how they come and go."""

from .appointments import Appointment
from .people import Officer, StipendAccount
from .positions import Criterion, Position, TrainingTopic
from .replacements import Escalation, Replacement
from .trainings import Attendance, Training
from .vacancies import Candidate, Vacancy

__all__ = [
    "Appointment",
    "Attendance",
    "Candidate",
    "Criterion",
    "Escalation",
    "Officer",
    "Position",
    "Replacement",
    "StipendAccount",
    "Training",
    "TrainingTopic",
    "Vacancy",
]
