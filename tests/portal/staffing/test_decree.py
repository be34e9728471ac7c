"""The decree of an appointment: of a day that has come, ending after it begins, one number for one paper (S-10)."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.accounts.roles import Role
from portal.units.models import Decree
from tests.factories import AppointmentFactory, officer
from tests.portal.doors import post

pytestmark = pytest.mark.django_db
DECREE = {
    "decree_number": "1/KEP", "decree_date": "2026-01-05", "decree_signatory": "Kepala Dinas", "decree_valid_from": "2026-01-05",
}  # fmt: skip


def tomorrow() -> str:
    return str(timezone.localdate() + dt.timedelta(days=1))


def decree_on(client, appointment, data, status):
    url = f"/admin/penunjukan/decree/{appointment.pk}/"
    answer = post(client, officer(Role.REGENCY_SOCIAL_OFFICE), url, data, status)
    appointment.refresh_from_db()
    return answer


@pytest.mark.rule("S-10")
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("decree_date", lambda: {"decree_date": tomorrow()}),
        ("decree_valid_until", lambda: {"decree_valid_until": "2026-01-04"}),
    ],
)
def test_a_decree_of_tomorrow_or_with_its_end_before_its_beginning_is_refused(client, field, wrong):
    appointment = AppointmentFactory()
    answer = decree_on(client, appointment, DECREE | wrong(), 200)
    assert set(answer.context["form"].errors) == {field}
    assert appointment.status == "proposed" and not Decree.objects.exists()
    decree_on(client, appointment, DECREE, 302)
    assert appointment.status == "active"


@pytest.mark.rule("S-10")
@pytest.mark.parametrize("slip", [{"decree_date": "2026-01-06"}, {"decree_signatory": "Orang Lain"}])
def test_the_same_number_with_another_day_or_hand_is_a_slip_of_the_pen(client, slip):
    first, second = AppointmentFactory(), AppointmentFactory()
    decree_on(client, first, DECREE, 302)
    answer = decree_on(client, second, DECREE | slip, 200)
    assert set(answer.context["form"].errors) == {"decree_number"}
    assert "Kepala Dinas" in str(answer.context["form"].errors)
    assert second.status == "proposed" and second.decree is None
    decree_on(client, second, DECREE, 302)
    assert second.decree == first.decree, "one decree names many officers"


@pytest.mark.rule("S-10")
def test_a_decree_that_ends_before_the_officer_starts_appoints_nobody(client):
    appointment = AppointmentFactory(starts_on=dt.date(2026, 3, 1))
    decree_on(client, appointment, DECREE | {"decree_valid_until": "2026-02-01"}, 200)
    assert appointment.status == "proposed" and not Decree.objects.exists()
