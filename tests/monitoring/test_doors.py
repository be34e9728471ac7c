"""Designing and supervising through the browser's door."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.periods import Quarter
from reports.monitoring.models import Instrument, InstrumentVersion, SupervisionPair, SupervisionVisit
from reports.monitoring.reference import load
from tests.factories import officer

pytestmark = pytest.mark.django_db


def step(model: str, name: str, obj=None) -> str:
    return reverse(f"monitoring_{model}_modeladmin_{name}", args=[obj.pk] if obj else [])


@pytest.mark.rule("M-02")
def test_an_instrument_is_designed_without_code(client):
    load()
    client.force_login(officer(Role.NATIONAL_SECRETARIAT, ""))
    answer = client.post(step("instrument", "create"), {"name": "Pantauan bulanan", "purpose": "monitoring"})
    assert answer.status_code == 302, answer.context["form"].errors
    version = Instrument.objects.get(name="Pantauan bulanan").versions.get()
    assert (
        client.post(
            step("instrumentversion", "section", version), {"title": "Kegiatan", "key": "activity"}
        ).status_code
        == 302
    )
    question = {
        "section": "activity",
        "label": "Kunjungan",
        "key": "visits",
        "type": "integer",
        "roll_up": "sum",
        "minimum": "0",
    }
    answer = client.post(step("instrumentversion", "question", version) + "?bagian=activity", question)
    assert answer.status_code == 302, answer.context["form"].errors
    answer = client.post(
        step("instrumentversion", "question", version) + "?kunci=visits",
        question | {"condition": "${nothing} = 1"},
    )
    page = client.get(step("instrumentversion", "inspect", version))
    assert page.context["problems"] and "visits" in page.content.decode()
    client.post(step("instrumentversion", "question", version) + "?kunci=visits", question)
    assert (
        client.post(step("instrumentversion", "publish", version), {"valid_from": "2020-01-01"}).status_code
        == 200
    )  # in the past
    assert (
        client.post(step("instrumentversion", "publish", version), {"valid_from": "2999-01-01"}).status_code
        == 302
    )
    assert InstrumentVersion.objects.get(pk=version.pk).status == "published"
    assert client.get(reverse("monitoring:preview", args=[version.pk])).status_code == 200
    content = client.get(reverse("monitoring:xlsform", args=[version.pk])).content
    assert client.get(step("instrument", "new_version", version.instrument)).status_code == 200
    client.post(step("instrument", "new_version", version.instrument), {"note": ""})
    draft = version.instrument.versions.get(status="draft")
    upload = {"file": SimpleUploadedFile("x.xlsx", content)}
    assert client.post(step("instrumentversion", "xlsform", draft), upload).status_code == 302
    draft.refresh_from_db()
    assert draft.definition == version.definition or [q.key for q in draft.parsed.questions()] == ["visits"]
    bad = {"file": SimpleUploadedFile("x.xlsx", io.BytesIO(b"no").read())}
    assert client.post(step("instrumentversion", "xlsform", draft), bad).status_code == 200


@pytest.mark.rule("M-02")
def test_a_village_reads_instruments_and_changes_none(client):
    load()
    client.force_login(officer(Role.PUSKESOS_COORDINATOR))
    version = InstrumentVersion.objects.get(instrument__purpose="quarterly", number=2)
    assert client.get(step("instrumentversion", "inspect", version)).status_code == 200
    for name in ("section", "question", "xlsform", "publish"):
        assert client.get(step("instrumentversion", name, version)).status_code == 403
    assert client.get(step("instrument", "create")).status_code == 403


@pytest.mark.rule("M-07", "M-09")
def test_a_visit_from_plan_to_finding(client):
    load()
    coordinator, manager = officer(Role.PROVINCIAL_COORDINATOR), officer(Role.MANAGER)
    client.force_login(coordinator)
    form = {
        "kind": "provincial",
        "region": "34.04",
        "planned_on": timezone.localdate().isoformat(),
        "purpose": "Pembinaan",
        "with_whom": "",
    }
    assert (
        client.post(step("supervisionvisit", "create"), form).status_code == 200
    )  # without the government: refused
    assert (
        client.post(
            step("supervisionvisit", "create"), form | {"region": "32.04", "with_whom": "Dinsos"}
        ).status_code
        == 200
    )
    assert (
        client.post(step("supervisionvisit", "create"), form | {"with_whom": "Dinas Sosial"}).status_code
        == 302
    )
    from reports.monitoring.models import Finding, SupervisionVisit

    visit = SupervisionVisit.objects.get()
    sheet = {"has_plan": "true", "done_as_planned": "yes", "has_budget": "false", "tablet_skill": "able"}
    assert client.post(step("supervisionvisit", "hold", visit), {}).status_code == 200
    assert client.post(step("supervisionvisit", "hold", visit), sheet).status_code == 302
    found = {"text": "Tablet rusak", "owner": "nobody", "due_on": "2999-01-01"}
    assert client.post(step("supervisionvisit", "finding", visit), found).status_code == 200
    assert (
        client.post(
            step("supervisionvisit", "finding", visit), found | {"owner": manager.username}
        ).status_code
        == 302
    )
    client.force_login(manager)
    assert (
        client.post(step("finding", "finish", Finding.objects.get()), {"note": "Diganti"}).status_code == 302
    )
    assert client.get(step("finding", "confirm", Finding.objects.get())).status_code == 403
    client.force_login(officer(Role.MANAGER, "34.02"))
    assert client.get(step("supervisionvisit", "inspect", visit)).status_code == 404


@pytest.mark.rule("M-08")
def test_pairs_are_drawn_and_a_crosswise_visit_is_planned_on_screen(client):
    load()
    manager = officer(Role.MANAGER, "34.04")
    for village in ("34.04.07.2001", "34.04.07.2002"):
        officer(Role.FACILITATOR, village)
    client.force_login(manager)
    quarter = Quarter.of(timezone.localdate())
    index = step("supervisionpair", "index")
    assert reverse("monitoring:pair") in client.get(index).content.decode()
    answer = client.post(reverse("monitoring:pair"), {"region": "34.02", "quarter": str(quarter)})
    assert answer.status_code == 200 and answer.context["form"].errors["region"]
    answer = client.post(reverse("monitoring:pair"), {"region": "34.04", "quarter": str(quarter)})
    assert answer.status_code == 302, answer.context["form"].errors
    pairs = list(SupervisionPair.objects.all())
    assert len(pairs) == 2 and client.get(index).status_code == 200
    door = step("supervisionpair", "visit", pairs[0])
    late = client.post(door, {"planned_on": quarter.next().start.isoformat(), "purpose": "Pembinaan"})
    assert late.status_code == 200 and late.context["form"].errors["planned_on"]
    answer = client.post(door, {"planned_on": quarter.end.isoformat(), "purpose": "Pembinaan"})
    assert answer.status_code == 302, answer.context["form"].errors
    planned = SupervisionVisit.objects.get()
    assert (planned.pair, planned.leader, planned.region) == (
        pairs[0], pairs[0].companion, pairs[0].facilitator_village,
    )  # fmt: skip
    assert "Pembinaan" in client.get(step("supervisionpair", "inspect", pairs[0])).content.decode()
    # The neighbor does not find the pair; only those who may pair find the form.
    client.force_login(officer(Role.MANAGER, "34.02"))
    assert client.get(door).status_code == 404
    client.force_login(officer(Role.REGENCY_SOCIAL_OFFICE, "34.04"))
    assert client.get(reverse("monitoring:pair")).status_code == 403
