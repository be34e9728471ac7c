"""The yearly evaluation: schemes, rounds, samples, teams, scores that explain themselves, recommendations (E-01 to E-10)."""

import copy
import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.regions.models import Region
from reports.evaluation import services
from reports.evaluation.example import SCHEME
from reports.evaluation.models import Evaluation, EvaluationRound, Team, TypologyScheme
from reports.evaluation.typology import Aspect, Scheme, Typology, assess
from reports.monitoring.reference import load
from tests.factories import UnitFactory, officer

pytestmark = pytest.mark.django_db
GOOD = {
    "regulation": "3", "institution": "2", "complaints_finished": "90", "data_used": ["planning", "budget", "targeting"], "innovations": "3",
    "budget_per_year": "900000000", "positions_filled": "95",
}  # fmt: skip
NOVEMBER = dt.date(2026, 11, 20)


@pytest.fixture
def nation():
    load()
    for code in ("34.04", "34.02", "34.01", "32.04", "19.01"):
        UnitFactory(region_id=code)
    who = officer(Role.NATIONAL_SECRETARIAT, "")
    services.set_scheme(year=2026, definition=SCHEME, by=who)
    return who


@pytest.fixture
def running(nation):
    round_ = services.prepare_round(year=2026, purpose="Menilai penyelenggaraan", by=nation)
    return services.start_round(round_=round_, by=nation, today=NOVEMBER)


def place(round_, code="34.04") -> Evaluation:
    return round_.evaluations.select_related("round__scheme", "round__instrument_version").get(region=code)


def final(round_, nation, code="34.04", answers=GOOD) -> Evaluation:
    coordinator = officer(Role.PROVINCIAL_COORDINATOR, code[:2])
    services.fill_evaluation(evaluation=place(round_, code), answers=answers, by=coordinator)
    services.add_note(
        evaluation=place(round_, code),
        method="group",
        about="process",
        held_on=dt.date(2026, 11, 1),
        participants="Kader",
        text="Baik.",
        by=coordinator,
    )
    services.send_evaluation(evaluation=place(round_, code), by=coordinator)
    return services.review_evaluation(evaluation=place(round_, code), final=True, note="", by=nation)


# -- typology, pure ---------------------------------------------------------------------------------------------------
@pytest.mark.rule("E-09")
def test_the_seven_aspects_are_those_of_the_guideline_and_none_may_be_left_out(nation):
    seven = ["regulation", "institution", "complaints", "data", "innovation", "budget", "people"]
    assert list(Aspect.values) == seven
    assert [aspect.aspect for aspect in assess(Scheme.from_json(SCHEME), GOOD).aspects] == seven
    for left_out in seven:
        scheme = copy.deepcopy(SCHEME)
        scheme["indicators"] = [row for row in scheme["indicators"] if row["aspect"] != left_out]
        with pytest.raises(ValidationError):
            services.set_scheme(year=2027, definition=scheme, by=nation)


@pytest.mark.rule("E-09", "E-10")
def test_the_typology_explains_itself_over_seven_aspects():
    scheme = Scheme.from_json(SCHEME)
    best = assess(scheme, GOOD)
    assert len(best.aspects) == 7 and best.typology == Typology.ADVANCED and best.next_class == ""
    middle = assess(scheme, GOOD | {"regulation": "1", "innovations": "0", "budget_per_year": "100000000"})
    assert middle.typology == Typology.DEVELOPING and middle.next_class == Typology.ADVANCED
    assert middle.short_of_next == scheme.advanced_from - middle.score > 0
    assert sum(gain for _point, gain in middle.gains) == pytest.approx(100 - middle.score, abs=Decimal("0.1"))
    nothing = assess(scheme, {})
    assert nothing.score == 0 and nothing.typology == Typology.UNDERDEVELOPED
    assert not any(point.answered for aspect in nothing.aspects for point in aspect.points)


@pytest.mark.rule("E-10")
def test_a_scheme_that_does_not_hold_is_refused(nation):
    bad = {
        "no aspect": lambda s: s.update(indicators=[i for i in s["indicators"] if i["aspect"] != "data"]),
        "weights": lambda s: s["weights"].update(data=99),
        "thresholds": lambda s: s.update(developing_from=90),
        "unknown question": lambda s: s["indicators"][0].update(points="${nothing}"),
        "expression": lambda s: s["indicators"][0].update(points="1 +"),
        "unreadable": lambda s: s.pop("weights"),
    }
    for change in bad.values():
        scheme = copy.deepcopy(SCHEME)
        change(scheme)
        with pytest.raises(ValidationError):
            services.set_scheme(year=2027, definition=scheme, by=nation)
    with pytest.raises(PermissionDenied):
        services.set_scheme(year=2027, definition=SCHEME, by=officer(Role.PROVINCIAL_COORDINATOR))


