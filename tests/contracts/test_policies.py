"""Rights, generated from the model registry and the role table: every model, every role, inside and outside."""

import datetime as dt
import inspect

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.permissions import policy_registry

from portal.accounts.models import Grant, RoleAssignment
from portal.accounts.policies import NationalPolicy, RolePolicy
from portal.accounts.roles import GRANTS, SPECS, Role
from portal.regions.models import Level
from tests.contracts.records import code_for, guarded_models, make, our_models
from tests.factories import OTHER_PLACES, OTHER_VILLAGE, PLACES, VILLAGE, DeskFactory, UserFactory, officer

pytestmark = pytest.mark.django_db
GUARDED = guarded_models()
EVERY_MODEL = pytest.mark.parametrize("model", GUARDED, ids=[model._meta.label for model in GUARDED])

#: models of ours without a policy of roles and regions, and why nobody reaches them but through another record
INTERNAL = {
    "ledger.NumberSeries": "counters; written by next_number alone",
    "ledger.Transition": "shown on the page of the record that moved",
    "ledger.AuditChain": "heads of the audit chains; read by verify_audit alone",
    "ledger.KeyFingerprint": "proofs of keys; read at start alone",
    "content.BasePage": "Wagtail's own page permissions",
    "content.CustomImage": "Wagtail's own collection permissions",
    "content.CustomRendition": "made from an image",
    "content.CustomDocument": "Wagtail's own collection permissions",
    "programs_catalog.PublicVersion": "one number; written by freshness.bump alone",
    "public_site.Boundary": "public outlines; written by load_boundaries alone",
    "public_site.SiteTexts": "one row; its screen asks for an editor of the nation",
    "public_site.EditorsApproval": "a step of Wagtail's workflow; it asks the policy of what is proposed",
    "public_site.HomePage": "Wagtail's own page permissions",
    "public_site.InfoPage": "Wagtail's own page permissions",
    "public_site.LegalBasisPage": "Wagtail's own page permissions",
    "public_site.NoticeIndexPage": "Wagtail's own page permissions",
    "public_site.NoticePage": "Wagtail's own page permissions",
    "public_site.StoryIndexPage": "Wagtail's own page permissions",
    "public_site.StoryPage": "Wagtail's own page permissions",
    "backoffice.Submission": "tokens against double clicks",
    "backoffice.Attachment": "asks the policy of the record it hangs on",
    "backoffice.ImportRun": "asks the policy of the model it imports",
    "staffing.Escalation": "a line in the history of a replacement",
    "formation.StageEscalation": "a line in the history of a request",
    "formation.PathwayStage": "shown with its pathway version",
    "formation.Delegate": "shown with its request",
    "formation.ReadinessItem": "shown with its request",
    "formation.StageRecord": "shown with its request",
    "formation.Document": "shown with its request",
    "formation.Sending": "shown with its request",
    "formation.Copy": "shown with its request",
    "programs_catalog.Criteria": "shown with its program",
    "programs_catalog.CatalogSettings": "a setting of the site, Wagtail's own permissions",
    "casework.Feedback": "shown with its case",
    "casework.Remark": "the words of a step, shown with its case",
    "households.ProposalRemark": "the words of a step, shown with its proposal",
    "households.Recommendation": "a letter; its door asks for the person's household",
    "households.RegisterError": "shown with its register import",
    "households.StagedRow": "rows of a file on their way; read by the import alone",
    "quarterly.ReportVersion": "shown with its report",
    "quarterly.Figure": "shown with its report",
    "quarterly.ReportCopy": "shown with its report",
    "quarterly.Reminder": "shown with its report",
    "dashboards.CaseFact": "counts, read through the dashboards that ask for the area",
    "dashboards.CaseDelta": "counts, read through the dashboards that ask for the area",
    "dashboards.OpenCount": "counts of ended quarters, read through the open figures that protect them",
    "dashboards.OverlapFact": "counts, read through the dashboards that ask for the area",
    "dashboards.TargetingFact": "counts, read through the dashboards that ask for the area",
    "dashboards.Taken": "the state of the counting",
    "operations.Fact": "facts about the installation",
}
#: bounded by something else than the region: label -> (actions, or none for all, and why)
NOT_BOUNDED_BY_REGION = {
    "jobs.Job": ((), "one's own jobs, wherever one works"),
    "programs_catalog.Sector": ((), "the nine sectors; texts are changed by the nation's editor"),
    "programs_catalog.Provider": (("view",), "the catalog is public"),
    "programs_catalog.Program": (("view",), "the catalog is public"),
    "programs_catalog.ProgramDesk": (("view",), "the catalog is public"),
    "monitoring.Instrument": (("view",), "questionnaires hold no data of a region"),
    "monitoring.InstrumentVersion": (("view",), "questionnaires hold no data of a region"),
}


