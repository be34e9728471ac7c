"""One rule, four uses, one meaning: answers, a household, a database query, words; and the refusals of the vocabulary."""

import datetime as dt
import tomllib

import pytest
from django.conf import settings as django_settings
from django.db.models import Q
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.households.models import Enrolment, Household, Person
from programs_catalog.eligibility import query, words
from programs_catalog.eligibility.blocks import rule_of, stream_of
from programs_catalog.eligibility.evaluation import Answer, Facts, Span, evaluate
from programs_catalog.eligibility.rules import RuleError, dump, parse
from programs_catalog.models import Criteria, Program
from programs_catalog.reference import load_catalog

TODAY = dt.date(2026, 11, 23)
MET, UNMET, UNKNOWN = Answer.MET, Answer.UNMET, Answer.UNKNOWN

NUMBER = st.integers(0, 90)
PROGRAMS = ("pkh", "pip", "pis")
REGIONS = ("34", "34.04", "34.04.07", "34.04.07.2001", "34.02")


def leaf(fact, values, ops):
    return st.builds(lambda op, value: {"fact": fact, "op": op, "value": value}, st.sampled_from(ops), values)


def span(low, high):
    return st.builds(
        lambda a, b: {"fact": "age", "op": "between", "value": sorted((a, b))},
        st.integers(low, high),
        st.integers(low, high),
    )


DECILE = leaf("decile", st.integers(1, 10), [">=", "<="])
RECEIVES = leaf(
    "receives", st.lists(st.sampled_from(PROGRAMS), min_size=1, unique=True), ["includes", "excludes"]
)
REGION = leaf("region", st.lists(st.sampled_from(REGIONS), min_size=1, unique=True), ["within"])
UNMAPPED = leaf("house", st.just(["unfit"]), ["in"])
AGE = leaf("age", NUMBER, [">=", "<="]) | span(0, 90)
SEX = leaf("sex", st.just(["f"]), ["in", "not_in"])


def groups(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.builds(lambda mode, parts: {mode: parts}, st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3)),
        max_leaves=5,
    )  # fmt: skip


MEMBER = groups(AGE | SEX).map(lambda rule: {"member": rule})
RULES = groups(DECILE | RECEIVES | REGION | UNMAPPED | MEMBER)

MAPPING = query.Mapping(
    household={
        "decile": query.Column("decile"),
        "region": query.Column("region"),
        "receives": query.Codes(Enrolment, "household", "program__code"),
    },
    member={"age": query.Column("born_on", birth_date=True), "sex": query.Column("sex")},
    member_model=Person,
)


def facts_of(household: Household) -> Facts:
    """The same register row, read one by one."""
    return Facts(
        {
            "decile": household.decile,
            "region": household.region_id,
            "receives": {enrolment.program.code for enrolment in household.enrolments.all()},
        },
        [
            {"age": query.age_on(person.born_on, TODAY) if person.born_on else None, "sex": person.sex}
            for person in household.members.all()
        ],
    )


@pytest.fixture
def register(db):
    """Families of every kind: unknown decile, unknown birth date, nobody, birthdays of today and of 29 February."""
    load_catalog()
    programs = {program.code: program for program in Program.objects.filter(code__in=PROGRAMS)}
    days = [
        None,
        TODAY,
        TODAY.replace(year=2005),
        dt.date(2005, 11, 24),
        dt.date(2004, 2, 29),
        dt.date(1960, 1, 1),
        dt.date(2020, 6, 1),
    ]
    households = []
    for number in range(42):
        region = ("34.04.07.2001", "34.02.01.2001", "32.04.05.2001")[number % 3]
        household = Household.objects.create(region_id=region, decile=(None, 1, 4, 5, 10)[number % 5])
        for index in range(number % 4):
            Person.objects.create(
                household=household,
                name=f"Warga {number}-{index}",
                sex="fm"[(number + index) % 2],
                born_on=days[(number * 2 + index) % 7],
            )
        if number % 6 < 3:
            Enrolment.objects.create(
                household=household,
                program=programs[PROGRAMS[number % 6]],
                valid_from=TODAY,
                source="register",
            )
        households.append(household)
    return Household.objects.prefetch_related("members", "enrolments__program")  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=RULES)
def test_the_query_gives_the_same_answer_as_each_household(register, data):
    rule = parse(data)
    expected = {household.pk: evaluate(rule, facts_of(household)).answer for household in register}
    for answer, condition in ((MET, query.met), (UNMET, query.unmet), (UNKNOWN, query.unknown)):
        found = set(Household.objects.filter(condition(rule, MAPPING, TODAY)).values_list("pk", flat=True))
        assert found == {pk for pk, value in expected.items() if value is answer}, (data, answer)


@settings(max_examples=100, deadline=None)
@given(data=RULES)
def test_a_rule_survives_writing_reading_and_the_editors_blocks(data):
    rule = parse(data)
    assert parse(dump(rule)) == rule


def test_blocks_refuse_groups_that_they_would_lose():
    poor = {"fact": "decile", "op": "<=", "value": 4}
    twice = parse({"any": [{"all": [poor]}]})
    assert stream_of(twice)
    with pytest.raises(RuleError):
        stream_of(parse({"any": [{"all": [{"any": [poor]}]}]}))
    grown = {"fact": "age", "op": ">=", "value": 60}
    with pytest.raises(RuleError):
        stream_of(parse({"member": {"any": [{"all": [{"any": [grown]}]}]}}))


