"""Instruments: expressions, definitions, versions that stay, regions' own variables, XLSForm there and back."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.regions.models import Region
from reports.monitoring import designing, expressions, instruments, xlsform
from reports.monitoring.answers import answer_errors, clean_answers
from reports.monitoring.definition import Choice, Column, Definition, Question, Section
from reports.monitoring.models import Instrument, InstrumentVersion
from reports.monitoring.reference import FOLDER, load
from tests.factories import officer

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 mod 4", 3), ("-2 + 5", 3), ("10 div 4", Decimal("2.5")), ("${a} div 0", None),
        ("${a} + ${none}", None), ("${a} > 3 and ${b} = 'x'", True), ("${none} > 3 or not(${a} = 4)", False), ("${none} = ''", True),
        ("${a} != ''", True), ("if(${a} >= 4, 'ya', 'tidak')", "ya"), ("selected(${c}, 'two')", True), ("selected(${c}, 'three')", False),
        ("round(2.345, 2)", Decimal("2.35")), ("sum(${t.n})", 5), ("coalesce(${none}, 9)", 9), ("max(1, ${a}, 2)", 4), ("count(${t.n})", 2),
        ("int(2.9)", 2), ("min(3, ${a})", 3), ("true() and 1 <= 1", True),
    ],
)  # fmt: skip
def test_expressions(text, value):
    answers = {"a": "4", "b": "x", "c": ["one", "two"], "t": {"r": {"n": "2"}, "s": {"n": 3}}}
    assert expressions.evaluate(text, answers) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "__import__('os')",
        "${A B}",
        "open('x')",
        "1; 2",
        "if(1, 2)",
        "(" * 40 + "1" + ")" * 40,
        "1" * 600,
        "a.b",
    ],
)
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(expressions.ExpressionError):
        expressions.parse(text)


def definition(**changes) -> Definition:
    question = {"key": "visits", "type": "integer", "label": "Kunjungan"} | changes
    return Definition((Section("s", "Bagian", questions=(Question(**question),)),))


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "Visits"}, {"label": ""}, {"type": "nothing"}, {"type": "choice"}, {"minimum": Decimal(3), "maximum": Decimal(2)},
        {"type": "calculation"}, {"type": "calculation", "calculation": "${visits} + 1"}, {"condition": "${unknown} = 1"},
        {"constraint": "1 +"}, {"type": "table"}, {"source": "nothing.known"},
    ],
)  # fmt: skip
def test_what_cannot_be_published_is_named(changes):
    assert definition().problems() == []
    assert definition(**changes).problems(sources=frozenset({"cases.received"}))


@pytest.mark.rule("M-03", "M-11")
def test_the_reference_instruments_answer_what_monitoring_must_answer():
    found = {
        path.stem: Definition.from_json(json.loads(path.read_text())["definition"])
        for path in FOLDER.glob("*.json")
    }
    for one in found.values():
        assert one.problems() == [] and Definition.from_json(one.to_json()) == one
    quarterly, sheet = found["quarterly"], found["supervision"]
    # Done as planned; how many updates; how able with tablet and application (M-03).
    assert {"as_planned", "data_updates", "facilitators_able"} <= {q.key for q in quarterly.questions()}
    assert {"done_as_planned", "updates_entered", "tablet_skill"} <= {q.key for q in sheet.questions()}
    # Planning, budgeting and operation (M-11).
    assert [section.key for section in sheet.sections] == ["planning", "budgeting", "operation"]
    assert {"budget", "spent"} <= {q.key for q in quarterly.questions()}


def test_answers_are_checked_by_the_definition():
    asked = Definition((Section("s", "S", questions=(
        Question("a", "integer", "A", required=True, minimum=Decimal(1), maximum=Decimal(9)),
        Question("b", "choice", "B", choices=(Choice("x", "X"), Choice("y", "Y"))),
        Question("c", "long_text", "C", required=True, condition="${b} = 'y'"),
        Question("d", "decimal", "D", constraint=". <= ${a}", constraint_message="D lebih besar dari A"),
    )),))  # fmt: skip
    assert set(answer_errors(asked, {})) == {"a"}
    assert set(answer_errors(asked, {"a": "10", "b": "z"})) == {"a", "b"}
    assert set(answer_errors(asked, {"a": "1.5"})) == {"a"}
    assert set(answer_errors(asked, {"a": "2", "b": "y"})) == {"c"}
    assert answer_errors(asked, {"a": "2", "d": "3"}) == {"d": ["D lebih besar dari A"]}
    assert answer_errors(asked, {"a": "2", "b": "x", "d": "2"}) == {}
    assert clean_answers(asked, {"a": 2, "b": "", "zzz": 1}) == {"a": "2"}


def test_xlsform_there_and_back_loses_nothing():
    for path in FOLDER.glob("*.json"):
        data = json.loads(path.read_text())
        before = Definition.from_json(data["definition"])
        content = xlsform.write(before, form_id=data["code"], title=data["name"], version="1")
        assert xlsform.read(content).to_json() == before.to_json()


@pytest.mark.parametrize(
    "constraint", ["", ". <= ${b}", "(. > 1) or (. < ${b})", ". >= max(${b}, 1)", "not(. = 1) and (. < 9)"]
)
@pytest.mark.parametrize("limits", [(None, None), (0, None), (None, 9), (0, 9)])
def test_limits_and_checks_come_back_from_xlsform_as_they_were(constraint, limits):
    low, high = (None if limit is None else Decimal(limit) for limit in limits)
    asked = (
        Question("a", "integer", "A", minimum=low, maximum=high, constraint=constraint),
        Question("b", "integer", "B"),
    )
    before = Definition((Section("s", "S", questions=asked),))
    content = xlsform.write(before, form_id="x", title="X", version="1")
    assert xlsform.read(content).to_json() == before.to_json()


def test_a_plain_xlsform_of_others_is_read_and_a_bad_one_named_by_row():
    import io

    from openpyxl import Workbook

    def book(rows):
        workbook = Workbook()
        workbook.active.title = "survey"
        for row in (["type", "name", "label", "relevant"], *rows):
            workbook.active.append(row)
        choices = workbook.create_sheet("choices")
        for row in (["list_name", "name", "label"], ["yn", "y", "Ya"], ["yn", "n", "Tidak"]):
            choices.append(row)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    read = xlsform.read(
        book(
            [
                ["start", "start", ""],
                ["select_one yn", "ok", "Baik?"],
                ["integer", "n", "Berapa?", "${ok} = 'y'"],
            ]
        )
    )
    assert [(q.key, q.type) for q in read.questions()] == [
        ("ok", "choice"),
        ("n", "integer"),
    ] and read.problems() == []
    with pytest.raises(ValidationError) as refusal:
        xlsform.read(book([["geopoint", "where", "Di mana?"], ["select_one nope", "x", "X"]]))
    assert (
        len(refusal.value.messages) == 2
        and "2" in refusal.value.messages[0]
        and "3" in refusal.value.messages[1]
    )
    with pytest.raises(ValidationError):
        xlsform.read(b"PK\x03\x04 no workbook")


def test_a_draft_is_designed_step_by_step():
    draft = designing.put_section(Definition(), Section("s", "S"))
    draft = designing.put_question(draft, "s", Question("a", "integer", "A"))
    draft = designing.put_question(draft, "s", Question("b", "integer", "B"), position=1)
    assert [q.key for q in draft.questions()] == ["b", "a"]
    draft = designing.put_section(draft, Section("t", "T"))
    draft = designing.put_question(draft, "t", Question("b2", "integer", "B"), old_key="b")
    assert [[q.key for q in s.questions] for s in draft.sections] == [["a"], ["b2"]]
    for bad in (
        lambda: designing.put_question(draft, "s", Question("b2", "integer", "B")),
        lambda: designing.put_question(draft, "s", Question("B!", "integer", "B")),
        lambda: designing.put_question(draft, "nowhere", Question("c", "integer", "C")),
        lambda: designing.remove_section(draft, "s"),
    ):
        with pytest.raises(ValidationError):
            bad()
    assert designing.choices_of("a | Satu | One\n\nb") == (Choice("a", "Satu", "One"), Choice("b", "b"))
    assert designing.columns_of(designing.columns_text((Column("n", "N", source="cases.received"),))) == (
        Column("n", "N", source="cases.received"),
    )


# -- in the database -------------------------------------------------------------------------------------------------
@pytest.fixture
def secretariat(db):
    load()
    return officer(Role.NATIONAL_SECRETARIAT, "")


def add_region(by, code: str) -> Instrument:
    core = Instrument.objects.get(code="laporan-triwulan")
    return instruments.create_instrument(
        code=f"tambahan-{code.replace('.', '-')}",
        name="Tambahan",
        purpose="quarterly",
        by=by,
        region=Region.objects.get(pk=code),
        extends=core,
    )


@pytest.mark.rule("M-02")
def test_the_secretariat_designs_and_a_published_version_never_changes(secretariat):
    version = Instrument.objects.get(code="laporan-triwulan").versions.get(number=2)
    for attempt in (
        lambda: InstrumentVersion.objects.filter(pk=version.pk).update(definition={"sections": []}),
        lambda: InstrumentVersion.objects.filter(pk=version.pk).update(status="draft"),
        lambda: InstrumentVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    with pytest.raises(ValidationError):
        instruments.save_draft(version=version, definition=Definition(), by=secretariat)
    draft = instruments.begin_version(instrument=version.instrument, by=secretariat)
    assert draft.number == 3 and draft.definition == version.definition
    instruments.save_draft(version=draft, definition=definition(), by=secretariat)
    instruments.publish_version(version=draft, valid_from=TODAY, by=secretariat)
    version.refresh_from_db()
    assert version.status == "retired"
    assert version.instrument.version_on(TODAY) == draft
    assert version.instrument.version_on(TODAY - dt.timedelta(days=1)) == version


@pytest.mark.rule("M-02")
def test_a_province_adds_variables_for_all_its_places_and_for_no_other_province(secretariat):
    coordinator = officer(Role.PROVINCIAL_COORDINATOR, "34")
    with pytest.raises(PermissionDenied):
        add_region(coordinator, "32")
    addition = add_region(coordinator, "34")
    instruments.save_draft(version=addition.draft, definition=definition(key="diy_own"), by=coordinator)
    with pytest.raises(PermissionDenied):
        instruments.publish_version(
            version=addition.draft, valid_from=TODAY, by=officer(Role.PROVINCIAL_COORDINATOR, "32")
        )
    instruments.publish_version(version=addition.draft, valid_from=TODAY, by=coordinator)
    core = addition.extends.version_on(TODAY)
    for code, asked in (("34", True), ("34.04", True), ("34.04.07.2001", True), ("32.04", False)):
        assert ("diy_own" in instruments.definition_for(core, code, on=TODAY)) == asked, code


@pytest.mark.rule("M-02")
def test_a_regency_adds_below_the_core_and_nowhere_else(secretariat):
    manager, neighbor = officer(Role.MANAGER, "34.04"), officer(Role.MANAGER, "34.02")
    addition = add_region(manager, "34.04")
    draft = addition.draft
    with pytest.raises(PermissionDenied):
        add_region(manager, "34.02")
    with pytest.raises(PermissionDenied):
        instruments.save_draft(version=draft, definition=definition(), by=neighbor)
    with pytest.raises(PermissionDenied):
        instruments.begin_version(instrument=addition.extends, by=manager)
    instruments.save_draft(version=draft, definition=definition(key="received"), by=manager)
    with pytest.raises(ValidationError):  # the core's keys are the core's
        instruments.publish_version(version=draft, valid_from=TODAY, by=manager)
    instruments.save_draft(version=draft, definition=definition(key="sleman_own"), by=manager)
    instruments.publish_version(version=draft, valid_from=TODAY, by=manager)
    core = addition.extends.version_on(TODAY)
    assert "sleman_own" in instruments.definition_for(core, "34.04.07.2001", on=TODAY)
    assert "sleman_own" not in instruments.definition_for(core, "34.02", on=TODAY)
    assert "sleman_own" not in instruments.definition_for(core, "34", on=TODAY)


def test_what_has_problems_is_not_published(secretariat):
    draft = instruments.begin_version(
        instrument=Instrument.objects.get(code="laporan-triwulan"), by=secretariat
    )
    instruments.save_draft(version=draft, definition=definition(condition="${nothing} = 1"), by=secretariat)
    with pytest.raises(ValidationError):
        instruments.publish_version(version=draft, valid_from=TODAY, by=secretariat)
    draft.refresh_from_db()
    assert draft.status == "draft"
