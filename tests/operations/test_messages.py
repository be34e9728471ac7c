"""The message catalogues are read from the code without GNU gettext, and nothing wrong in them stays unseen."""

import os
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.reloader import translation_file_changed

from portal.operations import messages
from portal.operations.messages import ExtractionError, Message


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small project of its own: one app with a module and a template."""
    app = tmp_path / "cases" / "desk"
    (app / "templates" / "desk").mkdir(parents=True)
    (app / "apps.py").write_text("")
    (app / "models.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext as plural\n"
        'NAME = _("look-up code")\n'
        'def count(n): return plural("%(n)s case", "%(n)s cases", n) % {"n": n}\n'
    )
    (app / "templates" / "desk" / "a.html").write_text(
        "{% load i18n %}<h1>{% trans 'Your case' %}</h1>\n"
        "   {% blocktrans trimmed with name=x.name %}\n  Good day,\n  {{ name }}!{% endblocktrans %}\n"
        "{{ value|default:_('none yet') }}"
    )
    for name, value in {
        "ROOT": tmp_path,
        "SHARED_LOCALE": tmp_path / "portal/locale",
        "LIBRARY_LOCALE": tmp_path / "portal/library_locale",
    }.items():
        monkeypatch.setattr(messages, name, value)
    return app


def catalogue(app: Path) -> Path:
    return app / "locale/id/LC_MESSAGES/django.po"


def translate_all(app: Path) -> None:
    file = polib.pofile(str(catalogue(app)))
    for entry in file:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid_plural.replace("cases", "kasus")}
        else:
            entry.msgstr = f"[{entry.msgid}]"
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    file.save(str(catalogue(app)))


def test_reads_python_and_templates(tree):
    messages.update()
    found = {entry.msgid: entry for entry in polib.pofile(str(catalogue(tree)))}
    assert set(found) == {
        "look-up code", "%(n)s case", "Your case", "Good day, %(name)s!", "none yet",
    }  # fmt: skip
    assert found["%(n)s case"].msgid_plural == "%(n)s cases"
    assert "python-format" in found["Good day, %(name)s!"].flags
    assert found["Your case"].occurrences == [("cases/desk/templates/desk/a.html", "")]


def test_a_message_that_is_no_plain_string_is_an_error():
    source = "from django.utils.translation import gettext as _t\n_t(f'{x} cases')\n"
    with pytest.raises(ExtractionError, match="a.py:2"):
        list(messages.messages_of_python(source, "a.py"))


def test_another_function_of_the_same_name_is_not_ours():
    assert list(messages.messages_of_python("def _(x): ...\n_('no message')\n", "a.py")) == []


def test_check_names_what_is_missing_untranslated_and_gone(tree):
    assert any("missing: 'look-up code'" in line for line in messages.check())
    messages.update()
    assert any("not translated: 'look-up code'" in line for line in messages.check())
    translate_all(tree)
    assert messages.check() == []
    (tree / "models.py").write_text("")
    assert any("not in the code: 'look-up code'" in line for line in messages.check())


def test_a_reworded_message_keeps_its_translation_as_fuzzy(tree):
    messages.update()
    translate_all(tree)
    (tree / "models.py").write_text(
        'from django.utils.translation import gettext as _\n_("look-up codes")\n_("brand new")\n'
    )
    messages.update()
    found = {entry.msgid: entry for entry in polib.pofile(str(catalogue(tree)))}
    assert found["look-up codes"].fuzzy and found["look-up codes"].msgstr == "[look-up code]"
    assert found["brand new"].msgstr == ""
    assert any("fuzzy: 'look-up codes'" in line for line in messages.check())


def test_an_update_without_news_writes_nothing(tree):
    assert messages.update()
    translate_all(tree)
    messages.update()
    before = catalogue(tree).read_bytes()
    assert messages.update() == []
    assert catalogue(tree).read_bytes() == before


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("Selamat siang!", "other placeholders"),
        ("Selamat siang, %(nama)s!", "other placeholders"),
        ("Selamat siang, %(name)s!", None),
        ("%(name)s 100 %% hadir", None),
    ],
)
def test_placeholders_of_a_translation_are_those_of_its_message(tree, translation, fault):
    messages.update()
    translate_all(tree)
    file = polib.pofile(str(catalogue(tree)))
    file.find("Good day, %(name)s!").msgstr = translation
    file.save(str(catalogue(tree)))
    problems = [line for line in messages.check() if "Good day" in line]
    assert bool(problems) == bool(fault)
    assert not fault or fault in problems[0]


def test_two_translations_of_one_message_are_found(tree):
    other = tree.parent / "register"
    other.mkdir()
    (other / "apps.py").write_text("")
    (other / "models.py").write_text('from django.utils.translation import gettext as _\n_("look-up code")\n')
    messages.update()
    translate_all(tree)
    messages.update()
    file = polib.pofile(str(catalogue(other)))
    assert file.find("look-up code").msgstr == "[look-up code]"  # taken over from the other app
    file.find("look-up code").msgstr = "kode lain"
    file.save(str(catalogue(other)))
    assert any(line.startswith("two translations of 'look-up code'") for line in messages.check())


def test_a_word_of_a_library_that_would_cover_ours_is_found(tree):
    messages.update()
    translate_all(tree)
    folder = messages.LIBRARY_LOCALE / "id/LC_MESSAGES"
    folder.mkdir(parents=True)
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.append(polib.POEntry(msgid="Your case", msgstr="Kasus"))
    # Scripts have a catalogue of their own.
    for name in ("djangojs.po", "django.po"):
        assert not messages.check()
        file.save(str(folder / name))
    assert [line.split(":")[0] for line in messages.check()] == ["two translations of 'Your case'"]


def test_compiles_what_is_newer_and_removes_what_has_no_source(tree):
    messages.update()
    translate_all(tree)
    assert messages.compile_all() == 1
    compiled = catalogue(tree).with_suffix(".mo")
    assert polib.mofile(str(compiled)).find("Your case").msgstr == "[Your case]"
    assert messages.compile_all() == 0
    later = compiled.stat().st_mtime + 5
    os.utime(catalogue(tree), (later, later))
    assert messages.compile_all() == 1
    catalogue(tree).unlink()
    messages.compile_all()
    assert not compiled.exists()


def test_checks_and_compiles_the_words_of_libraries_and_their_scripts(tree):
    folder = messages.LIBRARY_LOCALE / "id/LC_MESSAGES"
    folder.mkdir(parents=True)
    for name, word in (("django.po", "Kunci"), ("djangojs.po", "")):
        file = polib.POFile()
        file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
        file.append(polib.POEntry(msgid="Lock", msgstr=word))
        file.save(str(folder / name))
    faults = [line for line in messages.check() if "library_locale" in line]
    assert faults == ["portal/library_locale/id/LC_MESSAGES/djangojs.po: not translated: 'Lock'"]
    messages.compile_all()
    assert polib.mofile(str(folder / "django.mo")).find("Lock").msgstr == "Kunci"
    assert (folder / "djangojs.mo").exists()


def test_context_tells_equal_words_apart():
    source = "from django.utils.translation import pgettext\npgettext('case', 'open')\n"
    assert list(messages.messages_of_python(source, "a.py")) == [Message("case", "open")]


def test_the_process_that_compiles_reads_what_it_compiled(tree, settings):
    """The first setup on a fresh machine stores names in words: in those of the catalogue it has just compiled."""
    settings.LOCALE_PATHS = [tree / "locale"]
    before = messages.compile_all()
    with translation.override("id"):
        assert gettext("look-up code") != "kode uji"
    path = catalogue(tree)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = polib.POFile()
    new.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=1; plural=0;"}
    new.append(polib.POEntry(msgid="look-up code", msgstr="kode uji"))
    new.save(str(path))
    try:
        assert (before, messages.compile_all()) == (0, 1)
        with translation.override("id"):
            assert gettext("look-up code") == "kode uji"
    finally:
        settings.LOCALE_PATHS = []
        translation_file_changed(None, Path("django.mo"))
