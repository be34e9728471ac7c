"""Pathways as data: shipped as the guideline has them, edited without code, checked before they are in force."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.roles import Role
from portal.formation import reference
from portal.formation.models import Pathway, PathwayStage, PathwayVersion
from portal.formation.pathways import problems
from portal.formation.services import stages, versions
from portal.ledger.workflow import WrongState
from tests.factories import officer

from .desk import Bodies, completion, sent

pytestmark = pytest.mark.django_db


def as_data(version):
    return [
        {name: getattr(stage, name) for name in versions.STAGE_FIELDS}
        for stage in version.stages.order_by("order")
    ]


@pytest.mark.rule("F-06", "F-07", "F-08", "F-10")
def test_the_shipped_pathways_are_sound_and_load_twice_without_change():
    assert [p.pk for p in Pathway.objects.all()] == ["ministry", "province", "regency", "puskesos"]
    for pathway in Pathway.objects.all():
        assert problems(pathway.current) == []
    before = list(PathwayStage.objects.order_by("pk").values())
    reference.load()
    assert list(PathwayStage.objects.order_by("pk").values()) == before
    issuers = {
        (stage.version.pathway_id, stage.code): stage.decree_issuer
        for stage in PathwayStage.objects.exclude(decree_issuer="").select_related("version")
    }
    # Who appoints and who decrees differs by pathway.
    assert issuers[("ministry", "officers")] == "regency_social_office"
    assert (
        issuers[("province", "village_officers")]
        == issuers[("regency", "village_officers")]
        == "village_head"
    )
    assert issuers[("puskesos", "officers")] == "regency_social_office"
    assert issuers[("puskesos", "location")] == "regency_head"


def test_the_secretariat_publishes_a_new_version_and_running_requests_keep_theirs():
    bodies = Bodies()
    running = sent("puskesos", bodies)
    seknas = bodies[Role.NATIONAL_SECRETARIAT]
    pathway = Pathway.objects.get(pk="puskesos")
    draft = versions.new_version(pathway=pathway, by=seknas)
    assert versions.new_version(pathway=pathway, by=seknas) == draft
    content = as_data(draft)
    content.insert(2, content[1] | {"code": "second_look", "name": "Asesmen ulang", "time_limit_days": 5})
    versions.save_version(version=draft, facts={"note": "Asesmen dua kali."}, stages=content, by=seknas)
    versions.publish(version=draft, by=seknas)
    assert pathway.current == draft and draft.stages.count() == 6
    with pytest.raises(WrongState):
        versions.save_version(version=draft, facts={}, stages=content, by=seknas)
    given = completion(running, bodies)
    running = stages.complete_stage(
        request=running, stage=running.stage, by=bodies[Role.REGENCY_SOCIAL_OFFICE], completion=given
    )
    assert running.version.number == 1 and running.stage.code == "location"


@pytest.mark.parametrize(
    "role", [Role.MINISTRY, Role.PROVINCIAL_COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR]
)
def test_nobody_else_edits_pathways(role):
    with pytest.raises(PermissionDenied):
        versions.new_version(pathway=Pathway.objects.get(pk="ministry"), by=officer(role))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.pop(),
        lambda c: c.__setitem__(slice(None), [s for s in c if s["form"] != "slrt_location"]),
        lambda c: c.insert(0, c.pop(5)),
        lambda c: c[3].update(decree_issuer=""),
        lambda c: c[3].update(decree_issuer="village_head"),
        lambda c: c[5].update(body="regency_head"),
        lambda c: c.append(c[0] | {"code": "again"}),
    ],
)
def test_a_version_without_sense_is_not_published(spoil):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    draft = versions.new_version(pathway=Pathway.objects.get(pk="province"), by=seknas)
    content = as_data(draft)
    spoil(content)
    versions.save_version(version=draft, facts={}, stages=content, by=seknas)
    with pytest.raises(ValidationError):
        versions.publish(version=draft, by=seknas)
    assert Pathway.objects.get(pk="province").current.number == 1


@pytest.mark.rule("F-05")
def test_a_pathway_to_the_governor_keeps_the_copy_to_the_minister():
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    draft = versions.new_version(pathway=Pathway.objects.get(pk="province"), by=seknas)
    versions.save_version(
        version=draft, facts={"copies": [], "confirms_standard": False}, stages=as_data(draft), by=seknas
    )
    assert len(problems(PathwayVersion.objects.get(pk=draft.pk))) == 2
