"""Personal identifiers: sealed, found, checked, masked, and never shown by accident."""

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import connection
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cases.households.models import Household, Person
from portal import fields
from portal.fields import (
    DecryptionError,
    FamilyCardNumberFormField,
    NikFormField,
    blind_index,
    decrypt,
    encrypt,
    mask_name,
    mask_number,
    mask_phone,
    redact,
    validate_nik,
)
from tests.factories import HouseholdFactory, PersonFactory

NIK = "3404075708900001"
OTHER = "k9:b3RoZXItZW5jcnlwdGlvbi1rZXktMzItYnl0ZXMtLSE="
CONTEXT = "households.person.nik"


# -- encryption ------------------------------------------------------------------------------------------------------
@given(st.text())
def test_what_is_sealed_opens_again(plain):
    assert decrypt(encrypt(plain, context=CONTEXT), context=CONTEXT) == plain


@given(st.text(min_size=1))
def test_equal_values_do_not_look_equal_and_show_nothing(plain):
    one, other = encrypt(plain, context=CONTEXT), encrypt(plain, context=CONTEXT)
    assert one != other
    raw = base64.urlsafe_b64decode(one.partition(".")[2])
    assert len(plain) < 4 or plain.encode() not in raw


def test_a_token_moved_to_another_column_does_not_open():
    token = encrypt(NIK, context=CONTEXT)
    with pytest.raises(DecryptionError):
        decrypt(token, context="households.household.family_card_number")


@given(st.integers(min_value=0))
def test_a_changed_byte_does_not_open(position):
    key_id, _dot, encoded = encrypt(NIK, context=CONTEXT).partition(".")
    raw = bytearray(base64.urlsafe_b64decode(encoded))
    raw[position % len(raw)] ^= 1
    with pytest.raises(DecryptionError):
        decrypt(f"{key_id}.{base64.urlsafe_b64encode(bytes(raw)).decode()}", context=CONTEXT)


def test_a_wrong_key_and_an_unknown_key_are_refused_without_the_value(settings):
    token = encrypt(NIK, context=CONTEXT)
    own = settings.FIELD_ENCRYPTION_KEYS[0].partition(":")[0]
    settings.FIELD_ENCRYPTION_KEYS = [f"{own}:{OTHER.partition(':')[2]}"]
    with pytest.raises(DecryptionError) as wrong:
        decrypt(token, context=CONTEXT)
    settings.FIELD_ENCRYPTION_KEYS = [OTHER]
    with pytest.raises(DecryptionError) as unknown:
        decrypt(token, context=CONTEXT)
    for refusal in (wrong, unknown):
        assert NIK not in str(refusal.value) and token not in str(refusal.value)


def test_the_first_key_writes_and_every_key_reads(settings):
    old = encrypt(NIK, context=CONTEXT)
    settings.FIELD_ENCRYPTION_KEYS = [OTHER, *settings.FIELD_ENCRYPTION_KEYS]
    new = encrypt(NIK, context=CONTEXT)
    assert (fields.key_id_of(old), fields.key_id_of(new)) == ("dev1", "k9")
    assert decrypt(old, context=CONTEXT) == decrypt(new, context=CONTEXT) == NIK


@pytest.mark.parametrize("token", ["", "x", "dev1.", "dev1.%%%", "dev1.AAAA", NIK])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(DecryptionError):
        decrypt(token, context=CONTEXT)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("FIELD_ENCRYPTION_KEYS", []),
        ("FIELD_ENCRYPTION_KEYS", ["k1:c2hvcnQ="]),
        ("FIELD_ENCRYPTION_KEYS", ["k1:not base64"]),
        ("FIELD_ENCRYPTION_KEYS", ["K 1:" + OTHER.partition(":")[2]]),
        ("FIELD_ENCRYPTION_KEYS", ["index:" + OTHER.partition(":")[2]]),
        ("FIELD_ENCRYPTION_KEYS", [OTHER, OTHER]),
        ("FIELD_INDEX_KEY", ""),
    ],
)
def test_keys_that_cannot_work_are_refused_without_being_shown(settings, setting, value):
    setattr(settings, setting, value)
    with pytest.raises(ImproperlyConfigured, match=setting) as refusal:
        encrypt("x", context=CONTEXT)
        blind_index("x")
    assert OTHER.partition(":")[2] not in str(refusal.value)


def test_the_index_key_must_be_another_than_the_encryption_keys(settings):
    settings.FIELD_INDEX_KEY = settings.FIELD_ENCRYPTION_KEYS[0].partition(":")[2]
    with pytest.raises(ImproperlyConfigured, match="must differ"):
        blind_index(NIK)


# -- columns ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_database_holds_no_plain_value():
    person = PersonFactory(nik=NIK, name="Siti Aminah", household__address="Jalan Kaliurang")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM households_person p JOIN households_household h ON h.id = p.household_id"
        )
        stored = str(cursor.fetchall())
    for plain in (NIK, "Siti", "Kaliurang", person.household.family_card_number):
        assert plain not in stored
    person = Person.objects.get()
    assert (person.nik, person.name, person.household.address) == (NIK, "Siti Aminah", "Jalan Kaliurang")


