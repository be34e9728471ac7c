"""Drafts, publication and its refusals: a regional editor proposes, the nation publishes, or the region does by the setting."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.policies import may
from programs_catalog import services
from programs_catalog.models import CatalogSettings, Program
from programs_catalog.reference import load_catalog
from tests.factories import officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog():
    load_catalog()


def propose(code: str, by) -> Program:
    program = Program.objects.get(code=code)
    program.summary = "Ringkasan usulan."
    return services.save_draft(program=program, by=by)


def test_a_draft_is_not_public_until_it_is_published(catalog):
    editor = officer("editor", region="")
    propose("pis", editor)
    assert Program.objects.get(code="pis").summary != "Ringkasan usulan."
    assert Program.objects.get(code="pis").has_unpublished_changes
    services.publish(program=Program.objects.get(code="pis"), by=editor)
    published = Program.objects.get(code="pis")
    assert published.summary == "Ringkasan usulan." and not published.has_unpublished_changes
    assert published.revisions.count() == 1 and published.revisions.get().user == editor


def test_a_regional_editor_proposes_for_the_own_region_alone(catalog):
    regional = officer("editor", region="34.04")
    propose("ngantar-paimah", regional)
    for code in ("pis", "mobil-sisir-pendidikan", "jamkesos-diy"):
        with pytest.raises(PermissionDenied):
            propose(code, regional)
        assert not Program.objects.get(code=code).latest_revision_id


def test_who_publishes_a_regional_program_is_a_setting(catalog):
    regional = officer("editor", region="34.04")
    program = propose("ngantar-paimah", regional)
    with pytest.raises(PermissionDenied):
        services.publish(program=program, by=regional)
    CatalogSettings.objects.update_or_create(pk=1, defaults={"regions_publish": True})
    assert services.publish(program=program, by=regional).summary == "Ringkasan usulan."
    with pytest.raises(PermissionDenied):
        services.publish(program=Program.objects.get(code="pis"), by=regional)


@pytest.mark.rule("P-05", "P-06")
@pytest.mark.parametrize("role", ["facilitator", "front_office", "puskesos_front_office", "supervisor"])
def test_every_officer_reads_the_whole_catalog_and_changes_nothing(catalog, role):
    user = officer(role)
    assert Program.objects.visible_to(user).count() == Program.objects.count()
    assert not may(user, "change", Program.objects.get(code="pis"))
    with pytest.raises(PermissionDenied):
        services.mark_checked(program=Program.objects.get(code="pis"), by=user)


def test_checked_and_unpublished(catalog):
    editor = officer("editor", region="")
    program = services.mark_checked(program=Program.objects.get(code="pis"), by=editor)
    assert program.checked_on and program.checked_by == str(editor)
    services.unpublish(program=program, by=editor)
    assert not Program.objects.published().filter(code="pis").exists()
