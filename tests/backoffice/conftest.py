"""A desk over cases, as an app would write it, and officers of two regencies."""

import pytest
from django.contrib.auth import get_user_model

from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW
from portal.accounts.models import RoleAssignment
from portal.units.models import Unit


@pytest.fixture
def officer(db):
    """Make an account with one role: officer("front_office", "34.04")."""

    def make(role, region="", name=""):
        name = name or f"{role}-{region or 'nation'}"
        user, created = get_user_model().objects.get_or_create(
            username=name, defaults={"name": name, "email": f"{name}@example.go.id"}
        )
        if created and role:
            RoleAssignment.objects.create(user=user, role=role, region_id=region or None)
        return user

    return make


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def make_case(officer):
    def make(region="34.04.07.2001", number=None, **fields):
        unit, _ = Unit.objects.get_or_create(
            kind="slrt", region_id=region[:5], defaults={"name": f"SLRT {region[:5]}"}
        )
        by = officer("front_office", region[:5])
        number = number or f"{region}/{Case.objects.count() + 1}"
        case = Case.objects.create(
            region_id=region,
            unit=unit,
            number=number,
            kind="need",
            channel="slrt",
            registered_by=by,
            description="Butuh jaminan kesehatan",
            **fields,
        )
        CASE_FLOW.start(case, by=by)
        return case

    return make


@pytest.fixture(autouse=True)
def desk_of_the_tests(request, monkeypatch):
    """Cases lead to the tests' own desk where its addresses are in force."""
    if request.node.get_closest_marker("urls"):
        from cases.casework.models import Case
        from portal.backoffice.admin import ADMINS

        from .desk import desk

        monkeypatch.setitem(ADMINS, Case, desk)
