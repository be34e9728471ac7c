"""A simulated village or regency: true to the tables of moves and to the known seasons, and the same from the same seed."""

import csv
import datetime as dt
import hashlib
from collections import Counter

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from cases.casework.models import Case, Referral
from cases.casework.workflow import CASE_FLOW, REFERRAL_FLOW, Status
from cases.households.groups import group_of_person
from cases.households.models import Enrolment, Household, Person, Visit
from portal.accounts.models import User
from portal.fields import blind_index
from portal.ledger.models import NumberSeries, Transition
from portal.operations.loading import load
from portal.operations.simulate import plan as plans
from portal.operations.simulate import run
from portal.operations.simulate.makers import Makers
from portal.staffing.models import Appointment
from portal.units.models import Unit
from reports.dashboards import facts
from reports.dashboards.models import Indicator, IndicatorValue
from reports.quarterly.models import QuarterlyReport

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2026, 11, 23)
DEPOK = "34.04.07"


def plan_for(area=DEPOK, *, seed=7, years=1, households=60, cases=90):
    return plans.make(plans.Plan(area, seed, UNTIL, years, households=households, cases=cases))


def fill(plan, **options):
    load("reference", again=True, tell=lambda text: None)
    return run.simulate(plan, tell=options.pop("tell", lambda text: None), **options)


def fingerprint() -> str:
    """All that the seed decides: what was brought, by whom, when it went where, how it ended, and under which keys."""
    state = hashlib.sha256()
    rows = Case.objects.order_by("number").values_list(
        "pk", "number", "client_id", "region_id", "status", "outcome", "opened_at", "closed_at", "subject_sex", "household_id",
        "visit_id", "enrolment_id", "registered_by__username",
    )  # fmt: skip
    for row in rows:
        state.update(repr(row).encode())
    for case in Case.objects.order_by("number"):
        state.update(f"{case.lookup_code} {case.description} {case.person.nik} {case.person.name}".encode())
    moves = (
        Transition.objects.filter(model__startswith="casework.")
        .order_by("pk")
        .values_list("pk", "model", "object_id", "move", "to_status", "at", "by__username")
    )
    for row in moves:
        state.update(repr(row).encode())
    return state.hexdigest()


def test_the_same_seed_gives_the_same_data_and_another_seed_other():
    prints = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            fill(plan_for(seed=seed), with_reports=False)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1] != prints[2]


def check_district():
    """What must hold of every simulated row."""
    said = []
    written = fill(plan_for(), tell=said.append)
    assert any(text.startswith("[1/1] Kabupaten Sleman: ") and "a second" in text for text in said)
    assert Case.objects.count() == written["casework.Case"] == 90
    assert Household.objects.count() == 60
    assert Visit.objects.count() == 150
    assert set(Unit.objects.filter(kind="puskesos").values_list("region_id", flat=True)) == {
        "34.04.07.2001", "34.04.07.2002", "34.04.07.2003"
    }  # fmt: skip
    connection.check_constraints()
    assert facts.differences() == []
    ways = {("casework.case", str(c.pk)): (CASE_FLOW, c) for c in Case.objects.all()}
    ways |= {
        ("casework.referral", str(r.pk)): (REFERRAL_FLOW, r) for r in Referral.objects.select_related("case")
    }
    status, last = {}, {}
    for row in Transition.objects.filter(model__startswith="casework.").order_by("at", "pk"):
        key = (row.model, row.object_id)
        flow, obj = ways[key]
        if row.move == "start":
            assert key not in status
        else:
            move = flow.moves[row.move]
            assert row.from_status == status[key] and status[key] in move.from_, (row.move, status[key])
            assert row.to_status == move.to
            assert (row.by is None) == move.automatic
            assert not move.needs_note or row.note
        status[key], last[key] = row.to_status, row.at
    assert status == {key: obj.status for key, (_flow, obj) in ways.items()}
    for case in Case.objects.select_related("person", "enrolment"):
        assert last["casework.case", str(case.pk)] == case.status_since
        assert case.status != Status.CLOSED or case.closed_at >= case.opened_at
        assert case.person.household_id == case.household_id
        assert case.subject_sex == case.person.sex
        assert case.subject_group == group_of_person(case.person, timezone.localdate(case.opened_at))
        assert not case.enrolment or case.enrolment.program_id == case.program_id
    assert Case.objects.filter(outcome="enrolled", enrolment=None).count() == 0
    person = Person.objects.order_by("pk").last()
    assert person.nik.isdigit() and person.nik_index == blind_index(person.nik)
    assert Person.objects.with_nik(person.nik).get() == person
    for series in NumberSeries.objects.filter(kind="REG"):
        suffix = f"/REG/{series.region_code}/"
        numbers = Case.objects.filter(number__contains=suffix, number__endswith=str(series.year)).values_list(
            "number", flat=True
        )
        assert sorted(int(number[:5]) for number in numbers) == list(range(1, series.last + 1))
    assert Appointment.objects.active().count() == User.objects.filter(officer__isnull=False).count()
    assert QuarterlyReport.objects.filter(region="34.04.07.2001").count() >= 4
    # The next row made elsewhere gets a fresh key.
    Household.objects.create(region_id="34.04.07.2001")