@pytest.mark.rule("E-10")
def test_the_old_year_keeps_its_classes_when_thresholds_change(running, nation):
    one = final(running, nation)
    assert one.typology == Typology.ADVANCED
    with pytest.raises(ValidationError):
        services.set_scheme(year=2026, definition=SCHEME | {"advanced_from": "99.9"}, by=nation)
    with pytest.raises(IntegrityError), transaction.atomic():
        TypologyScheme.objects.filter(year=2026).update(definition={})
    services.set_scheme(year=2027, definition=SCHEME | {"advanced_from": "99.99"}, by=nation)
    next_round = services.prepare_round(year=2027, purpose="x", by=nation)
    services.start_round(round_=next_round, by=nation, today=dt.date(2027, 12, 1))
    again = services.fill_evaluation(
        evaluation=place(next_round),
        answers=GOOD | {"positions_filled": "90"},
        by=officer(Role.PROVINCIAL_COORDINATOR),
    )
    assert again.typology == Typology.DEVELOPING and services.year_before(again) == one
    one.refresh_from_db()
    assert one.typology == Typology.ADVANCED and one.result["typology"] == "advanced"
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=one.pk).update(typology="developing")


# -- rounds --------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("E-01")
def test_once_a_year_at_its_end_by_centre_province_and_regency(nation):
    round_ = services.prepare_round(year=2026, purpose="Menilai", by=nation)
    with pytest.raises(ValidationError):
        services.start_round(round_=round_, by=nation, today=dt.date(2026, 9, 30))
    services.start_round(round_=round_, by=nation, today=dt.date(2026, 10, 1))
    with pytest.raises(ValidationError):
        services.prepare_round(year=2026, purpose="Lagi", by=nation)
    sleman = Region.objects.get(pk="34.04")
    for role in (Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_PLANNING):
        with transaction.atomic():
            assert services.prepare_round(year=2026, purpose="Kabupaten", region=sleman, by=officer(role))
            transaction.set_rollback(True)
    assert services.prepare_round(
        year=2026,
        purpose="Provinsi",
        region=Region.objects.get(pk="34"),
        by=officer(Role.PROVINCIAL_COORDINATOR),
    )
    with pytest.raises(PermissionDenied):
        services.prepare_round(
            year=2026, purpose="x", region=sleman, by=officer(Role.REGENCY_PLANNING, "34.02")
        )
    with pytest.raises(PermissionDenied):
        services.prepare_round(year=2026, purpose="x", region=sleman, by=officer(Role.MANAGER))


@pytest.mark.rule("E-05")
def test_all_places_or_a_sample_that_can_be_drawn_again(nation):
    census = services.prepare_round(year=2026, purpose="Semua", by=nation)
    assert len(services.places_of(census)) == 5
    census.delete()
    with pytest.raises(ValidationError):
        services.prepare_round(year=2026, purpose="x", method="sample", by=nation)
    sample = services.prepare_round(
        year=2026, purpose="Sampel", method="sample", sample_size=3, seed="undian-1", by=nation
    )
    drawn = services.places_of(sample)
    assert len(drawn) == 3 and drawn == services.places_of(EvaluationRound.objects.get(pk=sample.pk))
    services.start_round(round_=sample, by=nation, today=NOVEMBER)
    assert [(e.region_id, e.place_name) for e in sample.evaluations.order_by("region_id")] == drawn
    sample.seed = "undian-2"
    others = {
        tuple(services.places_of(EvaluationRound(method="sample", sample_size=3, seed=f"u{i}")))
        for i in range(9)
    }
    assert len(others) > 1


@pytest.mark.rule("E-04", "E-06")
def test_teams_at_three_tiers_and_external_evaluators_by_the_secretariat(running, nation):
    coordinator = officer(Role.PROVINCIAL_COORDINATOR)
    diy, sleman = Region.objects.get(pk="34"), Region.objects.get(pk="34.04")
    services.form_team(round_=running, region=None, kind="internal", members="A, Seknas", by=nation)
    services.form_team(round_=running, region=diy, kind="internal", members="B, Dinsos DIY", by=coordinator)
    with pytest.raises(PermissionDenied):
        services.form_team(
            round_=running, region=sleman, kind="external", members="C", evaluator="Lembaga X", by=coordinator
        )
    with pytest.raises(ValidationError):
        services.form_team(round_=running, region=sleman, kind="mixed", members="C", by=nation)
    team = services.form_team(
        round_=running, region=sleman, kind="mixed", members="C", evaluator="Lembaga X", by=nation
    )
    assert team.appointed_by == nation
    assert set(Team.objects.values_list("tier", flat=True)) == {"central", "province", "regency"}
    with pytest.raises(ValidationError):
        services.form_team(
            round_=running, region=Region.objects.get(pk="34.04.07"), kind="internal", members="D", by=nation
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=team.pk).update(appointed_by=None)


