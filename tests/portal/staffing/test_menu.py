"""The menu offers no page that its reader may not open."""

import pytest
from django.urls import reverse

from tests.factories import officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "answer"), [("supervisor", 403), ("puskesos_coordinator", 403), ("manager", 200)]
)
def test_the_staff_overview_stands_in_the_menu_of_who_has_a_regency(client, settings, role, answer):
    settings.MFA_REQUIRED = False
    client.force_login(officer(role), backend="portal.accounts.backends.RoleBackend")
    overview = reverse("staffing_overview")
    assert client.get(overview).status_code == answer
    assert (f'href="{overview}"' in client.get("/admin/").content.decode()) == (answer == 200)
