"""The typology scheme set on screen: rows and figures, no formula needed, checked for sense before it is stored (E-10)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from reports.evaluation.example import SCHEME
from reports.evaluation.models import TypologyScheme
from reports.evaluation.scheme_forms import read_points, write_points
from reports.evaluation.typology import Scheme, assess
from tests.evaluation.test_evaluation import GOOD, final, nation, running  # noqa: F401 - fixtures
from tests.factories import officer

pytestmark = pytest.mark.django_db


def door(name: str, obj=None) -> str:
    return reverse(f"evaluation_typologyscheme_modeladmin_{name}", args=[obj.pk] if obj else [])


def shown(client, address: str) -> dict:
    """The form as the page shows it, ready to be sent back."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


@pytest.mark.rule("E-10")
def test_next_year_begins_as_a_copy_and_is_set_without_a_formula(client, nation):  # noqa: F811
    client.force_login(nation)
    values = shown(client, door("create"))
    assert values["year"] == 2027 and values["row-2-way"] == "share" and values["row-2-full"] == "90"
    values |= {"advanced_from": "85", "weight-regulation": "10", "weight-people": "15"}
    values |= {
        "row-7-label": "Data untuk perencanaan", "row-7-aspect": "data", "row-7-question": "data_used", "row-7-way": "count", "row-7-best": "2",
        "row-4-remove": "on", "row-8-label": "Inovasi", "row-8-aspect": "innovation", "row-8-question": "innovations", "row-8-way": "share",
        "row-8-full": "5", "row-8-best": "4",
    }  # fmt: skip
    answer = client.post(door("create"), values)
    assert answer.status_code == 302, answer.context["form"].errors
    scheme = TypologyScheme.objects.get(year=2027).parsed
    assert scheme.advanced_from == 85 and scheme.weights["people"] == 15 and len(scheme.indicators) == 8
    points = {i.label: i.points for i in scheme.indicators}
    assert points["Inovasi"] == "${innovations} div 5 * 4" and "Inovasi layanan" not in points
    # The year before it keeps what it had.
    assert TypologyScheme.objects.get(year=2026).definition == SCHEME


@pytest.mark.rule("E-10")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weight-data": "20"}, "weight-regulation"),
        ({"advanced_from": "40"}, "advanced_from"),
        ({"row-0-best": "5"}, "row-0-label"),  # the choices give three at most
        ({"row-0-label": "", "row-0-question": "regulation"}, "row-0-label"),
        ({"row-2-full": ""}, "row-2-full"),
        ({"row-0-way": "formula", "row-0-formula": "1 +"}, None),
        ({"row-0-way": "formula", "row-0-formula": "${nothing}"}, None),
        ({"row-3-remove": "on"}, None),  # the aspect is left without an indicator
        ({"year": "2026"}, None),
    ],
)
def test_what_makes_no_sense_is_named_beside_its_field(client, nation, change, field):  # noqa: F811
    client.force_login(nation)
    answer = client.post(door("create"), shown(client, door("create")) | change)
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert (field in errors) if field else errors
    assert TypologyScheme.objects.count() == 1


@pytest.mark.rule("E-10")
def test_a_scheme_in_use_is_not_changed_on_screen(client, running, nation):  # noqa: F811
    one = final(running, nation)
    client.force_login(nation)
    scheme = TypologyScheme.objects.get()
    page = client.get(door("inspect", scheme))
    assert page.context["trial"][0] == 2026 and sum(page.context["trial"][1].values()) == 1
    answer = client.post(door("edit", scheme), shown(client, door("edit", scheme)) | {"advanced_from": "99"})
    assert answer.status_code == 200 and answer.context["form"].errors
    one.refresh_from_db()
    assert one.typology == "advanced" and TypologyScheme.objects.get().definition == SCHEME
    client.force_login(officer(Role.PROVINCIAL_COORDINATOR))
    assert client.get(door("inspect", scheme)).status_code == 200
    assert client.get(door("edit", scheme)).status_code == 403
    assert client.get(door("create")).status_code == 403


def test_reading_and_writing_points_changes_no_score():
    scheme = Scheme.from_json(SCHEME)
    again = []
    for indicator in SCHEME["indicators"]:
        best = Decimal(indicator["best"])
        row = read_points(indicator["points"], best)
        assert row["way"] != "formula"
        full = Decimal(row["full"]) if row["full"] else None
        points = write_points(row["way"], question=row["question"], full=full, best=best, formula="")
        again.append(indicator | {"points": points})
    rewritten = Scheme.from_json(SCHEME | {"indicators": again})
    for answers in (
        GOOD,
        GOOD | {"budget_per_year": "123456789", "complaints_finished": "41.5", "data_used": ["x"]},
        {},
    ):
        assert assess(scheme, answers).score == assess(rewritten, answers).score
    row = read_points("if(${a} = 'true', 2, 0)", Decimal(2))
    assert row["way"] == "yes" and read_points("${a} + 1", Decimal(2))["way"] == "formula"
    assert read_points("if(${a} = 'true', 2, 0)", Decimal(3))["way"] == "formula"
