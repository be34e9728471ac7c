"""Filling in a request together, and what keeps it from being sent."""

import io

import pypdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.roles import Role
from portal.formation.enums import Item
from portal.formation.models import Copy, FormationRequest, Pathway
from portal.formation.services import copies, drafts
from portal.ledger.workflow import WrongState
from portal.regions.models import Region
from portal.units.models import Unit
from tests.factories import UserFactory, neighbor, officer

from .desk import ANSWERS, REGENCY, VILLAGES, Bodies, filled, sent

pytestmark = pytest.mark.django_db


def begin(pathway, code, by):
    return drafts.begin(pathway=Pathway.objects.get(pk=pathway), region=Region.objects.get(pk=code), by=by)


@pytest.mark.rule("F-02")
def test_only_the_head_of_the_regency_asks_for_an_slrt():
    bodies = Bodies()
    for role in set(bodies.by_role) - {Role.REGENCY_HEAD}:
        with pytest.raises(PermissionDenied):
            begin("regency", REGENCY, bodies[role])
    with pytest.raises(PermissionDenied):
        begin("regency", REGENCY, officer(Role.REGENCY_HEAD, "34.02"))
    assert begin("regency", REGENCY, bodies[Role.REGENCY_HEAD]).status == "draft"
    with pytest.raises(ValidationError):  # one open request per region
        begin("ministry", REGENCY, bodies[Role.REGENCY_HEAD])


@pytest.mark.rule("F-09")
def test_only_the_village_head_asks_for_a_puskesos():
    bodies = Bodies()
    for role in set(bodies.by_role) - {Role.VILLAGE_HEAD}:
        with pytest.raises(PermissionDenied):
            begin("puskesos", VILLAGES[0], bodies[role])
    with pytest.raises(PermissionDenied):
        begin("puskesos", VILLAGES[0], bodies.second_village)
    with pytest.raises(ValidationError):
        begin("puskesos", REGENCY, bodies[Role.VILLAGE_HEAD])
    request = begin("puskesos", VILLAGES[0], bodies[Role.VILLAGE_HEAD])
    assert set(request.version.items) == {
        "poverty_profile", "resources_profile", "budget", "human_resources", "regulation", "facilities",
    }  # fmt: skip


def test_no_request_where_a_unit_stands():
    bodies = Bodies()
    Unit.objects.create(kind="slrt", region_id=REGENCY, name="SLRT", status="operating")
    with pytest.raises(ValidationError):
        begin("regency", REGENCY, bodies[Role.REGENCY_HEAD])


@pytest.mark.rule("F-03", "F-04")
@pytest.mark.parametrize("absent", [*Item.values, "letter"])
def test_a_request_with_a_missing_item_is_refused_and_says_which(absent):
    bodies = Bodies()
    request = filled("ministry", bodies, but=(absent,))
    lacking = drafts.missing(request)
    assert [entry.item for entry in lacking] == [absent]
    with pytest.raises(ValidationError) as refusal:
        drafts.submit(request=request, by=bodies[Role.REGENCY_HEAD])
    assert lacking[0].label in " ".join(refusal.value.messages)
    request.refresh_from_db()
    assert request.status == "draft" and not request.letter_number


@pytest.mark.rule("F-04")
def test_an_item_needs_its_document_and_sound_answers():
    bodies = Bodies()
    head = bodies[Role.REGENCY_HEAD]
    request = filled("ministry", bodies)
    drafts.detach(document=request.documents.get(item__kind="budget"), by=head)
    drafts.save_item(
        request=request,
        kind="regulation",
        data={"title": "Perbup", "state": "in_force"},
        base_version=1,
        by=head,
    )
    reasons = {entry.item: " ".join(entry.reasons) for entry in drafts.missing(request)}
    assert set(reasons) == {"budget", "regulation"}
    with pytest.raises(ValidationError):
        drafts.submit(request=request, by=head)


@pytest.mark.rule("F-05")
def test_the_province_and_regency_pathways_copy_the_minister_and_confirm_the_standard():
    bodies = Bodies()
    head = bodies[Role.REGENCY_HEAD]
    request = filled("province", bodies)
    drafts.save_letter(
        request=request, signatory="E", reason="x", follows_standard=False, base_version=1, by=head
    )
    request.refresh_from_db()
    assert [entry.item for entry in drafts.missing(request)] == ["letter"]
    drafts.save_letter(
        request=request, signatory="E", reason="x", follows_standard=True, base_version=2, by=head
    )
    request.refresh_from_db()
    request = drafts.submit(request=request, by=head)
    copy = Copy.objects.get(request=request)
    assert copy.addressee == "minister" and copy.sent_at and not copy.opened_at
    copies.open_copies(request=request, by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE])
    copy.refresh_from_db()
    assert copy.opened_at is None, "the copy is the Minister's"
    with pytest.raises(PermissionDenied):
        copies.acknowledge_copy(copy=copy, by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE])
    copies.open_copies(request=request, by=bodies[Role.MINISTRY])
    copy = copies.acknowledge_copy(copy=copy, by=bodies[Role.MINISTRY])
    assert copy.opened_at <= copy.acknowledged_at and copy.acknowledged_by == bodies[Role.MINISTRY]


