"""In a real browser: nothing asked of the outside, nothing blocked by the policy, nothing clipped, whole without JavaScript."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.units.models import Partner
from tests.browser import follow

from . import desk

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.backoffice.desk"),
]


@pytest.fixture
def visit(chromium, live_server, client):
    """Open an address as a user; gives the page and what went wrong on it."""
    contexts = []

    def go(user, address, *, width=360, script=True):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        context = chromium.new_context(viewport={"width": width, "height": 740}, java_script_enabled=script)
        contexts.append(context)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page, trouble = context.new_page(), []
        page.on(
            "console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "request",
            lambda request: (
                trouble.append(f"outside: {request.url}")
                if not request.url.startswith((live_server.url, "data:", "blob:"))
                else None
            ),
        )
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        return page, trouble

    yield go
    for context in contexts:
        context.close()


def test_officers_pages_are_whole_on_a_small_telephone(visit, officer, make_case):
    case, user = make_case(), officer("manager", "34.04")
    for address in (
        "/admin/",
        desk.url("index"),
        desk.url("index") + "?kind=need",
        desk.url("inspect", case.pk),
        desk.url("history", case.pk),
        "/admin/pekerjaan/",
        "/admin/dasbor/",
        "/admin/perencanaan/",
        "/admin/laporan/papan/",
    ):
        page, trouble = visit(user, address)
        assert trouble == [], address
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, (address, wider)
        small = page.evaluate(
            "[...document.querySelectorAll('a.bo-button, button.bo-button, .bo-nav a, summary')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 40).map(e => e.outerHTML.slice(0, 80))"
        )
        assert small == [], address
        broken = Axe().run(page).response["violations"]
        assert [rule["id"] for rule in broken] == [], (address, broken)


def test_a_record_uses_the_width_it_has_and_breaks_no_name_by_letters(visit, officer, make_case):
    case = make_case()
    user = officer("regency_social_office", "34.04")
    Partner.objects.create(
        unit=case.unit, name="Yayasan Peduli Perempuan Sleman", kind=Partner.Kind.values[0]
    )
    page, trouble = visit(user, f"/admin/unit/inspect/{case.unit_id}/", width=1280)
    shares = "document.querySelector('.bo-columns > div').offsetWidth / document.querySelector('.bo-columns').offsetWidth"
    assert trouble == [] and page.evaluate(shares) == 1, "nothing stands beside a unit's record"
    name = page.locator("td:has(> .bo-row-link)", has_text="Yayasan Peduli").bounding_box()
    assert name["width"] > 100, "as wide as its words"
    page, _trouble = visit(user, desk.url("inspect", case.pk), width=1280)
    assert page.evaluate(shares) < 0.8, "the timeline stands beside a case"


def test_a_form_is_filled_with_the_keyboard_and_the_region_picker(visit, officer, make_case):
    make_case()
    page, trouble = visit(officer("front_office", "34.04"), desk.url("create"), width=1280)
    page.select_option("select[name=region_3]", "34.04.07")
    page.wait_for_selector("select[name=region_4] option[value='34.04.07.2001']", state="attached")
    page.select_option("select[name=region_4]", "34.04.07.2001")
    assert trouble == []


def test_without_javascript_everything_is_there(visit, officer, make_case):
    case, user = make_case(), officer("supervisor", "34.04.07")
    page, _trouble = visit(user, desk.url("inspect", case.pk), script=False)
    page.click("summary:has-text('Menu')")
    assert page.locator(".bo-nav a").first.is_visible()
    follow(page, f"a[href='{desk.url('review', case.pk)}']")
    page.fill("input[name=note]", "benar")
    follow(page, "main button[type=submit]")
    assert "benar" in page.content()
    case.refresh_from_db()
    assert case.status == "reviewed"


def test_wagtails_screens_ask_nothing_of_the_outside(visit, officer):
    for address in ("/admin/pages/", "/admin/images/", "/admin/documents/"):
        page, trouble = visit(officer("editor"), address, width=1280)
        assert [said for said in trouble if said.startswith("outside")] == [], address
        assert "Refused" not in " ".join(trouble), trouble
