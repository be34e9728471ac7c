"""Forms of the case desk."""

from .answers import ApproveForm, DeskAnswerForm, RefuseForm, StudyForm
from .intake import FindForm, ProfileForm, ProgramField, RegisterForm
from .meetings import DecisionsForm, MaterialForm, PlanMeetingForm
from .steps import (
    AnswerForm,
    DoubleForm,
    EnrolForm,
    MinutesForm,
    NoteForm,
    PauseForm,
    ReasonForm,
    ReferForm,
    ResubmitForm,
    SolvedForm,
    TellForm,
)

__all__ = [
    "AnswerForm",
    "ApproveForm",
    "DecisionsForm",
    "DeskAnswerForm",
    "DoubleForm",
    "EnrolForm",
    "FindForm",
    "MaterialForm",
    "MinutesForm",
    "NoteForm",
    "PauseForm",
    "PlanMeetingForm",
    "ProfileForm",
    "ProgramField",
    "ReasonForm",
    "ReferForm",
    "RefuseForm",
    "RegisterForm",
    "ResubmitForm",
    "SolvedForm",
    "StudyForm",
    "TellForm",
]
