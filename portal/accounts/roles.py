"""Who may do what: one table. A role grants a right; its region bounds it; its dates limit it.

A right is `<model>.<action>`; the permission policy of the model asks for it. To add a right: the move in the app's
`workflow.py` (or the service), the row here, the row in docs/roles.md; contract tests hold the three together.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.regions.models import Level


class Role(models.TextChoices):
    """The roles of the guideline (Peraturan Dirjen 161/2020, chapters II, III and VI)."""

    FACILITATOR = "facilitator", _("Facilitator")
    PUSKESOS_FRONT_OFFICE = "puskesos_front_office", _("Puskesos front office")
    PUSKESOS_BACK_OFFICE = "puskesos_back_office", _("Puskesos back office")
    PUSKESOS_COORDINATOR = "puskesos_coordinator", _("Puskesos coordinator")
    VILLAGE_HEAD = "village_head", _("Village head")
    SUPERVISOR = "supervisor", _("Supervisor")
    FRONT_OFFICE = "front_office", _("SLRT front office")
    BACK_OFFICE = "back_office", _("SLRT back office")
    MANAGER = "manager", _("SLRT manager")
    PROGRAM_DESK = "program_desk", _("Program manager")
    REGENCY_HEAD = "regency_head", _("Regency head or mayor")
    REGENCY_SOCIAL_OFFICE = "regency_social_office", _("Regency social office")
    REGENCY_PLANNING = "regency_planning", _("Regency planning agency (Bappeda)")
    PROVINCIAL_COORDINATOR = "provincial_coordinator", _("Provincial coordinator")
    PROVINCIAL_SOCIAL_OFFICE = "provincial_social_office", _("Provincial social office")
    PROVINCIAL_PLANNING = "provincial_planning", _("Provincial planning agency (Bappeda)")
    NATIONAL_SECRETARIAT = "national_secretariat", _("National Secretariat")
    MINISTRY = "ministry", _("Ministry of Social Affairs")
    REGIONAL_ASSISTANT = "regional_assistant", _("Regional assistant")
    EDITOR = "editor", _("Editor")
    ADMINISTRATOR = "administrator", _("System administrator")


@dataclass(frozen=True)
class RoleSpec:
    """What an assignment of a role must look like."""

    levels: tuple[Level, ...]
    needs_desk: bool = False
    mfa: bool = False


_VILLAGE, _DISTRICT, _REGENCY, _PROVINCE, _NATION = (
    (Level.VILLAGE,),
    (Level.DISTRICT,),
    (Level.REGENCY,),
    (Level.PROVINCE,),
    (Level.NATION,),
)

SPECS: dict[str, RoleSpec] = {
    Role.FACILITATOR: RoleSpec(_VILLAGE),
    Role.PUSKESOS_FRONT_OFFICE: RoleSpec(_VILLAGE),
    Role.PUSKESOS_BACK_OFFICE: RoleSpec(_VILLAGE),
    Role.PUSKESOS_COORDINATOR: RoleSpec(_VILLAGE),
    Role.VILLAGE_HEAD: RoleSpec(_VILLAGE),
    Role.SUPERVISOR: RoleSpec(_DISTRICT),
    Role.FRONT_OFFICE: RoleSpec(_REGENCY),
    Role.BACK_OFFICE: RoleSpec(_REGENCY),
    Role.MANAGER: RoleSpec(_REGENCY, mfa=True),
    Role.PROGRAM_DESK: RoleSpec(
        (Level.NATION, Level.PROVINCE, Level.REGENCY, Level.VILLAGE), needs_desk=True
    ),
    Role.REGENCY_HEAD: RoleSpec(_REGENCY),
    Role.REGENCY_SOCIAL_OFFICE: RoleSpec(_REGENCY),
    Role.REGENCY_PLANNING: RoleSpec(_REGENCY),
    Role.PROVINCIAL_COORDINATOR: RoleSpec(_PROVINCE, mfa=True),
    Role.PROVINCIAL_SOCIAL_OFFICE: RoleSpec(_PROVINCE, mfa=True),
    Role.PROVINCIAL_PLANNING: RoleSpec(_PROVINCE, mfa=True),
    Role.NATIONAL_SECRETARIAT: RoleSpec(_NATION, mfa=True),
    Role.MINISTRY: RoleSpec(_NATION, mfa=True),
    Role.REGIONAL_ASSISTANT: RoleSpec((Level.PROVINCE, Level.REGENCY)),
    Role.EDITOR: RoleSpec((Level.NATION, Level.PROVINCE, Level.REGENCY)),
    Role.ADMINISTRATOR: RoleSpec(_NATION, mfa=True),
}

# -- named groups of roles -----------------------------------------------------------------------------------------
PUSKESOS = (Role.PUSKESOS_COORDINATOR, Role.PUSKESOS_FRONT_OFFICE, Role.PUSKESOS_BACK_OFFICE)
INTAKE = (Role.FACILITATOR, Role.PUSKESOS_FRONT_OFFICE, Role.FRONT_OFFICE)
BACK_OFFICES = (Role.PUSKESOS_BACK_OFFICE, Role.BACK_OFFICE)
SECRETARIAT = (Role.FRONT_OFFICE, Role.BACK_OFFICE, Role.MANAGER)
#: who works on cases of their area every day
CASE_WORKERS = (*INTAKE, *BACK_OFFICES, Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER)
#: who watches over an area without working on its cases
OVERSIGHT = (Role.REGENCY_SOCIAL_OFFICE, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT)
EVERYONE = tuple(Role)

# -- the table: right -> roles that it is granted to ---------------------------------------------------------------------
GRANTS: dict[str, tuple[Role, ...]] = {
    # accounts
    "user.view": (Role.ADMINISTRATOR,),
    "user.add": (Role.ADMINISTRATOR,),
    "user.change": (Role.ADMINISTRATOR,),
    "roleassignment.view": (Role.ADMINISTRATOR, Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "roleassignment.add": (Role.ADMINISTRATOR,),
    "roleassignment.change": (Role.ADMINISTRATOR,),
    "auditentry.view": (Role.ADMINISTRATOR, Role.NATIONAL_SECRETARIAT),
    "job.view": EVERYONE,  # one's own; the administrator's policy shows all
    "numbermask.view": (Role.ADMINISTRATOR, Role.MANAGER, Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "numbermask.add": (Role.ADMINISTRATOR, Role.NATIONAL_SECRETARIAT),
    "numbermask.change": (Role.ADMINISTRATOR, Role.NATIONAL_SECRETARIAT),
    "region.view": EVERYONE,
    # units
    "unit.view": EVERYONE,
    "unit.change": (Role.MANAGER, Role.PUSKESOS_COORDINATOR, Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "unit.close": (Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    # programs
    "program.view": EVERYONE,
    "program.add": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "program.change": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "provider.view": EVERYONE,
    "provider.add": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "provider.change": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    # households
    "household.view": (*CASE_WORKERS,),
    "household.change": (Role.FACILITATOR, Role.PUSKESOS_FRONT_OFFICE, Role.FRONT_OFFICE),
    "person.view": (*CASE_WORKERS,),
    "person.add": INTAKE,
    # cases
    "case.view": (*CASE_WORKERS, *OVERSIGHT),
    "case.register": INTAKE,
    "case.review": (Role.SUPERVISOR,),
    "case.handle": BACK_OFFICES,
    "case.approve": (Role.MANAGER,),
    "case.inform": INTAKE,
    "case.export": (Role.MANAGER, Role.SUPERVISOR),
    # figures only, no case: the dashboard
    "case.count": (
        *CASE_WORKERS, *OVERSIGHT, Role.VILLAGE_HEAD, Role.REGENCY_HEAD, Role.REGENCY_PLANNING, Role.PROVINCIAL_SOCIAL_OFFICE,
        Role.PROVINCIAL_PLANNING, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
    ),
    "referral.view": (*CASE_WORKERS, *OVERSIGHT, Role.PROGRAM_DESK),
    "referral.answer": (Role.PROGRAM_DESK,),
    # reports
    "quarterlyreport.view": (
        *PUSKESOS, *SECRETARIAT, Role.VILLAGE_HEAD, Role.SUPERVISOR, Role.REGENCY_HEAD, Role.REGENCY_PLANNING, *OVERSIGHT,
        Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
    ),
    "quarterlyreport.send_puskesos": (Role.PUSKESOS_COORDINATOR,),
    "quarterlyreport.send_slrt": (Role.MANAGER,),
    "quarterlyreport.send_province": (Role.PROVINCIAL_COORDINATOR,),
    "quarterlyreport.send_nation": (Role.NATIONAL_SECRETARIAT,),
    # jobs, site
    "basepage.edit": (Role.EDITOR,),
}  # fmt: skip


def rights_of(role: str) -> frozenset[str]:
    return _RIGHTS[role]


_RIGHTS = {role: frozenset(right for right, roles in GRANTS.items() if role in roles) for role in Role}