@pytest.mark.django_db
def test_look_up_by_blind_index():
    person = PersonFactory(nik=NIK)
    PersonFactory()
    assert Person.objects.with_nik("3404 0757 0890 0001").get() == person
    assert not Person.objects.with_nik("3404075708900002").exists()
    assert person.nik_index == blind_index(NIK) != NIK


@pytest.mark.django_db
def test_the_index_follows_the_value():
    person = PersonFactory(nik=NIK)
    person.nik = "3404075708900777"
    person.save()
    assert Person.objects.with_nik("3404075708900777").get() == person
    assert not Person.objects.with_nik(NIK).exists()
    household = HouseholdFactory(family_card_number="")
    assert household.family_card_index == ""


@pytest.mark.django_db
def test_bulk_create_seals_and_indexes_too():
    household = HouseholdFactory()
    Person.objects.bulk_create([Person(household=household, nik=NIK, name="Siti", sex="f")])
    assert Person.objects.with_nik(NIK).get().name == "Siti"


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["nik", "nik__contains", "nik__startswith", "name__icontains"])
def test_filtering_by_an_encrypted_column_is_an_error_not_an_empty_answer(lookup):
    with pytest.raises(FieldError):
        list(Person.objects.filter(**{lookup: "3"}))


@pytest.mark.django_db
def test_texts_of_records_hold_no_personal_data():
    person = PersonFactory(nik=NIK, name="Siti Aminah")
    for text in (str(person), repr(person), str(person.household), repr(person.household)):
        assert NIK not in text and "Siti" not in text
    assert (person.masked_nik, person.masked_name) == ("3404••••••••0001", "S••• A•••••")


# -- forms -----------------------------------------------------------------------------------------------------------
def message(field, value, language="id"):
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        field.clean(value)
    return " ".join(refusal.value.messages)


def test_a_nik_with_fifteen_digits_is_refused_in_plain_indonesian():
    assert (
        message(NikFormField(), "340407570890001") == "NIK terdiri atas 16 angka; yang diisikan 15 karakter."
    )
    assert (
        message(FamilyCardNumberFormField(), "1234")
        == "Nomor KK terdiri atas 16 angka; yang diisikan 4 karakter."
    )


@pytest.mark.parametrize(
    "typed", ["3404075708900001", " 3404 0757 0890 0001 ", "3404.0757.0890.0001", "340407-570890-0001"]
)
def test_a_nik_is_taken_as_people_type_it(typed):
    assert NikFormField().clean(typed) == NIK


@pytest.mark.parametrize(
    "nik",
    ["34040757O8900001", "340407570890000１", "34040757089000012", "3404070008900001", "3404077208900001", "3404075713900001", "3404075708900000"],
)  # fmt: skip
def test_a_nik_that_cannot_exist_is_refused_without_being_repeated(nik):
    with pytest.raises(ValidationError) as refusal:
        validate_nik(nik)
    assert nik not in str(refusal.value)


def test_model_forms_use_these_fields():
    assert isinstance(Person._meta.get_field("nik").formfield(), NikFormField)
    assert isinstance(Household._meta.get_field("family_card_number").formfield(), FamilyCardNumberFormField)


# -- masking ---------------------------------------------------------------------------------------------------------
@given(st.text(alphabet="0123456789", min_size=0, max_size=20))
def test_a_masked_number_shows_at_most_eight_digits(number):
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert sum(sign.isdigit() for sign in masked) == (8 if len(number) > 8 else 0)


def test_masked_names_and_phones():
    assert mask_name("Siti Aminah binti H.") == "S••• A••••• b•••• H•"
    assert mask_name("") == "" and mask_phone("081234567890") == "•••••••••890" and mask_phone("12") == "12"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"NIK {NIK} salah", "NIK [number] salah"),
        ("3404 0757 0890 0001", "[number]"),
        ("3404.0757.0890.0001,", "[number],"),
        ("hubungi 081234567890", "hubungi [phone]"),
        ("hubungi +6281234567890", "hubungi [phone]"),
        ("hubungi 0812-3456-7890 ya", "hubungi [phone] ya"),
        ("hubungi 0812 3456 7890", "hubungi [phone]"),
        ("00042/REG/34.04/XI/2026", "00042/REG/34.04/XI/2026"),
        ("34.04.07.2001", "34.04.07.2001"),
        ("2026-11-23 04:05:06", "2026-11-23 04:05:06"),
        ("12345678901234567", "12345678901234567"),
    ],
)
def test_texts_for_logs_lose_personal_numbers_and_nothing_else(text, clean):
    assert redact(text) == clean


@given(st.text(), st.text())
def test_no_nik_survives_wherever_it_stands(before, after):
    assert NIK not in redact(f"{before} {NIK} {after}")
