"""The catalog for officers: every program of the area on a phone (P-05), and within the intake screen (P-06)."""

import pytest
from django.utils.html import escape

from programs_catalog.models import Program
from programs_catalog.reference import load_catalog
from tests import browser
from tests.factories import officer

ADDRESS = "/admin/katalog/"


@pytest.fixture
def catalog(db, settings):
    settings.MFA_REQUIRED = False
    load_catalog()


def enter(client, user):
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def shown(client, **asked) -> set[str]:
    return {program.code for program in client.get(ADDRESS, asked).context["programs"]}


@pytest.mark.rule("P-05")
def test_a_facilitator_sees_the_nations_programs_and_those_of_the_area_and_no_others(client, catalog):
    enter(client, officer("facilitator"))
    found = shown(client)
    national = set(Program.objects.published().filter(region=None).values_list("code", flat=True))
    assert national <= found and "ngantar-paimah" in found and "mobil-sisir-pendidikan" not in found
    one = client.get(ADDRESS, {"program": "ngantar-paimah"})
    for field in ("summary", "where", "contact"):
        assert getattr(one.context["program"], field) in one.content.decode()
    assert client.get(ADDRESS, {"program": "mobil-sisir-pendidikan"}).status_code == 404


@pytest.mark.rule("P-06")
@pytest.mark.parametrize("level", ["centre", "province", "regency", "non_government"])
def test_the_front_office_tells_which_programs_exist_at_a_level(client, catalog, level):
    enter(client, officer("front_office"))
    found = shown(client, tingkat=level)
    rows = Program.objects.filter(code__in=found).values_list("provider__level", flat=True)
    assert found and set(rows) == {level}


def test_a_draft_and_an_unpublished_program_are_not_told(client, catalog):
    Program.objects.filter(code="pis").update(live=False)
    enter(client, officer("front_office"))
    assert "pis" not in shown(client) and client.get(ADDRESS, {"program": "pis"}).status_code == 404


def test_words_sector_and_level_narrow_together(client, catalog):
    enter(client, officer("front_office"))
    assert "pis" in shown(client, q="kartu sehat") and "pip" not in shown(client, sektor="kesehatan")
    assert shown(client, q="xyzzy") == set()
    assert "xyzzy" in client.get(ADDRESS, {"q": "xyzzy"}).content.decode()


def test_who_is_not_an_officer_reads_the_public_catalog_instead(client, catalog):
    assert client.get(ADDRESS).status_code == 302


def officers_browser(chromium, live_server, client, user):
    visitor = browser.Visitor(chromium, live_server.url, browser.PHONE)
    enter(client, user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    visitor.context.add_cookies([cookie])
    return visitor


@pytest.mark.rule("P-06")
def test_the_intake_screen_itself_holds_the_services_the_way_of_a_complaint_and_the_levels(client, catalog):
    enter(client, officer("front_office"))
    page = client.get("/admin/keluhan-baru/").content.decode().split("<main")[1]
    for told in ("Layanan di sini", "Alur penanganan pengaduan", 'hx-target="#katalog"'):
        assert told in page, told
    beside = client.get(ADDRESS, {"samping": "1"}, headers={"hx-request": "true"}).content.decode()
    for level in ("centre", "province", "regency", "non_government"):
        assert f"tingkat={level}&amp;samping=1" in beside, level
    assert "<html" not in beside, "a part of the screen, no page of its own"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("P-05", "A-05")
def test_on_a_phone_the_catalog_is_searched_and_read(chromium, live_server, client, settings):
    settings.MFA_REQUIRED = False
    load_catalog()
    visitor = officers_browser(chromium, live_server, client, officer("facilitator"))
    page = visitor.go(ADDRESS)
    page.fill("#pc-q", "ngantar paimah")
    page.wait_for_selector("#katalog li:has-text('Ngantar Paimah') a")
    page.click(".pc-list a:has-text('Ngantar Paimah')")
    page.wait_for_selector("h1:has-text('Ngantar Paimah')")
    assert "Cara mengajukan" in visitor.text() and "Yang perlu dibawa" in visitor.text()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    small = "[...document.querySelectorAll('#katalog a, #katalog summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
    assert not page.evaluate(wide) and page.evaluate(small) == []
    assert visitor.complaints == [] and visitor.foreign == []
    visitor.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("P-06", "A-05")
def test_within_the_intake_screen_a_program_is_explained_without_leaving_it(
    chromium, live_server, client, settings
):
    settings.MFA_REQUIRED = False
    load_catalog()
    visitor = officers_browser(chromium, live_server, client, officer("front_office"))
    page = visitor.go("/admin/keluhan-baru/")
    page.fill("#id_number", "3404070101900001")
    page.fill("#pc-q", "kartu sehat")
    page.wait_for_selector("#katalog .pc-list a:has-text('Program Indonesia Sehat')")
    page.click("#katalog .pc-list a:has-text('Program Indonesia Sehat')")
    page.wait_for_selector("#katalog .pc-program summary:has-text('Yang perlu dibawa')")
    page.click(".pc-beside > details:last-of-type > summary")
    assert "surat resi" in visitor.text()
    # The screen and what was typed in it are still there.
    assert page.input_value("#id_number") == "3404070101900001" and page.url.endswith("/admin/keluhan-baru/")
    # The search that a click overtakes is called off, which htmx notes in the console.
    assert [said for said in visitor.complaints if not said.startswith("htmx:")] == []
    assert visitor.foreign == []
    visitor.close()


def test_who_reads_english_gets_the_catalog_in_english(client, catalog, settings):
    program = Program.objects.exclude(steps_en="").exclude(summary_en="").filter(region=None).first()
    reader = officer("front_office", "34.04")
    client.force_login(reader, backend="portal.accounts.backends.RoleBackend")
    indonesian = client.get(ADDRESS, {"program": program.code}).content.decode()
    assert escape(program.lines("steps")[0]) in indonesian
    client.post("/akun/bahasa/", {"language": "en"})
    page = client.get(ADDRESS, {"program": program.code}).content.decode()
    assert (
        escape(program.steps_en.splitlines()[0]) in page and escape(program.steps.splitlines()[0]) not in page
    )
    assert escape(program.summary_en) in client.get(ADDRESS, {"q": program.name}).content.decode()
