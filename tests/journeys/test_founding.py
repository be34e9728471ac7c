"""All four pathways in a browser: from the request to the operating unit, by the bodies that the guideline names."""

import pytest

from portal.formation import reference
from portal.staffing import reference as positions
from portal.units.models import Unit
from tests.browser import PHONE
from tests.portal.formation.desk import VILLAGES
from tests.portal.formation.test_journeys import GUIDELINE

from .founding import Founding

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pathways(settings):
    settings.DEMO = True
    positions.load()
    reference.load()


@pytest.mark.rule("F-01", "F-02", "F-03", "F-04", "F-06", "F-07", "F-08", "F-09", "F-10", "F-11", "F-12")
@pytest.mark.parametrize("pathway", GUIDELINE)
def test_a_unit_is_founded_in_the_browser(pathways, visitor, pathway):
    founding = Founding(visitor, pathway)
    founding.ask()
    citizen = visitor(viewport=PHONE)
    kind = "slrt" if founding.is_slrt else "puskesos"
    place = f"/lokasi/{kind}/{founding.code}/"
    walked = list(founding.request.records.values_list("stage__code", flat=True))
    while founding.request.status == "running":
        stage = founding.request.stage
        answers = founding.refused()
        assert answers and set(answers) <= {403, 404}, (stage.code, answers)
        located = bool({"slrt_location", "location"} & set(walked))
        assert citizen.context.request.get(citizen.origin + place).status == (200 if located else 404)
        founding.complete()
        walked.append(stage.code)
        assert founding.request.records.filter(stage=stage).count() == 1
    assert walked == [code for code, _roles in GUIDELINE[pathway]]
    # The unit is operating, for everybody to see; the Puskesos of an SLRT with it.
    citizen.go(place)
    assert "Beroperasi" in citizen.text() or "beroperasi" in citizen.text()
    for village in VILLAGES if founding.is_slrt else ():
        assert Unit.objects.get(kind="puskesos", region=village).status == "operating"
    applicant = founding.at(founding.head)
    applicant.go(f"/pembentukan/{founding.request.pk}/")
    assert "unit beroperasi" in applicant.text().lower()
    for desk in founding._at.values():
        assert not desk.foreign
        assert not [text for text in desk.complaints if "403" not in text and "404" not in text]
