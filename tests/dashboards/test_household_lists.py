"""The families behind a number: as many as it says, within one's rights, masked, and for a purpose (A-08, D-11, H-08, D-13)."""

import datetime as dt
import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from cases.households.models import Household, Person
from portal.ledger.models import AuditEntry
from reports.dashboards import overlap, targeting
from tests.households.test_eligibility import TODAY, catalog, households  # noqa: F401

from .test_views import officer

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "verification", "words": ""}


@pytest.fixture
def counted(catalog, time_machine):  # noqa: F811
    """Sixty families of the area, counted as of the night."""
    time_machine.move_to(f"{TODAY}T12:00:00+07:00")
    made = households(catalog, count=60, seed=4)
    some = list(Household.objects.filter(district_code="34.04.07").values_list("pk", flat=True)[::3])
    Household.objects.filter(pk__in=some).update(region="34.04.07.2002")
    overlap.take(TODAY)
    targeting.take(TODAY)
    return made


def families(client, url) -> set[int]:
    """All families of a list over its pages, after the purpose was given."""
    if client.get(url).context.get("page") is None:
        client.post(url, PURPOSE)
    found: set[int] = set()
    totals: set[int] = set()
    while url:
        page = client.get(url)
        assert page.status_code == 200
        found |= {row.pk for row in page.context["page"]}
        totals.add(page.context["total"])
        url = page.context["next_url"] and f"{urlsplit(url).path}{page.context['next_url']}"
    assert totals == {len(found)}
    return found


@pytest.mark.rule("D-10", "D-11", "D-12", "H-08")
@pytest.mark.parametrize("area", ["34.04", "34.04.07", "34.04.07.2001"])
def test_each_number_of_overlap_and_targeting_opens_as_many_families(client, counted, area):
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard"), {"wilayah": area, "bab": "semua"})
    address, checked = reverse("dashboard-households"), 0

    def listed(**query):
        return len(
            families(client, f"{address}?wilayah={area}&" + "&".join(f"{k}={v}" for k, v in query.items()))
        )

    for _name, n, program in page.context["overlap"]["singles"][:4]:
        assert listed(isi="menerima", program=program) == n
    for _first, _second, n, programs in page.context["overlap"]["pairs"][:4]:
        assert listed(isi="menerima", program=programs) == n
    for _names, n, programs in page.context["overlap"]["sets"][:4]:
        assert listed(isi="tepat", program=programs) == n
    for number, n in page.context["overlap"]["by_number"]:
        assert listed(isi="jumlah", jumlah=number) == n
    for row in page.context["targeting"]:
        for word, n in (("berhak", row.eligible), ("belum", row.exclusion), ("keliru", row.inclusion)):
            assert listed(isi=word, program=row.program.pk) == n
            checked += n
    assert checked > 0
    assert f"{address}?wilayah={area}&amp;isi=belum".encode() in page.content


@pytest.mark.rule("D-13")
def test_each_number_of_a_what_if_opens_as_many_families(client, counted):
    officer(client, "manager", "34.04")
    page = client.get(reverse("planning-whatif"), {"wilayah": "34.04"})
    checked = 0
    for program in page.context["programs"]:
        query = {"wilayah": "34.04", "program": program.pk, "hitung": "1", "desil": 2}
        form = client.get(reverse("planning-whatif"), {"wilayah": "34.04", "program": program.pk}).context[
            "what_if"
        ]
        query |= {name: field.initial for name, field in form.fields.items() if field.initial is not None}
        shown = client.get(reverse("planning-whatif"), query)
        if not shown.context["result"]:
            continue
        whole, lists = shown.context["result"].whole.effect, shown.context["lists"]
        numbers = {
            "andai-kini": whole.before, "andai-nanti": whole.after, "andai-bertambah": whole.gained,
            "andai-berkurang": whole.lost, "andai-kehilangan": whole.enrolled_lost,
        }  # fmt: skip
        for word, n in numbers.items():
            if n:
                assert len(families(client, lists.households(word))) == n, (program, word)
                assert f"isi={word}".encode() in shown.content
                checked += n
    assert checked > 10


@pytest.mark.rule("A-08")
def test_the_list_opens_for_a_purpose_that_the_audit_keeps_and_shows_no_name_or_number(client, counted):
    user = officer(client, "manager", "34.04")
    household = Household.objects.create(region_id="34.04.01.2001", family_card_number="3404070101010001")
    Person.objects.create(household=household, name="Siti Aminah", sex="f", is_head=True, relation="head")
    url = f"{reverse('dashboard-households')}?wilayah=34.04.01.2001&isi=jumlah&jumlah=0"
    asked = client.get(url)
    assert b"Aminah" not in asked.content and b"340407" not in asked.content
    refused = client.post(url, {"purpose": "other", "words": ""})
    assert refused.context["purpose"].errors and not AuditEntry.objects.filter(action="read").exists()
    client.post(url, PURPOSE)
    entry = AuditEntry.objects.get(action="read")
    assert (entry.actor_id, entry.model) == (user.pk, "households.household")
    assert entry.detail["area"] == household.region_id and entry.purpose
    page = client.get(url)
    assert "S••• A•••••" in page.content.decode() and "3404••••••••0001" in page.content.decode()
    assert b"Aminah" not in page.content and b"3404070101010001" not in page.content


