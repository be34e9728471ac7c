"""What a replacement needs before the Ministry is told: the eight data, the papers, the account (S-09 to S-13). Read only."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.fields import mask_number

from ..models import Appointment, Replacement

#: the eight data of the guideline (S-12); the civil service number only where there is one
EIGHT_DATA = (
    ("name", gettext_lazy("Name")),
    ("nik", gettext_lazy("NIK")),
    ("civil_service_number", gettext_lazy("Civil service number (NIP)")),
    ("work_area", gettext_lazy("Work area")),
    ("position", gettext_lazy("Position")),
    ("phone", gettext_lazy("Mobile number")),
    ("imei", gettext_lazy("IMEI")),
    ("email", gettext_lazy("E-mail")),
)


@dataclass(frozen=True)
class Step:
    """One line of the checklist."""

    code: str
    label: str | Promise
    done: bool
    missing: str = ""


@dataclass(frozen=True)
class Datum:
    """One of the eight data: given or not, and how much of it a page may show."""

    label: str | Promise
    given: bool
    shown: str = ""


def data_of(appointment: Appointment) -> list[Datum]:
    """The eight data of a new officer (S-12); numbers masked, as a page shows them."""
    officer = appointment.officer
    number = officer.civil_service_number
    values = {
        "name": officer.name,
        "nik": officer.masked_nik if officer.nik else "",
        "civil_service_number": mask_number(number) if number else "" if officer.is_civil_servant else _("not a civil servant"),
        "work_area": str(appointment.region),
        "position": str(appointment.position),
        "phone": str(officer.phone or ""),
        "imei": mask_number(officer.imei) if officer.imei else "",
        "email": officer.email,
    }  # fmt: skip
    return [Datum(label, bool(values[key]), values[key]) for key, label in EIGHT_DATA]


def missing_data(appointment: Appointment) -> list[str]:
    """Labels of those of the eight data that are not given yet."""
    return [str(datum.label) for datum in data_of(appointment) if not datum.given]


def checklist(replacement: Replacement) -> list[Step]:
    """What a replacement needs, and what of it is done."""
    successor = replacement.successor
    missing = missing_data(successor) if successor else []
    account = bool(successor and successor.officer.stipend_accounts.filter(closed_on=None).exists())
    return [
        Step("recruited", _("Successor recruited within one month"), successor is not None),
        Step("decree", _("Revised decree (SK)"), bool(successor and successor.decree_id)),
        Step(
            "eight_data",
            _("The eight data of the new officer"),
            bool(successor) and not missing,
            ", ".join(missing),
        ),
        Step(
            "statement",
            _("Statement letter of the new officer"),
            bool(successor and successor.officer.statement_letter),
        ),
        Step("account", _("New account for the stipend"), account),
        Step("notice", _("Notice to Direktorat PSPKKM written"), bool(replacement.notice_number)),
        Step("sent", _("Notice sent"), replacement.sent_on is not None),
        Step("handed_over", _("Open cases handed over"), replacement.handed_over is not None),
    ]


def can_write_notice(replacement: Replacement) -> list[str]:
    """What is still missing before the notice can be written; empty when it can."""
    before = ("recruited", "decree", "eight_data", "statement", "account")
    return [
        f"{step.label}: {step.missing}" if step.missing else str(step.label)
        for step in checklist(replacement)
        if step.code in before and not step.done
    ]
