"""Opening pages as somebody, with the second factor where the role needs one."""

from __future__ import annotations

from portal.accounts.middleware import CHECKED


def sign_in(client, user):
    client.force_login(user)
    # The second factor is proven in tests/accounts; here it counts as given.
    session = client.session
    session[CHECKED] = True
    session.save()
    return client


def page(client, user, url, status=200) -> str:
    """The text of a page, which must answer with `status`."""
    response = sign_in(client, user).get(url)
    assert response.status_code == status, (url, response.status_code, response.headers.get("Location"))
    return response.content.decode()


def post(client, user, url, data=None, status=302):
    """Send a form; 302 is success, 200 is a form with errors."""
    response = sign_in(client, user).post(url, data or {})
    context = response.context or {}
    errors = context["form"].errors if "form" in context else ""
    assert response.status_code == status, (url, response.status_code, errors)
    return response
