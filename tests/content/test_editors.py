"""Editors keep the site by role and date; nobody else meets Wagtail's pages, images, documents, reports or settings."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.permissions import policy_registry

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import SPECS, Role
from portal.content.models import BasePage, CustomDocument, CustomImage
from portal.regions.models import Level

pytestmark = pytest.mark.django_db
YESTERDAY = dt.date.today() - dt.timedelta(days=1)
PLACE = {Level.NATION: None, Level.PROVINCE: "34", Level.REGENCY: "34.04", Level.DISTRICT: "34.04.07"}
PLACE |= {Level.VILLAGE: "34.04.07.2001"}


def officer(role, code=None, username="petugas", **dates):
    user = User.objects.create_user(username, name="Petugas Contoh")
    RoleAssignment.objects.create(user=user, role=role, region_id=code, **dates)
    return user


@pytest.fixture
def home():
    root = BasePage.objects.get(depth=1)
    return root.add_child(instance=BasePage(title="Beranda", slug="beranda-uji"))


@pytest.fixture
def open_to_regions(monkeypatch):
    """Every page takes drafts of regions, as lists of notices do."""
    monkeypatch.setattr(BasePage, "open_to_regions", True, raising=False)


def may_page(user, action, page):
    return policy_registry.get(page).user_has_permission_for_instance(user, action, page)


# -- the nation's editor -------------------------------------------------------------------------------------------
def test_the_editor_of_the_nation_edits_and_publishes_every_page(client, home):
    user = officer(Role.EDITOR)
    assert all(may_page(user, action, home) for action in ("add", "change", "publish", "lock"))
    client.force_login(user)
    assert client.get(reverse("wagtailadmin_explore", args=[home.pk])).status_code == 200
    edit = reverse("wagtailadmin_pages:edit", args=[home.pk])
    assert client.get(edit).status_code == 200
    answer = client.post(edit, {"title": "Judul baru", "slug": home.slug, "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "action-publish": "1"})  # fmt: skip
    assert answer.status_code == 302
    home.refresh_from_db()
    assert home.title == "Judul baru"


def test_the_editor_keeps_images_documents_and_redirects(client):
    client.force_login(officer(Role.EDITOR))
    for name in ("wagtailimages:index", "wagtailimages:add", "wagtaildocs:index", "wagtaildocs:add", "wagtailredirects:index", "wagtailredirects:add"):  # fmt: skip
        assert client.get(reverse(name)).status_code == 200, name
    file = SimpleUploadedFile("pedoman.txt", b"isi", content_type="text/plain")
    answer = client.post(reverse("wagtaildocs:add"), {"title": "Pedoman", "file": file, "collection": 1})
    assert answer.status_code == 302, answer.content.decode()[:500]
    assert CustomDocument.objects.get().uploaded_by_user.username == "petugas"


@pytest.mark.parametrize("dates", [{"valid_from": dt.date(2024, 1, 1), "valid_until": YESTERDAY}])
def test_an_editor_whose_role_ended_edits_nothing(client, home, dates):
    user = officer(Role.EDITOR, **dates)
    assert not any(may_page(user, action, home) for action in ("add", "change", "publish"))
    assert not policy_registry.get_by_type(CustomImage).user_has_permission(user, "add")
    client.force_login(user)
    assert client.get(reverse("wagtailadmin_explore", args=[home.pk])).status_code == 403


# -- a region's editor ---------------------------------------------------------------------------------------------
def test_a_regions_editor_drafts_where_it_is_open_and_never_publishes(home, open_to_regions):
    user = officer(Role.EDITOR, "34.04")
    assert may_page(user, "add", home) and not may_page(user, "publish", home)
    assert not may_page(user, "change", home)
    mine = home.add_child(instance=BasePage(title="Draf Sleman", slug="draf", owner=user, live=False))
    assert may_page(user, "change", mine) and not may_page(user, "publish", mine)
    assert not mine.permissions_for_user(user).can_publish()


def test_a_regions_editor_has_no_page_where_none_is_open(home):
    user = officer(Role.EDITOR, "34.04")
    assert not may_page(user, "add", home) and not may_page(user, "change", home)


def test_a_regions_editor_changes_own_files_alone():
    editor, regional = officer(Role.EDITOR, username="pusat"), officer(Role.EDITOR, "34.04", "sleman")
    policy = policy_registry.get_by_type(CustomDocument)
    theirs, own = (
        CustomDocument.objects.create(title="x", file="x.pdf", uploaded_by_user=user)
        for user in (editor, regional)
    )
    assert policy.user_has_permission(regional, "add") and policy.user_has_permission(regional, "choose")
    assert policy.user_has_permission_for_instance(regional, "change", own)
    assert not policy.user_has_permission_for_instance(regional, "change", theirs)
    assert set(policy.instances_user_has_any_permission_for(regional, ["change"])) == {own}
    assert set(policy.instances_user_has_any_permission_for(editor, ["change"])) == {own, theirs}


def test_redirects_are_for_the_nations_editor_alone(client):
    client.force_login(officer(Role.EDITOR, "34.04"))
    assert client.get(reverse("wagtailredirects:index")).status_code in (302, 403)


def test_who_may_publish_is_known_for_mail():
    national, regional = officer(Role.EDITOR, username="pusat"), officer(Role.EDITOR, "34.04", "sleman")
    officer(Role.EDITOR, username="dulu", valid_from=dt.date(2024, 1, 1), valid_until=YESTERDAY)
    policy = policy_registry.get_by_type(BasePage)
    assert set(policy.users_with_permission("publish")) == {national}
    assert set(policy.users_with_permission("add")) == {national, regional}


# -- everybody else ------------------------------------------------------------------------------------------------
def test_no_group_and_no_account_is_given_permissions_of_django_or_wagtail():
    assert not DjangoPermission.objects.filter(user__isnull=False).exists()
    assert not GroupPagePermission.objects.filter(group__user__isnull=False).exists()
    assert not GroupCollectionPermission.objects.filter(group__user__isnull=False).exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.EDITOR, Role.PROGRAM_DESK)])
def test_no_other_role_has_a_right_on_pages_images_or_documents(home, role):
    user = officer(role, PLACE[SPECS[role].levels[0]])
    for model in (BasePage, CustomImage, CustomDocument):
        policy = policy_registry.get_by_type(model)
        for action in ("add", "change", "delete", "publish", "choose"):
            assert not policy.user_has_permission(user, action), (model, action)
        assert not policy.instances_user_has_any_permission_for(user, ["add", "change", "choose"]).exists()


CLOSED = [
    "wagtailadmin_explore_root", "wagtailadmin_pages:search", "wagtailimages:index", "wagtailimages:add", "wagtaildocs:index", "wagtaildocs:add",
    "wagtailimages_chooser:choose", "wagtaildocs_chooser:choose", "wagtailadmin_choose_page", "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:locked_pages", "wagtailadmin_reports:workflow", "wagtailadmin_reports:aging_pages", "wagtailadmin_collections:index",
    "wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index", "wagtailadmin_workflows:index", "wagtailsnippets:index",
    "wagtailredirects:index", "wagtailadmin_api:pages:listing", "wagtailadmin_api:images:listing", "wagtailadmin_api:documents:listing",
]  # fmt: skip


@pytest.mark.parametrize(
    "role", [Role.FRONT_OFFICE, Role.MANAGER, Role.NATIONAL_SECRETARIAT, Role.ADMINISTRATOR]
)
@pytest.mark.parametrize("name", CLOSED)
def test_wagtails_screens_are_closed_to_everybody_else(client, role, name):
    client.force_login(officer(role, PLACE[SPECS[role].levels[0]]))
    assert client.get(reverse(name)).status_code in (302, 403, 404)


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index", "wagtailadmin_reports:site_history"])  # fmt: skip
def test_accounts_groups_and_the_history_of_all_are_closed_to_editors_too(client, name):
    client.force_login(officer(Role.EDITOR))
    assert client.get(reverse(name)).status_code in (302, 403, 404)


def test_a_post_of_a_page_by_a_non_editor_writes_nothing(client, home):
    client.force_login(officer(Role.FRONT_OFFICE, "34.04"))
    before = BasePage.objects.count()
    add = reverse("wagtailadmin_pages:add", args=["content", "basepage", home.pk])
    assert client.post(add, {"title": "Susupan", "slug": "susupan"}).status_code in (302, 403)
    assert client.post(reverse("wagtailadmin_pages:delete", args=[home.pk])).status_code in (302, 403)
    assert BasePage.objects.count() == before
