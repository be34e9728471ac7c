"""The audit log and the number masks on screen."""

import pytest

from portal.accounts.roles import Role
from portal.ledger import audit
from portal.ledger.models import AuditEntry, NumberMask
from tests.factories import PersonFactory, officer

pytestmark = pytest.mark.django_db
GOOD = "{number:04d}/SLRT/{code}/{roman}/{year}"


@pytest.fixture
def enter(client, settings):
    settings.MFA_REQUIRED = False

    def sign_in(role):
        client.force_login(officer(role), backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.mark.rule("A-08")
def test_the_administrator_reads_who_looked_at_whom_and_why(enter):
    clerk = officer(Role.FRONT_OFFICE)
    person = PersonFactory(name="Siti Aminah")
    entry = audit.read(person, by=clerk, purpose="Permohonan surat keterangan")
    client = enter(Role.ADMINISTRATOR)
    page = client.get("/admin/catatan-audit/").content.decode()
    assert clerk.username in page and "Permohonan surat keterangan" in page
    assert "Siti" not in page and person.nik not in page
    assert client.get(f"/admin/catatan-audit/inspect/{entry.pk}/").status_code == 200
    found = client.get("/admin/catatan-audit/", {"action": "export"}).content.decode()
    assert "Permohonan surat keterangan" not in found


@pytest.mark.rule("A-08")
def test_nobody_changes_the_audit_log_on_screen(enter):
    entry = audit.record(audit.Action.EXPORT, AuditEntry, by=officer(Role.MANAGER))
    client = enter(Role.ADMINISTRATOR)
    for path in ("create/", f"edit/{entry.pk}/", f"delete/{entry.pk}/"):
        for answer in (
            client.get(f"/admin/catatan-audit/{path}"),
            client.post(f"/admin/catatan-audit/{path}"),
        ):
            assert answer.status_code in (403, 404), path
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_a_manager_does_not_read_the_audit_log(enter):
    assert enter(Role.MANAGER).get("/admin/catatan-audit/").status_code == 403


def test_the_national_secretariat_sets_the_mask_of_an_office(enter):
    client = enter(Role.NATIONAL_SECRETARIAT)
    answer = client.post("/admin/pola-nomor/create/", {"kind": "REG", "region": "34.04", "mask": GOOD})
    assert answer.status_code == 302
    mask = NumberMask.objects.get()
    assert (mask.kind, mask.region_id, mask.mask) == ("REG", "34.04", GOOD)
    assert "0042/SLRT/34.04/" in client.get("/admin/pola-nomor/").content.decode()
    again = client.post("/admin/pola-nomor/create/", {"kind": "REG", "region": "34.04", "mask": GOOD})
    assert again.status_code == 200 and NumberMask.objects.count() == 1


def test_a_mask_that_cannot_work_is_refused_beside_the_field_in_indonesian(enter):
    answer = enter(Role.NATIONAL_SECRETARIAT).post(
        "/admin/pola-nomor/create/", {"kind": "REG", "region": "34.04", "mask": "{number}/{year}"}
    )
    assert answer.status_code == 200 and not NumberMask.objects.exists()
    assert "Pola ini belum memuat {code}" in answer.content.decode()


def test_a_manager_sees_the_masks_of_the_regency_and_changes_none(enter):
    NumberMask.objects.create(kind="REG", region_id="34.04", mask="SLEMAN/" + GOOD)
    foreign = NumberMask.objects.create(kind="REG", region_id="34.02", mask="BANTUL/" + GOOD)
    client = enter(Role.MANAGER)
    page = client.get("/admin/pola-nomor/").content.decode()
    assert "SLEMAN/" in page and "BANTUL/" not in page
    assert client.get("/admin/pola-nomor/create/").status_code == 403
    assert client.get(f"/admin/pola-nomor/edit/{foreign.pk}/").status_code == 404
