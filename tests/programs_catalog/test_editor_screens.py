"""The editor's screens: criteria from blocks, import as drafts, preview, publication at its time, providers, desks, sectors."""

import csv
import datetime as dt
import io
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from portal.backoffice.admin import ADMINS
from portal.backoffice.models import ImportRun
from portal.jobs import services as jobs
from programs_catalog import services
from programs_catalog.eligibility.rules import dump
from programs_catalog.models import Program, ProgramDesk, Provider, Sector
from programs_catalog.reference import load_catalog
from programs_catalog.tasks import publish_due
from tests import browser
from tests.factories import DeskFactory, ProviderFactory, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalog(settings):
    settings.MFA_REQUIRED = False
    load_catalog()


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def editor():
    return officer("editor", region="")


@pytest.fixture
def pis():
    return Program.objects.get(code="pis")


def url(name: str, record=None) -> str:
    return ADMINS[Program].url(name, record)


def decile(number, begins="2027-01-01", op="<=", **more) -> dict:
    """What the browser sends for one condition on the welfare decile."""
    return {
        "valid_from": begins, "valid_until": "", "source": "Keputusan contoh", "conditions-count": "1",
        "conditions-0-deleted": "", "conditions-0-order": "0", "conditions-0-type": "decile", "conditions-0-id": "",
        "conditions-0-value-op": op, "conditions-0-value-value": str(number), "conditions-0-value-upper": "",
    } | more  # fmt: skip


# -- criteria ------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("P-07")
def test_a_version_made_from_blocks_waits_in_the_draft_and_holds_from_its_day(enter, editor, pis):
    before = pis.criteria_on(dt.date(2027, 6, 1))
    answer = enter(editor).post(url("kriteria", pis), decile(3))
    assert answer.status_code == 302, answer.context["form"].errors
    pis = Program.objects.get(pk=pis.pk)
    assert pis.criteria_on(dt.date(2027, 6, 1)) == before  # nothing public has changed
    services.publish(program=pis, by=editor)
    pis = Program.objects.get(pk=pis.pk)
    held = pis.criteria_on(dt.date(2027, 6, 1))
    assert held.source == "Keputusan contoh"
    assert dump(held.rule) == {"all": [{"fact": "decile", "op": "<=", "value": 3}]}
    assert pis.criteria_on(dt.date(2026, 12, 31)) == before


def test_a_version_is_changed_in_its_place_and_removed(enter, editor, pis):
    client = enter(editor)
    client.post(url("kriteria", pis), decile(3))
    answer = client.get(url("kriteria", pis) + "?versi=2027-01-01")
    assert answer.context["words"] and answer.context["form"].initial["source"] == "Keputusan contoh"
    client.post(url("kriteria", pis) + "?versi=2027-01-01", decile(2, begins="2027-02-01"))
    days = [version.valid_from for version in Program.objects.get(pk=pis.pk).draft.criteria.all()]
    assert dt.date(2027, 2, 1) in days and dt.date(2027, 1, 1) not in days
    client.post(url("kriteria", pis) + "?versi=2027-02-01", decile(2, begins="2027-02-01", remove="on"))
    services.publish(program=Program.objects.get(pk=pis.pk), by=editor)
    assert not Program.objects.get(pk=pis.pk).criteria.filter(valid_from__year=2027).exists()
    assert client.get(url("kriteria", pis) + "?versi=2031-01-01").status_code == 404


def test_the_rule_is_shown_in_words_without_being_saved(enter, editor, pis):
    with translation.override("id"):
        answer = enter(editor).post(url("kriteria", pis), decile(3, show="1"))
    assert answer.status_code == 200 and "paling banyak 3" in answer.content.decode()
    assert not Program.objects.get(pk=pis.pk).latest_revision_id


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        (decile(3, op="between"), "conditions"),  # no upper number: it does not read as a rule
        (decile(3) | {"conditions-count": "0"}, "conditions"),
        (decile(3, valid_until="2026-01-01"), "valid_until"),
    ],
)
def test_what_is_no_rule_is_said_beside_its_field(enter, editor, pis, entered, field):
    answer = enter(editor).post(url("kriteria", pis), entered)
    assert answer.status_code == 200 and answer.context["form"].errors[field]
    assert not Program.objects.get(pk=pis.pk).latest_revision_id


def test_two_versions_never_begin_on_one_day(enter, editor, pis):
    begins = pis.criteria.get().valid_from
    answer = enter(editor).post(url("kriteria", pis), decile(3, begins=begins.isoformat()))
    assert answer.context["form"].errors["valid_from"]
    with pytest.raises(ValidationError):
        services.save_criteria(
            program=pis, valid_from=begins, valid_until=None, conditions=pis.criteria.get().conditions, source="", by=editor
        )  # fmt: skip


