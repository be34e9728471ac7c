"""Notices by region, stories, vacancies: what is shown, and to whom it is not."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from cases.casework.models import Emergency
from portal.content.models import CustomDocument
from portal.staffing.models import Position, Vacancy
from portal.units.models import Unit
from public_site import demo
from public_site.models import LegalBasisPage, NoticeIndexPage, NoticePage, StoryIndexPage, StoryPage
from tests.factories import UnitFactory, officer

pytestmark = pytest.mark.django_db


def notice(**fields) -> NoticePage:
    page = NoticePage(title="Banjir", slug="banjir", phase="intervention", lead="Posko dibuka.", **fields)
    NoticeIndexPage.objects.get(locale__language_code="id").add_child(instance=page)
    return page


@pytest.mark.rule("P-10")
def test_a_notice_is_shown_with_its_phase_to_the_region_it_concerns(client, site):
    notice(region_codes="34.04")
    for code in ("34.04", "34.04.07", "34"):
        assert "Banjir" in client.get(f"/info-darurat/?wilayah={code}").content.decode()
    assert "Banjir" not in client.get("/info-darurat/?wilayah=34.02").content.decode()
    assert "Penanganan" in client.get("/info-darurat/banjir/").content.decode()


@pytest.mark.rule("P-10")
def test_a_notice_of_yesterday_is_gone(client, site):
    notice(valid_until=timezone.localdate() - dt.timedelta(days=1))
    assert "Banjir" not in client.get("/info-darurat/").content.decode()


@pytest.mark.rule("P-10")
@pytest.mark.parametrize(
    ("phase", "word"),
    [
        ("prevention", "Pencegahan"), ("mitigation", "Mitigasi"), ("intervention", "Penanganan"),
        ("recovery", "Pemulihan"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "called"), [("leaflet", "selebaran"), ("brochure", "brosur"), ("sheet", "lembar informasi")]
)
def test_each_phase_has_its_leaflets_brochures_and_sheets_to_download(
    client, site, phase, word, kind, called
):
    document = CustomDocument(title="Cara mengungsi")
    document.file.save("mengungsi.pdf", ContentFile(b"%PDF-1.4 contoh"))
    page = notice(region_codes="34.04")
    page.phase = phase
    page.body = json.dumps([{"type": "download", "value": {"document": document.pk, "kind": kind}}])
    page.save()
    text = client.get("/info-darurat/banjir/").content.decode()
    assert word in text and called in text.lower() and f'href="{document.url}"' in text
    answer = client.get(document.url)
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == b"%PDF-1.4 contoh"


@pytest.mark.rule("P-11")
def test_a_unit_that_officers_made_an_emergency_post_is_shown_to_those_affected_while_it_lasts(client, site):
    sleman = Unit.objects.get(region_id="34.04", kind="slrt")
    other = UnitFactory(
        region_id="34.04.07.2001", kind="puskesos", name="Puskesos Caturtunggal", status="operating"
    )
    page = notice(region_codes="34.04")
    places = {
        "/lokasi/slrt/34.04/": "Erupsi Merapi", "/info-darurat/banjir/": sleman.name, "/lokasi/?wilayah=34": "Posko",
        "/lokasi/": "Posko",
    }  # fmt: skip

    def shown() -> list[bool]:
        return [
            word in client.get(place).content.decode().split("<main")[1] for place, word in places.items()
        ]

    page.lead = "Tetap waspada."
    page.save()
    assert shown() == [False] * 4
    emergency = Emergency.objects.create(region_id="34.04", name="Erupsi Merapi")
    emergency.posts.set([sleman])
    assert shown() == [True] * 4
    assert "Erupsi Merapi" not in client.get("/lokasi/puskesos/34.04.07.2001/").content.decode()
    assert other.name not in client.get("/info-darurat/banjir/").content.decode()
    today = timezone.localdate()
    for over in (
        {"started_on": today + dt.timedelta(days=1), "ended_on": None},
        {"started_on": today - dt.timedelta(days=9), "ended_on": today - dt.timedelta(days=1)},
    ):
        for name, value in over.items():
            setattr(emergency, name, value)
        emergency.save()
        assert shown() == [False] * 4, over


@pytest.mark.rule("P-11")
def test_units_of_the_region_are_shown_as_emergency_posts_where_the_notice_says_so(client, site):
    UnitFactory(region_id="34.02", kind="slrt", name="SLRT Bantul", status="operating")
    page = notice(region_codes="34.04", has_posts=True)
    text = client.get("/info-darurat/banjir/").content.decode()
    assert "SLRT Kabupaten Sleman" in text and "SLRT Bantul" not in text
    page.has_posts = False
    page.save()
    assert "SLRT Kabupaten Sleman" not in client.get("/info-darurat/banjir/").content.decode()


@pytest.mark.parametrize("codes", ["3404", "99", "34.04, x", "34.04;34.02"])
def test_a_notice_for_a_region_that_does_not_exist_is_refused(site, codes):
    with pytest.raises(ValidationError):
        NoticePage(title="x", slug="x", phase="recovery", region_codes=codes).clean_fields()


@pytest.mark.rule("P-12")
def test_stories_are_published_in_both_languages_and_drafts_are_not(client, site):
    demo.load()
    count = StoryPage.objects.count()
    demo.load()
    assert StoryPage.objects.count() == count > 0
    assert "kembali ke sekolah" in client.get("/cerita/").content.decode()
    assert "An invented example" in client.get("/en/cerita/contoh-kembali-sekolah/").content.decode()
    StoryPage.objects.filter(slug="contoh-kembali-sekolah").update(live=False)
    assert client.get("/cerita/contoh-kembali-sekolah/").status_code == 404


@pytest.mark.rule("P-12")
def test_an_editor_writes_a_story_in_the_back_office_and_publishes_it(client, site):
    client.force_login(officer("editor", region=""), backend="portal.accounts.backends.RoleBackend")
    index = StoryIndexPage.objects.get(locale__language_code="id")
    add = reverse("wagtailadmin_pages:add", args=["public_site", "storypage", index.pk])
    assert client.get(add).status_code == 200
    data = {
        "title": "Bu Sri kembali berdagang", "slug": "bu-sri", "region_codes": "34.04", "happened_on": "2026-01-05",
        "author": "Pendamping daerah", "picture": "", "lead": "Modal dari kemitraan.", "body-count": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post(add, data).status_code == 302
    client.logout()
    assert client.get("/cerita/bu-sri/").status_code == 404, "a draft is nobody's"
    client.force_login(officer("editor", region=""), backend="portal.accounts.backends.RoleBackend")
    edit = reverse("wagtailadmin_pages:edit", args=[StoryPage.objects.get(slug="bu-sri").pk])
    assert client.post(edit, data | {"action-publish": "1"}).status_code == 302
    client.logout()
    assert "Modal dari kemitraan." in client.get("/cerita/bu-sri/").content.decode()
    assert "Bu Sri kembali berdagang" in client.get("/cerita/").content.decode()
    client.force_login(officer("manager"), backend="portal.accounts.backends.RoleBackend")
    assert client.get(add).status_code in (302, 403)


@pytest.mark.rule("P-13")
def test_regulations_stand_by_level_and_those_of_a_region_are_for_its_people(client, site):
    page = LegalBasisPage.objects.get(locale__language_code="id")
    national = client.get("/dasar-hukum/").content.decode()
    order = [
        "Undang-undang",
        "Peraturan pemerintah",
        "Peraturan presiden",
        "Peraturan menteri dan direktur jenderal",
    ]
    places = [national.index(f"<h2>{heading}</h2>") for heading in order]
    assert places == sorted(places) and 'name="wilayah"' not in national
    regional = [
        {"title": f"Peraturan {name}", "about": "", "region_code": code, "url": "", "document": None}
        for name, code in (("Gubernur DIY", "34"), ("Bupati Sleman", "34.04"), ("Bupati Bantul", "34.02"))
    ]
    raw = [
        *page.groups.get_prep_value(),
        {"type": "group", "value": {"heading": "Peraturan daerah", "regulations": regional}},
    ]
    page.groups = json.dumps(raw)
    page.save_revision().publish()

    def read(query: str = "") -> set[str]:
        text = client.get(f"/dasar-hukum/{query}").content.decode()
        assert "Nomor 15 Tahun 2018" in text, "what the nation decreed holds everywhere"
        return {row["region_code"] for row in regional if row["title"] in text}

    assert read() == {"34", "34.04", "34.02"} == read("?wilayah=nonsense")
    assert read("?wilayah=34.04") == read("?wilayah=34.04.07.2001") == {"34", "34.04"}
    assert read("?wilayah=34") == {"34", "34.04", "34.02"} and read("?wilayah=32.04") == set()
    text = client.get("/dasar-hukum/?wilayah=34.04").content.decode()
    assert '<option value="34.04" selected>Kabupaten Sleman</option>' in text
    assert '<span class="tag plain">Kabupaten Sleman</span>' in text
    assert "<h2>Peraturan daerah</h2>" not in client.get("/dasar-hukum/?wilayah=32.04").content.decode()


@pytest.mark.rule("P-09")
def test_an_open_post_is_shown_until_its_closing_date_and_a_draft_never(client, site):
    today = timezone.localdate()
    unit = UnitFactory(region_id="34.04", kind="slrt")
    position = Position.objects.create(code="uji", name="Petugas uji", area_level=2, tasks="Melayani")
    position.criteria.create(code="sma", text="Lulusan SMA")
    post = {
        "unit": unit,
        "position": position,
        "region_id": "34.04",
        "how_to_apply": "Kirim berkas.",
        "opens_on": today,
    }
    vacancy = Vacancy.objects.create(**post, closes_on=today, status=Vacancy.Status.PUBLISHED)
    text = client.get("/lowongan/").content.decode()
    assert "Petugas uji" in text and "Lulusan SMA" in text and "Ditutup" in text
    Vacancy.objects.filter(pk=vacancy.pk).update(
        opens_on=today - dt.timedelta(days=9), closes_on=today - dt.timedelta(days=1)
    )
    assert "tidak ada lowongan" in client.get("/lowongan/").content.decode()
    Vacancy.objects.create(**post, closes_on=today)
    assert "Petugas uji" not in client.get("/lowongan/").content.decode()
