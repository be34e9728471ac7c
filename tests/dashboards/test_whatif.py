"""What if a program asked something else: against the engine household by household (D-13)."""

import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from cases.households.eligibility import criteria_in_force, facts_of
from cases.households.models import Household
from portal.jobs import services
from portal.jobs.models import Job
from programs_catalog.eligibility.evaluation import Answer, evaluate
from programs_catalog.eligibility.rules import RuleError, dump, parse
from programs_catalog.models import Program
from reports.dashboards import overlap, whatif
from reports.dashboards.models import UnitCost
from reports.dashboards.whatif_asked import WhatIfForm
from tests.casework import records
from tests.households.test_eligibility import TODAY, catalog, households  # noqa: F401

from .test_views import officer

pytestmark = pytest.mark.django_db
RULE = {
    "all": [
        {"fact": "decile", "op": "<=", "value": 4},
        {"any": [{"member": {"all": [{"fact": "age", "op": "between", "value": [6, 21]}]}}, {"fact": "house", "op": "in", "value": ["unfit"]}]},
        {"none": [{"member": {"fact": "occupation", "op": "in", "value": ["employee"]}}]},
    ]
}  # fmt: skip


def test_every_condition_is_found_with_its_place_and_what_it_does():
    found = list(whatif.leaves(parse(RULE)))
    assert [(leaf.path, leaf.condition.fact.name) for leaf in found] == [
        ("0-0", "decile"), ("0-1-0-m-0", "age"), ("0-1-1", "house"), ("0-2-0-m", "occupation"),
    ]  # fmt: skip
    assert [leaf.about_member for leaf in found] == [False, True, False, True]
    assert [leaf.shuts_out for leaf in found] == [False, False, False, True]
    assert [leaf.one_of_several for leaf in found] == [False, True, True, False]


def test_conditions_that_hold_together_within_one_of_several_ways_say_so():
    pupils = {
        "member": {
            "all": [
                {"fact": "age", "op": "<=", "value": 21},
                {"fact": "occupation", "op": "in", "value": ["employee"]},
            ]
        }
    }
    rule = parse({"any": [{"fact": "house", "op": "in", "value": ["unfit"]}, pupils]})
    assert [(leaf.one_of_several, leaf.together) for leaf in whatif.leaves(rule)] == [
        (True, False), (True, True), (True, True)
    ]  # fmt: skip


def test_values_change_where_they_stand_and_dropped_conditions_take_empty_groups_along():
    rule = parse(RULE)
    assert whatif.changed(rule, {}) == rule
    assert dump(whatif.changed(rule, {"0-0": 2, "0-1-0-m-0": [7, 18]})) == {
        "all": [
            {"fact": "decile", "op": "<=", "value": 2},
            {"any": [{"member": {"all": [{"fact": "age", "op": "between", "value": [7, 18]}]}}, RULE["all"][1]["any"][1]]},
            RULE["all"][2],
        ]
    }  # fmt: skip
    gone = whatif.changed(rule, {"0-1-0-m-0": None, "0-1-1": None, "0-2-0-m": None})
    assert dump(gone) == {"all": [RULE["all"][0]]}
    assert whatif.changed(rule, dict.fromkeys(("0-0", "0-1-0-m-0", "0-1-1", "0-2-0-m"))) is None
    added = whatif.changed(rule, {}, [{"fact": "members", "op": ">=", "value": 3}])
    assert dump(added)["all"][1]["fact"] == "members"
    with pytest.raises(RuleError):
        whatif.changed(rule, {"0-1-0-m-0": [21, 6]})


def by_hand(old, new, program, area):
    """Before, after, both, and those who lose what they receive: the engine asked about each household."""
    counts = [0, 0, 0, 0]
    for household in Household.objects.all():
        if not household.region_id.startswith(area):
            continue
        facts = facts_of(household, TODAY)
        was = evaluate(old, facts).answer is Answer.MET
        will = new is None or evaluate(new, facts).answer is Answer.MET
        gets = program.code in facts.household["receives"]
        for position, true in enumerate((was, will, was and will, was and not will and gets)):
            counts[position] += true
    return tuple(counts)


@pytest.mark.rule("D-13")
@pytest.mark.parametrize("area", ["", "34", "34.04", "34.04.07", "34.04.07.2001"])
def test_gained_and_lost_equal_the_engine_household_by_household(catalog, area):  # noqa: F811
    households(catalog, count=60, seed=3)
    rules, checked = criteria_in_force(TODAY), 0
    for program in [p for p in catalog if p.pk in rules][:8]:
        old = rules[program.pk].rule
        numbers = {
            leaf.path: leaf.condition.value - 2
            for leaf in whatif.leaves(old)
            if isinstance(leaf.condition.value, int)
            and not isinstance(leaf.condition.value, bool)
            and leaf.condition.value > 2
        }
        first = next(whatif.leaves(old)).path
        for new in (whatif.changed(old, numbers), whatif.changed(old, {first: None})):
            whole = whatif.total(whatif.effects(old, new, program.pk, area, TODAY))
            expected = by_hand(old, new, program, area)
            assert (whole.before, whole.after, whole.both, whole.enrolled_lost) == expected, program.code
            checked += whole.gained + whole.lost
    assert checked > 0