def test_an_editor_of_a_region_leaves_national_criteria_alone(enter, pis):
    regional = officer("editor", region="34.04")
    assert enter(regional).post(url("kriteria", pis), decile(3)).status_code == 403
    with pytest.raises(PermissionDenied):
        services.remove_criteria(program=pis, valid_from=pis.criteria.get().valid_from, by=regional)
    own = Program.objects.get(code="ngantar-paimah")
    assert enter(regional).post(url("kriteria", own), decile(3)).status_code == 302


# -- import --------------------------------------------------------------------------------------------------------------
def upload(client, *rows: dict) -> ImportRun:
    text = io.StringIO()
    heads = ["Kode", "Nama", "Sektor", "Kode lembaga", "Kode wilayah", "Ringkasan"]
    writer = csv.DictWriter(text, heads)
    writer.writeheader()
    writer.writerows(rows)
    file = SimpleUploadedFile("program.csv", text.getvalue().encode(), content_type="text/csv")
    answer = client.post("/admin/impor-program/", {"file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    run = ImportRun.objects.get()
    jobs.run(run.check_job_id)
    run.refresh_from_db()
    return run


def row(code="beras-daerah", **more) -> dict:
    return {
        "Kode": code, "Nama": "Bantuan Beras", "Sektor": "pangan", "Kode lembaga": "kemensos", "Kode wilayah": "34.04",
        "Ringkasan": "Beras untuk keluarga.",
    } | more  # fmt: skip


def test_an_import_is_checked_first_and_becomes_drafts(enter, editor, pis):
    client = enter(editor)
    known = row(
        "pis",
        **{"Nama": pis.name, "Sektor": "kesehatan", "Kode lembaga": pis.provider.code, "Kode wilayah": ""},
    )
    run = upload(client, row(), known)
    assert run.is_clean, run.findings
    assert not Program.objects.filter(code="beras-daerah").exists()
    client.post(run.get_absolute_url())
    run.refresh_from_db()
    jobs.run(run.write_job_id)
    run.refresh_from_db()
    assert (run.totals["new"], run.totals["updated"]) == (1, 1)
    new = Program.objects.get(code="beras-daerah")
    assert not new.live and new.region_id == "34.04" and new.latest_revision_id
    pis.refresh_from_db()
    assert pis.summary != "Beras untuk keluarga." and pis.draft.summary == "Beras untuk keluarga."


def test_an_import_names_row_and_reason_and_crosses_no_border(enter):
    client = enter(officer("editor", region="34.04"))
    # The second names the own region for a national program: its row is the nation's all the same.
    run = upload(
        client, row("asing", **{"Kode wilayah": "34.02"}), row("pis"), row("salah", Sektor="tidak-ada"), row()
    )
    assert not run.is_clean and {finding[0] for finding in run.findings} == {2, 3, 4}
    assert Program.objects.get(code="pis").latest_revision_id is None


# -- preview, publication at its time --------------------------------------------------------------------------------------
def test_the_preview_shows_the_draft_to_editors_alone(enter, client, editor, pis):
    pis.summary = "Ringkasan yang belum terbit."
    services.save_draft(program=pis, by=editor)
    path = f"/admin/pratinjau-program/{pis.pk}/"
    assert client.get(path).status_code == 302
    assert enter(officer("facilitator")).get(path).status_code == 403
    answer = enter(editor).get(path)
    assert "Ringkasan yang belum terbit." in answer.content.decode() and "no-store" in answer["Cache-Control"]
    client.logout()
    assert "belum terbit" not in client.get(pis.path).content.decode()


def test_the_timer_publishes_at_its_time_and_may_run_twice(editor, pis):
    pis.summary, pis.go_live_at = "Berlaku nanti.", timezone.now() + dt.timedelta(hours=1)
    services.save_draft(program=pis, by=editor)
    services.publish(program=pis, by=editor)
    publish_due.call_local()
    assert Program.objects.get(pk=pis.pk).summary != "Berlaku nanti."
    revision = Program.objects.get(pk=pis.pk).latest_revision
    content = json.loads(json.dumps(revision.content)) | {"go_live_at": None}
    earlier = timezone.now() - dt.timedelta(minutes=1)
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=earlier, content=content)
    publish_due.call_local()
    first = Program.objects.get(pk=pis.pk)
    assert first.summary == "Berlaku nanti." and first.live
    publish_due.call_local()
    assert Program.objects.get(pk=pis.pk).last_published_at == first.last_published_at


def test_the_timer_withdraws_what_has_run_out(pis):
    Program.objects.filter(pk=pis.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    publish_due.call_local()
    publish_due.call_local()
    assert not Program.objects.get(pk=pis.pk).live


# -- providers, desks, sectors -----------------------------------------------------------------------------------------------
@pytest.mark.rule("P-03")
def test_a_regional_editor_keeps_the_providers_of_the_own_region(enter):
    own, other = ProviderFactory(region_id="34.04"), ProviderFactory(region_id="34.02")
    client, admin = enter(officer("editor", region="34.04")), ADMINS[Provider]
    form = {
        "name": "Dinas Baru",
        "name_en": "",
        "level": "regency",
        "region": "34.04",
        "website": "",
        "phone": "",
        "email": "",
    }
    assert client.post(admin.url("edit", own), form).status_code == 302
    assert client.post(admin.url("edit", other), form).status_code == 403
    assert Provider.objects.get(pk=own.pk).name == "Dinas Baru"


@pytest.mark.rule("A-04", "P-04")
def test_desks_are_narrowed_and_serve_only_programs_of_their_region(enter):
    own, above, other = (
        DeskFactory(region_id="34.04"),
        DeskFactory(region_id="34"),
        DeskFactory(region_id="34.02"),
    )
    client, admin = enter(officer("editor", region="34.04")), ADMINS[ProgramDesk]
    assert client.get(admin.url("inspect", own)).status_code == 200
    assert client.get(admin.url("inspect", above)).status_code == 200
    assert client.get(admin.url("inspect", other)).status_code == 404
    foreign = Program.objects.get(code="mobil-sisir-pendidikan")
    form = {
        "name": "Meja",
        "provider": own.provider_id,
        "region": "34.04",
        "programs": [foreign.pk],
        "email": "",
    }
    assert client.post(admin.url("edit", own), form).context["form"].errors["programs"]
    form["programs"] = [Program.objects.get(code="ngantar-paimah").pk]
    assert client.post(admin.url("edit", own), form).status_code == 302
    assert [program.code for program in own.programs.all()] == ["ngantar-paimah"]


@pytest.mark.rule("P-01")
def test_the_sectors_stay_nine_and_their_texts_are_the_nations(enter, client, editor):
    admin, health = ADMINS[Sector], Sector.objects.get(pk="kesehatan")
    form = {
        "name": "Kesehatan",
        "name_en": "Health",
        "description": "Berobat dan sehat.",
        "description_en": "",
    }
    assert enter(officer("editor", region="34.04")).post(admin.url("edit", health), form).status_code == 403
    assert enter(editor).post(admin.url("edit", health), form).status_code == 302
    assert Sector.objects.get(pk="kesehatan").description == "Berobat dan sehat."
    assert client.post(admin.url("create"), form | {"code": "kesepuluh"}).status_code == 403
    assert Sector.objects.count() == 9


@pytest.mark.parametrize(
    ("kind", "codes"), [("receives", "pip, tidak-ada"), ("region", "34.04, 99.99"), ("region", "")]
)
def test_codes_that_nobody_has_are_refused_beside_the_field(enter, editor, pis, kind, codes):
    sent = decile(3) | {"conditions-0-type": kind, "conditions-0-value-codes": codes, "conditions-0-value-op": "includes"}  # fmt: skip
    answer = enter(editor).post(url("kriteria", pis), sent)
    assert answer.status_code == 200 and answer.context["form"].errors["conditions"]


def test_the_pickers_of_programs_and_regions_know_names(enter, client, editor):
    rows = enter(editor).get("/admin/katalog/kode/").json()["results"]
    assert {"code": "pip", "full_name": "Program Indonesia Pintar (PIP)"} in rows
    assert enter(officer("facilitator")).get("/admin/katalog/kode/").status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_regions_and_programs_are_chosen_by_name(live_server, client, editor):
    program = Program.objects.get(code="pis")
    client.force_login(editor, backend="portal.accounts.backends.RoleBackend")
    with browser.chromium() as chromium:
        visitor = browser.Visitor(chromium, live_server.url, browser.DESKTOP)
        cookie = {
            "name": "sessionid",
            "value": client.cookies["sessionid"].value,
            "url": live_server.url,
        }
        visitor.context.add_cookies([cookie])
        page = visitor.go(url("kriteria", program))
        page.fill("[name=valid_from]", "2027-03-01")
        pickers = page.locator(".codes")
        for name, words in (("Wilayah", "kabupaten sleman"), ("Program yang sudah diterima", "pintar")):
            here = pickers.count()
            page.locator(".c-sf-add-button").last.click()
            page.get_by_role("option", name=name, exact=True).last.click()
            # The block is put in a moment later; until then the last picker is one of another block.
            picker = pickers.nth(here)
            picker.wait_for()
            picker.locator(".codes-search").fill(words)
            picker.locator(".codes-found button").first.click()
            picker.locator(".codes-chosen button").first.wait_for()
        shown = page.locator(".codes-chosen button").all_inner_texts()
        assert any("Sleman" in text for text in shown) and any("Pintar" in text for text in shown)
        with page.expect_navigation():
            page.locator("main form button[type=submit]:not([name])").last.click()
        visitor.close()
    draft = Program.objects.get(code="pis").draft.criteria_on(dt.date(2027, 3, 1))
    parts = dump(draft.rule)["all"]
    assert {"fact": "region", "op": "within", "value": ["34.04"]} in parts
    assert any(part.get("fact") == "receives" and part["value"] == ["pip"] for part in parts)
