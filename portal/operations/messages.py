"""The message catalogues: extract, update, check, compile, with nothing but Python (no GNU gettext).

msgids are English and stand in the code; each app keeps its Indonesian in `<app>/locale/id/LC_MESSAGES/django.po`.
What lies outside the apps (`portal/fields.py`, settings, shared templates) goes to `portal/locale`. Words of libraries
that our users meet are kept by hand in `portal/library_locale` (those of Wagtail's scripts in `djangojs.po`), and never
extracted.
Compiled files are not committed: `setup`, the tests and a deployment compile first.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "programs_catalog", "cases", "reports", "public_site")
SHARED_LOCALE = ROOT / "portal" / "locale"
LIBRARY_LOCALE = ROOT / "portal" / "library_locale"
LANGUAGE = "id"
TEMPLATE_SUFFIXES = (".html", ".txt", ".svg", ".xml")

#: function -> positions of context, msgid and plural among its arguments
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
Key = tuple[str, str]  # context ('' without one) and msgid

_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(
    rf"""(?<![\w.])(gettext|ngettext|pgettext|npgettext|_)\({_LITERAL}(?:, {_LITERAL})?(?:, {_LITERAL})?"""
)
_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)[#0\- +]*[\d.*]*[a-zA-Z]|[#0\- +]*[\d.*]*[sdrfi])")


@dataclass
class Message:
    """A msgid of the code and the files that use it."""

    context: str
    msgid: str
    plural: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.msgid


class ExtractionError(Exception):
    """A call that no catalogue can serve, with its file and line."""


# -- reading the code ----------------------------------------------------------------------------------------------
def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*")):
            parts = file.relative_to(ROOT).parts
            if "migrations" in parts or "static" in parts or "locale" in parts or not file.is_file():
                continue
            if file.suffix == ".py" or file.suffix in TEMPLATE_SUFFIXES and "templates" in parts:
                yield file


def locale_of(file: Path) -> Path:
    """The catalogue folder of a source file: its app's, or the shared one outside the apps."""
    for folder in file.parents:
        if folder == ROOT:
            break
        if (folder / "apps.py").exists():
            return folder / "locale"
    return SHARED_LOCALE


def messages_of_python(source: str, name: str) -> Iterator[Message]:
    """Messages of Python code; ExtractionError where a msgid is not a plain string."""
    tree = ast.parse(source, name)
    aliases = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            function = aliases.get(node.func.id)
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            function = node.func.attr if node.func.value.id == "translation" else None
        else:
            function = None
        if function not in FUNCTIONS:
            continue
        values = []
        for position in FUNCTIONS[function]:
            if position is None:
                values.append("")
                continue
            argument = node.args[position] if position < len(node.args) else None
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise ExtractionError(f"{name}:{node.lineno}: {function} takes plain strings only")
            values.append(argument.value)
        yield Message(*values)


def messages_of_template(source: str, name: str) -> Iterator[Message]:
    """Messages of a Django template: the translate tags, and constants marked `_("...")`."""
    from django.utils.translation.template import templatize

    for match in _TEMPLATE_CALL.finditer(templatize(source, origin=name)):
        function = "gettext" if match[1] == "_" else match[1]
        literals = [ast.literal_eval(text) for text in match.groups()[1:] if text]
        values = ["" if position is None else literals[position] for position in FUNCTIONS[function]]
        if values[1]:
            yield Message(*values)


def extract() -> dict[Path, dict[Key, Message]]:
    """All messages of the code by catalogue folder; ExtractionError names every call that cannot be served."""
    found: dict[Path, dict[Key, Message]] = {}
    errors = []
    for file in sources():
        name = file.relative_to(ROOT).as_posix()
        read = messages_of_python if file.suffix == ".py" else messages_of_template
        try:
            for message in read(file.read_text(encoding="utf-8"), name):
                kept = found.setdefault(locale_of(file), {}).setdefault(message.key, message)
                kept.files.add(name)
                kept.plural = kept.plural or message.plural
        except (ExtractionError, SyntaxError) as error:
            errors.append(str(error))
    if errors:
        raise ExtractionError("\n".join(errors))
    return found


# -- catalogues ------------------------------------------------------------------------------------------------------
def path_of(folder: Path) -> Path:
    return folder / LANGUAGE / "LC_MESSAGES" / "django.po"


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def read_catalogue(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=100) if path.exists() else polib.POFile(wrapwidth=100)


def translated(entry: polib.POEntry) -> bool:
    return not entry.obsolete and not entry.fuzzy and entry.translated()


def catalogues() -> list[Path]:
    """Every catalogue file of the tree, also those of apps that have no messages any more."""
    return sorted(
        file for package in PACKAGES for file in (ROOT / package).rglob("locale/*/LC_MESSAGES/django.po")
    ) + sorted(LIBRARY_LOCALE.rglob("*.po"))


def chosen(folder: Path, folders: Sequence[str]) -> bool:
    """Whether a catalogue folder belongs to the apps asked for (none named: all)."""
    return not folders or name_of(folder.parent) in {name.strip("/") for name in folders}


def update(folders: Sequence[str] = ()) -> list[str]:
    """Bring every catalogue (or those of some apps) in step with the code; a line per catalogue that changed.

    A new message takes the translation that another app already has; one that replaces a similar message takes that
    one's, marked fuzzy for a look.
    """
    found = extract()
    known = {
        key_of(entry): entry
        for file in catalogues()
        for entry in read_catalogue(file)
        if translated(entry) and LIBRARY_LOCALE not in file.parents
    }
    report = []
    for folder in sorted({*found, *(file.parents[2] for file in catalogues())} - {LIBRARY_LOCALE}):
        if not chosen(folder, folders):
            continue
        path = path_of(folder)
        before = read_catalogue(path)
        after, gone = _merged(before, found.get(folder, {}), known)
        text = str(after)
        if len(after) == 0:
            if path.exists():
                path.unlink()
                report.append(f"{name_of(path)}: removed, no message is left")
        elif not path.exists() or path.read_text(encoding="utf-8").rstrip() != text.rstrip():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip() + "\n", encoding="utf-8")
            open_count = sum(not translated(entry) for entry in after)
            report.append(f"{name_of(path)}: {len(after)} messages, {open_count} to translate, {gone} gone")
    return report