def test_step_by_step_gives_the_same_and_tells_how_far_it_is(catalog):  # noqa: F811
    households(catalog, count=40, seed=4)
    program, criteria = next(
        (p, c) for p, c in ((p, criteria_in_force(TODAY).get(p.pk)) for p in catalog) if c
    )
    new, said = whatif.changed(criteria.rule, {next(whatif.leaves(criteria.rule)).path: None}), []
    for area in ("34", ""):
        steps = whatif.effects_step_by_step(
            criteria.rule, new, program.pk, area, TODAY, lambda *told: said.append(told)
        )
        assert steps == whatif.effects(criteria.rule, new, program.pk, area, TODAY)
    assert said[0][:2] == (0, 5) and said[-1][0] == said[-1][1] >= 514


@pytest.mark.rule("D-13")
def test_a_planner_moves_a_number_and_sees_households_and_budget(client, catalog, time_machine):  # noqa: F811
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(5), dt.UTC))
    households(catalog, count=60, seed=5)
    overlap.take(TODAY)
    rules = criteria_in_force()
    program, leaf = next(
        (p, leaf)
        for p in catalog
        if p.pk in rules
        for leaf in whatif.leaves(rules[p.pk].rule)
        if leaf.condition.fact.name == "decile"
    )
    UnitCost.objects.create(program=program, year=2026, amount=1_000_000, source="uji")
    officer(client, "regency_planning", "34.04")
    address = reverse("planning-whatif")
    page = client.get(address, {"program": program.pk})
    query = {"wilayah": "34.04", "program": program.pk, "hitung": 1}
    for _leaf, _words, fields, _drop in page.context["what_if"].rows:
        query |= {field.html_name: field.value() for field in fields}
    same = client.get(address, query)
    unchanged = same.context["result"].whole
    assert unchanged.effect.gained == unchanged.effect.lost == unchanged.change == 0
    assert same.context["differences"] == []
    tighter = client.get(address, query | {f"k{leaf.path}": 1})
    line = tighter.context["result"].whole
    whole = line.effect
    old = rules[program.pk].rule
    new = whatif.changed(old, {leaf.path: 1})
    assert (whole.before, whole.after, whole.both, whole.enrolled_lost) == by_hand(old, new, program, "34.04")
    assert whole.lost > 0
    assert line.change == (whole.after - whole.before) * 1_000_000
    assert (line.before, line.after) == (whole.before * 1_000_000, whole.after * 1_000_000)
    ((_now, then),) = tighter.context["differences"]
    assert then.endswith(" 1")
    file = client.get(address, query | {f"k{leaf.path}": 1, "unduh": "xlsx"})
    lines = list(load_workbook(io.BytesIO(file.content)).active.values)
    (summed,) = [line for line in lines if line[0] and line[0].startswith("Seluruh ")]
    assert summed[1:6] == (whole.before, whole.after, whole.gained, whole.lost, whole.enrolled_lost)
    assert summed[8] == (whole.after - whole.before) * 1_000_000
    assert any(line[0] == "Program" and line[1] == program.label for line in lines)
    for nonsense in ("0", "11", "200", "99999999999999999999"):
        refused = client.get(address, query | {f"k{leaf.path}": nonsense, "unduh": "xlsx"})
        assert f"k{leaf.path}" in refused.context["what_if"].errors and refused.context["result"] is None
    wrong = client.get(address, query | {f"k{leaf.path}": ""})
    assert f"k{leaf.path}" in wrong.context["what_if"].errors and wrong.context["result"] is None
    dropped = client.get(address, query | {f"k{leaf.path}": "", f"x{leaf.path}": "on"})
    assert dropped.context["result"].whole.effect.gained > 0


def test_a_large_register_is_counted_in_the_background(client, catalog, monkeypatch, time_machine):  # noqa: F811
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(5), dt.UTC))
    households(catalog, count=30, seed=6)
    overlap.take(TODAY)
    monkeypatch.setattr(whatif, "AT_ONCE", 3)
    program = next(p for p in catalog if p.pk in criteria_in_force())
    planner = officer(client, "provincial_planning", "34")
    address = f"{reverse('planning-whatif')}?wilayah=34&program={program.pk}"
    query = "&hitung=1"
    for _leaf, _words, _fields, drop in client.get(address).context["what_if"].rows:
        query += f"&{drop.html_name}=on"
    page = client.get(address + query)
    assert page.context["too_large"] and page.context["result"] is None
    answer = client.post(address + query)
    job = Job.objects.get(kind="dashboards.whatif")
    assert answer.status_code == 302 and str(job.pk) in answer["Location"] and job.asked_by == planner
    services.run(job.pk)
    result = client.get(f"{address}{query}&hasil={job.pk}")
    everybody = Household.objects.filter(province_code="34").count()
    assert result.context["result"].whole.effect.after == everybody > 0
    client.logout()
    officer(client, "regency_planning", "34.04")
    other = client.get(
        f"{reverse('planning-whatif')}?wilayah=34.04&program={program.pk}{query}&hasil={job.pk}"
    )
    assert other.status_code == 404


