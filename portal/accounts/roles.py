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
#: who keeps staff records of their own area
STAFF_OFFICES = (Role.REGENCY_SOCIAL_OFFICE, Role.MANAGER, Role.VILLAGE_HEAD, Role.PUSKESOS_COORDINATOR)
#: governments and their agencies, from the regency up
GOVERNMENTS = (
    Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_PLANNING, Role.PROVINCIAL_COORDINATOR,
    Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.MINISTRY,
)  # fmt: skip
#: who keeps the agenda and the minutes of coordination bodies
MEETING_KEEPERS = (
    Role.REGENCY_PLANNING, Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT,
)  # fmt: skip
#: who writes programs: editors, and units for the services of their own that they offer (C-26); publishing is narrower
CATALOG_KEEPERS = (Role.EDITOR, Role.NATIONAL_SECRETARIAT, Role.MANAGER, Role.PUSKESOS_COORDINATOR)

# -- the table: right -> roles that it is granted to ---------------------------------------------------------------------
#: who reads what the planner's page shows, and the records behind it
PLAN_READERS = (
    Role.MANAGER, Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_PLANNING, Role.PROVINCIAL_COORDINATOR,
    Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
)  # fmt: skip

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
    "unit.import": (Role.NATIONAL_SECRETARIAT,),
    "unit.export": (*OVERSIGHT, Role.MANAGER, Role.MINISTRY),
    "decree.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS, Role.REGIONAL_ASSISTANT),
    "coordinationbody.view": (*OVERSIGHT, *GOVERNMENTS, Role.MANAGER, Role.REGIONAL_ASSISTANT),
    "coordinationbody.add": (Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.REGENCY_PLANNING, Role.NATIONAL_SECRETARIAT),
    "coordinationbody.change": (Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.REGENCY_PLANNING, Role.NATIONAL_SECRETARIAT),
    # The Coordination Team stands on a decree of the Minister (K-02); an office below records those of its own area.
    "coordinationbody.decree": (Role.MINISTRY, Role.PROVINCIAL_SOCIAL_OFFICE, Role.REGENCY_SOCIAL_OFFICE),
    "provincialcoordinator.view": (Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT, Role.MINISTRY),
    "provincialcoordinator.add": (Role.PROVINCIAL_SOCIAL_OFFICE,),  # proposed by the province
    "provincialcoordinator.confirm": (Role.MINISTRY,),
    "meeting.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS, Role.REGIONAL_ASSISTANT),
    "meeting.add": (Role.MANAGER, Role.PUSKESOS_COORDINATOR, *MEETING_KEEPERS),
    "meeting.change": (Role.MANAGER, Role.PUSKESOS_COORDINATOR, *MEETING_KEEPERS),
    # staff
    "position.view": EVERYONE,
    "position.change": (Role.NATIONAL_SECRETARIAT,),
    "criterion.view": EVERYONE,
    "criterion.add": (Role.NATIONAL_SECRETARIAT,),
    "criterion.change": (Role.NATIONAL_SECRETARIAT,),
    "trainingtopic.view": EVERYONE,
    "trainingtopic.add": (Role.NATIONAL_SECRETARIAT,),
    "trainingtopic.change": (Role.NATIONAL_SECRETARIAT,),
    "officer.view": (*STAFF_OFFICES, Role.REGENCY_HEAD, *OVERSIGHT, Role.MINISTRY),
    "officer.add": (*STAFF_OFFICES, Role.NATIONAL_SECRETARIAT),
    "officer.change": (*STAFF_OFFICES, Role.NATIONAL_SECRETARIAT),
    "officer.export": (Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "officer.import": (Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "stipendaccount.view": (*STAFF_OFFICES,),
    "stipendaccount.add": (*STAFF_OFFICES,),
    "stipendaccount.change": (*STAFF_OFFICES,),
    "appointment.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS, Role.SUPERVISOR, Role.REGIONAL_ASSISTANT),
    "appointment.propose": (*STAFF_OFFICES, Role.NATIONAL_SECRETARIAT),
    # by decree of the head of the social office, the regency head or the village head; of assistants, the Ministry
    "appointment.decree": (Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_HEAD, Role.VILLAGE_HEAD, Role.MINISTRY),
    "appointment.take_over": (Role.REGENCY_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "appointment.export": (Role.REGENCY_SOCIAL_OFFICE, Role.MANAGER, Role.NATIONAL_SECRETARIAT),
    "vacancy.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS),
    "vacancy.add": (*STAFF_OFFICES,),
    "vacancy.change": (*STAFF_OFFICES,),
    "vacancy.publish": (*STAFF_OFFICES,),
    "candidate.view": (*STAFF_OFFICES,),
    "candidate.add": (*STAFF_OFFICES,),
    "candidate.change": (*STAFF_OFFICES,),
    "training.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS, Role.REGIONAL_ASSISTANT),
    "training.add": (*STAFF_OFFICES, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "training.change": (*STAFF_OFFICES, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "replacement.view": (*STAFF_OFFICES, *OVERSIGHT, *GOVERNMENTS),
    "replacement.propose": (*STAFF_OFFICES,),
    # formation
    "pathway.view": EVERYONE,
    "pathwayversion.view": EVERYONE,
    "pathwayversion.add": (Role.NATIONAL_SECRETARIAT,),
    "pathwayversion.change": (Role.NATIONAL_SECRETARIAT,),
    "pathwayversion.publish": (Role.NATIONAL_SECRETARIAT,),
    "assessmentcriterion.view": EVERYONE,
    "assessmentcriterion.add": (Role.NATIONAL_SECRETARIAT,),
    "assessmentcriterion.change": (Role.NATIONAL_SECRETARIAT,),
    "formationrequest.view": (
        *GOVERNMENTS, *OVERSIGHT, Role.MANAGER, Role.VILLAGE_HEAD, Role.PUSKESOS_COORDINATOR, Role.REGIONAL_ASSISTANT,
    ),
    "formationrequest.submit": (Role.REGENCY_HEAD, Role.VILLAGE_HEAD),
    "formationrequest.change": (Role.REGENCY_HEAD, Role.VILLAGE_HEAD),
    "formationrequest.delegate": (Role.REGENCY_HEAD, Role.VILLAGE_HEAD),
    "formationrequest.propose": (Role.MINISTRY,),  # the Ministry may propose a region that it deems ready
    "formationrequest.export": (Role.NATIONAL_SECRETARIAT, Role.MINISTRY, Role.PROVINCIAL_SOCIAL_OFFICE),
    "formationrequest.handle": (
        Role.MINISTRY, Role.NATIONAL_SECRETARIAT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING,
        Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE,
    ),
    # a stage that stays late is passed on to whoever stands above its body
    "formationrequest.oversee": (Role.PROVINCIAL_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    # each stage is completed by the body that its pathway names, and by nobody else; for the Ministry its own officers
    # or its National Secretariat act, which sets the locations (the decree stays the Ministry's, the record names the role)
    "formationrequest.complete_as_ministry": (Role.MINISTRY, Role.NATIONAL_SECRETARIAT),
    "formationrequest.complete_as_provincial_office": (Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING),
    "formationrequest.complete_as_provincial_social_office": (Role.PROVINCIAL_SOCIAL_OFFICE,),
    "formationrequest.complete_as_regency_head": (Role.REGENCY_HEAD,),
    "formationrequest.complete_as_regency_social_office": (Role.REGENCY_SOCIAL_OFFICE,),
    "formationrequest.complete_as_regency_government": (Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE),
    "formationrequest.complete_as_village_head": (Role.VILLAGE_HEAD,),
    "puskesoslocation.view": (*GOVERNMENTS, *OVERSIGHT, Role.MANAGER, Role.VILLAGE_HEAD, Role.PUSKESOS_COORDINATOR),
    "puskesoslocation.appoint": (Role.VILLAGE_HEAD,),
    # programs
    "program.view": EVERYONE,
    "program.add": CATALOG_KEEPERS,
    "program.change": CATALOG_KEEPERS,
    "program.publish": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "sector.view": EVERYONE,
    "sector.change": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "provider.view": EVERYONE,
    "provider.add": CATALOG_KEEPERS,
    "provider.change": CATALOG_KEEPERS,
    "programdesk.view": EVERYONE,
    "programdesk.add": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    "programdesk.change": (Role.EDITOR, Role.NATIONAL_SECRETARIAT),
    # households
    "household.view": (*CASE_WORKERS,),
    "household.add": INTAKE,
    "household.change": INTAKE,
    "registerimport.view": (Role.ADMINISTRATOR, Role.NATIONAL_SECRETARIAT),
    "registerimport.add": (Role.ADMINISTRATOR, Role.NATIONAL_SECRETARIAT),
    "person.view": (*CASE_WORKERS,),
    "person.add": INTAKE,
    "visit.view": (*CASE_WORKERS, *OVERSIGHT),
    "visit.add": INTAKE,
    "updateproposal.view": (*CASE_WORKERS, *OVERSIGHT),
    "updateproposal.add": INTAKE,
    "updateproposal.review": (Role.SUPERVISOR,),
    "updateproposal.forward": (Role.MANAGER,),
    "updateproposal.record_outcome": (Role.MANAGER, Role.BACK_OFFICE),
    "updateproposal.export": (Role.MANAGER,),
    # cases
    "case.view": (*CASE_WORKERS, *OVERSIGHT),
    "case.read_personal": CASE_WORKERS,
    "case.print_receipt": (*INTAKE, Role.PUSKESOS_COORDINATOR),
    "case.record_enrolment": (*INTAKE, *BACK_OFFICES),
    "case.view_sensitive": (Role.SUPERVISOR, *BACK_OFFICES, Role.MANAGER),
    "case.register": INTAKE,
    "case.pause": (*INTAKE, *BACK_OFFICES, Role.SUPERVISOR),
    "case.review": (Role.SUPERVISOR,),
    "case.handle": BACK_OFFICES,
    "case.approve": (Role.MANAGER,),
    "case.refer_in_village": (Role.PUSKESOS_COORDINATOR,),
    "case.inform": INTAKE,
    "case.withdraw": (*INTAKE, *BACK_OFFICES),
    "case.mark_double": (Role.SUPERVISOR, *BACK_OFFICES, Role.FRONT_OFFICE),
    "case.reopen": (*INTAKE, Role.MANAGER),
    "case.export": (Role.MANAGER, Role.SUPERVISOR),
    # figures only, no case: the dashboard
    "case.count": (
        *CASE_WORKERS, *OVERSIGHT, Role.VILLAGE_HEAD, Role.REGENCY_HEAD, Role.REGENCY_PLANNING, Role.PROVINCIAL_SOCIAL_OFFICE,
        Role.PROVINCIAL_PLANNING, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
    ),
    "referral.view": (*CASE_WORKERS, *OVERSIGHT, Role.PROGRAM_DESK),
    "referral.send": (Role.MANAGER, Role.PUSKESOS_COORDINATOR),
    "referral.pass_up": (Role.PROVINCIAL_COORDINATOR,),
    "referral.read_person": (*CASE_WORKERS, Role.PROGRAM_DESK),
    "referral.monitor": (Role.MANAGER, *OVERSIGHT),
    "referral.export": (Role.MANAGER, Role.PROGRAM_DESK),
    "referral.answer": (Role.PROGRAM_DESK,),
    "notice.view": CASE_WORKERS,
    "emergency.view": (*CASE_WORKERS, *OVERSIGHT, *GOVERNMENTS),
    "emergency.add": (Role.MANAGER, Role.REGENCY_SOCIAL_OFFICE, Role.PROVINCIAL_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "emergency.change": (Role.MANAGER, Role.REGENCY_SOCIAL_OFFICE, Role.PROVINCIAL_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT),
    "servicetime.view": (Role.MANAGER, *OVERSIGHT),
    "servicetime.add": (Role.MANAGER, Role.NATIONAL_SECRETARIAT),
    "servicetime.change": (Role.MANAGER, Role.NATIONAL_SECRETARIAT),
    "servicetime.delete": (Role.MANAGER, Role.NATIONAL_SECRETARIAT),
    "localholiday.view": (Role.MANAGER, *OVERSIGHT),
    "localholiday.add": (Role.MANAGER,),
    "localholiday.change": (Role.MANAGER,),
    "localholiday.delete": (Role.MANAGER,),
    # planning
    "indicatorvalue.view": PLAN_READERS,
    "indicatorvalue.add": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    "indicatorvalue.change": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    "indicatorvalue.delete": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    "indicator.view": PLAN_READERS,
    "indicator.change": (Role.NATIONAL_SECRETARIAT,),
    "dimension.view": PLAN_READERS,
    "dimension.change": (Role.NATIONAL_SECRETARIAT,),
    "unitcost.view": PLAN_READERS,
    "unitcost.add": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    "unitcost.change": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    "unitcost.delete": (Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING, Role.NATIONAL_SECRETARIAT),
    # reports
    "quarterlyreport.view": (
        *PUSKESOS, *SECRETARIAT, Role.VILLAGE_HEAD, Role.SUPERVISOR, Role.REGENCY_HEAD, Role.REGENCY_PLANNING, *OVERSIGHT,
        Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
    ),
    "quarterlyreport.send_puskesos": (Role.PUSKESOS_COORDINATOR,),
    "quarterlyreport.send_slrt": (Role.MANAGER,),
    "quarterlyreport.send_province": (Role.PROVINCIAL_COORDINATOR,),
    "quarterlyreport.send_nation": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.review_puskesos": (Role.MANAGER,),
    "quarterlyreport.review_slrt": (Role.PROVINCIAL_COORDINATOR,),
    "quarterlyreport.review_province": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.correct_puskesos": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.correct_slrt": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.correct_province": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.correct_nation": (Role.NATIONAL_SECRETARIAT,),
    "quarterlyreport.remind": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "quarterlyreport.export": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.NATIONAL_SECRETARIAT, Role.MINISTRY),
    "reportingcycle.view": (Role.PUSKESOS_COORDINATOR, Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT, Role.MINISTRY),
    "reportingcycle.add": (Role.NATIONAL_SECRETARIAT,),
    "reportingcycle.change": (Role.NATIONAL_SECRETARIAT,),
    "reportingcycle.close": (Role.NATIONAL_SECRETARIAT,),
    "copyrule.view": (Role.PUSKESOS_COORDINATOR, Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "copyrule.add": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "copyrule.change": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "copyrule.delete": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    # evaluation
    "typologyscheme.view": (Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING, Role.MINISTRY),
    "typologyscheme.change": (Role.NATIONAL_SECRETARIAT,),
    "evaluationround.view": (
        Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING, Role.MINISTRY,
    ),
    "evaluationround.add": (*OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING),
    "evaluationround.start": (*OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING),
    "evaluationround.close": (*OVERSIGHT,),
    "team.view": (Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING, Role.MINISTRY),
    "team.add": (*OVERSIGHT, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING),
    "team.appoint": (Role.NATIONAL_SECRETARIAT,),
    "evaluation.view": (
        Role.MANAGER, *OVERSIGHT, Role.REGENCY_HEAD, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING, Role.MINISTRY,
        Role.REGIONAL_ASSISTANT,
    ),
    "evaluation.fill": (Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_PLANNING),
    "evaluation.review": (Role.NATIONAL_SECRETARIAT,),
    "recommendation.view": (Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING, Role.REGENCY_PLANNING, Role.MINISTRY),
    "recommendation.finish": (Role.MANAGER, Role.REGENCY_SOCIAL_OFFICE),
    # supervision
    "supervisionpair.view": (Role.FACILITATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT),
    "supervisionpair.add": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR),
    "supervisionvisit.view": (
        Role.FACILITATOR, Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.MINISTRY,
    ),
    "supervisionvisit.add": (Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT),
    "supervisionvisit.hold": (Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT),
    "finding.view": (Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.MINISTRY),
    "finding.finish": (Role.MANAGER,),
    "finding.confirm": (Role.SUPERVISOR, *OVERSIGHT),
    # instruments
    "instrument.view": (
        Role.PUSKESOS_COORDINATOR, Role.SUPERVISOR, Role.MANAGER, *OVERSIGHT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING,
        Role.REGENCY_PLANNING, Role.MINISTRY, Role.REGIONAL_ASSISTANT,
    ),
    "instrument.add": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "instrument.change": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    "instrument.publish": (Role.MANAGER, Role.PROVINCIAL_COORDINATOR, Role.NATIONAL_SECRETARIAT),
    # jobs, site
    "basepage.edit": (Role.EDITOR,),
    "regionlook.view": (Role.EDITOR,),
    "regionlook.add": (Role.EDITOR,),
    "regionlook.change": (Role.EDITOR,),
    "regionlook.delete": (Role.EDITOR,),
    "redirect.view": (Role.EDITOR,),
    "redirect.add": (Role.EDITOR,),
    "redirect.change": (Role.EDITOR,),
    "redirect.delete": (Role.EDITOR,),
}  # fmt: skip


def rights_of(role: str) -> frozenset[str]:
    return _RIGHTS[role]


_RIGHTS = {role: frozenset(right for right, roles in GRANTS.items() if role in roles) for role in Role}