@pytest.mark.rule("F-01", "F-05")
@pytest.mark.parametrize(
    ("pathway", "lines", "copy"),
    [
        ("ministry", "Menteri Sosial Republik Indonesia", None),
        ("province", "Gubernur Daerah Istimewa Yogyakarta", "Menteri Sosial Republik Indonesia"),
        ("regency", "Gubernur Daerah Istimewa Yogyakarta", "Menteri Sosial Republik Indonesia"),
        ("puskesos", "Bupati Gunungkidul", "Kepala Dinas Sosial"),
    ],
)
def test_the_letter_is_addressed_as_the_pathway_says(pathway, lines, copy):
    request = sent(pathway, Bodies())
    with request.letter_file.open() as file:
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)
    text = " ".join(text.split())
    assert lines in text and request.letter_number in text and "Endang Sasmita" in text
    assert "Jl. Ksatrian 4, Wonosari" in text and "Lampiran" in text and "Hal" in text
    assert "450.000.000" in text
    if pathway != "puskesos":
        for village in Region.objects.filter(pk__in=VILLAGES):
            assert village.name in text
    assert ("Tembusan" in text) == bool(copy)
    if copy:
        assert copy in text.split("Tembusan")[1]
    # The Minister is addressed, or copied, care of the Director General.
    assert ("c.q. Direktur Jenderal" in text) == (pathway != "puskesos")


@pytest.mark.rule("F-15")
def test_the_ministry_may_propose_a_region_and_nobody_else():
    bodies = Bodies()
    pathway, region = Pathway.objects.get(pk="ministry"), Region.objects.get(pk=REGENCY)
    for role in (Role.NATIONAL_SECRETARIAT, Role.PROVINCIAL_SOCIAL_OFFICE, Role.REGENCY_SOCIAL_OFFICE):
        with pytest.raises(PermissionDenied):
            drafts.propose_region(pathway=pathway, region=region, reason="Siap.", by=bodies[role])
    with pytest.raises(ValidationError):
        drafts.propose_region(pathway=pathway, region=region, reason=" ", by=bodies[Role.MINISTRY])
    request = drafts.propose_region(
        pathway=pathway, region=region, reason="Data lengkap.", by=bodies[Role.MINISTRY]
    )
    assert request.origin == "ministry"
    assert list(FormationRequest.objects.visible_to(bodies[Role.REGENCY_HEAD])) == [request]


def test_a_draft_is_the_applicants_own_until_it_is_sent():
    bodies = Bodies()
    request = filled("regency", bodies)
    for role, user in bodies.by_role.items():
        seen = list(FormationRequest.objects.visible_to(user))
        assert seen == ([request] if role == Role.REGENCY_HEAD else [])
    helper = UserFactory()
    with pytest.raises(PermissionDenied):
        drafts.delegate(request=request, to=helper, by=bodies[Role.REGENCY_PLANNING])
    for stranger in (
        neighbor(Role.REGENCY_SOCIAL_OFFICE),
        officer(Role.MINISTRY),
        officer(Role.ADMINISTRATOR),
    ):
        with pytest.raises(ValidationError):
            drafts.delegate(request=request, to=stranger, by=bodies[Role.REGENCY_HEAD])
        assert not FormationRequest.objects.visible_to(stranger).exists()
    drafts.delegate(request=request, to=bodies[Role.REGENCY_SOCIAL_OFFICE], by=bodies[Role.REGENCY_HEAD])
    drafts.delegate(request=request, to=helper, by=bodies[Role.REGENCY_HEAD])
    assert list(FormationRequest.objects.visible_to(helper)) == [request]
    drafts.save_item(
        request=request, kind="budget", data=ANSWERS["budget"] | {"amount": "1"}, base_version=1, by=helper
    )
    with pytest.raises(PermissionDenied):
        drafts.submit(request=request, by=helper)
    with pytest.raises(FormationRequest.DoesNotExist):
        drafts.save_item(request=request, kind="budget", data={}, base_version=2, by=UserFactory())
    drafts.submit(request=request, by=bodies[Role.REGENCY_HEAD])
    with pytest.raises(WrongState):
        drafts.save_item(request=request, kind="budget", data={}, base_version=2, by=helper)
    assert list(FormationRequest.objects.visible_to(bodies[Role.MINISTRY])) == [request]
    assert not FormationRequest.objects.visible_to(bodies.by_role_elsewhere[Role.REGENCY_HEAD]).exists()


def test_two_editors_of_one_item_do_not_overwrite_each_other():
    bodies = Bodies()
    head = bodies[Role.REGENCY_HEAD]
    request = filled("regency", bodies)
    helper = UserFactory()
    drafts.delegate(request=request, to=helper, by=head)
    first = ANSWERS["budget"] | {"amount": "1000000"}
    drafts.save_item(request=request, kind="budget", data=first, base_version=1, by=head)
    with pytest.raises(drafts.Conflict) as conflict:
        drafts.save_item(
            request=request, kind="budget", data=first | {"amount": "2"}, base_version=1, by=helper
        )
    assert conflict.value.current.data["amount"] == "1000000"
    # Another item of the same request is not in the way; the same text saved twice is no conflict either.
    drafts.save_item(
        request=request, kind="facilities", data=ANSWERS["facilities"] | {"equipment": "Tiga."}, base_version=1, by=helper
    )  # fmt: skip
    drafts.save_item(request=request, kind="budget", data=first, base_version=1, by=helper)


def test_only_a_draft_can_be_sent_and_the_number_is_given_once():
    bodies = Bodies()
    request = sent("regency", bodies)
    number = request.letter_number
    with pytest.raises(WrongState):
        drafts.submit(request=request, by=bodies[Role.REGENCY_HEAD])
    request.refresh_from_db()
    assert request.letter_number == number
    with pytest.raises(ValidationError):
        drafts.withdraw(request=request, note="", by=bodies[Role.REGENCY_HEAD])
    assert (
        drafts.withdraw(request=request, note="Menunggu APBD.", by=bodies[Role.REGENCY_HEAD]).status
        == "withdrawn"
    )
