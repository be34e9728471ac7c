"""The source itself: one writer of statuses, floors, names, sizes, migrations, and texts of records without personal data."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import models
from django.utils.functional import Promise

from portal.backoffice.admin import ADMINS
from portal.fields import EncryptedTextField
from portal.ledger.workflow import REGISTRY
from tests.contracts.records import OURS, guarded_models, make, our_models
from tests.database import ROOT
from tests.factories import VILLAGE

SOURCES = sorted(
    path for package in OURS for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
#: who may write a status besides the engine: the file, and why
STATUS_WRITERS = {
    "portal/ledger/workflow.py": "the engine",
    "portal/jobs/services.py": "jobs are no workflow: the worker moves them",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_sources_are_found():
    assert len(SOURCES) > 100


# -- status ------------------------------------------------------------------------------------------------------------
def status_writes(tree: ast.AST):
    """(line, what) for `x.status = ...`, `.update(status=...)`, `setattr(x, "status", ...)`, `bulk_update(..., ["status"])`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if (
                        isinstance(part, ast.Attribute)
                        and part.attr == "status"
                        and isinstance(part.ctx, ast.Store)
                    ):
                        yield node.lineno, "assigned"
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("update", "update_or_create") and any(k.arg == "status" for k in node.keywords):
            yield node.lineno, called
        if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "status":
            yield node.lineno, called
        if called == "bulk_update":
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and part.value == "status":
                    yield node.lineno, called


@pytest.mark.parametrize(
    "source",
    [
        "case.status = 1",
        "a, case.status = 1, 2",
        "Case.objects.filter(pk=1).update(status=2)",
        "setattr(case, 'status', 2)",
        "Case.objects.bulk_update(rows, ['note', 'status'])",
    ],
)
def test_the_search_for_status_writers_finds_them(source):
    assert list(status_writes(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    ["x = case.status", "Case(status=1)", "Case.objects.filter(status=1)", "if case.status == 2: pass"],
)
def test_and_leaves_readers_alone(source):
    assert not list(status_writes(ast.parse(source)))


@pytest.mark.rule("C-25")
def test_a_status_has_one_writer():
    """Only models with a workflow are meant; a file that writes the status of another model says so below."""
    assert REGISTRY
    found = [
        f"{name_of(path)}:{line}: {what}"
        for path in SOURCES
        if name_of(path) not in STATUS_WRITERS and path.name != "demo.py" and "demo" not in path.parts
        for line, what in status_writes(ast.parse(path.read_text(encoding="utf-8")))
        if f"{name_of(path)}:{what}" not in OTHER_STATUSES
    ]
    assert found == []


#: writes to a `status` that is no workflow's: "file:what" and whose it is
OTHER_STATUSES: dict[str, str] = {
    "portal/operations/simulate/work.py:assigned": "of an invented way, before its rows are written in one go",
    "programs_catalog/services.py:assigned": "of a proposal in Wagtail's workflow, closed by publishing",
}


# -- floors, migrations, names, sizes ------------------------------------------------------------------------------------
def test_imports_go_down_only():
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.django_db
def test_models_and_migrations_agree(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


def test_migrations_are_named_for_their_purpose():
    for path in ROOT.glob("*/**/migrations/[0-9]*.py"):
        if path.parts[len(ROOT.parts)] in OURS:
            assert not re.search(r"_auto_|_\d{8}", path.name), name_of(path)


def test_no_file_is_named_for_nothing():
    forbidden = {"utils", "helpers", "common", "core", "managers", "constants", "misc"}
    named = [name_of(path) for path in SOURCES if forbidden & {path.stem, *path.parts[len(ROOT.parts) :]}]
    assert named == []


#: files to be cut by subject, and why they are not yet
LONG = {
    "cases/casework/demo.py": "two years of invented cases, told in one go",
}


def test_a_file_over_four_hundred_lines_says_why():
    """`# Long because ...` somewhere in the file is the reason; better is to cut it by subject."""
    long = []
    for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        # A little over is no reason to cut.
        if text.count("\n") > 440 and "Long because" not in text and name_of(path) not in LONG:
            long.append(f"{name_of(path)}: {text.count(chr(10))} lines")
    assert long == []


def test_packages_hold_the_six_names_alone():
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tops = {line.split("/")[0] for line in tracked.stdout.splitlines() if "/" in line}
    assert tops == {"portal", "programs_catalog", "cases", "reports", "public_site", "tests"}


# -- texts of records ------------------------------------------------------------------------------------------------------
def personal_fields(model) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


PERSONAL = [model for model in our_models() if personal_fields(model)]


def test_there_are_personal_models():
    assert {"households.Person", "households.Household", "casework.Case"} <= {m._meta.label for m in PERSONAL}


@pytest.mark.django_db
@pytest.mark.parametrize("model", PERSONAL, ids=[model._meta.label for model in PERSONAL])
def test_the_text_of_a_personal_record_holds_no_personal_data(model):
    """What a field that lies encrypted says reaches titles, logs and error pages through `str` and `repr`."""
    record = make(model, VILLAGE)
    for number, field in enumerate(personal_fields(model)):
        setattr(record, field.attname, f"Rahasia{number}Sekali")
    text = f"{record} {record!r}"
    assert "Rahasia" not in text and "Sekali" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("model", guarded_models(), ids=[model._meta.label for model in guarded_models()])
def test_every_guarded_model_has_names_for_people(model):
    for name in (model._meta.verbose_name, model._meta.verbose_name_plural):
        assert isinstance(name, Promise) and str(name).strip(), (
            f"{model._meta.label} has no translatable name"
        )


@pytest.mark.parametrize("admin", ADMINS.values(), ids=[model._meta.label for model in ADMINS])
def test_every_column_has_a_name_for_people(admin):
    """A field without a name of its own would be headed by its name in the code, in English."""
    names = [*admin.list_display, *admin.export_columns]
    names += [name for section in admin.sections for name in section.fields]
    for column in admin.columns([name for name in dict.fromkeys(names) if name != "__str__"]):
        if column.field is not None and column.method is None:
            assert isinstance(column.field.verbose_name, Promise), column.name
        assert column.label.strip()


#: a key as a template prints it; texts (codes of regions and sectors, ids of form fields) are no numbers
_PRINTED_KEY = re.compile(r"\{\{ *([a-z_.0-9]*(?:\.pk|\.id|_id|_pk)) *\}\}")
_TEXT_KEYS = re.compile(
    r"(^|\.)(region|regency|area|sector|select)(\.|_id$)|(auto|checkbox|client|column|name|group|results)_id$"
)


def test_no_template_writes_a_key_the_way_people_write_numbers():
    """From 1,000 on Indonesian groups digits: "1.043" as the value of a checkbox or in an address is nobody's key."""
    wrong = []
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.html")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for key in _PRINTED_KEY.findall(line):
                    if not _TEXT_KEYS.search(key):
                        wrong.append(f"{name_of(path)}:{number}: {key} without |stringformat")
    assert not wrong, "\n".join(wrong)