def test_a_district_keeps_every_rule_of_the_tables():
    check_district()


def indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        return set(cursor.fetchall())


@pytest.mark.postgres
def test_a_district_keeps_every_rule_of_the_tables_when_copied_into_postgresql():
    before = indexes()
    check_district()
    assert indexes() == before
    # Rows went in past the foreign keys; a change of each makes PostgreSQL look again.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
            [[model._meta.db_table for model in (*run.LARGE, Unit, User, Appointment)]],
        )
        keys = cursor.fetchall()
        assert len(keys) > 30
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition}")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_processes_write_the_same_rows():
    load("reference", again=True, tell=lambda text: None)
    prints = []
    with transaction.atomic():
        run.simulate(plan_for("34"), tell=lambda text: None, with_reports=False)
        prints.append(fingerprint())
        transaction.set_rollback(True)
    assert not Case.objects.exists()
    said = []
    run.simulate(plan_for("34"), tell=said.append, with_reports=False, processes=2)
    prints.append(fingerprint())
    assert prints[0] == prints[1]
    assert sum("a second" in text for text in said) == 5
    assert facts.differences() == []


def test_one_process_writes_into_sqlite():
    with pytest.raises(run.CannotSimulate, match="Only PostgreSQL"):
        run.simulate(plan_for(), tell=lambda text: None, processes=2)


@pytest.mark.postgres
def test_a_run_that_fails_leaves_the_indexes_to_the_transaction(monkeypatch):
    before = indexes()

    def fail(self, code):
        raise KeyboardInterrupt

    monkeypatch.setattr(Makers, "write", fail)
    with pytest.raises(KeyboardInterrupt):
        fill(plan_for(), with_reports=False)
    assert indexes() == before


def test_sleman_has_its_visits_and_a_quarter_of_them_in_the_peak_month():
    plan = plans.make(plans.Plan("34.04", 1, dt.date(2027, 1, 1), 1))
    (sleman,) = plan.regencies
    assert sleman.visits == 13_750
    months = Counter(at.month for at in plans.moments(plan, sleman.visits, plan.random("test")))
    peak, most = months.most_common(1)[0]
    assert peak == 6
    assert 0.24 <= most / sleman.visits <= 0.26
    assert all(at.weekday() < 5 and 8 <= at.hour < 15 for at in plans.moments(plan, 500, plan.random("test")))


def test_the_nation_has_514_slrt_and_tens_of_thousands_of_villages():
    plan = plans.make(plans.Plan("", 1, UNTIL, 1))
    assert len(plan.regencies) == 514
    assert sum(len(one.villages) for one in plan.regencies) > 80_000
    assert plan.total["households"] > 10_000_000
    assert plan.total["visits"] > 3_000_000
    exact = plans.make(plans.Plan("", 1, UNTIL, 1, households=1_000, cases=70_000)).total
    assert (exact["households"], exact["cases"]) == (1_000, 70_000)


