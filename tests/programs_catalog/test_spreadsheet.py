"""Programs as a spreadsheet: what is exported is taken back without a change, and every error has its row and column."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from portal.backoffice.models import ImportRun
from portal.jobs import services as jobs
from programs_catalog import services
from programs_catalog.eligibility.rules import dump
from programs_catalog.models import Program
from programs_catalog.reference import load_catalog
from programs_catalog.resources import PAIRS, TEXTS, ProgramResource
from tests.factories import officer

pytestmark = pytest.mark.django_db
RULE = {"all": [{"fact": "decile", "op": "<=", "value": 2}]}


@pytest.fixture(autouse=True)
def catalog(settings):
    settings.MFA_REQUIRED = False
    load_catalog()


@pytest.fixture
def editor(client):
    user = officer("editor", region="")
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def exported(client, kind: str) -> tuple[list[str], list[list]]:
    body = b"".join(client.get(f"/admin/ekspor-program/?format={kind}"))
    if kind == "csv":
        heads, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    else:
        heads, *rows = [list(row) for row in load_workbook(io.BytesIO(body)).active.values]
    return heads, rows


def checked(client, content: bytes, name: str) -> ImportRun:
    answer = client.post("/admin/impor-program/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.context["form"].errors
    run = ImportRun.objects.latest("pk")
    jobs.run(run.check_job_id)
    run.refresh_from_db()
    return run


def written(client, run: ImportRun) -> ImportRun:
    client.post(run.get_absolute_url())
    run.refresh_from_db()
    jobs.run(run.write_job_id)
    run.refresh_from_db()
    return run


def as_xlsx(heads, rows) -> bytes:
    book = Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(heads, rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([heads, *rows])
    return out.getvalue().encode()


def test_every_text_of_the_catalog_has_its_column_in_both_languages():
    names = {field.name for field in Program._meta.get_fields()}
    pairs = {name.removesuffix("_en") for name in names if name.endswith("_en")}
    assert pairs == set(PAIRS) and set(TEXTS) <= set(ProgramResource.Meta.fields)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_exported_comes_back_without_a_change(editor, kind):
    program = Program.objects.get(code="pis")
    program.steps = "- tanda hubung\n+ tambah\nbaris dengan ; titik koma"
    program.audiences = ["family", "elderly"]
    services.save_draft(program=program, by=officer("editor", region=""))
    heads, rows = exported(editor, kind)
    assert len(rows) == Program.objects.count()
    run = checked(editor, (as_xlsx if kind == "xlsx" else as_csv)(heads, rows), f"program.{kind}")
    assert run.is_clean, run.findings
    assert run.totals == {"rows": len(rows), "new": 0, "updated": 0, "unchanged": len(rows)}


def test_changed_criteria_texts_and_audiences_wait_in_the_draft(editor):
    heads, rows = exported(editor, "xlsx")
    row = next(dict(zip(heads, row, strict=True)) for row in rows if row[0] == "pip")
    row |= {
        "Ringkasan (Inggris)": "School money.",
        "Sasaran": "Pelajar dan mahasiswa; orphan",
        "Sedang dibuka": "Tidak",
        "Kriteria (JSON)": json.dumps([{"from": "2027-01-01", "source": "Contoh", "rule": RULE}]),
    }
    run = written(editor, checked(editor, as_xlsx(list(row), [list(row.values())]), "program.xlsx"))
    assert run.totals["updated"] == 1, run.findings
    live = Program.objects.get(code="pip")
    draft = live.draft
    assert live.is_open and live.summary_en != "School money." and live.criteria.count() == 1
    assert draft.summary_en == "School money." and draft.audiences == ["pupil", "orphan"]
    assert not draft.is_open
    (version,) = draft.criteria.all()
    assert dump(version.rule) == RULE and version.source == "Contoh"
    services.publish(program=live, by=officer("editor", region=""))
    assert dump(Program.objects.get(code="pip").criteria.get().rule) == RULE


def test_a_new_program_comes_with_its_criteria(editor):
    heads = ["Kode", "Nama", "Sektor", "Kode lembaga", "Kode wilayah", "Kriteria (JSON)"]
    criteria = json.dumps([{"from": "2026-01-01", "rule": RULE}])
    run = checked(
        editor, as_xlsx(heads, [["beras", "Beras", "pangan", "kemensos", "34.04", criteria]]), "b.xlsx"
    )
    assert run.is_clean, run.findings
    written(editor, run)
    program = Program.objects.get(code="beras")
    assert not program.live and dump(program.draft.criteria.get().rule) == RULE


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Sasaran", "raja"), ("Sedang dibuka", "mungkin"), ("Situs", "bukan alamat"), ("Tanggal informasi", "kapan-kapan"),
        ("Sektor", "tidak-ada"), ("Kriteria (JSON)", "desil <= 4"), ("Kriteria (JSON)", '{"from": "2026-01-01"}'),
        ("Kriteria (JSON)", '[{"from": "kapan", "rule": {}}]'),
        ("Kriteria (JSON)", '[{"from": "2026-01-01", "rule": {"fact": "shoe_size", "op": "<=", "value": 4}}]'),
        ("Kriteria (JSON)", '[{"from": "2026-01-01", "rule": {"fact": "receives", "op": "includes", "value": ["x"]}}]'),
        ("Kriteria (JSON)", '[{"from": "2026-02-01", "until": "2026-01-01", "rule": {"fact": "decile", "op": "<=", "value": 4}}]'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_row_and_column_and_nothing_is_written(editor, column, cell):
    good = {
        "Kode": "beras", "Nama": "Beras", "Sektor": "pangan", "Kode lembaga": "kemensos", "Kode wilayah": "34.04",
        "Sasaran": "", "Sedang dibuka": "", "Situs": "", "Tanggal informasi": "", "Kriteria (JSON)": "",
    }  # fmt: skip
    bad = good | {"Kode": "salah", column: cell}
    run = checked(editor, as_xlsx(list(good), [list(good.values()), list(bad.values())]), "b.xlsx")
    assert [(row, head) for row, head, _message in run.findings] == [(3, column)]
    assert not run.is_clean and not Program.objects.filter(code__in=("beras", "salah")).exists()


def test_a_regional_editor_gets_and_changes_the_own_programs_alone(client):
    client.force_login(officer("editor", region="34.04"), backend="portal.accounts.backends.RoleBackend")
    heads, rows = exported(client, "xlsx")
    regions = {dict(zip(heads, row, strict=True))["Kode wilayah"] for row in rows}
    assert regions == {"34.04"}
    client.force_login(officer("facilitator"), backend="portal.accounts.backends.RoleBackend")
    assert client.get("/admin/ekspor-program/").status_code == 403
