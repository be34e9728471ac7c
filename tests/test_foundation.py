import pytest
from django.contrib.auth import get_user_model

from portal.accounts.models import RoleAssignment
from portal.regions.models import Region

pytestmark = pytest.mark.django_db


def test_regions_are_there():
    assert Region.objects.count() == 91599
    sleman = Region.objects.get(pk="34.04")
    assert Region.objects.within(sleman).count() == 1 + 17 + 86


def test_scope():
    from portal.units.models import Unit

    u = Unit.objects.create(kind="slrt", name="SLRT Sleman", region_id="34.04")
    u.refresh_from_db()
    assert (u.province_code, u.regency_code, u.district_code) == ("34", "34.04", "")
    user = get_user_model().objects.create_user("fo", name="x")
    RoleAssignment.objects.create(user=user, role="front_office", region_id="34.04")
    assert list(Unit.objects.visible_to(user)) == [u]
    from cases.casework.models import Case
    from cases.casework.workflow import CASE_FLOW

    assert CASE_FLOW.policy.right("view") == "case.view"
    assert not Case.objects.visible_to(user).exists()


@pytest.mark.django_db(transaction=True)
def test_commit():
    Region.objects.filter(pk="34.04.07.2001").update(name="x")


def test_restored():
    assert Region.objects.get(pk="34.04.07.2001").name != "x"


def test_assignments_within_a_region():
    user = get_user_model().objects.create_user("spv", name="x")
    RoleAssignment.objects.create(user=user, role="supervisor", region_id="34.04.07")
    assert RoleAssignment.objects.within("34.04").count() == 1
    assert RoleAssignment.objects.within("34.0").count() == 0
