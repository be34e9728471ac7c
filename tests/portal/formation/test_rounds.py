"""What was sent stays provable: a return opens the items again, the earlier round remains as the offices saw it."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.formation.asks import Ask
from portal.formation.models import Document
from portal.formation.services import drafts, returns, stages
from portal.formation.workflow import REQUEST_FLOW
from portal.ledger.workflow import WrongState
from tests.portal.doors import page, post, sign_in

from .desk import ANSWERS, PDF, Bodies, filled, sent

pytestmark = pytest.mark.django_db
NEW = b"%PDF-1.4 the completed budget"


def returned(bodies):
    request = sent("puskesos", bodies)
    office = bodies[Role.REGENCY_SOCIAL_OFFICE]
    return stages.return_request(
        request=request, asks=[Ask("Lampirkan APBDes", "budget")], note="Belum terlihat.", by=office
    )


def budget_file(request) -> Document:
    return request.documents.get(item__kind="budget", replaced_in=None)


@pytest.mark.rule("F-17")
def test_a_file_that_was_sent_stays_when_another_takes_its_place():
    bodies = Bodies()
    head = bodies[Role.VILLAGE_HEAD]
    request = returned(bodies)
    first = budget_file(request)
    drafts.detach(document=first, by=head)
    assert [entry.item for entry in drafts.missing(request)] == ["budget"], "a replaced file does not count"
    second = drafts.attach(
        request=request,
        kind="budget",
        title="APBDes 2026",
        file=SimpleUploadedFile("apbdes.pdf", NEW),
        by=head,
    )
    drafts.save_item(
        request=request,
        kind="budget",
        data=ANSWERS["budget"] | {"amount": "12000000"},
        base_version=1,
        by=head,
    )
    request = returns.resubmit(request=request, note="", by=head)
    first.refresh_from_db()
    assert (first.round, first.replaced_in, first.replaced_by) == (1, 2, head) and first.replaced_at
    assert (second.round, second.replaced_in) == (2, None)
    with first.file.open() as file:
        assert file.read() == PDF, "the content is what was sent"
    one, two = request.sendings.all()
    amounts = [sending.answers["budget"]["amount"] for sending in (one, two)]
    assert amounts == ["450000000", "12000000"]
    of_budget = [[e["sha256"] for e in s.files if e["item"] == "budget"] for s in (one, two)]
    assert of_budget == [[hashlib.sha256(PDF).hexdigest()], [hashlib.sha256(NEW).hexdigest()]]
    # Twice is once: the first word about who took it out stands.
    with pytest.raises(WrongState):
        drafts.detach(document=first, by=head)


@pytest.mark.rule("F-17")
def test_the_log_that_nobody_can_change_holds_the_digest_of_each_round():
    bodies = Bodies()
    head = bodies[Role.VILLAGE_HEAD]
    request = returns.answer(request=returned(bodies), number=0, text="Terlampir di surat.", base="", by=head)
    request = returns.resubmit(request=request, note="", by=head)
    logged = {e.data["round"]: e.data["digest"] for e in REQUEST_FLOW.log_of(request) if "digest" in e.data}
    assert logged == {sending.round: sending.digest for sending in request.sendings.all()}
    assert set(logged) == {1, 2}
    sending = request.sendings.get(round=1)
    sending.answers["budget"]["amount"] = "1"
    assert sending.digest != logged[1], "a later change would show"


def test_a_file_of_the_round_that_is_being_filled_in_goes_for_good():
    bodies = Bodies()
    head = bodies[Role.VILLAGE_HEAD]
    draft = filled("puskesos", bodies)
    drafts.detach(document=budget_file(draft), by=head)
    assert not draft.documents.filter(item__kind="budget").exists()
    drafts.attach(request=draft, kind="budget", title="", file=SimpleUploadedFile("b.pdf", PDF), by=head)
    request = stages.return_request(
        request=drafts.submit(request=draft, by=head), asks=[Ask("APBDes", "budget")], note="x", by=bodies[Role.REGENCY_SOCIAL_OFFICE]
    )  # fmt: skip
    slip = drafts.attach(
        request=request, kind="budget", title="", file=SimpleUploadedFile("c.pdf", NEW), by=head
    )
    drafts.detach(document=slip, by=head)
    assert [document.round for document in request.documents.filter(item__kind="budget")] == [1]


def test_the_database_refuses_a_half_replaced_document():
    request = returned(Bodies())
    document = budget_file(request)
    for wrong in ({"replaced_in": 2}, {"replaced_in": 1, "replaced_at": timezone.now(), "replaced_by": request.created_by}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**wrong)


@pytest.mark.rule("F-17")
def test_applicant_and_offices_see_the_earlier_round_and_nobody_else(client):
    bodies = Bodies()
    head, office = bodies[Role.VILLAGE_HEAD], bodies[Role.REGENCY_SOCIAL_OFFICE]
    request = returned(bodies)
    first = budget_file(request)
    file, item = reverse("formation:document", args=[first.pk]), reverse("formation:item", args=[request.pk, "budget"])  # fmt: skip
    assert "450.000.000" in page(client, head, item)
    post(client, head, reverse("formation:detach", args=[first.pk]))
    text = page(client, head, item)
    assert file in text and str(head) in text
    drafts.attach(
        request=request, kind="budget", title="APBDes", file=SimpleUploadedFile("a.pdf", NEW), by=head
    )
    returns.resubmit(request=request, note="", by=head)
    text = page(client, office, f"/admin/pembentukan/inspect/{request.pk}/")
    assert file in text and first.sha256[:16] in text
    answer = sign_in(client, office).get(file)
    assert b"".join(answer.streaming_content) == PDF
    page(client, bodies.by_role_elsewhere[Role.REGENCY_SOCIAL_OFFICE], file, 404)
    # Sent again, nothing can be taken out of it.
    post(client, head, reverse("formation:detach", args=[budget_file(request).pk]))
    assert budget_file(request).replaced_in is None
