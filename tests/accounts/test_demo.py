"""The demo accounts: every role has one, and a second load changes nothing."""

import csv

import pytest

from portal.accounts import demo
from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role

pytestmark = pytest.mark.django_db


def rows():
    with open(demo.FILE, encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_role_has_a_demo_account():
    assert {row["role"] for row in rows()} == set(Role.values)


def test_the_demo_password_opens_the_account_and_the_role_is_in_force():
    demo.load()
    user = User.objects.get(username="fo.sleman")
    assert user.check_password(demo.PASSWORD)
    assert [(grant.role, grant.code) for grant in user.grants] == [("front_office", "34.04")]


def test_a_second_load_changes_nothing():
    demo.load()
    before = list(User.objects.order_by("pk").values()), list(RoleAssignment.objects.order_by("pk").values())
    demo.load()
    assert before == (
        list(User.objects.order_by("pk").values()),
        list(RoleAssignment.objects.order_by("pk").values()),
    )


def test_a_wrong_region_in_the_file_is_named(tmp_path, monkeypatch):
    bad = tmp_path / "accounts.csv"
    bad.write_text("username,role,region,desk,name,note\nfo.x,front_office,99.99,,X,\n")
    monkeypatch.setattr(demo, "FILE", bad)
    with pytest.raises(ValueError, match="line 2: unknown region '99.99'"):
        demo.load()
    assert not User.objects.exists()
