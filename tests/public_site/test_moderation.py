"""A regional editor proposes, the nation publishes or returns with a note; or the region publishes its own, by the setting."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from wagtail.permissions import policy_registry

from programs_catalog import services
from programs_catalog.models import CatalogSettings, Program
from public_site import moderation
from public_site.models import NoticeIndexPage, NoticePage, SiteTexts
from tests.factories import officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(site, settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def regional():
    return officer("editor", region="34.04")


@pytest.fixture
def national():
    return officer("editor", region="")


def enter(client, user):
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def proposed(by) -> Program:
    program = Program.objects.get(code="ngantar-paimah")
    program.summary = "Ringkasan usulan."
    services.save_draft(program=program, by=by)
    return services.propose(program=program, by=by)


def page_of(code: str, owner=None) -> NoticePage:
    index = NoticeIndexPage.objects.get(locale__language_code="id")
    slug = f"banjir-{index.numchild}" if index.numchild else "banjir"
    page = NoticePage(
        title="Banjir", slug=slug, phase="recovery", lead="Awal.", region_codes=code, live=False, owner=owner
    )
    return index.add_child(instance=page)


def titles(found) -> list[str]:
    return [proposal.title for proposal in found]


def test_a_proposed_program_waits_for_the_nation_and_is_published_there(client, regional, national):
    program = proposed(regional)
    assert titles(moderation.waiting_for(national)) == ["Ngantar Paimah"] == titles(moderation.of(regional))
    assert moderation.waiting_for(regional) == []
    assert moderation.waiting_for(officer("editor", region="34.02")) == []
    (waiting,) = moderation.waiting_for(national)
    address = reverse("proposal", args=[waiting.state.pk])
    assert enter(client, regional).get(address).status_code == 404
    shown = enter(client, national).get(address)
    assert ("Ringkasan usulan.") in [after for _field, _before, after in shown.context["changes"]]
    assert enter(client, national).post(address, {"note": ""}).status_code == 302
    program.refresh_from_db()
    assert program.summary == "Ringkasan usulan." and program.live
    assert moderation.waiting_for(national) == [] == moderation.of(regional)


def test_a_returned_proposal_comes_back_with_its_note_and_is_proposed_again(client, regional, national):
    program = proposed(regional)
    (waiting,) = moderation.waiting_for(national)
    address = reverse("proposal", args=[waiting.state.pk])
    client = enter(client, national)
    assert client.post(address, {"note": " ", "return": "1"}).context["form"].errors["note"]
    assert client.post(address, {"note": "Sebut jam layanan.", "return": "1"}).status_code == 302
    program.refresh_from_db()
    assert program.summary != "Ringkasan usulan."
    seen = enter(client, regional).get(reverse("moderation")).content.decode()
    assert "Sebut jam layanan." in seen
    services.propose(program=program, by=regional)
    assert titles(moderation.waiting_for(national)) == ["Ngantar Paimah"]
    services.publish(program=program, by=national)
    assert moderation.waiting_for(national) == [] == moderation.of(regional)


def test_nothing_is_proposed_twice_without_a_draft_or_for_another_region(regional):
    program = proposed(regional)
    with pytest.raises(ValidationError):
        services.propose(program=program, by=regional)
    with pytest.raises(ValidationError):
        services.propose(program=Program.objects.get(code="pis"), by=officer("editor", region=""))
    with pytest.raises(PermissionDenied):
        services.propose(program=program, by=officer("editor", region="34.02"))


def test_a_page_of_a_region_goes_the_same_way(client, regional, national):
    page = page_of("34.04", owner=regional)
    page.save_revision(user=regional)
    page.get_workflow().start(page, regional)
    (waiting,) = moderation.waiting_for(national)
    assert waiting.title == "Banjir" and moderation.waiting_for(regional) == []
    moderation.approve(state=waiting.state, by=national)
    page.refresh_from_db()
    assert page.live and client.get("/info-darurat/banjir/").status_code == 200
    with pytest.raises(ValidationError):
        waiting.state.refresh_from_db()
        moderation.send_back(state=waiting.state, by=national, note="Terlambat.")


def may_page(user, action, page) -> bool:
    return policy_registry.get(page).user_has_permission_for_instance(user, action, page)


def test_a_successor_changes_the_pages_of_the_region_and_nobody_elses(regional):
    own, wider = page_of("34.04, 34.04.07"), page_of("34.04, 34.02")
    other, everybody = page_of("34.02"), page_of("")
    assert may_page(regional, "change", own)
    for page in (wider, other, everybody):
        assert not may_page(regional, "change", page)
    assert not may_page(regional, "publish", own)


def test_where_regions_publish_their_own_they_publish_nothing_else(regional, national):
    CatalogSettings.objects.update_or_create(pk=1, defaults={"regions_publish": True})
    own, other, everybody = page_of("34.04"), page_of("34.02"), page_of("")
    assert may_page(regional, "publish", own)
    assert not may_page(regional, "publish", other) and not may_page(regional, "publish", everybody)
    proposed(regional)
    assert titles(moderation.waiting_for(regional)) == ["Ngantar Paimah"]


@pytest.mark.parametrize(
    ("codes", "accepted"), [("34.04", True), ("34.04.07", True), ("34.02", False), ("", False)]
)
def test_a_regional_editor_names_no_other_region(regional, codes, accepted):
    index = NoticeIndexPage.objects.get(locale__language_code="id")
    form_class = NoticePage.get_edit_handler().get_form_class()
    data = {
        "title": "Banjir", "slug": "banjir", "phase": "recovery", "lead": "", "region_codes": codes, "body-count": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    form = form_class(data, instance=NoticePage(), parent_page=index, for_user=regional)
    assert ("region_codes" not in form.errors) is accepted


def test_the_settings_are_the_nations_and_their_words_reach_the_public(client, regional, national):
    address = reverse("site_settings")
    assert enter(client, regional).get(address).status_code == 403
    sent = {"regions_publish": "on", "catalog": "Kata pengantar katalog.", "directory_en": "Words above."}
    assert enter(client, national).post(address, sent).status_code == 302
    assert CatalogSettings.load().regions_publish and SiteTexts.load().catalog == "Kata pengantar katalog."
    client.logout()
    assert "Kata pengantar katalog." in client.get("/program/").content.decode()
    assert "Kata pengantar katalog." not in client.get("/en/program/").content.decode()
    assert "Words above." in client.get("/en/lokasi/").content.decode()


def test_the_screens_are_for_who_writes_programs(client):
    for name in ("moderation", "site_settings"):
        assert client.get(reverse(name)).status_code == 302
        assert enter(client, officer("front_office")).get(reverse(name)).status_code == 403
        client.logout()
