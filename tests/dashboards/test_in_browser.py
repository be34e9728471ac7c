"""The dashboard's screens in a real browser: accessible, whole at three widths, without scripts, nothing from outside."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from reports.dashboards import reference
from reports.dashboards.areas import ALL
from reports.dashboards.panels import CHAPTERS
from reports.dashboards.planning_views import PlanningView
from tests.backoffice.test_browser import visit  # noqa: F401
from tests.browser import follow

from .test_facts import desk, work_at_random  # noqa: F401
from .test_views import officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    *(f"/admin/dasbor/?bab={chapter}" for chapter in (*CHAPTERS, ALL)),
    "/admin/dasbor/layar/",
    "/admin/dasbor/banding/",
    "/admin/dasbor/keterangan/",
    *(f"/admin/perencanaan/?bab={chapter}" for chapter in (*PlanningView.chapters, ALL)),
    "/admin/perencanaan/andai/",
)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_whole_and_ask_nothing_of_the_outside(visit, client, desk, width):  # noqa: F811
    work_at_random(desk, 51, steps=60)
    user = officer(client, "provincial_coordinator", "34")
    for address in PAGES:
        page, trouble = visit(user, address, width=width)
        assert trouble == [], address
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, (address, wider)
        broken = Axe().run(page).response["violations"]
        assert [rule["id"] for rule in broken] == [], (address, broken)


def test_without_scripts_filters_and_weights_work(visit, client, desk):  # noqa: F811
    work_at_random(desk, 52, steps=40)
    user = officer(client, "provincial_coordinator", "34")
    page, trouble = visit(user, "/admin/dasbor/", script=False)
    page.select_option("select[name=jenis]", "need")
    follow(page, ".da-filters button[type=submit]")
    assert "jenis=need" in page.url and trouble == []
    page, trouble = visit(user, "/admin/perencanaan/", script=False)
    follow(page, "main form[method=get] .da-field--go button[type=submit]")
    assert "tahun=" in page.url and trouble == []


def test_a_moved_weight_reaches_the_address_and_the_brief(visit, client, desk):  # noqa: F811
    reference.load(None)
    user = officer(client, "provincial_coordinator", "34")
    page, trouble = visit(user, "/admin/perencanaan/")
    page.click(".da-weights summary")
    page.fill("#id_bobot-p0", "9")
    page.keyboard.press("Tab")
    page.wait_for_selector("#naskah a[href*='bobot-p0=9']")
    links = [link.get_attribute("href") for link in page.query_selector_all("#naskah a")]
    assert len(links) == 3 and all("bobot-p0=9" in link for link in links)
    assert "bobot-p0=9" in page.url and trouble == []