@pytest.mark.rule("A-08")
def test_a_purpose_holds_for_the_lists_of_its_area_a_short_while_and_the_audit_keeps_each(
    client, counted, time_machine
):
    user = officer(client, "manager", "34.04")
    url = f"{reverse('dashboard-households')}?wilayah=34.04.07&isi=jumlah&jumlah="
    client.post(f"{url}0", {"purpose": "planning", "words": "Musrenbang"})
    assert client.get(f"{url}1").context["page"] is not None
    client.get(f"{url}1")
    entries = list(AuditEntry.objects.filter(action="read").order_by("pk"))
    assert [(entry.actor_id, entry.detail["area"]) for entry in entries] == [(user.pk, "34.04.07")] * 2
    assert entries[0].purpose == entries[1].purpose and "Musrenbang" in entries[1].purpose
    # Another area asks again, and what does not exist is not written down.
    assert client.get(f"{url}0".replace("34.04.07", "34.04")).context.get("page") is None
    assert client.get(f"{url}x").status_code == 404
    assert AuditEntry.objects.filter(action="read").count() == 2
    time_machine.shift(dt.timedelta(minutes=31))
    assert client.get(f"{url}1").context["page"] is not None
    assert client.get(f"{url}2").context.get("page") is None
    # Another officer at the same browser is asked.
    client.logout()
    officer(client, "supervisor", "34.04.07")
    assert client.get(f"{url}0").context.get("page") is None


def test_cancel_and_the_crumb_lead_back_to_area_chapter_and_filters(client, counted):
    officer(client, "manager", "34.04")
    asked = {"wilayah": "34.04.07", "bab": "akses", "dari": "2026-02", "jenis": "need"}
    page = client.get(reverse("dashboard"), asked)
    address = next(
        html.unescape(one)
        for one in re.findall(r'href="([^"]+)"', page.content.decode())
        if "isi=jumlah" in one
    )
    for answer in (client.get(address), client.post(address, {"purpose": "other", "words": ""})):
        back = urlsplit(answer.context["back_url"])
        assert back.path == reverse("dashboard") and dict(parse_qsl(back.query)) == asked
        assert answer.content.decode().count(f'href="{html.escape(answer.context["back_url"])}"') >= 2
    # Whatever an address says, the way back stays in the house.
    wrong = client.get(reverse("dashboard-households"), {"wilayah": "34.04", "isi": "jumlah", "jumlah": 0, "kembali": "//evil.example/"})  # fmt: skip
    assert wrong.context["back_url"].startswith(f"{reverse('dashboard')}?")


@pytest.mark.rule("A-02", "A-08")
def test_outside_ones_area_the_list_does_not_exist_and_who_only_counts_is_refused(client, counted):
    url = f"{reverse('dashboard-households')}?isi=jumlah&jumlah=0&wilayah="
    officer(client, "manager", "34.02")
    assert client.get(f"{url}34.04").status_code == 404
    assert client.get(f"{url}34").status_code == 404
    client.logout()
    officer(client, "regency_planning", "34.04")
    assert client.get(f"{url}34.04").status_code == 403
    page = client.get(reverse("dashboard"), {"wilayah": "34.04", "bab": "semua"})
    assert page.context["overlap"]["households"] > 0
    assert reverse("dashboard-households").encode() not in page.content


@pytest.mark.parametrize(
    "query", ["isi=semua", "isi=jumlah&jumlah=x", "isi=menerima", "isi=menerima&program=999999", "isi=belum&program=0", f"isi=belum&program={10**24}", "isi=menerima&program=1,a"]
)  # fmt: skip
def test_what_nobody_offers_does_not_exist(client, counted, query):
    officer(client, "manager", "34.04")
    url = f"{reverse('dashboard-households')}?wilayah=34.04&{query}"
    client.post(url, PURPOSE)
    assert client.get(url).status_code == 404


@pytest.mark.rule("H-08", "D-12")
def test_targeting_goes_down_to_the_village_and_the_villages_add_up(counted):
    villages = sorted({h.region_id for h in Household.objects.filter(district_code="34.04.07")})
    assert len(villages) > 1
    sums: dict[int, list[int]] = {}
    for village in villages:
        for one in targeting.targeting(village):
            row = sums.setdefault(one.program.pk, [0, 0, 0, 0])
            for i, name in enumerate(targeting.NUMBERS):
                row[i] += getattr(one, name)
    above = {key: numbers for key, numbers in targeting.numbers_at("34.04.07").items() if any(numbers)}
    assert {key: row for key, row in sums.items() if any(row)} == above
    below: dict[int, list[int]] = {}
    for (_village, program), numbers in targeting.numbers_below("34.04.07", villages).items():
        below[program] = [a + b for a, b in zip(below.get(program, [0] * 4), numbers, strict=True)]
    assert {key: row for key, row in below.items() if any(row)} == above
