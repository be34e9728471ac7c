"""A desk over cases, as an app would write it, and officers of two regencies."""

import pytest
from django.contrib.auth import get_user_model

from portal.accounts.models import RoleAssignment


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
