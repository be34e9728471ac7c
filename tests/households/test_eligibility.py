"""One household judged by itself and by the database: the same answer for every rule (H-08)."""

import datetime as dt
import random

import pytest
from django.utils.html import escape

from cases.households.eligibility import REGISTER, criteria_in_force, facts_of, seems_eligible, suggestions
from cases.households.models import Enrolment, Household, Person
from portal.operations.loading import World
from programs_catalog import reference
from programs_catalog.eligibility import query
from programs_catalog.eligibility.evaluation import Answer, evaluate
from programs_catalog.eligibility.vocabulary import FACTS, About, Kind
from programs_catalog.models import Program

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def catalog():
    reference.load(World())
    return list(Program.objects.all())


def random_conditions(rnd, about):
    chosen = {}
    for fact in FACTS.values():
        if (
            fact.about is about
            and fact.kind in (Kind.YES_NO, Kind.CHOICE, Kind.NUMBER)
            and rnd.random() < 0.6
        ):
            chosen[fact.name] = {
                Kind.YES_NO: lambda: rnd.random() < 0.5,
                Kind.CHOICE: lambda fact=fact: rnd.choice(list(fact.values)),
                Kind.NUMBER: lambda: rnd.choice([0, 450, 900, 1300, 20000]),
            }[fact.kind]()
    return chosen


def households(programs, count=60, seed=4):
    rnd = random.Random(seed)
    for _ in range(count):
        one = Household.objects.create(
            region_id=rnd.choice(["34.04.07.2001", "34.02.01.2001", "32.04.05.2001"]),
            decile=rnd.choice([None, 1, 2, 3, 4, 6, 9]),
            conditions=random_conditions(rnd, About.HOUSEHOLD),
        )
        for _member in range(rnd.randint(0, 4)):
            Person.objects.create(
                household=one, name="Contoh", sex=rnd.choice("fm"), conditions=random_conditions(rnd, About.MEMBER),
                born_on=rnd.choice([None, TODAY - dt.timedelta(days=rnd.randint(0, 30000))]),
            )  # fmt: skip
        for program in rnd.sample(programs, rnd.randint(0, 3)):
            Enrolment.objects.create(
                household=one, program=program, source="register", valid_from=TODAY - dt.timedelta(days=40),
                valid_until=rnd.choice([None, TODAY - dt.timedelta(days=1), TODAY]),
            )  # fmt: skip
    return Household.objects.all()


@pytest.mark.rule("H-08")
@pytest.mark.parametrize("seed", [4, 5, 6])
def test_the_database_answers_like_the_engine_for_every_program(catalog, seed):
    everyone = households(catalog, seed=seed)
    criteria = criteria_in_force(TODAY)
    assert len(criteria) > 15
    seen = set()
    facts = {household.pk: facts_of(household, TODAY) for household in everyone}
    for one in criteria.values():
        judged = {pk: evaluate(one.rule, known).answer for pk, known in facts.items()}
        for answer, ask in (
            (Answer.MET, query.met),
            (Answer.UNMET, query.unmet),
            (Answer.UNKNOWN, query.unknown),
        ):
            expected = {pk for pk, own in judged.items() if own is answer}
            found = set(everyone.filter(ask(one.rule, REGISTER, TODAY)).values_list("pk", flat=True))
            assert found == expected, (one.program.code, answer)
            seen |= {answer} if expected else set()
    assert seen == set(Answer)


@pytest.mark.rule("H-08")
def test_a_family_is_shown_what_it_seems_to_miss_and_not_what_it_gets(catalog):
    poor = Household.objects.create(region_id="34.04.07.2001", decile=1, conditions={"power": 450})
    missing = {program.code for program, _finding in seems_eligible(poor, TODAY)}
    assert missing
    got = Program.objects.get(code=sorted(missing)[0])
    Enrolment.objects.create(household=poor, program=got, source="register", valid_from=TODAY)
    assert got.code not in {program.code for program, _finding in seems_eligible(poor, TODAY)}
    assert not {program.region_id for program, _f in seems_eligible(poor, TODAY)} & {"32.04", "34.02"}


