"""A returned request comes back with everything answered: what is asked is changed, or it is explained why not."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.accounts.roles import Role
from portal.formation.asks import LETTER, WHOLE, Ask
from portal.formation.models import FormationRequest
from portal.formation.services import drafts, returns, stages
from portal.ledger.workflow import WrongState
from tests.portal.doors import page, post

from .desk import ANSWERS, Bodies, pdf, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies():
    return Bodies()


@pytest.fixture
def head(bodies):
    return bodies[Role.VILLAGE_HEAD]


def returned(bodies, *asks: Ask) -> FormationRequest:
    return stages.return_request(
        request=sent("puskesos", bodies), asks=asks, note="Mohon dilengkapi.", by=bodies[Role.REGENCY_SOCIAL_OFFICE]
    )  # fmt: skip


def unanswered(request) -> list[str]:
    return [state.ask.text for state in returns.states(request) if not state.is_answered]


@pytest.mark.rule("F-17")
def test_a_returned_request_does_not_go_out_again_with_nothing_changed(bodies, head):
    request = returned(bodies, Ask("Lampirkan APBDes", "budget"), Ask("Siapa yang menandatangani?", LETTER))
    with pytest.raises(ValidationError) as refusal:
        returns.resubmit(request=request, note="Sudah lengkap.", by=head)
    assert len(refusal.value.messages) == 2
    assert "Anggaran" in refusal.value.messages[0] and "Lampirkan APBDes" in refusal.value.messages[0]
    request.refresh_from_db()
    assert request.status == "returned" and request.sendings.count() == 1
    # A change in another part answers nothing.
    drafts.save_item(
        request=request, kind="resources_profile", data=ANSWERS["resources_profile"] | {"psks": "431"}, base_version=1, by=head
    )  # fmt: skip
    assert len(unanswered(request)) == 2
    drafts.save_item(
        request=request, kind="budget", data=ANSWERS["budget"] | {"amount": "7000000"}, base_version=1, by=head
    )  # fmt: skip
    assert unanswered(request) == ["Siapa yang menandatangani?"]
    returns.answer(request=request, number=1, text="Lurah, seperti tertulis.", base="", by=head)
    request = returns.resubmit(request=request, note="", by=head)
    assert request.status == "running" and request.asks == []


@pytest.mark.rule("F-17")
def test_a_new_document_answers_and_the_same_file_again_does_not(bodies, head):
    request = returned(bodies, Ask("Lampirkan APBDes", "budget"))
    document = request.documents.get(item__kind="budget")
    drafts.detach(document=document, by=head)
    drafts.attach(request=request, kind="budget", title="APBDes", file=pdf("lain.pdf"), by=head)
    assert unanswered(request), "the content is what was sent"
    extra = pdf("apbdes.pdf")
    extra.name, extra.file = "apbdes.pdf", type(extra.file)(b"%PDF-1.4 APBDes 2026")
    drafts.attach(request=request, kind="budget", title="APBDes 2026", file=extra, by=head)
    assert not unanswered(request)


@pytest.mark.rule("F-17")
def test_what_is_asked_of_the_request_as_a_whole_is_answered_in_words(bodies, head):
    request = returned(bodies, Ask("Musyawarah desa sudah diadakan?", WHOLE))
    drafts.save_item(
        request=request, kind="budget", data=ANSWERS["budget"] | {"amount": "7000000"}, base_version=1, by=head
    )  # fmt: skip
    assert unanswered(request)
    returns.answer(request=request, number=0, text="Sudah, 3 Maret.", base="", by=head)
    request.refresh_from_db()
    assert not unanswered(request)


@pytest.mark.rule("F-17")
def test_an_explanation_overwrites_no_words_that_were_not_seen(bodies, head):
    request = returned(bodies, Ask("Lampirkan APBDes", "budget"))
    returns.answer(request=request, number=0, text="Menyusul.", base="", by=head)
    with pytest.raises(drafts.Conflict):
        returns.answer(request=request, number=0, text="Sudah ada.", base="", by=head)
    returns.answer(request=request, number=0, text="", base="Menyusul.", by=head)
    request.refresh_from_db()
    assert unanswered(request) == ["Lampirkan APBDes"], "an empty word is no answer"
    with pytest.raises(ValidationError):
        returns.answer(request=request, number=9, text="x", base="", by=head)
    with pytest.raises(FormationRequest.DoesNotExist):
        returns.answer(
            request=request, number=0, text="x", base="", by=bodies.by_role_elsewhere[Role.VILLAGE_HEAD]
        )
    returns.answer(request=request, number=0, text="Sudah ada.", base="", by=head)
    request = returns.resubmit(request=request, note="", by=head)
    with pytest.raises(WrongState):
        returns.answer(request=request, number=0, text="Lagi.", base="Sudah ada.", by=head)


@pytest.mark.rule("F-17")
def test_an_ask_belongs_to_a_part_of_the_request(bodies):
    with pytest.raises(ValidationError):
        returned(bodies, Ask("Di mana?", "puskesos_locations"))  # a Puskesos asks for none


def test_returns_of_before_still_read():
    assert Ask.read("Lampirkan DPA") == Ask("Lampirkan DPA", WHOLE)


@pytest.mark.rule("F-17")
def test_the_office_names_the_parts_the_applicant_answers_there_and_the_office_sees_it(client, bodies, head):
    office = bodies[Role.REGENCY_SOCIAL_OFFICE]
    request = sent("puskesos", bodies)
    send_back = f"/admin/pembentukan/send-back/{request.pk}/"
    post(client, office, send_back, {"note": "Belum terlihat."}, 200)
    request.refresh_from_db()
    assert request.status == "running", "nothing asked, nothing returned"
    post(client, office, send_back, {"note": "Belum terlihat.", "ask_budget": "Lampirkan APBDes\n\nSebut sumbernya", "ask_facilities": "Ada ruang tunggu?"})  # fmt: skip
    request.refresh_from_db()
    assert [ask.part for ask in request.asks] == ["budget", "budget", "facilities"]

    tasks, check = (reverse(f"formation:{name}", args=[request.pk]) for name in ("request", "check"))
    text = page(client, head, tasks)
    assert "5 dari 7 bagian lengkap" in text and "Lampirkan APBDes" in text and "Belum terlihat." in text
    assert "disabled" in page(client, head, check)
    post(client, head, check)
    request.refresh_from_db()
    assert request.status == "returned"
    assert "Ada ruang tunggu?" in page(
        client, head, reverse("formation:item", args=[request.pk, "facilities"])
    )
    assert "Ada ruang tunggu?" not in page(
        client, head, reverse("formation:item", args=[request.pk, "budget"])
    )
    answer = reverse("formation:answer", args=[request.pk, 2])
    page(client, bodies.by_role_elsewhere[Role.VILLAGE_HEAD], tasks, 404)
    post(client, head, answer, {"answer": "Ada, di pendapa.", "base": ""})
    drafts.save_item(
        request=request, kind="budget", data=ANSWERS["budget"] | {"amount": "7000000"}, base_version=1, by=head
    )  # fmt: skip
    assert "disabled" not in page(client, head, check)
    post(client, head, check, {"note": "Lengkap."})
    request.refresh_from_db()
    assert request.status == "running"
    text = page(client, office, f"/admin/pembentukan/inspect/{request.pk}/")
    assert "Ada, di pendapa." in text and "450.000.000" in text and "7.000.000" in text
    found = returns.completed(request)
    assert [(entry["ask"].part, bool(entry["change"])) for entry in found["asked"]] == [
        ("budget", True), ("budget", True), ("facilities", False),
    ]  # fmt: skip
    assert found["others"] == []