@pytest.mark.rule("D-13")
def test_a_what_if_goes_into_the_planning_brief_of_its_own_area(client, catalog, time_machine):  # noqa: F811
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(5), dt.UTC))
    households(catalog, count=60, seed=5)
    overlap.take(TODAY)
    rules = criteria_in_force()
    program = max(
        (p for p in catalog if p.pk in rules), key=lambda p: len(list(whatif.leaves(rules[p.pk].rule)))
    )
    UnitCost.objects.create(program=program, year=2026, amount=1_234_000, source="Perbup contoh")
    for number in range(14):
        # Long names take two lines each: the brief gives up lines, never a third page.
        other = Program.objects.create(
            code=f"t-long-{number}", sector=program.sector, provider=program.provider,
            name=f"Program bantuan dengan nama yang panjang sekali supaya tidak muat pada satu baris nomor {number}",
        )  # fmt: skip
        records.case(about=other)
    officer(client, "regency_planning", "34.04")
    query = {"wilayah": "34.04", "program": program.pk, "hitung": 1, "bobot-p0": "5"}
    form = client.get(reverse("planning-whatif"), {"wilayah": "34.04", "program": program.pk}).context[
        "what_if"
    ]
    for _leaf, _words, _fields, drop in form.rows:
        query[drop.html_name] = "on"
    shown = client.get(reverse("planning-whatif"), query)
    effect = shown.context["result"].whole.effect
    assert effect.gained > 0
    # The result page leads to the brief and to the plan, with the weights that the planner had moved.
    links = re.findall(r'href="(/admin/perencanaan/(?:naskah[^"]+|\?[^"]+#andai))"', shown.content.decode())
    assert len(links) == 3 and all("bobot-p0=5" in link and "hitung=1" in link for link in links)
    plan = client.get(reverse("planning"), query | {"bab": "anggaran"}).content.decode()
    assert f"Pengandaian dalam naskah: {program.label}" in plan and "naskah.pdf?" in plan
    reader = PdfReader(io.BytesIO(client.get(reverse("planning-pdf"), query).content))
    text = " ".join(" ".join(part.extract_text() for part in reader.pages).split())
    assert len(reader.pages) == 2
    assert f"Andaikan: {program.label}" in text and "Perbup contoh" in text
    money = f"{effect.gained * 1_234_000:,}".replace(",", ".")
    assert f"+Rp{money}" in text and f" {effect.after} {effect.gained} " in text
    assert "dihapus" in text
    lines = list(load_workbook(io.BytesIO(client.get(reverse("planning-xlsx"), query).content)).active.values)
    found = {(line[0].split(": ")[-1], line[1]): line[3] for line in lines if line[0].startswith("Andaikan")}
    assert found["Bertambah", "Semua"] == effect.gained and found["Berkurang", "Semua"] == effect.lost == 0
    assert found["Perubahan anggaran", "Semua"] == effect.gained * 1_234_000
    # Without it the brief says nothing of it; elsewhere it does not exist.
    plain = PdfReader(io.BytesIO(client.get(reverse("planning-pdf"), {"wilayah": "34.04"}).content))
    assert "Andaikan" not in " ".join(part.extract_text() for part in plain.pages) and len(plain.pages) <= 2
    for name in ("planning", "planning-pdf", "planning-xlsx"):
        assert client.get(reverse(name), query | {"wilayah": "34.02"}).status_code == 404
        assert client.get(reverse(name), query | {"program": 999_999}).status_code == 404


def test_a_range_that_ends_before_it_begins_is_refused_beside_its_field():
    form = WhatIfForm(parse(RULE), {"k0-0": "4", "k0-1-0-m-0a": "21", "k0-1-0-m-0b": "6", "k0-1-1": ["unfit"], "k0-2-0-m": ["employee"]})  # fmt: skip
    assert list(form.errors) == ["k0-1-0-m-0b"]


def test_what_if_has_the_doors_of_planning(client, catalog):  # noqa: F811
    officer(client, "regency_planning", "34.04")
    assert client.get(reverse("planning-whatif"), {"wilayah": "34.02"}).status_code == 404
    assert client.get(reverse("planning-whatif"), {"program": "999999"}).status_code == 404
    client.logout()
    officer(client, "front_office", "34.04")
    assert client.get(reverse("planning-whatif")).status_code == 403
