"""The words pathways are written in: bodies, stage forms, readiness items, effects."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import GRANTS, Role
from portal.units.models import Decree


class Body(models.TextChoices):
    """Who completes a stage. The right is `formationrequest.complete_as_<body>` (F-11)."""

    MINISTRY = "ministry", _("Ministry of Social Affairs")
    PROVINCIAL_OFFICE = "provincial_office", _("Provincial social office or planning agency")
    PROVINCIAL_SOCIAL_OFFICE = "provincial_social_office", _("Provincial social office")
    REGENCY_HEAD = "regency_head", _("Regency head or mayor")
    REGENCY_SOCIAL_OFFICE = "regency_social_office", _("Head of the regency social office")
    REGENCY_GOVERNMENT = "regency_government", _("Regency or city government")
    VILLAGE_HEAD = "village_head", _("Village head")


#: offices that act in the name of a body; the right to do so is a row of GRANTS (docs/decisions/ministry-stages.md)
ACTS_FOR = {Body.MINISTRY: (Role.NATIONAL_SECRETARIAT,)}


def deputies(body: str) -> list[Role]:
    """The offices that may complete a stage in the name of its body, today."""
    granted = GRANTS[f"formationrequest.complete_as_{body}"]
    return [role for role in ACTS_FOR.get(Body(body), ()) if role in granted]


class StageForm(models.TextChoices):
    """Which form a stage is completed with."""

    PLAN = "plan", _("the plan: completed by sending the request")
    CRITERIA = "criteria", _("location criteria and their announcement")
    STUDY = "study", _("readiness study, scored")
    ASSESSMENT = "assessment", _("readiness assessment, scored")
    SOCIALIZATION = "socialization", _("socialization and assessment, scored")
    SLRT_LOCATION = "slrt_location", _("location of the SLRT, by decree")
    FACILITATION = "facilitation", _("facilitation of Puskesos")
    PUSKESOS_LOCATIONS = "puskesos_locations", _("locations of the Puskesos, by decree")
    UNIT_LOCATION = "unit_location", _("location of the Puskesos asked for, by decree")
    APPOINTMENT = "appointment", _("appointment of the officers, by decree")
    VILLAGE_APPOINTMENTS = (
        "village_appointments",
        _("each village head appoints the Puskesos officers, by decree"),
    )
    GUIDANCE = "guidance", _("technical guidance")


#: forms that end in a decree
BY_DECREE = (
    StageForm.SLRT_LOCATION, StageForm.PUSKESOS_LOCATIONS, StageForm.UNIT_LOCATION, StageForm.APPOINTMENT,
    StageForm.VILLAGE_APPOINTMENTS,
)  # fmt: skip
#: forms with scores
SCORED = (StageForm.STUDY, StageForm.ASSESSMENT, StageForm.SOCIALIZATION)
#: forms that set the location of the unit asked for (F-12)
LOCATES = (StageForm.SLRT_LOCATION, StageForm.UNIT_LOCATION)

#: which body can sign as which issuer
ISSUER_OF = {
    Body.MINISTRY: Decree.Issuer.MINISTRY,
    Body.REGENCY_HEAD: Decree.Issuer.REGENCY_HEAD,
    Body.REGENCY_SOCIAL_OFFICE: Decree.Issuer.REGENCY_SOCIAL_OFFICE,
    Body.VILLAGE_HEAD: Decree.Issuer.VILLAGE_HEAD,
}


class Item(models.TextChoices):
    """What a request must contain: two profiles (F-03) and the readiness items (F-04, F-09)."""

    POVERTY_PROFILE = "poverty_profile", _("Poverty profile")
    RESOURCES_PROFILE = "resources_profile", _("Profile of social welfare potential and resources")
    BUDGET = "budget", _("Budget")
    HUMAN_RESOURCES = "human_resources", _("Human resources")
    REGULATION = "regulation", _("Regulatory framework")
    FACILITIES = "facilities", _("Facilities")
    PUSKESOS_LOCATIONS = "puskesos_locations", _("Puskesos locations")


PROFILES = (Item.POVERTY_PROFILE, Item.RESOURCES_PROFILE)


class Addressee(models.TextChoices):
    """Who a request or a copy is addressed to."""

    MINISTER = "minister", _("Minister of Social Affairs c.q. Director General of Social Empowerment")
    GOVERNOR = "governor", _("Governor")
    REGENCY_HEAD = "regency_head", _("Regency head or mayor")
    PROVINCIAL_SOCIAL_OFFICE = "provincial_social_office", _("Head of the provincial social office")
    REGENCY_SOCIAL_OFFICE = "regency_social_office", _("Head of the regency social office")


class CriterionKind(models.TextChoices):
    SELECTION = "selection", _("selection criterion (readiness study)")
    PREREQUISITE = "prerequisite", _("prerequisite of integrated services (assessment)")
