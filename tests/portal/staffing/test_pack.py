"""The handover pack: what the unit did, what is open, what it costs, agreements, deadlines; for whoever may see the unit."""

import datetime as dt
import io

import pypdf
import pytest
from django.utils import timezone

from cases.casework.models import Case
from portal.accounts.roles import Role
from portal.staffing.services import replacements
from portal.units.models import Agreement, Funding, Meeting
from tests.casework import records
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    AppointmentFactory,
    UnitFactory,
    neighbor,
    officer,
)
from tests.portal.doors import page, sign_in

pytestmark = pytest.mark.django_db


def read(client, unit, by) -> str:
    answer = sign_in(client, by).get(f"/admin/unit-serah-terima/{unit.pk}/")
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


def part(text: str, title: str, following: str) -> str:
    return text.split(title, 1)[1].split(following, 1)[0]


def test_the_pack_tells_what_was_done_what_is_open_what_it_costs_and_what_is_due(client):
    today, unit, office = timezone.localdate(), UnitFactory(), officer(Role.REGENCY_SOCIAL_OFFICE)
    leaving = AppointmentFactory(in_office=True, unit=unit)
    AppointmentFactory(in_office=True, unit=unit, region_id="34.04.07.2002")
    replacements.start(appointment=leaving, resigned_on=today, reason="resigned", by=office)
    for place in (VILLAGE, VILLAGE, OTHER_VILLAGE):
        records.case(village=place)
    for year, source, use, money in ((today.year, "apbd_regency", "operations_slrt", 250_000_000), (today.year, "apbn", "stipend_manager", 18_000_000)):  # fmt: skip
        Funding.objects.create(unit=unit, year=year, source=source, use=use, budgeted=money)
    Agreement.objects.create(
        unit=unit, kind="cooperation", title="Kerja sama BAZNAS", number="45/PKS/2026", valid_from=today,
        valid_until=today + dt.timedelta(days=90),
    )  # fmt: skip
    meeting = Meeting.objects.create(unit=unit, date=today, title="Rapat bulanan", agenda="x", was_held=True)
    meeting.decisions.create(text="Menyurati pengelola program", due_on=today - dt.timedelta(days=3))
    text = read(client, unit, officer(Role.MANAGER))
    for place in ("Yang menyerahkan,", "Yang menerima,", "Mengetahui,"):
        assert place in text, "the pack is signed by both sides"
    done = part(text, "Keluhan dua belas bulan terakhir", "Laporan triwulan")
    assert "Semua 2 0 0" in done, "two of here, none of the neighbor's"
    assert "Rapat bulanan" in part(text, "Rapat dua belas bulan terakhir", "Keluhan terbuka")
    assert "Semua 2" in part(text, "Keluhan terbuka", "Rujukan yang belum dijawab")
    due = part(text, "Tenggat dua belas bulan ke depan", "Biayanya")
    assert "Menyurati" in due and "lewat tenggat" in due and "Kerja sama BAZNAS" in due
    assert "Tenggat pengganti: Fasilitator" in due
    costs = part(text, "Biayanya", "Peruntukan anggaran")
    assert "Rp 250.000.000" in costs and "Rp 18.000.000" in costs
    assert "Rp 268.000.000" in part(text, "Peruntukan anggaran", "Perjanjian dan rencana aksi")
    assert "45/PKS/2026" in part(text, "Perjanjian dan rencana aksi", "Petugas menurut jabatan")
    assert "Manajer SLRT belum ada yang menjabat" in part(text, "Kekurangan terhadap standar", "Lampiran")
    for case in Case.objects.all():
        assert case.person is None or case.person.name not in text


def test_the_pack_of_an_empty_unit_says_so_in_every_section(client):
    text = read(client, UnitFactory(), officer(Role.MANAGER))
    assert "Tidak ada keluhan yang masih terbuka." in text and "Belum ada laporan yang jatuh tempo." in text


def test_the_pack_does_not_exist_outside(client):
    unit = UnitFactory()
    url = f"/admin/unit-serah-terima/{unit.pk}/"
    page(client, neighbor(Role.MANAGER), url, 404)
    page(client, officer(Role.FACILITATOR, VILLAGE), url, 404)
