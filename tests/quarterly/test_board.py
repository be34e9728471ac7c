"""The board: which quarter and tier it opens on, and reminding from it (M-05)."""

import pytest
from django.urls import reverse

from reports.quarterly import services
from reports.quarterly.models import Reminder
from tests.quarterly.places import BANTUL, CATURTUNGGAL, CONDONGCATUR, SLEMAN, Province

pytestmark = pytest.mark.django_db


@pytest.mark.rule("M-05")
def test_the_board_reminds_with_one_click_and_only_ones_own_area(client, time_machine_at):
    diy = Province()
    diy.send(CATURTUNGGAL)
    board_url, url = reverse("quarterly:board"), reverse("quarterly:remind")
    asked = {"kuartal": diy.cycle.quarter_code, "jenjang": "puskesos", "wilayah": SLEMAN}
    with time_machine_at("2026-11-20"):
        client.force_login(diy.manager[SLEMAN])
        page = client.get(board_url)
        assert (
            f'action="{url}"' in page.content.decode()
            and 'name="wilayah" value="34.04"' in page.content.decode()
        )
        assert (
            page.content.decode().count(f'action="{url}"') == 2
        )  # the tier and its area; not the manager's own tier
        answer = client.post(url, asked, follow=True)
        assert answer.redirect_chain[-1][0] == f"{board_url}?kuartal=2026-Q3&jenjang=puskesos"
        # Condongcatur was asked; Caturtunggal has sent; Panggungharjo is Bantul's.
        reminded = Reminder.objects.values_list("report__region_id", flat=True)
        assert list(reminded) == [CONDONGCATUR]
        client.post(url, asked)
        assert Reminder.objects.count() == 1
        assert client.post(url, asked | {"wilayah": BANTUL}).status_code == 404
        assert client.post(url, asked | {"jenjang": "desa"}).status_code == 404
        assert client.post(url, asked | {"kuartal": "1999-Q1"}).status_code == 404
        assert client.get(url).status_code == 302  # a step, not a page
        client.force_login(diy.coordinator[CATURTUNGGAL])
        assert client.post(url, asked).status_code == 403
        assert f'action="{url}"' not in client.get(board_url).content.decode()
    assert Reminder.objects.count() == 1


@pytest.mark.rule("M-05")
def test_the_board_opens_on_the_quarter_that_is_being_reported(client, time_machine_at):
    diy = Province()
    services.open_cycle(quarter=diy.quarter.next())
    client.force_login(diy.secretariat)
    with time_machine_at("2026-11-20"):
        shown = client.get(reverse("quarterly:board")).context
        assert shown["cycle"].quarter_code == "2026-Q3" and shown["tier"] == "slrt"
        asked = client.get(reverse("quarterly:board") + "?kuartal=2026-Q4&jenjang=province").context
        assert asked["cycle"].quarter_code == "2026-Q4" and asked["tier"] == "province"