def test_every_recorded_indicator_of_the_reference_data_gets_values():
    with open(project.BASE_DIR / "fixtures/reference/indicators.csv", encoding="utf-8") as file:
        recorded = {row["code"] for row in csv.DictReader(file) if row["use"] == "recorded"}
    assert len(recorded) >= 9
    fill(plan_for(cases=10), with_reports=False)
    places, years = (None, "34", "34.04"), (UNTIL.year - 2, UNTIL.year - 1)
    values = {(row.indicator_id, row.region_id, row.year): row.value for row in IndicatorValue.objects.all()}
    assert set(values) == {(code, place, year) for code in recorded for place in places for year in years}
    indicators = Indicator.objects.in_bulk(list(recorded))
    for (code, place, year), value in values.items():
        indicator = indicators[code]
        low, high = sorted((indicator.best, indicator.worst))
        assert low < value < high, (code, place, year)
        if year == years[1]:
            assert (value < values[code, place, years[0]]) == indicator.higher_is_worse


def test_every_village_has_a_puskesos_where_the_plan_says_so():
    found = {}
    for share in (0, 100):
        plan = plans.make(plans.Plan("34.01.01", 7, UNTIL, 1, households=5, cases=5, puskesos=share))
        with transaction.atomic():
            fill(plan, with_reports=False)
            found[share] = Unit.objects.filter(kind="puskesos").count()
            transaction.set_rollback(True)
    # The first village has one in any case.
    assert found == {0: 1, 100: len(plan.regencies[0].villages)} and found[100] > 5


def test_one_village_is_the_smallest_size():
    fill(plan_for("34.04.07.2001", households=5, cases=8), with_reports=False)
    assert set(Case.objects.values_list("region_id", flat=True)) == {"34.04.07.2001"}
    assert set(Enrolment.objects.values_list("household__region_id", flat=True)) <= {"34.04.07.2001"}


def test_a_run_that_was_stopped_goes_on_where_it_was(monkeypatch):
    plan = plan_for("34", households=50, cases=60)
    write = Makers.write

    def stop_at_the_third(self, code):
        if code == plan.regencies[2].code:
            raise KeyboardInterrupt
        return write(self, code)

    with monkeypatch.context() as patch:
        patch.setattr(Makers, "write", stop_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            fill(plan, with_reports=False)
    assert 0 < Case.objects.count() < 60
    fill(plan, with_reports=False)
    assert Case.objects.count() == 60
    assert Unit.objects.filter(kind="slrt").count() == 5
    with pytest.raises(run.CannotSimulate, match="another simulation"):
        fill(plan_for("34", seed=9))


def test_it_fills_an_empty_database_only():
    Unit.objects.create(kind="slrt", name="SLRT", region_id="34.04")
    with pytest.raises(run.CannotSimulate, match="already"):
        fill(plan_for())


def test_the_command_says_its_plan_and_refuses_a_real_installation(capsys, settings):
    settings.DEMO = settings.DEBUG = False
    call_command("simulate", area=DEPOK, plan=True, cases=10)
    assert "1 SLRT, 3 villages" in capsys.readouterr().out
    assert not Unit.objects.exists()
    with pytest.raises(CommandError, match="no demo installation"):
        call_command("simulate", area=DEPOK)
    for wrong in ({"puskesos": 101}, {"quarters": 0}):
        with pytest.raises(CommandError, match="--puskesos must be"):
            call_command("simulate", area=DEPOK, plan=True, **wrong)
    with pytest.raises(CommandError, match="no region"):
        call_command("simulate", area="99.99", plan=True)


def test_rows_are_shared_out_to_the_last_one():
    assert plans.shares(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(plans.shares(1_000, [0.1, 7, 3.3])) == 1_000
    assert plans.shares(0, [1, 2]) == [0, 0]
