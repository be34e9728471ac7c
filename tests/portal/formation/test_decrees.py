"""What a decree of a stage must be: of a day that has come, ending after it begins, its number given once (F-11)."""

import dataclasses
import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.accounts.roles import Role
from portal.formation.demo import ROLE_OF
from portal.formation.models import StageRecord
from portal.formation.services import stages
from portal.staffing.models import Appointment
from portal.units.models import Decree
from tests.portal.doors import post

from .desk import VILLAGES, Bodies, completion, decree, proposed, sent

pytestmark = pytest.mark.django_db


def at_the_decree(bodies):
    """A request on the ministry's pathway whose next stage is the decree on the location."""
    request = sent("ministry", bodies)
    while not request.stage.decree_issuer:
        by = bodies[ROLE_OF[request.stage.body]]
        request = stages.complete_stage(
            request=request, stage=request.stage, by=by, completion=completion(request, bodies)
        )
    return request, bodies[ROLE_OF[request.stage.body]]


def changed(**fields):
    return dataclasses.replace(decree("77/KEP/2026"), **fields)


WRONG = {
    "decree_date": lambda: {"date": timezone.localdate() + dt.timedelta(days=1)},
    "decree_valid_until": lambda: {"valid_until": dt.date(2026, 1, 4)},
}


@pytest.mark.rule("F-11")
@pytest.mark.parametrize("field", WRONG)
def test_a_decree_of_tomorrow_or_with_its_end_before_its_beginning_is_refused(field):
    bodies = Bodies()
    request, by = at_the_decree(bodies)
    handed = completion(request, bodies, decree=changed(**WRONG[field]()))
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(request=request, stage=request.stage, by=by, completion=handed)
    assert set(refusal.value.message_dict) == {field}
    assert not Decree.objects.exists()
    assert not StageRecord.objects.filter(request=request, stage=request.stage).exists()
    # The same hand-in with sound dates passes, so that nothing else was in the way.
    sound = dataclasses.replace(handed, decree=changed(date=timezone.localdate()))
    stages.complete_stage(request=request, stage=request.stage, by=by, completion=sound)
    assert Decree.objects.get().number == "77/KEP/2026"


@pytest.mark.rule("F-11")
def test_a_number_that_a_decree_of_the_issuer_bears_is_not_given_again():
    bodies = Bodies()
    request, by = at_the_decree(bodies)
    Decree.objects.create(
        region=request.region, issuer=request.stage.decree_issuer, about=Decree.About.OTHER, number="77/KEP/2026",
        date=dt.date(2026, 1, 2), signatory="Pejabat", valid_from=dt.date(2026, 1, 2),
    )  # fmt: skip
    handed = completion(request, bodies, decree=changed())
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(request=request, stage=request.stage, by=by, completion=handed)
    assert set(refusal.value.message_dict) == {"decree_number"}
    request.refresh_from_db()
    assert Decree.objects.count() == 1 and not request.records.filter(stage=request.stage).exists()


@pytest.mark.rule("F-07", "F-08")
@pytest.mark.parametrize("field", [*WRONG, "decree_number"])
def test_a_village_heads_decree_is_held_to_the_same(field):
    bodies = Bodies()
    request = sent("regency", bodies)
    while request.stage.form != "village_appointments":
        by = bodies[ROLE_OF[request.stage.body]]
        request = stages.complete_stage(
            request=request, stage=request.stage, by=by, completion=completion(request, bodies)
        )
    location = request.puskesos.get(region=VILLAGES[0])
    one = proposed(location.unit, "puskesos_coordinator", VILLAGES[0], bodies[Role.REGENCY_SOCIAL_OFFICE])
    number = "77/KEP/2026"
    if field == "decree_number":
        Decree.objects.create(
            region=location.region, issuer=request.stage.decree_issuer, about=Decree.About.OTHER, number=number,
            date=dt.date(2026, 1, 2), signatory="Lurah", valid_from=dt.date(2026, 1, 2),
        )  # fmt: skip
    handed = changed(**WRONG[field]()) if field in WRONG else changed()
    before = Decree.objects.count()
    with pytest.raises(ValidationError) as refusal:
        stages.appoint_village_officers(
            location=location, decree=handed, appointments=[one], by=bodies[Role.VILLAGE_HEAD]
        )
    assert set(refusal.value.message_dict) == {field}
    one.refresh_from_db()
    assert one.status == Appointment.Status.PROPOSED and Decree.objects.count() == before


@pytest.mark.rule("F-11")
def test_the_form_of_the_stage_says_it_at_the_field(client):
    bodies = Bodies()
    request, by = at_the_decree(bodies)
    data = {
        "decree_number": "77/KEP/2026", "decree_signatory": "Pejabat", "decree_valid_from": "2026-01-05",
        "decree_date": str(timezone.localdate() + dt.timedelta(days=1)), "decree_valid_until": "2026-01-04",
    }  # fmt: skip
    answer = post(client, by, f"/admin/pembentukan/stage/{request.pk}/", data, 200)
    errors = answer.context["form"].errors
    assert {"decree_date", "decree_valid_until"} <= set(errors)
    assert not Decree.objects.exists()