# -- one place -----------------------------------------------------------------------------------------------------------
@pytest.mark.rule("E-02", "E-03")
def test_questionnaire_and_qualitative_notes_stand_together(running, nation):
    coordinator = officer(Role.PROVINCIAL_COORDINATOR)
    assert [section.key for section in place(running).round.instrument_version.parsed.sections] == [
        "design",
        "process",
        "outputs",
        "impact",
    ]
    with pytest.raises(ValidationError):  # nothing answered
        services.send_evaluation(evaluation=place(running), by=coordinator)
    services.fill_evaluation(evaluation=place(running), answers=GOOD, by=coordinator)
    with pytest.raises(ValidationError):  # no discussion yet
        services.send_evaluation(evaluation=place(running), by=coordinator)
    with pytest.raises(ValidationError):
        services.add_note(
            evaluation=place(running),
            method="guess",
            about="impact",
            held_on=NOVEMBER,
            participants="x",
            text="y",
            by=coordinator,
        )
    for method, about in (("group", "design"), ("interview", "impact"), ("observation", "outputs")):
        services.add_note(
            evaluation=place(running),
            method=method,
            about=about,
            held_on=dt.date(2026, 11, 1),
            participants="Kader desa",
            text="Catatan",
            by=coordinator,
        )
    assert services.send_evaluation(evaluation=place(running), by=coordinator).status == "sent"


@pytest.mark.rule("E-07")
def test_the_province_fills_and_the_centre_reviews(running, nation):
    coordinator = officer(Role.PROVINCIAL_COORDINATOR)
    with pytest.raises(PermissionDenied):
        services.fill_evaluation(evaluation=place(running), answers=GOOD, by=officer(Role.MANAGER))
    with pytest.raises(Evaluation.DoesNotExist):
        services.fill_evaluation(
            evaluation=place(running), answers=GOOD, by=officer(Role.PROVINCIAL_COORDINATOR, "32")
        )
    services.fill_evaluation(evaluation=place(running), answers=GOOD, by=coordinator)
    services.add_note(
        evaluation=place(running),
        method="group",
        about="process",
        held_on=dt.date(2026, 11, 1),
        participants="x",
        text="y",
        by=coordinator,
    )
    services.send_evaluation(evaluation=place(running), by=coordinator)
    with pytest.raises(PermissionDenied):
        services.review_evaluation(evaluation=place(running), final=True, note="", by=coordinator)
    with pytest.raises(ValidationError):
        services.review_evaluation(evaluation=place(running), final=False, note=" ", by=nation)
    services.review_evaluation(evaluation=place(running), final=False, note="Bukti anggaran?", by=nation)
    services.send_evaluation(evaluation=place(running), by=coordinator)
    assert (
        services.review_evaluation(evaluation=place(running), final=True, note="", by=nation).status
        == "final"
    )


@pytest.mark.rule("E-08")
def test_recommendations_are_followed_up(running, nation):
    one, manager = final(running, nation), officer(Role.MANAGER, "34.04")
    later = dt.date(2099, 1, 1)
    with pytest.raises(ValidationError):
        services.recommend(
            evaluation=one,
            purpose="strengthen",
            text="Perda.",
            owner=officer(Role.MANAGER, "32.04"),
            due_on=later,
            by=nation,
        )
    with pytest.raises(ValidationError):
        services.recommend(
            evaluation=one, purpose="nothing", text="Perda.", owner=manager, due_on=later, by=nation
        )
    with pytest.raises(PermissionDenied):
        services.recommend(
            evaluation=one, purpose="sustain", text="Perda.", owner=manager, due_on=later, by=manager
        )
    made = services.recommend(
        evaluation=one, purpose="sustain", text="Ajukan perda.", owner=manager, due_on=later, by=nation
    )
    with pytest.raises(ValidationError):
        services.finish_recommendation(recommendation=made, done="", by=manager)
    assert (
        services.finish_recommendation(recommendation=made, done="Rancangan diajukan.", by=manager).status
        == "done"
    )
    assert set(dict(made.Purpose.choices)) == {"strengthen", "sustain", "expand"} and Aspect.values
