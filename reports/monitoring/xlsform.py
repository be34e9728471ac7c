"""Instruments as XLSForm spreadsheets, and back: the form that survey tools read and write (XLSForm, ODK, Kobo).

Sheets `survey`, `choices`, `settings`. What XLSForm has no word for (where a figure comes from, how tiers add it up,
tables) stands in columns that begin with `slrt::`; other tools leave them alone, and nothing is lost on the way back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.spreadsheets import as_text

from .definition import Choice, Column, Definition, Question, Section

MAX_ROWS = 2000
HEAD = (
    "type", "name", "label::Bahasa Indonesia (id)", "label::English (en)", "hint::Bahasa Indonesia (id)", "hint::English (en)", "required",
    "relevant", "constraint", "constraint_message", "calculation", "slrt::unit", "slrt::source", "slrt::roll_up", "slrt::tiers",
    "slrt::minimum", "slrt::maximum", "slrt::row_set", "slrt::columns",
)  # fmt: skip
_OUT = {
    "integer": "integer", "decimal": "decimal", "money": "integer", "text": "text", "long_text": "text", "yes_no": "select_one yes_no",
    "date": "date", "calculation": "calculate", "file": "file", "note": "note", "table": "note",
}  # fmt: skip
_IN = {
    "integer": "integer", "int": "integer", "decimal": "decimal", "text": "text", "string": "text", "date": "date", "calculate": "calculation",
    "file": "file", "image": "file", "note": "note",
}  # fmt: skip
_OURS = {"money", "long_text", "table"}


def write(definition: Definition, *, form_id: str, title: str, version: str) -> bytes:
    """The definition as an XLSForm workbook."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append([*HEAD, "slrt::type"])
    lists: dict[str, tuple[Choice, ...]] = {
        "yes_no": (Choice("true", "Ya", "Yes"), Choice("false", "Tidak", "No"))
    }
    for section in definition.sections:
        survey.append(
            _safe(
                [
                    "begin_group",
                    section.key,
                    section.title,
                    section.title_en,
                    section.help,
                    section.help_en,
                    "",
                    section.condition,
                ]
            )
        )
        for question in section.questions:
            kind = _OUT.get(question.type, "")
            if question.type in ("choice", "choices"):
                kind = f"{'select_one' if question.type == 'choice' else 'select_multiple'} {question.key}"
                lists[question.key] = question.choices
            if question.rows:
                lists[f"{question.key}_rows"] = question.rows
            survey.append(_safe(_row(question, kind)))
        survey.append(["end_group", section.key])
    sheet = book.create_sheet("choices")
    sheet.append(["list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)"])
    for name, choices in lists.items():
        for choice in choices:
            sheet.append(_safe([name, choice.value, choice.label, choice.label_en]))
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append(_safe([title, form_id, version, "Bahasa Indonesia (id)"]))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(q: Question, kind: str) -> list:
    number = lambda value: "" if value is None else format(value, "f")  # noqa: E731
    columns = (
        json.dumps([[c.key, c.label, c.label_en, c.source] for c in q.columns], ensure_ascii=False)
        if q.columns
        else ""
    )
    return [
        kind, q.key, q.label, q.label_en, q.help, q.help_en, "yes" if q.required else "", q.condition, _with_limits(q), q.constraint_message,
        q.calculation, q.unit, q.source, q.roll_up if q.roll_up != "sum" else "", " ".join(q.tiers), number(q.minimum), number(q.maximum),
        q.row_set, columns, q.type if q.type in _OURS else "",
    ]  # fmt: skip


def _with_limits(q: Question) -> str:
    """The constraint as other tools need it: our limits are part of it there."""
    limits = _limits(q)
    return f"{limits} and ({q.constraint})" if limits and q.constraint else limits or q.constraint


def _limits(q: Question) -> str:
    low = f". >= {q.minimum:f}" if q.minimum is not None else ""
    high = f". <= {q.maximum:f}" if q.maximum is not None else ""
    return " and ".join(part for part in (low, high) if part)


def _safe(row: list) -> list:
    return [as_text(value) if isinstance(value, str) else value for value in row]