@pytest.mark.rule("H-08")
def test_both_screens_say_in_words_what_the_family_seems_to_miss(catalog, client):
    from django.urls import reverse

    from tests.casework import records as make

    make.unit("34.04")
    officer = make.officer("front_office", "34.04")
    poor = make.household(decile=1, conditions={"power": 450}, recorded_by=officer)
    siti = make.person(poor)
    client.force_login(officer, backend="portal.accounts.backends.RoleBackend")
    missing = [program for program, _finding in seems_eligible(poor)]
    assert missing
    family = client.get(reverse("households:household", args=[poor.pk]))
    url = reverse("casework:register_for", args=[siti.pk])
    intake = client.get(url)
    for page in (family, intake):
        shown = page.context["suggestions"]
        assert {row.program for row in shown} == set(missing)
        assert all(row.reasons for row in shown)
        html = page.content.decode()
        for row in shown:
            assert f"?program={row.program.pk}" in html and escape(row.reasons[0]) in html
    # One click: the need and its program stand in the form.
    filled = client.get(url, {"program": missing[0].pk}).content.decode()
    assert f'<option value="{missing[0].pk}" selected>' in filled
    assert 'value="need"' in filled and "checked" in filled.split('value="need"')[1][:80]
    # Never what the family gets already, and nothing that is no key.
    Enrolment.objects.create(household=poor, program=missing[0], source="register", valid_from=TODAY)
    now = client.get(url).context["suggestions"]
    assert missing[0] not in [row.program for row in now]
    assert client.get(url, {"program": "9" * 30}).status_code == 200


@pytest.mark.rule("H-08")
def test_a_suggestion_names_who_and_why_and_nothing_that_does_not_hold(catalog, client):
    from django.urls import reverse
    from django.utils import translation

    from tests.casework import records as make

    make.unit("34.04")
    officer = make.officer("front_office", "34.04")
    family = make.household(decile=2, conditions={"power": 450}, recorded_by=officer)
    head = make.person(
        family,
        name="Rohman",
        born_on=TODAY - dt.timedelta(days=28 * 366),
        conditions={"occupation": "farmer"},
    )
    child = make.person(
        family,
        name="Keysha",
        born_on=TODAY - dt.timedelta(days=6 * 366),
        conditions={"has_birth_certificate": True, "occupation": "none"},
    )
    with translation.override("id"):
        shown = {one.program.code: one for one in suggestions(family, TODAY)}
        places = [one.program.code for one in suggestions(family, TODAY)]
    assert shown["kia"].members == [child] and shown["ktp"].members == [head]
    assert "Keysha: " in shown["kia"].reasons[0] and "umur paling banyak 16 tahun" in shown["kia"].reasons[0]
    # What every citizen may have stands behind what fits this family.
    assert (
        shown["kartu-keluarga"].reasons == ["Terbuka bagi setiap keluarga."]
        and shown["kartu-keluarga"].members == []
    )
    assert places.index("kia") < places.index("kartu-keluarga") and places.index("kia") < places.index("ktp")
    words = " ".join(text for one in shown.values() for text in one.reasons)
    assert "450 VA" in words and "900 VA" not in words and "0 tahun" not in words.replace("60 tahun", "")
    assert shown["sembako"].reasons == [
        "Desil kesejahteraan keluarga paling banyak 4.",
        "Tidak satu pun dari ini: Ada anggota keluarga: pekerjaan: pegawai tetap, ASN, TNI, atau Polri.",
    ]
    # The need is registered for the child whom it is about, from the family's page and from the head's own form.
    client.force_login(officer, backend="portal.accounts.backends.RoleBackend")
    address = f"{reverse('casework:register_for', args=[child.pk])}?program={shown['kia'].program.pk}"
    for page in (
        reverse("households:household", args=[family.pk]),
        reverse("casework:register_for", args=[head.pk]),
    ):
        assert f'href="{address}"' in client.get(page).content.decode()
    assert (
        f'href="{address}"'
        not in client.get(reverse("casework:register_for", args=[child.pk])).content.decode()
    )
