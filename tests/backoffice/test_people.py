"""Accounts and roles on screen: the administrator works, others look as far as their region goes, errors stand at fields."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.accounts.models import RoleAssignment, User
from programs_catalog.models import ProgramDesk, Provider

pytestmark = pytest.mark.django_db
ACCOUNTS, ROLES, REGIONS = (
    "/admin/accounts/user/",
    "/admin/accounts/roleassignment/",
    "/admin/regions/region/",
)
TODAY = dt.date.today()


@pytest.fixture(autouse=True)
def noon_of_today(time_machine):
    """The day that the file was read on lasts as long as its tests, also across midnight."""
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(5), dt.UTC))


@pytest.fixture
def admin(officer, as_user):
    user = officer("administrator")
    return as_user(user)


def url(action, obj):
    return reverse(f"accounts_{obj._meta.model_name}_modeladmin_{action}", args=[obj.pk])


def test_the_administrator_adds_an_account_and_sees_the_first_password_once(admin):
    page = admin.get(f"{ACCOUNTS}create/")
    assert page.status_code == 200 and "fo.sleman" in page.content.decode()
    answer = admin.post(f"{ACCOUNTS}create/", {"name": "Orang Baru", "username": "baru", "invite": "no"})
    user = User.objects.get(username="baru")
    body = answer.content.decode()
    password = body.split("<code>")[2].split("</code>")[0]
    assert user.check_password(password) and user.must_change_password
    assert "no-store" in answer.headers["Cache-Control"]
    assert password not in admin.get(url("inspect", user)).content.decode()


def test_an_invitation_without_an_address_is_refused_at_the_field(admin):
    page = admin.post(f"{ACCOUNTS}create/", {"name": "Orang Baru", "username": "baru", "invite": "yes"})
    assert "Undangan memerlukan alamat surel." in page.content.decode()
    assert not User.objects.filter(username="baru").exists()


def test_a_role_is_given_from_the_page_of_the_account(admin, officer):
    user = officer("", name="baru")
    page = admin.get(url("inspect", user)).content.decode()
    assert "Beri peran" in page
    answer = admin.post(
        url("beri-peran", user), {"role": "front_office", "region": "34.04", "valid_from": TODAY.isoformat()}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert [(g.role, g.code) for g in User.objects.get(pk=user.pk).grants] == [("front_office", "34.04")]
    assert "Kabupaten Sleman, DI Yogyakarta" in admin.get(url("inspect", user)).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"role": "supervisor", "region": "34.04"}, "memerlukan wilayah tingkat Kecamatan"),
        ({"role": "manager"}, "memerlukan wilayah tingkat Kabupaten/kota"),
        ({"role": "front_office", "region": "99.99"}, "Tidak ada wilayah dengan kode"),
        ({"role": "program_desk", "region": "34.04"}, "memerlukan meja pengelola program"),
        ({"role": "front_office", "region": "34.04", "valid_until": "2020-01-01"}, "mendahului"),
        ({"role": "raja", "region": "34.04"}, "raja"),
    ],
)
def test_a_role_that_does_not_fit_is_refused_in_words_and_nothing_is_written(admin, officer, data, words):
    user = officer("", name="baru")
    page = admin.post(url("beri-peran", user), {"valid_from": TODAY.isoformat(), **data})
    assert page.status_code == 200 and words in page.content.decode()
    assert not user.assignments.exists()


def test_a_desk_role_is_given_with_its_desk(admin, officer):
    provider = Provider.objects.create(code="dinkes-uji", name="Dinas Kesehatan", level="regency")
    desk = ProgramDesk.objects.create(name="Meja PIS", provider=provider, region_id="34.04")
    user = officer("", name="baru")
    data = {"role": "program_desk", "region": "34.04", "desk": desk.pk, "valid_from": TODAY.isoformat()}
    assert admin.post(url("beri-peran", user), data).status_code == 302
    assert User.objects.get(pk=user.pk).grants[0].desk_id == desk.pk


def test_a_role_is_ended_and_the_button_goes(admin, officer):
    assignment = officer("front_office", "34.04").assignments.get()
    assert "Akhiri peran" in admin.get(url("inspect", assignment)).content.decode()
    answer = admin.post(url("akhiri", assignment), {"last_day": TODAY.isoformat()})
    assert answer.status_code == 302
    assignment.refresh_from_db()
    assert assignment.valid_until == TODAY
    too_early = admin.post(url("akhiri", assignment), {"last_day": "2020-01-01"})
    assert "Masa lalu tidak dapat diubah" in too_early.content.decode()


def test_an_account_is_switched_off_and_on(admin, officer):
    user = officer("front_office", "34.04")
    assert admin.post(url("nonaktifkan", user)).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    page = admin.get(url("inspect", user)).content.decode()
    assert "Aktifkan akun" in page and "Beri peran" not in page
    assert admin.post(url("aktifkan", user)).status_code == 302
    assert User.objects.get(pk=user.pk).is_active


def test_a_correction_keeps_the_user_name(admin, officer):
    user = officer("front_office", "34.04", name="lama")
    answer = admin.post(
        url("edit", user), {"name": "Nama Betul", "email": "x@example.go.id", "username": "lain"}
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.name, user.username) == ("Nama Betul", "lama")


@pytest.mark.parametrize("term", ["sleman", "Petugas informasi", "fo-sle", "depok sleman"])
def test_roles_are_found_by_name_role_and_region(admin, officer, term):
    officer("front_office", "34.04", name="fo-sleman")
    officer("supervisor", "34.04.07", name="spv-depok")
    officer("manager", "32.04", name="mj-bandung")
    page = admin.get(ROLES, {"q": term}).content.decode()
    assert ("fo-sleman" in page) or ("spv-depok" in page)
    assert "mj-bandung" not in page


def test_lists_cost_the_same_for_one_row_and_for_many(admin, officer, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(path).status_code == 200
        return len(queries)

    officer("facilitator", "34.04.07.2001", name="satu")
    few = cost(ROLES), cost(ACCOUNTS)
    for number in range(25):
        officer("facilitator", "34.04.07.2001", name=f"fs{number}")
    assert (cost(ROLES), cost(ACCOUNTS)) == few


@pytest.mark.rule("A-02", "A-07")
def test_a_regency_office_looks_at_its_own_roles_and_changes_none(officer, as_user):
    client = as_user(officer("regency_social_office", "34.04"))
    inside = officer("facilitator", "34.04.07.2001", name="di-dalam").assignments.get()
    outside = officer("facilitator", "34.02.15.2004", name="di-luar").assignments.get()
    page = client.get(ROLES).content.decode()
    assert "di-dalam" in page and "di-luar" not in page
    assert client.get(url("inspect", inside)).status_code == 200
    assert client.get(url("inspect", outside)).status_code == 404
    assert client.post(url("akhiri", inside), {"last_day": TODAY.isoformat()}).status_code == 403
    assert client.post(url("akhiri", outside), {"last_day": TODAY.isoformat()}).status_code == 404
    assert "di-luar" not in b"".join(client.get(ROLES, {"export": "csv"}).streaming_content).decode(
        "utf-8-sig"
    )


@pytest.mark.parametrize("role", ["front_office", "manager"])
def test_others_see_neither_accounts_nor_roles(officer, as_user, role):
    user = officer("supervisor", "34.04.07")
    client = as_user(officer(role, "34.04"))
    assert client.get(ACCOUNTS).status_code == 403
    assert client.get(ROLES).status_code == 403
    assert client.get(url("inspect", user)).status_code in (403, 404)
    assert client.post(url("nonaktifkan", user)).status_code in (403, 404)
    assert (
        client.post(f"{ACCOUNTS}create/", {"name": "x", "username": "x", "invite": "no"}).status_code == 403
    )
    assert User.objects.get(pk=user.pk).is_active and not User.objects.filter(username="x").exists()


def test_an_administrator_cannot_touch_a_superuser_or_themselves(admin, officer):
    root = User.objects.create_superuser("root", name="Root", email="root@example.go.id")
    assert admin.post(url("kata-sandi-awal", root)).status_code == 403
    assert admin.get(url("edit", root)).status_code == 403
    me = User.objects.get(username="administrator-nation")
    assert "Beri peran" not in admin.get(url("inspect", me)).content.decode()
    admin.post(url("nonaktifkan", me))
    assert User.objects.get(pk=me.pk).is_active


def test_regions_are_looked_up_and_never_changed(admin):
    page = admin.get(REGIONS, {"q": "depok sleman"}).content.decode()
    assert "34.04.07" in page and "Kabupaten Sleman, DI Yogyakarta" in page
    record = reverse("regions_region_modeladmin_inspect", args=["34.04.07.2001"])
    assert "Caturtunggal" in admin.get(record).content.decode()
    assert admin.get(f"{REGIONS}create/").status_code in (403, 404)
    assert RoleAssignment.objects.count() == 1


def test_no_english_is_left_on_these_pages(admin, officer):
    user = officer("front_office", "34.04")
    pages = [
        ACCOUNTS,
        ROLES,
        REGIONS,
        f"{ACCOUNTS}create/",
        url("inspect", user),
        url("beri-peran", user),
        url("edit", user),
    ]
    for path in pages:
        text = admin.get(path).content.decode()
        for word in ("Add ", "Role ", "Region<", "User name", "Accounts", "Search", "Until", "State"):
            assert f">{word}" not in text, (path, word)
