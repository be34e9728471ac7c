"""All four pathways from the request to the operating unit, by the bodies that the guideline names, and by nobody else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.roles import SPECS, Role
from portal.formation.asks import Ask
from portal.formation.enums import StageForm
from portal.formation.models import AssessmentCriterion, FormationRequest, StageRecord
from portal.formation.services import completions, drafts, returns, stages
from portal.ledger.workflow import WrongState
from portal.regions.models import Level, code_at
from portal.units.models import CentreSupport, Unit
from tests.factories import officer

from .desk import REGENCY, VILLAGES, Bodies, completion, decree, filled, proposed, sent

pytestmark = pytest.mark.django_db

#: the Ministry acts through its own officers or its National Secretariat
MINISTRY = {Role.MINISTRY, Role.NATIONAL_SECRETARIAT}
#: pathway -> (stage, the roles that may complete it), as the guideline has them
GUIDELINE = {
    "ministry": [
        ("location_criteria", MINISTRY),
        ("readiness_study", MINISTRY),
        ("slrt_location", MINISTRY),
        ("socialization", MINISTRY),
        ("puskesos_locations", {Role.REGENCY_HEAD}),
        ("officers", {Role.REGENCY_SOCIAL_OFFICE}),
        ("guidance", MINISTRY),
    ],
    "province": [
        ("location_criteria", {Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING}),
        ("readiness_study", {Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING}),
        ("socialization", {Role.PROVINCIAL_SOCIAL_OFFICE}),
        ("slrt_location", MINISTRY),
        ("puskesos_locations", {Role.REGENCY_HEAD}),
        ("village_officers", {Role.VILLAGE_HEAD}),
        ("guidance", {Role.PROVINCIAL_SOCIAL_OFFICE}),
    ],
    "regency": [
        ("plan", {Role.REGENCY_HEAD}),
        ("assessment", {Role.PROVINCIAL_SOCIAL_OFFICE}),
        ("slrt_location", MINISTRY),
        ("facilitation", {Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE}),
        ("puskesos_locations", {Role.REGENCY_HEAD}),
        ("village_officers", {Role.VILLAGE_HEAD}),
        ("guidance", {Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE}),
    ],
    "puskesos": [
        ("plan", {Role.VILLAGE_HEAD}),
        ("assessment", {Role.REGENCY_SOCIAL_OFFICE}),
        ("location", {Role.REGENCY_HEAD}),
        ("officers", {Role.REGENCY_SOCIAL_OFFICE}),
        ("guidance", {Role.REGENCY_HEAD, Role.REGENCY_SOCIAL_OFFICE}),
    ],
}


def place(role: str) -> str:
    """The nation, the province, ... the village of the requests in these tests."""
    return code_at(VILLAGES[0], Level(SPECS[role].levels[0]))


def village_heads_appoint(request, bodies):
    for location, head in zip(
        request.puskesos.order_by("region"), (bodies[Role.VILLAGE_HEAD], bodies.second_village), strict=True
    ):
        people = [
            proposed(location.unit, "puskesos_coordinator", location.region_id, head),
            proposed(location.unit, "puskesos_front_office", location.region_id, head),
        ]
        stages.appoint_village_officers(
            location=location, decree=decree(f"1/{location.pk}"), appointments=people, by=head
        )
    request.refresh_from_db()


@pytest.mark.rule("F-01", "F-06", "F-07", "F-08", "F-10", "F-11", "F-12")
@pytest.mark.parametrize("pathway", GUIDELINE)
def test_a_request_becomes_an_operating_unit(pathway):
    bodies = Bodies()
    request = sent(pathway, bodies)
    # Every role there is, where it has this request in its area; and the same bodies of another region.
    everybody = {role: bodies.by_role.get(role) or officer(role, place(role)) for role in Role}
    walked = list(request.records.values_list("stage__code", flat=True))
    kind = request.unit_kind
    while request.status == FormationRequest.Status.RUNNING:
        stage = request.stage
        walked.append(stage.code)
        roles = dict(GUIDELINE[pathway])[stage.code]
        given = completion(request, bodies)
        # Every other role is refused, inside the region and outside, and leaves nothing behind.
        for role, user in [*everybody.items(), *bodies.by_role_elsewhere.items()]:
            if role in roles and user in everybody.values():
                continue
            with pytest.raises((PermissionDenied, FormationRequest.DoesNotExist)):
                stages.complete_stage(request=request, stage=stage, by=user, completion=given)
        assert not StageRecord.objects.filter(request=request, stage=stage).exists()
        listed = Unit.objects.listed().filter(kind=kind, region=request.region).exists()
        done = set(walked[:-1])
        assert listed == bool(done & {"slrt_location", "location"})
        assert not Unit.objects.filter(kind=kind, region=request.region, status="operating").exists()
        if stage.form == StageForm.VILLAGE_APPOINTMENTS:
            village_heads_appoint(request, bodies)
        else:
            actor = bodies[sorted(roles)[-1]]
            request = stages.complete_stage(request=request, stage=stage, by=actor, completion=given)
            record = StageRecord.objects.get(request=request, stage=stage)
            assert record.by == actor and record.by_role in roles and record.at
            assert record.result == (given.result or "")
            assert all(record.data[name] == value for name, value in given.data.items() if name != "scores")
            assert record.documents.count() == len(stage.documents)
    assert walked == [code for code, _roles in GUIDELINE[pathway]]
    assert request.status == FormationRequest.Status.COMPLETED
    unit = Unit.objects.get(kind=kind, region=request.region)
    assert unit.status == Unit.Status.OPERATING and unit.address == "Jl. Ksatrian 4, Wonosari"
    if kind == Unit.Kind.SLRT:
        assert set(
            Unit.objects.filter(kind="puskesos", status="operating").values_list("region_id", flat=True)
        ) == set(VILLAGES)


@pytest.mark.rule("F-11")
def test_stages_are_done_in_order():
    bodies = Bodies()
    request = sent("ministry", bodies)
    third = request.version.stages.get(order=3)
    with pytest.raises(WrongState):
        stages.complete_stage(
            request=request,
            stage=third,
            by=bodies[Role.MINISTRY],
            completion=stages.Completion(decree=decree()),
        )
    given = completion(request, bodies)
    first = request.stage
    stages.complete_stage(request=request, stage=first, by=bodies[Role.MINISTRY], completion=given)
    with pytest.raises(WrongState):
        stages.complete_stage(request=request, stage=first, by=bodies[Role.MINISTRY], completion=given)


@pytest.mark.rule("F-11")
def test_a_stage_needs_its_documents_and_its_decree():
    bodies = Bodies()
    request = sent("ministry", bodies)
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(
            request=request, stage=request.stage, by=bodies[Role.MINISTRY], completion=stages.Completion()
        )
    assert "documents" in refusal.value.message_dict
    for _step in range(2):
        given = completion(request, bodies)
        request = stages.complete_stage(
            request=request, stage=request.stage, by=bodies[Role.MINISTRY], completion=given
        )
    assert request.stage.code == "slrt_location"
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(
            request=request, stage=request.stage, by=bodies[Role.MINISTRY], completion=stages.Completion()
        )
    assert "decree_number" in refusal.value.message_dict


@pytest.mark.rule("F-07", "F-08")
def test_a_village_head_appoints_only_in_their_own_village():
    bodies = Bodies()
    request = sent("province", bodies)
    while request.stage.form != StageForm.VILLAGE_APPOINTMENTS:
        roles = dict(GUIDELINE["province"])[request.stage.code]
        request = stages.complete_stage(
            request=request,
            stage=request.stage,
            by=bodies[sorted(roles)[-1]],
            completion=completion(request, bodies),
        )
    first, second = request.puskesos.order_by("region")
    head = bodies[Role.VILLAGE_HEAD]
    people = [proposed(first.unit, "puskesos_coordinator", first.region_id, head)]
    for other in (bodies.second_village, bodies[Role.REGENCY_HEAD], bodies[Role.REGENCY_SOCIAL_OFFICE]):
        with pytest.raises((PermissionDenied, type(first).DoesNotExist)):
            stages.appoint_village_officers(location=first, decree=decree(), appointments=people, by=other)
    stages.appoint_village_officers(location=first, decree=decree(), appointments=people, by=head)
    request.refresh_from_db()
    assert request.stage.form == StageForm.VILLAGE_APPOINTMENTS, "the second village has not appointed yet"
    with pytest.raises(WrongState):
        stages.appoint_village_officers(location=first, decree=decree("2/X"), appointments=people, by=head)
    people = [proposed(second.unit, "puskesos_coordinator", second.region_id, bodies.second_village)]
    stages.appoint_village_officers(
        location=second, decree=decree("3/X"), appointments=people, by=bodies.second_village
    )
    request.refresh_from_db()
    assert request.stage.code == "guidance"


@pytest.mark.rule("F-16")
def test_the_support_of_the_centre_is_recorded_as_set():
    bodies = Bodies()
    request = sent("ministry", bodies)
    for _step in range(3):
        request = stages.complete_stage(
            request=request,
            stage=request.stage,
            by=bodies[Role.MINISTRY],
            completion=completion(request, bodies),
        )
    support = CentreSupport.objects.get()
    assert support.unit == request.unit
    assert support.secretariat and (support.puskesos, support.facilitators, support.supervisors) == (2, 50, 3)
    assert (support.managers, support.puskesos_coordinators, support.puskesos_front_officers) == (1, 1, 2)


@pytest.mark.rule("F-16")
@pytest.mark.parametrize("pathway", ["province", "regency", "puskesos"])
def test_what_the_region_founds_by_itself_has_no_support_of_the_centre(pathway):
    bodies = Bodies()
    request = sent(pathway, bodies)
    while not Unit.objects.filter(region=request.region, status="located").exists():
        request = stages.complete_stage(
            request=request, stage=request.stage, by=bodies[sorted(dict(GUIDELINE[pathway])[request.stage.code])[-1]],
            completion=completion(request, bodies),
        )  # fmt: skip
    assert not CentreSupport.objects.exists()


@pytest.mark.rule("F-13", "F-14")
def test_the_criteria_are_those_of_the_sources_by_name_and_weigh_what_they_say():
    asked = {
        stage: [c.pk.partition("-")[2] for c in completions.criteria_for(filled_stage(*stage))]
        for stage in (("ministry", "readiness_study"), ("regency", "assessment"), ("puskesos", "assessment"))
    }
    assert asked["ministry", "readiness_study"] == [
        "commitment", "human_resources", "poverty_level", "poor_and_vulnerable",
    ]  # fmt: skip
    prerequisites = [
        "leadership", "rules", "facilities", "budget", "evaluation", "integration", "outreach", "information_system",
        "data_updating", "dashboard", "participation",
    ]  # fmt: skip
    assert asked["regency", "assessment"] == prerequisites
    names = {c.pk.partition("-")[2]: c.name for c in AssessmentCriterion.objects.all()}
    for code, word in {
        "commitment": "unit kerja penanggung jawab", "facilities": "UPT", "poor_and_vulnerable": "PPKS", "participation": "miskin",
        "integration": "pusat dan daerah", "outreach": "pilar",
    }.items():  # fmt: skip
        assert word in names[code]
    # A heavier criterion moves the total further.
    bodies, totals = Bodies(), {}
    request = sent("regency", bodies)
    given = completion(request, bodies)
    for code in ("leadership", "dashboard"):
        low = AssessmentCriterion.objects.get(pk=f"prerequisite-{code}")
        scores = given.data["scores"] | {low.pk: 0}
        totals[code] = completions.record_data(request, stages.Completion(data={"scores": scores}))["total"]
    assert totals["leadership"] < totals["dashboard"] < 75


@pytest.mark.rule("F-13", "F-14")
def test_study_and_assessment_are_scored_on_the_criteria_of_the_sources():
    bodies = Bodies()
    request = sent("regency", bodies)
    office = bodies[Role.PROVINCIAL_SOCIAL_OFFICE]
    given = completion(request, bodies)
    assert len(given.data["scores"]) == 11  # the prerequisites of guideline I.A
    short = {**given.data["scores"]}
    short.popitem()
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(
            request=request, stage=request.stage, by=office,
            completion=stages.Completion(
                data={"scores": short}, result="ready", documents=given.documents
            ),
        )  # fmt: skip
    assert "scores" in refusal.value.message_dict
    absent = given.data["scores"] | {next(iter(short)): 0}
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(
            request=request, stage=request.stage, by=office,
            completion=stages.Completion(data={"scores": absent}, result="ready", documents=given.documents),
        )  # fmt: skip
    assert "result" in refusal.value.message_dict
    done = stages.complete_stage(request=request, stage=request.stage, by=office, completion=given)
    record = StageRecord.objects.get(request=done, stage__code="assessment")
    assert record.data["total"] == 75.0 and len(record.data["asked"]) == 11
    study = [c.pk for c in completions.criteria_for(filled_stage("ministry", "readiness_study"))]
    assert len(study) == 4  # commitment, staff, poverty level, number of poor people


def filled_stage(pathway, code):
    from portal.formation.models import PathwayStage

    return PathwayStage.objects.get(version__pathway=pathway, code=code)


@pytest.mark.rule("F-17")
def test_a_request_is_returned_with_a_list_and_sent_again_or_refused_with_a_reason():
    bodies = Bodies()
    request = sent("puskesos", bodies)
    office, head = bodies[Role.REGENCY_SOCIAL_OFFICE], bodies[Role.VILLAGE_HEAD]
    with pytest.raises(ValidationError):
        stages.return_request(request=request, asks=[Ask("  ", "budget")], note="", by=office)
    with pytest.raises(PermissionDenied):
        stages.return_request(
            request=request, asks=[Ask("Anggaran", "budget")], note="", by=bodies[Role.REGENCY_HEAD]
        )
    request = stages.return_request(
        request=request,
        asks=[Ask("Lampirkan APBDes 2026", "budget"), Ask("")],
        note="Anggaran belum terlihat.",
        by=office,
    )
    assert request.status == "returned" and request.asks == [Ask("Lampirkan APBDes 2026", "budget")]
    drafts.save_item(
        request=request, kind="budget", data={"year": "2026", "amount": "12000000", "source": "village", "purpose": "x"},
        base_version=1, by=head,
    )  # fmt: skip
    request = returns.resubmit(request=request, note="", by=head)
    assert request.status == "running" and request.stage.code == "assessment"
    with pytest.raises(ValidationError):
        stages.refuse(request=request, reason=" ", by=office)
    request = stages.refuse(request=request, reason="Belum ada kantor.", by=office)
    assert request.status == "refused"
    with pytest.raises(WrongState):
        drafts.submit(request=request, by=head)
    # The way is free for a new request.
    assert filled("puskesos", bodies).status == "draft"


@pytest.mark.rule("F-10")
def test_the_village_heads_proposal_is_considered():
    bodies = Bodies()
    request = sent("puskesos", bodies)
    for role in (Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_HEAD):
        request = stages.complete_stage(
            request=request, stage=request.stage, by=bodies[role], completion=completion(request, bodies)
        )
    given = completion(request, bodies)
    without = stages.Completion(decree=given.decree, appointments=given.appointments)
    with pytest.raises(ValidationError) as refusal:
        stages.complete_stage(
            request=request, stage=request.stage, by=bodies[Role.REGENCY_SOCIAL_OFFICE], completion=without
        )
    assert "considered" in refusal.value.message_dict
    assert request.region_id[:5] == REGENCY