def read(content: bytes) -> Definition:
    """A definition from an XLSForm workbook; ValidationError lists what cannot be read, by sheet and row."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        ParseError,
    ):
        # What openpyxl raises for a file that is no workbook, or a broken one; nothing of it is shown to the user.
        raise ValidationError(_("This is not a spreadsheet (XLSX) that can be read.")) from None
    if "survey" not in book.sheetnames:
        raise ValidationError(_("The sheet “survey” is missing."))
    lists: dict[str, list[Choice]] = {}
    if "choices" in book.sheetnames:
        for _number, row in _rows(book["choices"]):
            name = row.get("list_name") or row.get("list name") or ""
            lists.setdefault(name, []).append(
                Choice(row.get("name", ""), _label(row) or row.get("name", ""), _english(row))
            )
    problems: list[str] = []
    definition = _survey(_rows(book["survey"]), lists, problems)
    if problems:
        raise ValidationError(problems)
    return definition


def _survey(rows, lists, problems) -> Definition:
    sections: list[dict] = []
    for number, row in rows:
        kind, name = row.get("type", "").strip(), row.get("name", "").strip()
        if kind in ("begin_group", "begin group"):
            sections.append({"key": name, "title": _label(row) or name, "title_en": _english(row), "condition": row.get("relevant", ""),
                             "help": _hint(row), "help_en": row.get("hint::English (en)", ""), "questions": [], "open": True})  # fmt: skip
            continue
        if kind in ("end_group", "end group"):
            if sections:
                sections[-1]["open"] = False
            continue
        if kind in ("start", "end", "today", "deviceid", "username", ""):
            continue
        if not sections or not sections[-1]["open"]:
            sections.append(
                {
                    "key": f"section_{len(sections) + 1}",
                    "title": _("Questions"),
                    "questions": [],
                    "open": True,
                }
            )
        try:
            sections[-1]["questions"].append(_question(kind, name, row, lists))
        except (ValueError, ArithmeticError) as error:
            problems.append(_("Sheet survey, row %(row)s: %(problem)s") % {"row": number, "problem": error})
    return Definition(
        tuple(
            Section(questions=tuple(s.pop("questions")), **{k: v for k, v in s.items() if k != "open"})
            for s in sections
        )
    )


def _question(kind: str, name: str, row: dict, lists) -> Question:
    word, _space, list_name = kind.partition(" ")
    choices: tuple[Choice, ...] = ()
    ours = row.get("slrt::type", "")
    if word in ("select_one", "select_multiple"):
        if list_name not in lists:
            raise ValueError(_("the list %(name)s is missing in the sheet choices") % {"name": list_name})
        if list_name == "yes_no" and word == "select_one":
            ours = "yes_no"
        else:
            choices = tuple(lists[list_name])
        found = "choice" if word == "select_one" else "choices"
    else:
        found = _IN.get(word, "")
    found = ours if ours in _OURS or ours == "yes_no" else found
    if not found:
        raise ValueError(_("the type %(type)s is not known") % {"type": kind})
    minimum, maximum = (
        Decimal(row[key]) if row.get(key) else None for key in ("slrt::minimum", "slrt::maximum")
    )
    columns = tuple(Column(*item) for item in json.loads(row.get("slrt::columns") or "[]"))
    question = Question(
        key=name, type=found, label=_label(row), label_en=_english(row), help=_hint(row), help_en=row.get("hint::English (en)", ""),
        unit=row.get("slrt::unit", ""), required=row.get("required", "").lower() in ("yes", "true", "true()", "1", "ya"), minimum=minimum,
        maximum=maximum, choices=choices, calculation=row.get("calculation", ""), condition=row.get("relevant", ""),
        constraint_message=row.get("constraint_message", ""), source=row.get("slrt::source", ""), roll_up=row.get("slrt::roll_up") or "sum",
        row_set=row.get("slrt::row_set", ""), rows=tuple(lists.get(f"{name}_rows", ())), columns=columns,
        tiers=tuple(row.get("slrt::tiers", "").split()),
    )  # fmt: skip
    return _without_limits(question, row.get("constraint", ""))


def _without_limits(question: Question, constraint: str) -> Question:
    """The constraint without our limits, as `_with_limits` put them before it; one of others stays as it is."""
    limits = _limits(question)
    if limits and constraint == limits:
        constraint = ""
    elif limits and constraint.startswith(f"{limits} and (") and constraint.endswith(")"):
        constraint = constraint[len(limits) + len(" and (") : -1]
    return replace(question, constraint=constraint)


def _rows(sheet) -> Iterator[tuple[int, dict[str, str]]]:
    head: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=MAX_ROWS), start=1):
        values = ["" if cell is None else str(cell).strip() for cell in cells]
        if number == 1:
            head = [value.strip() for value in values]
            continue
        if any(values):
            # What our own writer made safe for spreadsheets is plain here.
            yield (
                number,
                {
                    name: v[1:] if v[:1] == "'" and v[1:2] in "=+-@" and v[1:2] else v
                    for name, v in zip(head, values, strict=False)
                    if name
                },
            )


def _label(row) -> str:
    return (
        row.get("label::Bahasa Indonesia (id)")
        or row.get("label")
        or next((v for k, v in row.items() if k.startswith("label") and "English" not in k), "")
    )


def _english(row) -> str:
    return row.get("label::English (en)", "")


def _hint(row) -> str:
    return row.get("hint::Bahasa Indonesia (id)") or row.get("hint", "")
