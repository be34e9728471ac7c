"""Emergencies: posts for officers and affected people, cases that arise from them (P-11)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.casework import services
from cases.casework.models import Case, Emergency
from tests.casework import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P-11")]


def emergency(region="34.04", **fields):
    return Emergency.objects.create(region_id=region or None, name="Erupsi Merapi", **fields)


def register(of=None, **fields):
    make.unit("34.04")
    of = of or make.person()
    return services.register_case(
        kind="need", description="Rumah rusak", household=of.household, person=of, program=make.program(),
        by=make.officer("front_office", "34.04"), **fields,
    )  # fmt: skip


@pytest.mark.parametrize("region", ["34.04.07.2001", "34.04", "34", ""])
def test_a_case_is_marked_as_arising_from_an_emergency_that_reaches_the_family(region):
    case = register(emergency=emergency(region))
    assert Case.objects.get(emergency=case.emergency_id) == case


@pytest.mark.parametrize(
    ("region", "fields"),
    [
        ("34.02", {}),
        ("34.04", {"ended_on": dt.date(2020, 1, 1), "started_on": dt.date(2019, 1, 1)}),
        ("34.04", {"started_on": dt.date(2099, 1, 1)}),
    ],
)
def test_not_by_one_elsewhere_or_over_or_to_come(region, fields):
    with pytest.raises(ValidationError) as problem:
        register(emergency=emergency(region, **fields))
    assert "emergency" in problem.value.error_dict and not Case.objects.exists()


def test_the_form_asks_only_while_there_is_one(client):
    siti = make.person()
    make.unit("34.04")
    client.force_login(make.officer("front_office", "34.04"), backend="portal.accounts.backends.RoleBackend")
    page = f"/admin/keluhan-baru/untuk/{siti.pk}/"
    assert "emergency" not in client.get(page).context["form"].fields
    row = emergency()
    form = client.get(page).context["form"]
    assert list(form.fields["emergency"].queryset) == [row]
    client.post(
        page,
        {
            "client_id": form["client_id"].value(), "kind": "need", "program": make.program().pk, "description": "Rumah rusak",
            "emergency": row.pk,
        },
    )  # fmt: skip
    case = Case.objects.get()
    assert case.emergency == row
    listed = client.get(f"/admin/keluhan/?emergency={row.pk}").content.decode()
    assert case.number in listed


def test_the_manager_declares_it_with_its_posts_and_officers_see_them(client):
    unit = make.unit("34.04")
    client.force_login(make.officer("manager", "34.04"), backend="portal.accounts.backends.RoleBackend")
    answer = client.post(
        "/admin/keadaan-darurat/create/",
        {
            "name": "Banjir",
            "region": "34.04",
            "started_on": timezone.localdate().isoformat(),
            "posts": [unit.pk],
        },
    )
    row = Emergency.objects.get()
    assert (
        answer.status_code == 302
        and list(row.posts.all()) == [unit]
        and row.declared_by.username == "manager.34.04"
    )
    client.force_login(
        make.officer("facilitator", make.CATURTUNGGAL), backend="portal.accounts.backends.RoleBackend"
    )
    assert unit.name in client.get(f"/admin/keadaan-darurat/inspect/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("role", "region"), [("front_office", "34.04"), ("manager", "34.02"), ("facilitator", make.CATURTUNGGAL)]
)
def test_others_declare_none_there(client, role, region):
    unit = make.unit("34.04")
    client.force_login(make.officer(role, region), backend="portal.accounts.backends.RoleBackend")
    client.post(
        "/admin/keadaan-darurat/create/",
        {
            "name": "Banjir",
            "region": "34.04",
            "started_on": timezone.localdate().isoformat(),
            "posts": [unit.pk],
        },
    )
    assert not Emergency.objects.exists()
    row = emergency()
    status = client.get(f"/admin/keadaan-darurat/edit/{row.pk}/").status_code
    assert status == (404 if region == "34.02" else 403)
