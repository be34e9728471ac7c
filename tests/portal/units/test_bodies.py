"""Coordination bodies word by word: who sits in them, on whose decree they stand, how often they meet."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.accounts.roles import Role
from portal.units import reference
from portal.units.models import CoordinationBody, Decision, Decree, Meeting
from portal.units.wagtail_hooks import decisions_overdue, meetings_overdue
from tests.factories import officer
from tests.portal.doors import page, post

pytestmark = pytest.mark.django_db
DECREE = {
    "decree_number": "12/HUK/2026", "decree_date": "2026-01-05", "decree_signatory": "Menteri Sosial",
    "decree_valid_from": "2026-01-05",
}  # fmt: skip
MINISTRY, OVERDUE = "Kementerian Sosial", "rapat koordinasi yang terlambat"
STEERING = [
    ("patron", "Menteri Sosial"),
    ("chair", f"Sekretaris Jenderal {MINISTRY}"),
    ("secretary", f"Direktur Jenderal Pemberdayaan Sosial {MINISTRY}"),
    ("member", f"Direktur Jenderal Perlindungan dan Jaminan Sosial {MINISTRY}"),
    ("member", f"Direktur Jenderal Rehabilitasi Sosial {MINISTRY}"),
    ("member", f"Direktur Jenderal Penanganan Fakir Miskin {MINISTRY}"),
    ("member", f"Kepala Badan Pendidikan dan Penelitian {MINISTRY}"),
    ("member", "Staf Ahli Menteri Sosial Bidang Pengembangan Sumber Daya Manusia dan Program Kementerian"),
    ("member", "Staf Ahli Menteri Sosial Bidang Hubungan dan Kemitraan Lembaga Luar Negeri"),
    ("member", "Staf Ahli Menteri Sosial Bidang Media dan Kemitraan Masyarakat"),
]


def url(step: str, body) -> str:
    return f"/admin/lembaga-koordinasi/{step}/{body.pk}/"


@pytest.mark.rule("K-02")
def test_the_steering_team_has_the_ten_positions_of_the_guideline(client):
    reference.load()
    body = CoordinationBody.objects.get(kind="steering_team")
    assert list(body.members.order_by("order").values_list("part", "position")) == STEERING
    text = page(client, officer(Role.NATIONAL_SECRETARIAT), url("inspect", body))
    assert all(position in text for _part, position in STEERING)


@pytest.mark.rule("K-02")
def test_the_coordination_team_stands_on_a_decree_of_the_minister(client):
    reference.load()
    team = CoordinationBody.objects.get(kind="coordination_team")
    ministry = officer(Role.MINISTRY)
    post(client, officer(Role.NATIONAL_SECRETARIAT), url("establish", team), DECREE, 403)
    for below in (Role.REGENCY_SOCIAL_OFFICE, Role.PROVINCIAL_SOCIAL_OFFICE):
        post(client, officer(below), url("establish", team), DECREE, 404)
    tomorrow = str(timezone.localdate() + dt.timedelta(days=1))
    wrong = post(client, ministry, url("establish", team), DECREE | {"decree_date": tomorrow}, 200)
    assert "decree_date" in wrong.context["form"].errors and not Decree.objects.exists()
    post(client, ministry, url("establish", team), DECREE)
    team.refresh_from_db()
    first = team.decree
    assert (first.issuer, first.about, first.number, first.region) == (
        "ministry",
        "body",
        "12/HUK/2026",
        None,
    )
    assert "12/HUK/2026" in page(client, officer(Role.NATIONAL_SECRETARIAT), url("inspect", team))
    # The same number is no second decree; a new one revises the first.
    again = post(client, ministry, url("establish", team), DECREE, 200)
    assert "decree_number" in again.context["form"].errors
    post(client, ministry, url("establish", team), DECREE | {"decree_number": "13/HUK/2026"})
    team.refresh_from_db()
    assert team.decree.revises == first and Decree.objects.count() == 2


@pytest.mark.rule("K-04")
def test_the_province_forms_secretariat_and_technical_team_below_its_tkpk(client):
    by = officer(Role.PROVINCIAL_SOCIAL_OFFICE)
    for kind in ("tkpk", "coordination_secretariat", "technical_team"):
        row = {"kind": kind, "region": "34", "name": f"Lembaga {kind}"}
        post(client, by, "/admin/lembaga-koordinasi/create/", row | {"region": "32"}, 200)
        post(client, by, "/admin/lembaga-koordinasi/create/", row)
        post(client, by, "/admin/lembaga-koordinasi/create/", row, 200)  # one of a kind
    bodies = CoordinationBody.objects.filter(region="34")
    assert set(bodies.values_list("kind", flat=True)) == {
        "tkpk",
        "coordination_secretariat",
        "technical_team",
    }
    post(client, by, url("establish", bodies.get(kind="tkpk")), DECREE)
    assert bodies.get(kind="tkpk").decree.issuer == "governor"
    post(client, officer(Role.FRONT_OFFICE), "/admin/lembaga-koordinasi/create/", {"kind": "tkpk"}, 403)


@pytest.mark.rule("K-03")
def test_three_months_without_a_meeting_are_shown_and_what_was_recommended_is_followed_up(client):
    reference.load()
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    team = CoordinationBody.objects.get(kind="coordination_team")
    today = timezone.localdate()

    def overdue() -> int:
        return sum(waiting.count for waiting in meetings_overdue(seknas))

    def held(days: int, **more):
        row = {
            "title": "Rapat",
            "agenda": "Perluasan",
            "was_held": "on",
            "date": str(today - dt.timedelta(days=days)),
        }
        post(client, seknas, url("meeting", team), row | more)

    Meeting.objects.filter(body=team).delete()
    held(95)
    assert overdue() == 1 and OVERDUE in page(client, seknas, "/admin/")
    held(80, was_held="")  # planned, never held: it does not count
    assert overdue() == 1
    held(80)
    assert overdue() == 0 and OVERDUE not in page(client, seknas, "/admin/")
    meeting = Meeting.objects.filter(body=team, was_held=True).latest("date")
    shown = page(client, seknas, f"/admin/rapat/inspect/{meeting.pk}/")
    assert "Perluasan" in shown
    said = {
        "text": "Susun pedoman",
        "responsible": "Direktorat PSPKKM",
        "due_on": str(today - dt.timedelta(days=1)),
    }
    post(client, seknas, f"/admin/rapat/decision/{meeting.pk}/", said)
    assert sum(waiting.count for waiting in decisions_overdue(seknas)) == 1
    decision = Decision.objects.get()
    done = said | {"follow_up": "Pedoman terbit.", "done_on": str(today)}
    post(client, seknas, f"/admin/keputusan-rapat/edit/{decision.pk}/", done)
    assert sum(waiting.count for waiting in decisions_overdue(seknas)) == 0
    assert "Pedoman terbit." in page(client, seknas, f"/admin/rapat/inspect/{meeting.pk}/")
    post(client, officer(Role.REGENCY_PLANNING), f"/admin/keputusan-rapat/edit/{decision.pk}/", done, 404)
