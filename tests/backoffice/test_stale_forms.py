"""Two officers at one record: what the second has not seen is not written over, on any edit page of the office."""

import pytest

from portal.backoffice.admin import ADMINS
from portal.staffing.models import Officer
from portal.units.models import Unit
from tests.factories import OfficerFactory, UnitFactory, officer
from tests.portal.doors import sign_in

pytestmark = pytest.mark.django_db


def typed(page, **changes) -> dict:
    """What a browser sends back of a form that it was shown."""
    form = page.context["form"]
    data = {form.add_prefix(name): form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (None, "")}
    return data | {"seen": page.context["seen"], "form_token": page.context["form_token"]} | changes


def test_the_second_of_two_is_told_and_nothing_is_written_over(client):
    unit = UnitFactory(region_id="34.04", opening_hours="Senin 08.00", address="Jl. Lama 1")
    address = ADMINS[Unit].url("edit", unit)
    sign_in(client, officer("regency_social_office"))
    first, second = client.get(address), client.get(address)
    assert first.context["seen"] == second.context["seen"]
    assert client.post(address, typed(first, opening_hours="Senin 07.00")).status_code == 302
    answer = client.post(address, typed(second, address="Jl. Baru 2"))
    unit.refresh_from_db()
    assert (unit.opening_hours, unit.address) == ("Senin 07.00", "Jl. Lama 1")
    said = " ".join(answer.context["form"].non_field_errors())
    assert "Senin 07.00" in said and "Jl. Baru 2" in answer.content.decode()
    # Whoever has seen it may write over it.
    again = typed(second, address="Jl. Baru 2", seen=answer.context["seen"])
    again["form_token"] = answer.context["form_token"]
    assert client.post(address, again).status_code == 302
    unit.refresh_from_db()
    assert (unit.opening_hours, unit.address) == ("Senin 08.00", "Jl. Baru 2")


def test_a_mistake_in_between_does_not_hide_the_other_officer(client):
    unit = UnitFactory(region_id="34.04", address="Jl. Lama 1")
    address = ADMINS[Unit].url("edit", unit)
    sign_in(client, officer("regency_social_office"))
    page = client.get(address)
    Unit.objects.filter(pk=unit.pk).update(address="Jl. Lain 3")
    wrong = client.post(address, typed(page, name=""))
    assert wrong.context["seen"] == page.context["seen"]
    still = client.post(address, typed(page, name="SLRT Contoh"))
    assert still.status_code == 200
    unit.refresh_from_db()
    assert unit.address == "Jl. Lain 3"


def test_what_lies_encrypted_is_not_said_in_the_message(client):
    person = OfficerFactory(region_id="34.04", statement_letter="")
    address = ADMINS[Officer].url("edit", person)
    sign_in(client, officer("regency_social_office"))
    page = client.get(address)
    before = person.nik
    person.imei = "356938035643809"
    person.save()
    answer = client.post(address, typed(page))
    said = " ".join(answer.context["form"].non_field_errors())
    assert "IMEI" in said and "356938035643809" not in said and (not before or before not in said)
