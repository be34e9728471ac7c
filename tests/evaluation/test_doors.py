"""An evaluation round through the browser's door."""

import datetime as dt
import io

import pypdf
import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.accounts.roles import Role
from portal.pdf_tags import pdf_number
from reports.evaluation import services
from reports.evaluation.documents import evaluation_pdf
from reports.evaluation.models import Evaluation, Recommendation
from reports.evaluation.typology import assess
from tests.evaluation.test_evaluation import GOOD, nation  # noqa: F401 - a fixture
from tests.factories import officer

pytestmark = pytest.mark.django_db


def step(model: str, name: str, obj=None) -> str:
    return reverse(f"evaluation_{model}_modeladmin_{name}", args=[obj.pk] if obj else [])


@pytest.mark.rule("E-01", "E-03", "E-07", "E-08")
def test_a_round_from_preparation_to_recommendation(client, nation):  # noqa: F811
    client.force_login(nation)
    answer = client.post(
        step("evaluationround", "create"), {"year": "2026", "purpose": "Menilai", "method": "census"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    from reports.evaluation.models import EvaluationRound

    round_ = EvaluationRound.objects.get()
    services.start_round(round_=round_, by=nation, today=dt.date(2026, 11, 2))
    one = Evaluation.objects.get(region="34.04")
    coordinator, manager = officer(Role.PROVINCIAL_COORDINATOR), officer(Role.MANAGER)
    client.force_login(coordinator)
    assert client.post(step("evaluation", "fill", one), GOOD | {"regulation": "1"}).status_code == 302
    note = {
        "method": "group",
        "about": "process",
        "held_on": "2026-11-01",
        "participants": "Kader",
        "text": "Baik",
    }
    assert client.post(step("evaluation", "send", one)).status_code == 200  # no discussion yet
    assert client.post(step("evaluation", "note", one), note).status_code == 302
    assert client.post(step("evaluation", "send", one)).status_code == 302
    client.force_login(nation)
    assert client.post(step("evaluation", "finalise", one)).status_code == 302
    wish = {
        "purpose": "strengthen",
        "text": "Ajukan perda",
        "owner": manager.username,
        "due_on": "2999-01-01",
    }
    assert client.post(step("evaluation", "recommend", one), wish).status_code == 302
    page = client.get(step("evaluation", "inspect", one)).content.decode()
    assert "Regulasi penyelenggaraan" in page
    pdf = client.get(reverse("evaluation:pdf", args=[one.pk]))
    text = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Regulasi penyelenggaraan" in text and "Ajukan perda" in text
    client.force_login(manager)
    assert client.get(step("evaluation", "fill", one)).status_code == 403
    assert (
        client.post(
            step("recommendation", "finish", Recommendation.objects.get()), {"note": "Diajukan"}
        ).status_code
        == 302
    )
    client.force_login(officer(Role.MANAGER, "34.02"))
    assert client.get(step("evaluation", "inspect", one)).status_code == 404
    assert client.get(reverse("evaluation:pdf", args=[one.pk])).status_code == 404


@pytest.mark.rule("E-09")
def test_the_document_adds_up_names_units_and_says_what_is_provisional(nation):  # noqa: F811
    round_ = services.prepare_round(year=2026, purpose="Menilai", by=nation)
    services.start_round(round_=round_, by=nation, today=dt.date(2026, 11, 2))
    one = Evaluation.objects.get(region="34.04")
    coordinator = officer(Role.PROVINCIAL_COORDINATOR)
    services.fill_evaluation(evaluation=one, answers=GOOD | {"complaints_finished": "42"}, by=coordinator)

    def text() -> str:
        one = Evaluation.objects.select_related("round__scheme", "round__instrument_version").get(
            region="34.04"
        )
        pages = pypdf.PdfReader(io.BytesIO(evaluation_pdf(one))).pages
        return "\n".join(page.extract_text() for page in pages)

    result = assess(round_.scheme.parsed, Evaluation.objects.get(pk=one.pk).answers)
    found = text()
    assert "sementara, belum diterima" in found and "42 %" in found
    # Every aspect's score stands in the table whose last line is their sum.
    with override("id"):
        table = found.split("Nilai menurut indikator")[1]
        assert all(pdf_number(aspect.score, 2) in table for aspect in result.aspects)
        assert pdf_number(sum(aspect.score for aspect in result.aspects), 2) in table
    assert str(result.score) not in found  # 65.33 is 65,33 in an Indonesian document
    services.add_note(
        evaluation=Evaluation.objects.get(pk=one.pk), method="group", about="process", held_on=dt.date(2026, 11, 1),
        participants="Kader", text="Baik.", by=coordinator,
    )  # fmt: skip
    services.send_evaluation(evaluation=Evaluation.objects.get(pk=one.pk), by=coordinator)
    services.review_evaluation(evaluation=Evaluation.objects.get(pk=one.pk), final=True, note="", by=nation)
    assert "sementara" not in text()
