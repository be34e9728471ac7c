"""An evaluation round through the doors, and the next year's under other thresholds: the old year keeps its classes
(E-01, E-03, E-04, E-06 to E-10).
"""

import io

import pypdf
import pytest
import time_machine
from django.urls import reverse

from portal.accounts.roles import Role
from reports.evaluation import services
from reports.evaluation.example import SCHEME
from reports.evaluation.models import Evaluation, EvaluationRound, Recommendation, Team, TypologyScheme
from reports.monitoring.reference import load
from tests.evaluation.test_evaluation import GOOD
from tests.factories import UnitFactory, officer
from tests.quarterly.places import LONG_AGO, moment

pytestmark = pytest.mark.django_db
ANSWERS = {
    "34.04": GOOD,
    "34.02": GOOD | {"regulation": "1", "innovations": "0", "budget_per_year": "100000000"},
    "34.01": GOOD | {"regulation": "0", "institution": "0", "complaints_finished": "20", "data_used": [], "innovations": "0", "budget_per_year": "0"},
}  # fmt: skip


def step(model: str, name: str, obj=None) -> str:
    return reverse(f"evaluation_{model}_modeladmin_{name}", args=[obj.pk] if obj else [])


class Office:
    """Who does what, on which day, through the browser's door."""

    def __init__(self, client):
        self.client = client
        self.secretariat = officer(Role.NATIONAL_SECRETARIAT, "", valid_from=LONG_AGO)
        self.coordinator = officer(Role.PROVINCIAL_COORDINATOR, "34", valid_from=LONG_AGO)
        self.planner = officer(Role.REGENCY_PLANNING, "34.04", valid_from=LONG_AGO)
        self.manager = officer(Role.MANAGER, "34.04", valid_from=LONG_AGO)

    def post(self, user, address, data, day, status=302):
        with time_machine.travel(moment(day), tick=False):
            self.client.force_login(user)
            answer = self.client.post(address, data)
        assert answer.status_code == status, answer.context and answer.context["form"].errors
        return answer


def walk(office, year: int, answers: dict) -> EvaluationRound:
    """One round from preparation to its closing."""
    day = f"{year}-11-05"
    sent = {"year": year, "purpose": "Menilai penyelenggaraan", "method": "census"}
    office.post(office.secretariat, step("evaluationround", "create"), sent, day)
    round_ = EvaluationRound.objects.get(year=year)
    team = {"kind": "internal", "members": "Tim, Seknas"}
    office.post(office.secretariat, step("evaluationround", "team", round_), team, day)
    office.post(
        office.coordinator, step("evaluationround", "team", round_), team | {"members": "Tim, Dinsos"}, day
    )
    outside = {"kind": "external", "members": "Tim", "evaluator": "Universitas"}
    office.post(office.planner, step("evaluationround", "team", round_), outside, day, status=403)
    office.post(
        office.planner, step("evaluationround", "team", round_), team | {"members": "Tim, Bappeda"}, day
    )
    assert set(round_.teams.values_list("tier", flat=True)) == {"central", "province", "regency"}
    office.post(office.secretariat, step("evaluationround", "start", round_), {}, f"{year}-09-30", status=200)
    office.post(office.secretariat, step("evaluationround", "start", round_), {}, day)
    for code, answered in answers.items():
        one = round_.evaluations.get(region=code)
        office.post(office.coordinator, step("evaluation", "fill", one), answered, day)
        note = {
            "method": "group",
            "about": "process",
            "aspect": "people",
            "held_on": day,
            "participants": "Kader",
            "text": "Baik.",
        }
        office.post(office.coordinator, step("evaluation", "note", one), note, day)
        office.post(office.coordinator, step("evaluation", "send", one), {}, day)
        office.post(office.secretariat, step("evaluation", "finalise", one), {"note": ""}, f"{year}-12-01")
    office.post(office.secretariat, step("evaluationround", "close", round_), {"note": ""}, f"{year}-12-15")
    return round_


@pytest.mark.rule("E-01", "E-03", "E-04", "E-06", "E-07", "E-08", "E-10")
def test_thresholds_change_for_the_next_year_and_the_old_year_keeps_its_classes(client):
    load()
    for code in ANSWERS:
        UnitFactory(region_id=code)
    office = Office(client)
    services.set_scheme(year=2026, definition=SCHEME, by=office.secretariat)
    first = walk(office, 2026, ANSWERS)
    classes = dict(first.evaluations.values_list("region_id", "typology"))
    assert classes == {"34.04": "advanced", "34.02": "developing", "34.01": "underdeveloped"}
    before = {e.region_id: (e.typology, e.score, e.result) for e in first.evaluations.all()}
    # A recommendation from it, followed up.
    low = first.evaluations.get(region="34.04")
    wish = {
        "purpose": "sustain",
        "aspect": "budget",
        "text": "Jaga anggaran.",
        "owner": office.manager.username,
        "due_on": "2027-03-01",
    }
    office.post(office.secretariat, step("evaluation", "recommend", low), wish, "2026-12-20")
    made = Recommendation.objects.get()
    office.post(office.manager, step("recommendation", "finish", made), {"note": "Masuk APBD."}, "2027-02-01")

    # The scheme of the year that was evaluated stays; the next year's asks for more.
    form = client_form(office, step("typologyscheme", "create"))
    assert form["year"] == 2027
    changed = form | {"advanced_from": "99.99", "developing_from": "85"}
    office.post(office.secretariat, step("typologyscheme", "create"), changed, "2027-06-01")
    old = TypologyScheme.objects.get(year=2026)
    same = client_form(office, step("typologyscheme", "edit", old)) | {"advanced_from": "99"}
    office.post(office.secretariat, step("typologyscheme", "edit", old), same, "2027-06-01", status=200)

    second = walk(
        office, 2027, {code: answers | {"positions_filled": "90"} for code, answers in ANSWERS.items()}
    )
    assert dict(second.evaluations.values_list("region_id", "typology")) == {
        "34.04": "developing", "34.02": "underdeveloped", "34.01": "underdeveloped",
    }  # fmt: skip
    assert before == {
        e.region_id: (e.typology, e.score, e.result) for e in Evaluation.objects.filter(round=first)
    }
    # The rounds themselves: classes counted, every place beside its year before, on page and paper.
    client.force_login(office.secretariat)
    page = client.get(step("evaluationround", "inspect", second))
    assert [count for _label, count in page.context["summary"].classes] == [0, 1, 2]
    pdf = client.get(reverse("evaluation:round_pdf", args=[second.pk]))
    text = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Kurang berkembang" in text and "Maju" in text
    client.force_login(officer(Role.MANAGER, "32.04", valid_from=LONG_AGO))
    assert client.get(step("evaluationround", "inspect", second)).context["summary"].places == []
    # Page and PDF of the new year show the old class beside the new one.
    one = second.evaluations.get(region="34.04")
    client.force_login(office.manager)
    page = client.get(step("evaluation", "inspect", one))
    assert page.context["before"].typology == "advanced" and page.context["result"].next_class == "advanced"
    pdf = client.get(reverse("evaluation:pdf", args=[one.pk]))
    text = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Maju (100" in text.replace("\n", " ") and "Berkembang" in text
    assert Team.objects.count() == 6


def client_form(office, address) -> dict:
    """A form as the page shows it, ready to be sent back."""
    with time_machine.travel(moment("2027-06-01"), tick=False):
        office.client.force_login(office.secretariat)
        form = office.client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}
