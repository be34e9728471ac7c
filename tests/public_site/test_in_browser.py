"""Every kind of public page in a real browser: WCAG 2.2 AA, weight, no outside host, no error, no sideways scroll, keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from programs_catalog.reference import load_catalog
from public_site import reference
from public_site.models import NoticeIndexPage, NoticePage, StoryIndexPage, StoryPage
from tests.browser import follow
from tests.factories import UnitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/", "/program/", "/program/?q=kartu+sehat", "/program/?q=xyzzy", "/program/kesehatan/", "/program/kesehatan/pis/", "/cek-kelayakan/",
    "/lokasi/", "/lokasi/?wilayah=34.04", "/lokasi/?q=depok+sleman", "/lokasi/slrt/34.04/", "/lacak/", "/lowongan/", "/data/", "/tentang/",
    "/tanya-jawab/", "/dasar-hukum/", "/pengaduan/", "/info-darurat/", "/info-darurat/banjir/", "/cerita/", "/cerita/kursi-roda/",
    "/en/", "/en/program/pangan/sembako/", "/tidak-ada/", "/api/", "/verifikasi/", "/pembentukan/", "/bahan-sosialisasi/",
    "/program/?dekat=-7.78,110.39", "/lokasi/?dekat=-7.78,110.39", "/lokasi/puskesos/34.04.07.2001/",
)  # fmt: skip
BUDGET = 100_000  # bytes of a first visit, as sent


@pytest.fixture
def filled():
    load_catalog()
    reference.load()
    UnitFactory(
        region_id="34.04",
        kind="slrt",
        name="SLRT Kabupaten Sleman",
        address="Jl. Contoh 1",
        status="operating",
    )
    UnitFactory(region_id="34.04.07.2001", kind="puskesos", name="Puskesos Caturtunggal", status="operating")
    notice = NoticePage(
        title="Banjir di Sleman", slug="banjir", phase="intervention", region_codes="34.04", is_urgent=True, has_posts=True,
        lead="Posko dibuka.",
    )  # fmt: skip
    NoticeIndexPage.objects.get(locale__language_code="id").add_child(instance=notice)
    story = StoryPage(title="Kursi roda", slug="kursi-roda", region_codes="34.04", lead="Sebuah cerita.")
    StoryIndexPage.objects.get(locale__language_code="id").add_child(instance=story)


def test_every_page_type(live_server, filled, chromium):
    problems = []
    for path in PAGES:
        context = chromium.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        console, hosts, weight = [], set(), []
        page.on(
            "console",
            lambda message, seen=console: seen.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error, seen=console: seen.append(str(error)))
        page.on("request", lambda request, seen=hosts: seen.add(request.url.split("/")[2]))
        page.on("response", lambda response, seen=weight: seen.append(len(response.body())))
        status = page.goto(live_server.url + path).status
        page.wait_for_load_state("networkidle")
        if path != "/tidak-ada/" and (status != 200 or console):
            problems.append(f"{path}: {status} {console}")
        if hosts != {live_server.url.split("/")[2]}:
            problems.append(f"{path}: asks {hosts}")
        if sum(weight) > BUDGET or len(weight) > 12:
            problems.append(f"{path}: {sum(weight)} bytes in {len(weight)} answers")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append(f"{path}: scrolls sideways at 360 px")
        if page.locator("h1").count() != 1:
            problems.append(f"{path}: {page.locator('h1').count()} first headings")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        problems += [
            f"{path}: {violation['id']}: {violation['nodes'][0]['html'][:120]}"
            for violation in found.response["violations"]
        ]
        # 400 % zoom of a 1280 px screen is a screen of 320 px.
        page.set_viewport_size({"width": 320, "height": 256})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append(f"{path}: scrolls sideways at 400 %")
        context.close()
    assert not problems, "\n".join(problems)


def test_dark_colors_have_contrast_too(live_server, filled, chromium):
    context = chromium.new_context(color_scheme="dark", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    for path in (
        "/",
        "/program/kesehatan/pis/",
        "/cek-kelayakan/",
        "/lokasi/slrt/34.04/",
        "/info-darurat/banjir/",
    ):
        page.goto(live_server.url + path)
        found = Axe().run(page, options={"runOnly": ["wcag2aa", "wcag22aa"]})
        assert [f"{path} {v['id']} {v['nodes'][0]['html'][:100]}" for v in found.response["violations"]] == []
    context.close()


def test_the_first_tab_skips_to_the_content_and_focus_is_seen(live_server, filled, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(live_server.url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.name || ''")
        )
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none" or page.evaluate("document.activeElement === document.body")
    assert {"q", "/cek-kelayakan/", "/lokasi/", "/lacak/", "/program/kesehatan/"} <= seen
    page.close()


@pytest.mark.rule("P-07", "P-08", "A-05")
def test_every_task_of_a_citizen_works_without_script(live_server, filled, chromium):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(live_server.url + "/")
    page.fill("#q", "kartu sehat")
    follow(page, "button[type=submit]")
    follow(page, "text=Program Indonesia Sehat")
    assert page.locator("h1").inner_text().startswith("Program Indonesia Sehat")
    page.goto(live_server.url + "/lokasi/")
    page.fill("#id_q", "kabupaten sleman")
    follow(page, "button[type=submit] >> nth=0")
    follow(page, "main h3 a >> nth=0")
    follow(page, "main h3 a:has-text('SLRT Kabupaten Sleman')")
    assert "Jl. Contoh 1" in page.inner_text("main")
    page.goto(live_server.url + "/cek-kelayakan/")
    page.check("input[value=primary]")
    page.select_option("select[name=desil]", "1")
    follow(page, "main form button[type=submit] >> nth=-1")
    assert "Program Keluarga Harapan" in page.inner_text("main")
    page.goto(live_server.url + "/lacak/")
    page.fill("#id_nomor", "X")
    page.fill("#id_kode", "Y")
    follow(page, "main form button[type=submit]")
    assert "Nomor dan kode tidak cocok" in page.inner_text("main")
    context.close()


def test_the_other_tasks_of_a_citizen_work_without_script_too(live_server, filled, chromium):
    """By region, by kind of help, notices, posts, stories, the law, a letter, data, English, founding a unit."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()

    def open_and_read(path: str) -> str:
        assert page.goto(live_server.url + path).status == 200, path
        return page.inner_text("main")

    open_and_read("/program/")
    page.select_option("select[name=sasaran]", "farmer")
    follow(page, "main form button[type=submit] >> nth=0")
    assert "Pupuk" in page.inner_text("main")
    # The region picker without its script: one select after the other, each sent to get the next.
    open_and_read("/program/")
    page.click("main details.fold summary")
    page.select_option("select[name=wilayah_1]", "34")
    follow(page, "main form button[type=submit] >> nth=0")
    assert "wilayah_1=34" in page.url
    page.click("main details.fold summary")
    page.select_option("select[name=wilayah_2]", "34.04")
    follow(page, "main form button[type=submit] >> nth=0")
    assert "Ngantar Paimah" in page.inner_text("main")
    assert "Posko dibuka." in open_and_read("/info-darurat/") + open_and_read("/info-darurat/banjir/")
    open_and_read("/cerita/")
    follow(page, "main h2 a, main h3 a")
    assert "Sebuah cerita." in page.inner_text("main")
    open_and_read("/lowongan/")
    assert "Nomor 15 Tahun 2018" in open_and_read("/dasar-hukum/")
    assert "surat resi" in open_and_read("/pengaduan/").lower()
    open_and_read("/verifikasi/")
    page.fill("main input[name=kode]", "R-2-22222222")
    follow(page, "main form button[type=submit]")
    assert "Tidak ada surat" in page.inner_text("main")
    links = page.goto(live_server.url + "/data/") and page.eval_on_selector_all(
        "main h2 a", "all => all.map(a => a.href)"
    )
    assert len(links) > 8 and all(context.request.get(link).status == 200 for link in links)
    open_and_read("/tentang/")
    page.click("details.drawer summary")
    follow(page, "details.drawer a[hreflang=en]")
    assert page.url.endswith("/en/tentang/")
    open_and_read("/pembentukan/")
    context.close()