#: rights that are asked for without a model of ours, and by whom
ASKED_ELSEWHERE = {
    "basepage",  # the page policy of portal.content
    "dashboard",  # the dashboards' own door
}


def policy_of(model) -> RolePolicy:
    return policy_registry.get_by_type(model, fallback=False)


def actions_of(model) -> list[str]:
    prefix = policy_of(model).right("").rstrip(".")
    return sorted(right.split(".", 1)[1] for right in GRANTS if right.split(".", 1)[0] == prefix)


def reaches(grant: Grant, model, record) -> bool:
    """Whether a grant's area covers a record; a record of no region is everybody's whom the table grants the right."""
    policy = policy_of(model)
    return isinstance(policy, NationalPolicy) or grant.covers(policy.region_code(record))


class Cast:
    """One account that plays every role in turn, without a query for its grants."""

    def __init__(self, places):
        self.user, self.places = UserFactory(), places
        self.desk = DeskFactory()

    def all(self):
        for role in Role:
            yield self.play(role)

    def play(self, role):
        desk = self.desk.pk if SPECS[role].needs_desk else None
        self.user.__dict__["grants"] = tuple(
            Grant(role, self.places[level], desk) for level in SPECS[role].levels[-1:]
        )
        return role, self.user


@pytest.fixture
def pair(model):
    """A record in Sleman and one in Bantul."""
    return [make(model, code_for(model, village)) for village in (VILLAGE, OTHER_VILLAGE)]


def test_every_model_of_ours_has_a_policy_or_a_reason():
    without = {model._meta.label for model in our_models()} - {model._meta.label for model in GUARDED}
    assert without - set(INTERNAL) == set(), (
        "register a policy in the app's ready(), or say why it needs none"
    )
    assert set(INTERNAL) - without == set(), "these have a policy now, or are gone: take them off the list"


def test_every_grant_is_asked_for_by_some_model():
    policies = [policy_registry.get_by_type(model, fallback=False) for model in apps.get_models()]
    known = {
        policy.right("").rstrip(".") for policy in policies if isinstance(policy, RolePolicy)
    } | ASKED_ELSEWHERE
    assert {right for right in GRANTS if right.split(".")[0] not in known} == set()


@pytest.mark.rule("A-02", "A-03", "A-04", "A-06", "A-07")
@EVERY_MODEL
def test_the_list_and_the_single_record_agree(model, pair):
    policy, keys = policy_of(model), [record.pk for record in pair]
    for places in (PLACES, OTHER_PLACES):
        cast = Cast(places)
        for role, user in cast.all():
            for action in actions_of(model):
                listed = set(
                    policy.instances_user_has_permission_for(user, action)
                    .filter(pk__in=keys)
                    .values_list("pk", flat=True)
                )
                single = {
                    record.pk
                    for record in pair
                    if policy.user_has_permission_for_instance(user, action, record)
                }
                assert listed == single, f"{role} may {action}: listed {listed}, single {single} of {keys}"


@pytest.mark.rule("A-01", "A-02", "A-03", "A-07")
@EVERY_MODEL
def test_outside_ones_region_nothing_exists(model, pair):
    policy, inside = policy_of(model), pair[0]
    free, _why = NOT_BOUNDED_BY_REGION.get(model._meta.label, ((), ""))
    if isinstance(policy, NationalPolicy) or (model._meta.label in NOT_BOUNDED_BY_REGION and not free):
        pytest.skip("belongs to no region")
    neighbors = Cast(OTHER_PLACES)
    for role, user in neighbors.all():
        if user.grants[0].level == Level.NATION or SPECS[role].needs_desk:
            continue
        for action in set(actions_of(model)) - set(free):
            assert not policy.user_has_permission_for_instance(user, action, inside), (role, action)


