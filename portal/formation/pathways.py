"""Whether a version of a pathway makes sense, checked before it is published. No writes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.units.models import Unit

from .enums import BY_DECREE, ISSUER_OF, LOCATES, PROFILES, Addressee, Body, Item, StageForm
from .models import PathwayVersion


def problems(version: PathwayVersion) -> list[str]:
    """What speaks against publishing, a sentence each; empty when the version is sound."""
    stages = list(version.stages.order_by("order"))
    if not stages:
        return [_("The pathway has no stage.")]
    return [*_content(version), *_order(version, stages), *_single(stages)]


def _content(version: PathwayVersion):
    is_slrt = version.pathway.unit_kind == Unit.Kind.SLRT
    wanted = [*PROFILES, Item.BUDGET, Item.HUMAN_RESOURCES, Item.REGULATION, Item.FACILITIES]
    if is_slrt:
        wanted.append(Item.PUSKESOS_LOCATIONS)
    for item in wanted:
        if item not in version.items:
            yield _("A request must contain: %(item)s (F-03, F-04, F-09).") % {"item": Item(item).label}
    if not is_slrt and Item.PUSKESOS_LOCATIONS in version.items:
        yield _("A request for a Puskesos has no list of Puskesos locations.")
    # F-05: what goes to the Governor, the Minister gets a copy of.
    if version.addressee == Addressee.GOVERNOR:
        if Addressee.MINISTER not in version.copies:
            yield _("A request to the Governor sends a copy to the Minister (F-05).")
        if not version.confirms_standard:
            yield _("On this pathway the applicant confirms the standards of the Ministry (F-05).")
    if version.addressee in version.copies:
        yield _("The addressee does not get a copy besides.")


def _order(version: PathwayVersion, stages):
    forms = [stage.form for stage in stages]
    is_slrt = version.pathway.unit_kind == Unit.Kind.SLRT
    location = StageForm.SLRT_LOCATION if is_slrt else StageForm.UNIT_LOCATION
    if forms.count(location) != 1:
        yield _("Exactly one stage sets the location of the unit.")
    if forms.count(StageForm.GUIDANCE) != 1 or forms[-1] != StageForm.GUIDANCE:
        yield _("Technical guidance is the last stage, once (F-12).")
    if StageForm.PLAN in forms[1:]:
        yield _("The plan can only be the first stage.")
    if not is_slrt and {StageForm.PUSKESOS_LOCATIONS, StageForm.VILLAGE_APPOINTMENTS} & set(forms):
        yield _("Locations and appointments of several Puskesos belong to an SLRT.")
    if is_slrt and forms.count(StageForm.PUSKESOS_LOCATIONS) != 1:
        yield _("One stage sets the locations of the Puskesos.")
    before = {
        StageForm.PUSKESOS_LOCATIONS: location,
        StageForm.APPOINTMENT: location,
        StageForm.VILLAGE_APPOINTMENTS: StageForm.PUSKESOS_LOCATIONS,
        StageForm.GUIDANCE: location,
    }
    for later, earlier in before.items():
        if later in forms and earlier in forms and forms.index(later) < forms.index(earlier):
            yield _("“%(later)s” comes after “%(earlier)s”.") % {
                "later": StageForm(later).label,
                "earlier": StageForm(earlier).label,
            }
    appointing = {StageForm.APPOINTMENT, StageForm.VILLAGE_APPOINTMENTS}
    if not appointing & set(forms):
        yield _("No stage appoints the officers.")
    if (
        version.pathway.applicant
        and forms[0] == StageForm.PLAN
        and stages[0].body != version.pathway.applicant
    ):
        yield _("The plan is sent by the applicant.")


def _single(stages):
    for stage in stages:
        if stage.form in BY_DECREE and not stage.decree_issuer:
            yield _("%(stage)s: name who issues the decree.") % {"stage": stage}
        if stage.decree_issuer and ISSUER_OF.get(Body(stage.body)) != stage.decree_issuer:
            yield _("%(stage)s: the body that completes the stage does not issue this decree.") % {
                "stage": stage
            }
        if stage.decree_issuer and stage.form not in BY_DECREE:
            yield _("%(stage)s: this form ends without a decree.") % {"stage": stage}
        village = stage.body == Body.VILLAGE_HEAD
        if (stage.form == StageForm.VILLAGE_APPOINTMENTS) != village and stage.form != StageForm.PLAN:
            yield _("%(stage)s: village heads appoint officers, and nothing else.") % {"stage": stage}
        if stage.form in LOCATES and stage.body not in (Body.MINISTRY, Body.REGENCY_HEAD):
            yield _("%(stage)s: this body sets no location.") % {"stage": stage}
        if stage.time_limit_days == 0:
            yield _("%(stage)s: a time limit is at least one day.") % {"stage": stage}