def _merged(before: polib.POFile, wanted: dict[Key, Message], known) -> tuple[polib.POFile, int]:
    entries = {key_of(entry): entry for entry in before if not entry.obsolete}
    gone = {key: entry for key, entry in entries.items() if key not in wanted and entry.msgstr}
    after = polib.POFile(wrapwidth=100)
    after.metadata = {
        "Project-Id-Version": "slrt-portal",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message in sorted(wanted.values(), key=lambda item: (min(item.files), item.msgid, item.context)):
        entry = entries.get(message.key)
        if entry is None or not (entry.fuzzy or entry.translated()):
            entry = _new_entry(message, gone, known)
        entry.occurrences = [(name, "") for name in sorted(message.files)]
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural, entry.msgstr = {0: entry.msgstr}, ""
        entry.msgid_plural = message.plural
        formats = _PLACEHOLDER.search(message.msgid) is not None
        entry.flags = sorted(
            {*entry.flags, "python-format"} if formats else {*entry.flags} - {"python-format"}
        )
        after.append(entry)
    return after, len(set(entries) - set(wanted))


def _new_entry(message: Message, gone, known) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
    same = known.get(message.key)
    if same is not None and bool(same.msgid_plural) == bool(message.plural):
        entry.msgstr, entry.msgstr_plural = same.msgstr, dict(same.msgstr_plural)
        return entry
    near = get_close_matches(message.msgid, [msgid for _context, msgid in gone], n=1, cutoff=0.8)
    if near and not message.plural:
        entry.msgstr = next(item.msgstr for key, item in gone.items() if key[1] == near[0])
        entry.flags = ["fuzzy"]
    return entry


def placeholders(text: str) -> list[str]:
    """Named placeholders in order of name; an unnamed one shows as `?`."""
    return sorted(match[1] or "?" for match in _PLACEHOLDER.finditer(text) if match[0] != "%%")


def check(folders: Sequence[str] = ()) -> list[str]:
    """What is wrong with the catalogues, a line each: missing, obsolete, fuzzy, differing placeholders or words."""
    problems = []
    try:
        found = extract()
    except ExtractionError as error:
        return str(error).splitlines()
    words: dict[Key, dict[str, list[str]]] = {}
    files = {path_of(folder) for folder in found} | set(catalogues())
    for path in sorted(path for path in files if chosen(path.parents[2], folders)):
        wanted = found.get(path.parents[2], {})
        library = LIBRARY_LOCALE in path.parents
        present = {}
        for entry in read_catalogue(path):
            if entry.obsolete:
                problems.append(f"{name_of(path)}: obsolete: {entry.msgid!r}")
                continue
            if key_of(entry) in present:
                problems.append(f"{name_of(path)}: twice: {entry.msgid!r}")
            present[key_of(entry)] = entry
            problems += [f"{name_of(path)}: {what}: {entry.msgid!r}" for what in _faults(entry)]
            if path.name == "django.po" and translated(entry):
                text = entry.msgstr or entry.msgstr_plural.get(0, "")
                words.setdefault(key_of(entry), {}).setdefault(text, []).append(name_of(path))
        if not library:
            problems += [
                f"{name_of(path)}: missing: {message.msgid!r} ({min(message.files)})"
                for key, message in wanted.items()
                if key not in present
            ]
            problems += [
                f"{name_of(path)}: not in the code: {key[1]!r}" for key in present if key not in wanted
            ]
    # Django merges the catalogues: with two translations of one msgid it is chance which one the user sees.
    for (_context, msgid), texts in words.items():
        if len(texts) > 1:
            where = "; ".join(f"{text!r} in {', '.join(names)}" for text, names in texts.items())
            problems.append(f"two translations of {msgid!r}: {where}")
    return problems


def _faults(entry: polib.POEntry) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield "fuzzy"
    elif not texts or not all(texts):
        yield "not translated"
    elif "?" in placeholders(entry.msgid) and len(placeholders(entry.msgid)) > 1:
        yield "placeholders need names"
    elif entry.msgid_plural:
        # A singular may leave the number out; a translation without plural forms follows the plural.
        if any(placeholders(text) != placeholders(entry.msgid_plural) for text in texts):
            yield "other placeholders"
    elif "python-format" in entry.flags and placeholders(entry.msgstr) != placeholders(entry.msgid):
        yield "other placeholders"


def stale() -> list[Path]:
    """Catalogues that are newer than what Django reads."""
    return [
        path
        for path in catalogues()
        if not (compiled := path.with_suffix(".mo")).exists()
        or compiled.stat().st_mtime_ns <= path.stat().st_mtime_ns
    ]


def compile_all() -> int:
    """Write the .mo beside each stale .po; returns how many were written. Safe beside other processes."""
    written = 0
    for path in stale():
        compiled = path.with_suffix(".mo")
        draft = compiled.with_name(f".{compiled.name}.{os.getpid()}")
        polib.pofile(str(path)).save_as_mofile(str(draft))
        draft.replace(compiled)
        written += 1
    for compiled in (
        m for package in PACKAGES for m in (ROOT / package).rglob("locale/*/LC_MESSAGES/django.mo")
    ):
        if not compiled.with_suffix(".po").exists():
            compiled.unlink()
    if written:
        # This process may have read the catalogues already, empty: setup goes on to store names in words.
        translation_file_changed(None, Path("django.mo"))
    return written
