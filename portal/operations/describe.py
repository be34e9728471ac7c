"""Pages of the documentation that are drawn from the tables themselves, so that they cannot drift."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.utils import translation
from wagtail.permissions import policy_registry

from portal.accounts.roles import GRANTS, SPECS, Role
from portal.api import api
from portal.ledger.workflow import REGISTRY, Workflow
from portal.regions.models import Level

from . import messages

GENERATED = "<!-- Written by `manage.py describe`. Change the tables in the code, then run it again. -->"


def pages() -> dict[str, str]:
    """Path below the project -> text of each page."""
    messages.compile_all()  # the words of the roles are read in both languages
    return {
        "docs/roles.md": roles_page(),
        "docs/workflows.md": workflows_page(),
        "docs/commands.md": commands_page(),
        "docs/api-v1.json": api_page(),
    }


def _in(language: str, text) -> str:
    with translation.override(language):
        return str(text)


def _both(text) -> str:
    indonesian, english = _in("id", text), _in("en", text)
    return indonesian if indonesian == english else f"{indonesian} · {english}"


# -- roles -----------------------------------------------------------------------------------------------------------
def roles_page() -> str:
    lines = [
        "# Roles and rights",
        "",
        GENERATED,
        "",
        "A role grants a right, its region bounds it, its dates limit it. The table is `portal/accounts/roles.py`; every",
        "door asks the permission policy of the model. Outside one's regions a record does not exist (404); inside, without",
        "the right, the answer is 403.",
        "",
        "## Roles",
        "",
        "| role | in code | held for | second factor |",
        "|---|---|---|---|",
    ]
    for role in Role:
        spec = SPECS[role]
        held = ", ".join(_in("en", Level(level).label).lower() for level in spec.levels)
        held += " + program desk" if spec.needs_desk else ""
        lines.append(f"| {_both(role.label)} | `{role.value}` | {held} | {'required' if spec.mfa else ''} |")
    lines += ["", "## Rights", "", "`*` stands for every role.", ""]
    for subject, rights in _by_subject():
        lines += [f"### {subject}", "", "| right | granted to |", "|---|---|"]
        lines += [f"| `{right}` | {_holders(roles)} |" for right, roles in rights]
        lines.append("")
    lines += ["## What each role may do", ""]
    for role in Role:
        rights = sorted(right for right, roles in GRANTS.items() if role in roles)
        lines += [
            f"**{_both(role.label)}** (`{role.value}`): {', '.join(f'`{right}`' for right in rights)}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _by_subject() -> Iterator[tuple[str, list]]:
    subjects: dict[str, list] = {}
    for right, roles in GRANTS.items():
        subjects.setdefault(right.split(".")[0], []).append((right, roles))
    yield from sorted(subjects.items())


def _holders(roles) -> str:
    return "*" if set(roles) == set(Role) else ", ".join(f"`{role.value}`" for role in Role if role in roles)


# -- workflows -------------------------------------------------------------------------------------------------------
def workflows_page() -> str:
    lines = [
        "# Workflows",
        "",
        GENERATED,
        "",
        "Each is a table in its app's `workflow.py`. A move locks the row, asks the right, checks the state, writes and logs in",
        "one transaction. The gear marks moves that only the system makes.",
        "",
    ]
    for flow in sorted(REGISTRY.values(), key=lambda flow: flow.model_label):
        lines += _flow_section(flow)
    return "\n".join(lines).rstrip() + "\n"


def _flow_section(flow: Workflow) -> list[str]:
    labels = dict(flow.model._meta.get_field(flow.field).flatchoices)
    policy = policy_registry.get_by_type(flow.model, fallback=False)
    drawing, rows = [], []
    for name, move in flow.moves.items():
        gear = "⚙ " if move.automatic else ""
        drawing += [f"    {state} --> {move.to}: {gear}{_in('en', move.label)}" for state in move.from_]
        right = policy.right(move.right) if policy else move.right
        holders = "the system" if move.automatic else _holders(GRANTS.get(right, ()))
        origin = ", ".join(_in("en", labels[state]) for state in move.from_)
        note = ", with a reason" if move.needs_note else ""
        rows.append(
            f"| {gear}{_in('en', move.label)} (`{name}`){note} | {origin} | {_in('en', labels[move.to])} | `{right}`: {holders} |"
        )
    states = [f"    {value}: {_in('en', label)}" for value, label in labels.items()]
    return [
        f"## {_in('en', flow.model._meta.verbose_name)} (`{flow.model_label}`)",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *states,
        f"    [*] --> {flow.initial}",
        *drawing,
        "```",
        "",
        "| move | from | to | right: who |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


# -- commands ------------------------------------------------------------------------------------------------------------
def commands_page() -> str:
    packages = ("portal", "programs_catalog", "cases", "reports", "public_site")
    lines = [
        "# Commands",
        "",
        GENERATED,
        "",
        "All are called as `python manage.py <command>`; `--help` names their options.",
        "",
        "| command | what it does |",
        "|---|---|",
    ]
    for name, app in sorted(get_commands().items()):
        if str(app).split(".")[0] in packages:
            lines.append(f"| `{name}` | {load_command_class(app, name).help} |")
    return "\n".join(lines) + "\n"


# -- API ---------------------------------------------------------------------------------------------------------------
def api_page() -> str:
    """The OpenAPI description of /api/v1, in a stable order."""
    with translation.override("en"):
        schema = api.get_openapi_schema(path_prefix="/api/v1/")
        text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    # Python 3.13 calls status 422 by the newer name of RFC 9110; the page is the same on every version.
    return text.replace("Unprocessable Content", "Unprocessable Entity")
