"""Supervision: crosswise pairs, visits at every level, findings until they are done (M-01, M-07 to M-09)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.ledger.workflow import WrongState
from portal.periods import Quarter
from portal.regions.models import Region
from reports.monitoring import instruments, supervision
from reports.monitoring.definition import Definition, Question, Section
from reports.monitoring.models import Finding, SupervisionPair, SupervisionVisit
from reports.monitoring.reference import load
from tests.factories import officer

pytestmark = pytest.mark.django_db
QUARTER, DAY = Quarter(2026, 4), dt.date(2026, 11, 20)
SHEET = {"has_plan": "true", "done_as_planned": "partly", "has_budget": "false", "tablet_skill": "helped"}


@pytest.fixture
def sleman():
    load()
    return Region.objects.get(pk="34.04")


def visit(region: str, kind: str, by, **fields) -> SupervisionVisit:
    return supervision.plan_visit(
        region=Region.objects.get(pk=region),
        kind=kind,
        planned_on=fields.pop("planned_on", DAY),
        purpose="Pembinaan",
        leader=fields.pop("leader", by),
        by=by,
        **fields,
    )


@pytest.mark.rule("M-08")
def test_facilitators_are_paired_across_villages(sleman):
    manager = officer(Role.MANAGER, "34.04")
    villages = ["34.04.07.2001", "34.04.07.2002", "34.04.06.2001", "34.04.07.2001"]
    people = [officer(Role.FACILITATOR, code) for code in villages]
    pairs = supervision.pair_crosswise(regency=sleman, quarter=QUARTER, by=manager)
    assert {pair.facilitator_id for pair in pairs} == {user.pk for user in people}
    assert all(pair.facilitator_village_id != pair.companion_village_id for pair in pairs)
    assert supervision.pair_crosswise(regency=sleman, quarter=QUARTER, by=manager) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionPair.objects.filter(pk=pairs[0].pk).update(
            companion_village=pairs[0].facilitator_village_id
        )


@pytest.mark.rule("M-08")
def test_one_village_alone_cannot_be_supervised_crosswise(sleman):
    officer(Role.FACILITATOR, "34.04.07.2001")
    officer(Role.FACILITATOR, "34.04.07.2001")
    with pytest.raises(ValidationError):
        supervision.pair_crosswise(regency=sleman, quarter=QUARTER, by=officer(Role.MANAGER, "34.04"))
    with pytest.raises(PermissionDenied):
        supervision.pair_crosswise(regency=sleman, quarter=QUARTER, by=officer(Role.MANAGER, "34.02"))


@pytest.mark.rule("M-08")
def test_the_companion_leads_the_crosswise_visit_and_sees_it(sleman):
    manager = officer(Role.MANAGER, "34.04")
    officer(Role.FACILITATOR, "34.04.07.2001")
    officer(Role.FACILITATOR, "34.04.06.2001")
    pair = supervision.pair_crosswise(regency=sleman, quarter=QUARTER, by=manager)[0]
    with pytest.raises(ValidationError):
        visit(pair.facilitator_village_id, "crosswise", manager, pair=pair, leader=pair.facilitator)
    planned = visit(pair.facilitator_village_id, "crosswise", manager, pair=pair, leader=pair.companion)
    assert SupervisionVisit.objects.visible_to(pair.companion).get() == planned
    supervision.hold_visit(visit=planned, held_on=DAY, answers=SHEET, by=pair.companion)


@pytest.mark.rule("M-01")
@pytest.mark.parametrize(
    ("role", "region", "kind"),
    [
        (Role.NATIONAL_SECRETARIAT, "34", "national"),
        (Role.PROVINCIAL_COORDINATOR, "34.04", "provincial"),
        (Role.MANAGER, "34.04.07.2001", "regency"),
        (Role.PUSKESOS_COORDINATOR, "34.04.07.2001", "village"),
    ],
)
def test_every_level_monitors_its_own_area_and_no_other(sleman, role, region, kind):
    who = officer(role, "" if role == Role.NATIONAL_SECRETARIAT else None)
    assert visit(region, kind, who, with_whom="Dinas Sosial").status == "planned"
    if role != Role.NATIONAL_SECRETARIAT:
        with pytest.raises(PermissionDenied):
            visit("32.04", kind, who, with_whom="Dinas Sosial")


@pytest.mark.rule("M-09")
def test_the_province_visits_with_the_regional_government(sleman):
    coordinator = officer(Role.PROVINCIAL_COORDINATOR, "34")
    with pytest.raises(ValidationError):
        visit("34.04", "provincial", coordinator)
    planned = visit("34.04", "provincial", coordinator, with_whom="Bappeda Sleman")
    with pytest.raises(ValidationError):  # the sheet is not filled
        supervision.hold_visit(visit=planned, held_on=DAY, answers={}, by=coordinator)
    with pytest.raises(ValidationError):
        supervision.hold_visit(visit=planned, held_on=dt.date(2030, 1, 1), answers=SHEET, by=coordinator)
    held = supervision.hold_visit(visit=planned, held_on=DAY, answers=SHEET, by=coordinator)
    held.refresh_from_db()
    assert held.status == "done" and held.answers["tablet_skill"] == "helped"
    with pytest.raises(WrongState):
        supervision.hold_visit(visit=held, held_on=DAY, answers=SHEET, by=coordinator)


@pytest.mark.rule("M-07", "M-09")
def test_a_finding_has_an_owner_and_a_date_and_ends_when_it_is_done(sleman):
    coordinator, manager = officer(Role.PROVINCIAL_COORDINATOR, "34"), officer(Role.MANAGER, "34.04")
    seen = visit("34.04", "provincial", coordinator, with_whom="Dinas Sosial")
    with pytest.raises(ValidationError):
        supervision.record_finding(
            visit=seen, text="Tablet rusak.", owner=manager, due_on=dt.date(2026, 1, 1), by=coordinator
        )
    with pytest.raises(ValidationError):
        supervision.record_finding(
            visit=seen, text=" ", owner=manager, due_on=dt.date(2026, 12, 1), by=coordinator
        )
    with pytest.raises(ValidationError):
        supervision.record_finding(
            visit=seen,
            text="Tablet rusak.",
            owner=officer(Role.MANAGER, "32.04"),
            due_on=dt.date(2026, 12, 1),
            by=coordinator,
        )
    finding = supervision.record_finding(
        visit=seen, text="Tablet rusak.", owner=manager, due_on=dt.date(2026, 12, 1), by=coordinator
    )
    assert list(Finding.objects.overdue(on=dt.date(2026, 12, 2))) == [finding]
    with pytest.raises(ValidationError):
        supervision.finish_finding(finding=finding, done=" ", by=manager)
    supervision.finish_finding(finding=finding, done="Dua tablet diganti.", by=manager)
    with pytest.raises(PermissionDenied):  # nobody confirms their own follow-up
        supervision.review_finding(finding=finding, sufficient=True, note="", by=manager)
    supervision.review_finding(finding=finding, sufficient=False, note="Yang ketiga belum.", by=coordinator)
    supervision.finish_finding(finding=finding, done="Tiga tablet diganti.", by=manager)
    supervision.review_finding(finding=finding, sufficient=True, note="", by=coordinator)
    finding.refresh_from_db()
    assert finding.status == "confirmed" and not Finding.objects.overdue(on=dt.date(2027, 1, 1)).exists()


@pytest.mark.rule("M-01", "M-09")
def test_each_tier_plans_visits_of_its_own_kind(sleman):
    manager, coordinator = officer(Role.MANAGER, "34.04"), officer(Role.PROVINCIAL_COORDINATOR, "34")
    assert supervision.kinds_for(manager) == {"regency", "crosswise"}
    assert supervision.kinds_for(coordinator) == {"provincial", "crosswise"}
    assert supervision.kinds_for(officer(Role.NATIONAL_SECRETARIAT, "")) == {"national", "crosswise"}
    assert supervision.kinds_for(officer(Role.FACILITATOR, "34.04.07.2001")) == set()
    for kind in ("national", "provincial", "village"):
        with pytest.raises(ValidationError) as refusal:
            visit("34.04", kind, manager, with_whom="Bappeda")
        assert list(refusal.value.message_dict) == ["kind"]
    assert visit("34.04", "regency", manager).kind == "regency"


@pytest.mark.rule("M-07", "M-09")
def test_a_visit_is_planned_held_on_another_sheet_and_followed_up_through_the_doors(sleman, client):
    manager, supervisor = officer(Role.MANAGER, "34.04"), officer(Role.SUPERVISOR, "34.04.07")
    secretariat = officer(Role.NATIONAL_SECRETARIAT, "")
    other = instruments.create_instrument(
        code="pantauan", name="Pantauan bulanan", purpose="monitoring", by=secretariat
    )
    draft = other.draft
    asked = (Question("crowd", "integer", "Warga yang menunggu", required=True),)
    instruments.save_draft(
        version=draft, definition=Definition((Section("s", "S", questions=asked),)), by=secretariat
    )
    client.force_login(manager)

    def step(model: str, name: str, obj=None) -> str:
        return reverse(f"monitoring_{model}_modeladmin_{name}", args=[obj.pk] if obj else [])

    today = timezone.localdate()
    plan = {
        "kind": "regency", "region": "34.04.07.2001", "planned_on": today.isoformat(), "purpose": "Pembinaan",
        "instrument": other.pk,
    }  # fmt: skip
    form = client.get(step("supervisionvisit", "create")).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["regency"]
    assert client.post(step("supervisionvisit", "create"), plan).status_code == 200  # not published yet
    instruments.publish_version(version=draft, valid_from=today, by=secretariat)
    for wrong in (
        {"planned_on": "2020-01-01"},
        {"kind": "national"},
        {"region": "34.02.15.2004"},
        {"instrument": 99999},
    ):
        assert client.post(step("supervisionvisit", "create"), plan | wrong).status_code == 200, wrong
    assert not SupervisionVisit.objects.exists()
    assert client.post(step("supervisionvisit", "create"), plan).status_code == 302
    planned = SupervisionVisit.objects.get()
    assert planned.instrument_version == draft
    # The sheet asks what that form asks; without its answer nothing is recorded.
    assert "crowd" in client.get(step("supervisionvisit", "hold", planned)).context["form"].fields
    held = {"held_on": today.isoformat()}
    assert client.post(step("supervisionvisit", "hold", planned), held).status_code == 200
    assert client.post(step("supervisionvisit", "hold", planned), held | {"crowd": "4"}).status_code == 302
    assert "Warga yang menunggu" in client.get(step("supervisionvisit", "inspect", planned)).content.decode()
    finding = {"text": "Antrean panjang.", "owner": manager.username, "due_on": "2999-01-01"}
    stranger = officer(Role.MANAGER, "34.02")
    for wrong in ({"owner": stranger.username}, {"due_on": "2020-01-01"}, {"text": ""}):
        assert client.post(step("supervisionvisit", "finding", planned), finding | wrong).status_code == 200
    assert client.post(step("supervisionvisit", "finding", planned), finding).status_code == 302
    found = Finding.objects.get()
    assert client.post(step("finding", "finish", found), {"note": "Loket kedua dibuka."}).status_code == 302
    assert (
        client.post(step("finding", "confirm", found), {"note": ""}).status_code == 403
    )  # nobody confirms their own
    client.force_login(stranger)
    assert client.get(step("finding", "inspect", found)).status_code == 404
    client.force_login(supervisor)
    assert client.post(step("finding", "confirm", found), {"note": ""}).status_code == 302
    found.refresh_from_db()
    assert (found.status, found.follow_up) == ("confirmed", "Loket kedua dibuka.")


@pytest.mark.rule("M-03", "M-11")
def test_a_visit_is_not_recorded_without_what_monitoring_must_answer(sleman):
    """Planning, budgeting and operation: was it done as planned, and how able are the facilitators with the tablet."""
    manager = officer(Role.MANAGER, "34.04")
    planned = visit("34.04.07.2001", "regency", manager)
    for key in ("has_plan", "done_as_planned", "has_budget", "tablet_skill"):
        with pytest.raises(ValidationError) as refusal:
            supervision.hold_visit(
                visit=planned, held_on=DAY, answers={k: v for k, v in SHEET.items() if k != key}, by=manager
            )
        assert list(refusal.value.message_dict) == [key]
    with pytest.raises(ValidationError):
        supervision.hold_visit(
            visit=planned, held_on=DAY, answers=SHEET | {"tablet_skill": "perhaps"}, by=manager
        )
    held = supervision.hold_visit(
        visit=planned, held_on=DAY, answers=SHEET | {"updates_entered": "12"}, by=manager
    )
    held.refresh_from_db()
    assert (held.answers["done_as_planned"], held.answers["tablet_skill"], held.answers["updates_entered"]) == (
        "partly", "helped", "12",
    )  # fmt: skip