@EVERY_MODEL
def test_without_a_role_or_with_one_that_is_over_nothing_exists(model, pair):
    policy = policy_of(model)
    over = officer(
        Role.MANAGER, valid_from=dt.date(2020, 1, 1), valid_until=timezone.localdate() - dt.timedelta(1)
    )
    early = officer(Role.MANAGER, valid_from=timezone.localdate() + dt.timedelta(1))
    left = officer(Role.MANAGER)
    left.is_active = False
    for user in (UserFactory(), over, early, left):
        for action in actions_of(model):
            assert not policy.user_has_permission(user, action)
            assert not policy.instances_user_has_permission_for(user, action).exists()
            assert not any(policy.user_has_permission_for_instance(user, action, record) for record in pair)


@EVERY_MODEL
def test_what_the_table_does_not_grant_nobody_has(model, pair):
    policy, cast = policy_of(model), Cast(PLACES)
    for role, user in cast.all():
        for action in [*actions_of(model), "no_such_action"]:
            if role not in GRANTS.get(policy.right(action), ()):
                assert not policy.user_has_permission(user, action)
                assert not any(
                    policy.user_has_permission_for_instance(user, action, record) for record in pair
                )


@EVERY_MODEL
def test_the_whole_area_of_a_role_is_covered_for_its_record(model, pair):
    """At least one role that the table grants the right to view reaches the record of its own area."""
    policy, cast, inside = policy_of(model), Cast(PLACES), pair[0]
    if model._meta.label == "jobs.Job":
        pytest.skip("one's own jobs, wherever one works")
    reached = [
        role for role, user in cast.all() if policy.user_has_permission_for_instance(user, "view", inside)
    ]
    assert reached, "no role reaches this record: the maker, the grants or the policy are wrong"


@pytest.mark.rule("A-01")
def test_a_supervisor_reaches_the_district_and_a_manager_the_regency():
    from portal.units.models import Unit

    here, there = make(Unit, "34.04.07.2001"), make(Unit, "34.04.08.2001")
    assert set(Unit.objects.visible_to(officer(Role.SUPERVISOR)).filter(kind="puskesos")) == {here}
    assert set(Unit.objects.visible_to(officer(Role.MANAGER)).filter(kind="puskesos")) == {here, there}


@pytest.mark.rule("A-07")
def test_a_province_reaches_its_regencies_and_the_national_secretariat_the_nation():
    from portal.units.models import Unit

    units = {make(Unit, code) for code in ("34.04.07.2001", "34.02.01.2001")}
    west_java = make(Unit, "32.04.05.2001")
    assert set(Unit.objects.visible_to(officer(Role.PROVINCIAL_COORDINATOR)).filter(kind="puskesos")) == units
    everything = set(Unit.objects.visible_to(officer(Role.NATIONAL_SECRETARIAT)).filter(kind="puskesos"))
    assert everything == units | {west_java}


def test_every_right_is_granted_to_somebody():
    for right, roles in GRANTS.items():
        assert roles, f"{right} is granted to nobody"


def test_assignments_are_read_from_the_database_with_their_dates():
    user = get_user_model().objects.get(pk=officer(Role.FRONT_OFFICE).pk)
    RoleAssignment.objects.create(
        user=user,
        role=Role.MANAGER,
        region_id="34.02",
        valid_until=dt.date(2020, 1, 2),
        valid_from=dt.date(2020, 1, 1),
    )
    assert [(grant.role, grant.code) for grant in user.grants] == [("front_office", "34.04")]


def test_no_policy_asks_for_a_role_by_name_alone():
    """A policy may narrow by grant and record; a question like `user.role ==` would pass the table by."""
    for model in GUARDED:
        source = inspect.getsource(type(policy_of(model)))
        assert ".has_role(" not in source and "user.role" not in source, model._meta.label
