"""Wagtail's page of one's own account works with our accounts, and stays what editors alone meet."""

import pytest

pytestmark = pytest.mark.django_db
ACCOUNT = "/admin/account/"


def test_an_editor_sees_the_name_and_saves_the_rest(as_user, officer):
    user = officer("editor", "34.04")
    name = user.name
    client = as_user(user)
    page = client.get(ACCOUNT).content.decode()
    assert name in page and "Nama lengkap" in page
    assert "first_name" not in page and "name_email" not in page
    answer = client.post(
        ACCOUNT,
        {"name-name": "Nama Karangan", "theme-theme": "dark", "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on"},
    )  # fmt: skip
    assert answer.status_code == 302, "nothing demands a first and a last name"
    user.refresh_from_db()
    assert user.name == name and user.wagtail_userprofile.theme == "dark"


def test_officers_who_edit_no_pages_do_not_meet_it(as_user, officer):
    client = as_user(officer("front_office", "34.04"))
    assert client.get(ACCOUNT).status_code == 403 and client.post(ACCOUNT, {}).status_code == 403
