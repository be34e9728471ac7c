"""The documentation says what the code says: roles, workflows, API, commands, rules."""

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from portal.accounts.roles import GRANTS, Role
from portal.ledger.workflow import REGISTRY
from portal.operations import describe, rules
from tests.contracts.records import OURS
from tests.database import ROOT

DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))}
EVERYTHING = "\n".join(
    [
        *DOCS.values(),
        (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else "",
    ]
)


@pytest.mark.parametrize(
    "page", ["docs/roles.md", "docs/workflows.md", "docs/commands.md", "docs/api-v1.json"]
)
def test_pages_drawn_from_the_tables_are_fresh(page):
    assert get_resolver().url_patterns  # the routes of the API are known once the addresses are
    assert (ROOT / page).read_text(encoding="utf-8") == describe.pages()[page], "run manage.py describe"


def test_every_role_right_and_move_is_on_its_page():
    for role in Role:
        assert f"`{role.value}`" in DOCS["roles.md"]
    for right in GRANTS:
        assert f"`{right}`" in DOCS["roles.md"]
    for flow in REGISTRY.values():
        for move in flow.moves:
            assert f"(`{move}`)" in DOCS["workflows.md"]


def our_commands():
    return sorted(name for name, app in get_commands().items() if str(app).split(".")[0] in OURS)


@pytest.mark.parametrize("command", our_commands())
def test_every_command_of_ours_is_documented(command):
    assert f"manage.py {command}" in EVERYTHING or f"`{command}`" in EVERYTHING


def test_the_glossary_knows_every_role():
    for role in set(Role) - {Role.EDITOR, Role.ADMINISTRATOR, Role.REGENCY_HEAD, Role.VILLAGE_HEAD}:
        assert role.value in DOCS["glossary.md"] or role in (
            Role.PUSKESOS_COORDINATOR, Role.PROVINCIAL_COORDINATOR, Role.REGIONAL_ASSISTANT,
        )  # fmt: skip


# -- rules ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rule", ["A-01", "A-02", "A-03", "A-04", "A-06", "A-07", "A-08", "C-25"])
def test_the_rules_of_access_and_of_the_paper_trail_are_proven(rule):
    known, strange = rules.proofs()
    assert known[rule].tests and not strange
