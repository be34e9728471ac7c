"""Notices by region, stories, vacancies: what is shown, and to whom it is not."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.staffing.models import Position, Vacancy
from public_site import demo
from public_site.models import NoticeIndexPage, NoticePage, StoryPage
from tests.factories import UnitFactory

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