def test_the_published_rules_are_loaded_whole():
    """What a file of the catalog says is what the blocks hold: nothing is lost on the way into the database."""
    block = Criteria._meta.get_field("conditions").stream_block
    found = 0
    for file in sorted((django_settings.BASE_DIR / "fixtures/reference/programs").glob("*.toml")):
        for program in tomllib.loads(file.read_text(encoding="utf-8"))["program"]:
            for version in program.get("rules", []):
                whole = version["rule"] if "all" in version["rule"] else {"all": [version["rule"]]}
                kept = rule_of(block.to_python(stream_of(parse(version["rule"]))))
                assert kept == parse(whole), program["code"]
                found += 1
    assert found > 20


@pytest.mark.django_db
def test_criteria_of_the_reference_survive_the_editors_form_and_have_words():
    load_catalog()
    block = Criteria._meta.get_field("conditions").stream_block
    for criteria in Criteria.objects.select_related("program"):
        assert rule_of(block.to_python(stream_of(criteria.rule))) == criteria.rule
        block.clean(criteria.conditions)
        for language in ("id", "en"):
            with override(language):
                text = flat(words.describe(criteria.rule))
            assert text and "%(" not in text


def flat(line: words.Words) -> str:
    return " ".join([line.text, *(flat(part) for part in line.parts)])


def test_words_in_both_languages():
    rule = parse(
        {
            "all": [
                {"fact": "decile", "op": "<=", "value": 4},
                {"member": {"fact": "age", "op": ">=", "value": 60}},
            ]
        }
    )
    with override("id"):
        assert (
            flat(words.describe(rule))
            == "Semua ini: Desil kesejahteraan keluarga paling banyak 4. Ada anggota keluarga: umur paling sedikit 60 tahun."
        )
    with override("en"):
        assert flat(words.describe(rule)).startswith("All of these: Welfare decile of the family at most 4.")


def test_an_open_range_is_unknown_until_it_decides():
    rule = parse({"member": {"fact": "age", "op": ">=", "value": 60}})
    assert evaluate(rule, Facts({}, [{"age": Span(60, 74)}])).answer is MET
    assert evaluate(rule, Facts({}, [{"age": Span(18, 59)}])).answer is UNMET
    assert evaluate(rule, Facts({}, [{"age": Span(50, 70)}])).answer is UNKNOWN
    assert evaluate(rule, Facts({}, [])).answer is UNMET
    assert evaluate(rule, Facts({}, [], members_complete=False)).answer is UNKNOWN


def test_the_finding_says_which_condition_is_unmet_and_which_unknown():
    rule = parse(
        {
            "all": [
                {"fact": "decile", "op": "<=", "value": 4},
                {"fact": "house", "op": "in", "value": ["unfit"]},
                {"fact": "power", "op": "<=", "value": 900},
            ]
        }
    )
    finding = evaluate(rule, Facts({"decile": 7, "power": 450}))
    assert [part.answer for part in finding.parts] == [UNMET, UNKNOWN, MET]
    assert [line.answer for line in words.explain(finding)] == [UNMET, UNKNOWN, MET]


def test_forbidden_combination():
    rule = parse({"fact": "receives", "op": "excludes", "value": ["bsps"]})
    assert evaluate(rule, Facts({"receives": {"bsps", "pkh"}})).answer is UNMET
    assert evaluate(rule, Facts({"receives": {"pkh"}})).answer is MET
    assert evaluate(rule, Facts({})).answer is UNKNOWN


@pytest.mark.parametrize(
    "data",
    [
        {}, [], "age", {"all": []}, {"all": [], "any": []}, {"fact": "wealth", "op": ">=", "value": 1},
        {"fact": "age", "op": ">=", "value": 1},  # a fact of a member, asked of the household
        {"member": {"member": {"fact": "age", "op": ">=", "value": 1}}},
        {"fact": "decile", "op": "in", "value": [1]}, {"fact": "decile", "op": "<=", "value": "4"},
        {"fact": "decile", "op": "<=", "value": True}, {"fact": "decile", "op": "between", "value": [5, 1]},
        {"fact": "house", "op": "in", "value": ["castle"]}, {"fact": "region", "op": "within", "value": ["3404"]},
        {"fact": "in_register", "op": "is", "value": "yes"}, {"fact": "receives", "op": "includes", "value": []},
    ],
)  # fmt: skip
def test_what_is_not_of_the_vocabulary_is_refused(data):
    with pytest.raises(RuleError):
        parse(data)


@pytest.mark.django_db
def test_versions_have_their_days():
    load_catalog()
    program = Program.objects.get(code="pkh")
    now = program.criteria_on()
    now.valid_until = TODAY
    now.save()
    later = Criteria.objects.create(
        program=program, valid_from=TODAY + dt.timedelta(days=1), conditions=now.conditions
    )
    program = Program.objects.get(code="pkh")
    assert program.criteria_on(TODAY) == now
    assert program.criteria_on(TODAY + dt.timedelta(days=1)) == later
    assert program.criteria_on(dt.date(2000, 1, 1)) is None
    assert isinstance(query.met(now.rule, MAPPING, TODAY), Q)
