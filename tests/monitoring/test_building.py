"""Designing without code: conditions, limits and shares chosen in lists, keys made from words (M-02)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override

from portal.accounts.roles import Role
from reports.monitoring import building, designing, xlsform
from reports.monitoring.definition import Choice, Definition, Question, Section
from reports.monitoring.models import Instrument
from reports.monitoring.reference import load
from reports.monitoring.sources import source_choices
from tests.factories import officer

DEFINITION = Definition((Section("s", "S", questions=(
    Question("planned", "choice", "Terlaksana?", choices=(Choice("yes", "Ya, semua"), Choice("no", "Tidak"))),
    Question("ways", "choices", "Saluran", choices=(Choice("visit", "Kunjungan"),)),
    Question("ready", "yes_no", "Siap?"), Question("a", "integer", "Diterima"), Question("who", "text", "Oleh"),
)),))  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "expression", "shown"),
    [
        (("planned", "=", "ya, semua"), "${planned} = 'yes'", ("planned", "=", "Ya, semua")),
        (("planned", "!=", "no"), "${planned} != 'no'", ("planned", "!=", "Tidak")),
        (("ready", "=", "Ya"), "${ready} = 'true'", ("ready", "=", "Ya")),
        (("ways", "includes", "Kunjungan"), "selected(${ways}, 'visit')", ("ways", "includes", "Kunjungan")),
        (("a", ">", "1.000,5"), "${a} > 1000.5", ("a", ">", "1.000,5")),
        (("who", "=", "Bappeda"), "${who} = 'Bappeda'", ("who", "=", "Bappeda")),
        (
            ("ways", "excludes", "kunjungan"),
            "not(selected(${ways}, 'visit'))",
            ("ways", "excludes", "Kunjungan"),
        ),
        (("planned", "answered", ""), "${planned} != ''", ("planned", "answered", "")),
        (("a", "empty", "so"), "${a} = ''", ("a", "empty", "")),
        (("", "=", ""), "", None),
    ],
)
def test_a_condition_is_chosen_in_lists_and_read_back(chosen, expression, shown):
    with override("id"):
        assert building.condition(DEFINITION, *chosen) == expression
        assert building.condition_parts(DEFINITION, expression) == shown


@pytest.mark.parametrize(
    "chosen", [("planned", "=", "Mungkin"), ("a", ">", "banyak"), ("who", "=", "O'o"), ("ready", "=", "")]
)
def test_an_answer_that_the_question_has_not_is_refused(chosen):
    with pytest.raises(ValidationError) as refusal:
        building.condition(DEFINITION, *chosen)
    assert list(refusal.value.message_dict) == ["value"]


@pytest.mark.parametrize(
    "text", ["${a} > 1 and ${ready} = 'true'", "${nowhere} = 'x'", "${a} >", "1 = ${a}", ""]
)
def test_what_lists_cannot_say_stays_an_expression(text):
    assert building.condition_parts(DEFINITION, text) is None


@pytest.mark.rule("M-02")
@pytest.mark.parametrize(
    ("join", "rows", "expression"),
    [
        ("and", [("a", ">", "1"), ("ready", "=", "Ya")], "${a} > 1 and ${ready} = 'true'"),
        ("or", [("planned", "=", "Tidak"), ("ways", "includes", "Kunjungan"), ("a", "empty", "")],
         "${planned} = 'no' or selected(${ways}, 'visit') or ${a} = ''"),
        ("and", [("who", "=", "Bappeda")], "${who} = 'Bappeda'"),
    ],
)  # fmt: skip
def test_several_conditions_are_chosen_in_rows_and_read_back(join, rows, expression):
    with override("id"):
        assert building.conditions(DEFINITION, rows, join) == expression
        assert building.conditions_parts(DEFINITION, expression) == (join, rows)
        assert building.conditions_parts(DEFINITION, f"({expression})") == (join, rows)


@pytest.mark.parametrize(
    "text",
    [
        "${a} > 1 and (${ready} = 'true' or ${who} = 'x')",
        "${a} > 1 and not(${ready} = 'true')",
        "${a} + 1 > 2 or ${a} = 1",
        " or ".join(["${a} = 1"] * 6),
    ],
)
def test_conditions_within_conditions_stay_an_expression(text):
    assert building.conditions_parts(DEFINITION, text) is None


def test_the_row_that_does_not_fit_is_named():
    rows = [("a", ">", "1"), ("planned", "=", "Mungkin"), ("", "", ""), ("a", ">", "banyak")]
    with pytest.raises(ValidationError) as refusal:
        building.conditions(DEFINITION, rows, "or")
    assert set(refusal.value.message_dict) == {"value_2", "value_4"}
    long = [("who", "=", "x" * 99)] * 5
    with pytest.raises(ValidationError) as refusal:
        building.conditions(DEFINITION, long)
    assert set(refusal.value.message_dict) == {"join"}


def test_limits_shares_and_keys():
    assert building.at_most_part(building.at_most("a")) == "a" and building.at_most_part(". <= 5") == ""
    assert building.share_parts(building.share("a", "b")) == ("a", "b")
    assert building.share_parts("${a} div ${b} * 10") == building.share_parts("${a} + 1") == ("", "")
    with pytest.raises(ValidationError):
        building.share("a", "")
    assert building.key_of("Keluarga rawan (Merapi)") == "keluarga_rawan_merapi"
    assert building.key_of("2 Kali!", {"kali"}) == "kali_2" and building.key_of("???") == "isian"
    assert designing.choices_of("Ya, semua\nTidak | Tidak sama sekali\nTidak tahu\nTidak tahu") == (
        Choice("ya_semua", "Ya, semua"), Choice("Tidak", "Tidak sama sekali"),
        Choice("tidak_tahu", "Tidak tahu"), Choice("tidak_tahu_2", "Tidak tahu"),
    )  # fmt: skip
    assert [(c.key, c.label) for c in designing.columns_of("Laki-laki\nn | Jumlah")] == [
        ("laki_laki", "Laki-laki"),
        ("n", "Jumlah"),
    ]


@pytest.mark.rule("M-02")
@pytest.mark.django_db
def test_an_instrument_is_designed_with_words_alone(client):
    load()
    client.force_login(officer(Role.NATIONAL_SECRETARIAT, ""))

    def step(name: str) -> str:
        return reverse(f"monitoring_instrumentversion_modeladmin_{name}", args=[version.pk])

    client.post(
        reverse("monitoring_instrument_modeladmin_create"), {"name": "Pantauan", "purpose": "monitoring"}
    )
    version = Instrument.objects.get(name="Pantauan").versions.get()
    # A question stands in a section: none is offered before there is one.
    assert step("question") not in client.get(step("inspect")).content.decode()
    assert "form" not in client.get(step("question")).content.decode().split("<main")[1].split("</main")[0]
    assert client.post(step("section"), {"title": "Kegiatan lapangan"}).status_code == 302
    common = {"section": "kegiatan_lapangan", "roll_up": "sum"}
    for asked in (
        {"label": "Apakah terlaksana?", "type": "choice", "choices": "Ya, semua\nSebagian", "required": "on"},
        {
            "label": "Mengapa belum?",
            "type": "long_text",
            "when": "apakah_terlaksana",
            "sign": "=",
            "value": "sebagian",
        },
        {"label": "Diterima", "type": "integer"},
        {
            "label": "Selesai",
            "type": "integer",
            "at_most": "diterima",
            "constraint_message": "Terlalu banyak.",
        },
        {"label": "Tingkat", "type": "calculation", "share_part": "selesai", "share_whole": "diterima"},
        {
            "label": "Kendala",
            "type": "text",
            "join": "or",
            "when": "apakah_terlaksana",
            "sign": "=",
            "value": "sebagian",
            "when_3": "diterima",
            "sign_3": "<",
            "value_3": "10",
        },
    ):
        answer = client.post(step("question") + "?bagian=kegiatan_lapangan", common | asked)
        assert answer.status_code == 302, answer.context["form"].errors
    version.refresh_from_db()
    made = version.parsed
    assert made["mengapa_belum"].condition == "${apakah_terlaksana} = 'sebagian'"
    assert made["selesai"].constraint == ". <= ${diterima}"
    assert made["tingkat"].calculation == "${selesai} div ${diterima} * 100"
    assert made["tingkat"].maximum == 100  # a part of a whole
    assert made["kendala"].condition == "${apakah_terlaksana} = 'sebagian' or ${diterima} < 10"
    # The same lists stand filled when the question is opened again, and saving changes nothing.
    for key in ("mengapa_belum", "selesai", "tingkat", "kendala"):
        form = client.get(step("question") + f"?kunci={key}").context["form"]
        sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        assert not sent.get("condition") and not sent.get("constraint") and not sent.get("calculation")
        assert client.post(step("question") + f"?kunci={key}", sent).status_code == 302
    version.refresh_from_db()
    assert version.parsed == made
    sheet = xlsform.write(made, form_id="p", title="P", version="1")
    assert xlsform.read(sheet).to_json() == made.to_json()
    wrong = common | {
        "label": "X",
        "type": "text",
        "when": "apakah_terlaksana",
        "sign": "=",
        "value": "Mungkin",
    }
    answer = client.post(step("question") + "?bagian=kegiatan_lapangan", wrong)
    assert answer.status_code == 200 and "value" in answer.context["form"].errors
    assert client.post(step("publish"), {"valid_from": "2999-01-01"}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("1.000", "1000", "1.000"),
        ("1.250.000", "1250000", "1.250.000"),
        ("2,5", "2.5", "2,5"),
        ("0", "0", "0"),
    ],
)
def test_a_number_in_a_condition_is_read_as_people_write_it(typed, stored, shown):
    definition = Definition((Section("s", "S", questions=(Question("n", "integer", "Diterima"),)),))
    with override("id"):
        made = building.condition(definition, "n", ">", typed)
        assert made == f"${{n}} > {stored}"
        parts = building.condition_parts(definition, made)
        assert parts == ("n", ">", shown) and building.condition(definition, *parts) == made


@pytest.mark.rule("M-02")
@pytest.mark.django_db
def test_what_the_new_type_hides_is_left_out_and_what_is_kept_is_shown(client):
    load()
    client.force_login(officer(Role.NATIONAL_SECRETARIAT, ""))
    client.post(
        reverse("monitoring_instrument_modeladmin_create"), {"name": "Pantauan", "purpose": "monitoring"}
    )
    version = Instrument.objects.get(name="Pantauan").versions.get()
    figure = Question(
        "n", "integer", "Diterima", source=source_choices()[0][0], minimum=Decimal(1), unit="kasus"
    )
    date = Question("d", "date", "Tanggal", constraint=". > '2026-01-01'")
    draft = Definition((Section("s", "S", questions=(figure, date)),))
    type(version).objects.filter(pk=version.pk).update(definition=draft.to_json())
    address = reverse("monitoring_instrumentversion_modeladmin_question", args=[version.pk])

    def save(key: str, **changes):
        form = client.get(f"{address}?kunci={key}").context["form"]
        sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        answer = client.post(f"{address}?kunci={key}", sent | changes)
        assert answer.status_code == 302, answer.context["form"].errors
        version.refresh_from_db()
        return version.parsed[key], form

    text, _form = save("n", type="text")
    assert (text.type, text.source, text.minimum, text.unit) == ("text", "", None, "")
    kept, form = save("d")
    assert kept.constraint == ". > '2026-01-01'"
    assert [
        "constraint" in [f.name for f in fields]
        for _t, types, fields, *_r in form.groups
        if "date" in types.split()
    ].count(True) == 1