@pytest.mark.parametrize(
    "path",
    ["/program/", "/program/kesehatan/pis/", "/cek-kelayakan/", "/lokasi/?wilayah=34.04", "/lacak/", "/api/"],
)
def test_the_keyboard_reaches_everything_in_order_and_never_sticks(live_server, filled, chromium, path):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    # What can be reached: each radio group counts once, closed folds and hidden parts do not.
    page.evaluate(
        """() => {
          const radios = new Set();
          document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]').forEach((each) => {
            const shown = each.checkVisibility() && each.getClientRects().length && !each.disabled;
            const again = each.type === 'radio' && radios.has(each.name);
            if (each.type === 'radio') radios.add(each.name);
            if (shown && !again) each.dataset.walk = 'open';
          });
        }"""
    )
    todo = page.locator("[data-walk=open]").count()
    unseen = []
    for _step in range(todo + 5):
        page.keyboard.press("Tab")
        unseen += page.evaluate(
            """() => {
              const here = document.activeElement;
              if (here === document.body) return [];
              here.dataset.walk = 'done';
              if (here.type === 'radio') document.getElementsByName(here.name).forEach((each) => { each.dataset.walk = 'done'; });
              return getComputedStyle(here).outlineStyle === 'none' ? [here.outerHTML.slice(0, 120)] : [];
            }"""
        )
    left = page.eval_on_selector_all(
        "[data-walk=open]", "all => all.map(each => each.outerHTML.slice(0, 120))"
    )
    page.close()
    assert todo > 8 and left == [] and unseen == []
