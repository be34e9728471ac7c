"""The demo data of units, staff and requests: alive, in every stage, loaded twice without change, quick."""

import csv
import time

import pytest

from portal.accounts import demo as accounts
from portal.accounts.models import User
from portal.formation import demo as formation
from portal.formation import reference as pathways
from portal.formation.models import FormationRequest
from portal.regions.models import Region
from portal.staffing import demo as staffing
from portal.staffing import reference as positions
from portal.staffing.figures import cover
from portal.staffing.models import Appointment, Officer, Replacement, Vacancy
from portal.units import demo as units
from portal.units import reference as bodies
from portal.units.models import Funding, Meeting, Unit
from programs_catalog import reference as catalog

pytestmark = pytest.mark.django_db


def test_units_staff_and_requests():
    catalog.load(None)
    for module in (bodies, positions, pathways, accounts):
        module.load()
    started = time.process_time()
    for module in (units, staffing, formation):
        module.load()
    took = time.process_time() - started
    statuses = set(FormationRequest.objects.values_list("status", flat=True))
    assert statuses >= {"draft", "running", "returned", "refused", "completed"}
    stages = set(FormationRequest.objects.filter(status="running").values_list("stage__form", flat=True))
    assert len(stages) >= 5, stages
    assert (
        Officer.objects.count() > 1500
        and Appointment.objects.active().filter(regency_code="34.04").count() > 250
    )
    facilitators = cover(Region.objects.get(pk="34.04"))[1]
    assert 0 < len(facilitators.without) < 20
    assert Vacancy.objects.open().count() >= 3
    assert Replacement.objects.running().count() == 2 and Replacement.objects.lapsed().count() == 1
    assert Funding.objects.exists() and Meeting.objects.exists()
    for person in Officer.objects.order_by("?")[:40]:
        person.full_clean(exclude=["statement_letter"])
    before = [
        model.objects.count()
        for model in (Unit, Officer, Appointment, FormationRequest, Funding, Meeting, Replacement)
    ]
    for module in (units, staffing, formation):
        module.load()
    assert before == [
        m.objects.count()
        for m in (Unit, Officer, Appointment, FormationRequest, Funding, Meeting, Replacement)
    ]
    # The file that people are pointed to names every account there is.
    with open(accounts.FILE, encoding="utf-8", newline="") as lines:
        assert set(User.objects.values_list("username", flat=True)) == {
            row["username"] for row in csv.DictReader(lines)
        }
    assert took < 60, f"{took:.1f} s"
