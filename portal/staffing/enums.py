"""Choices that describe people and posts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")


class Education(models.IntegerChoices):
    """Highest completed level; a higher number is a higher level."""

    NONE = 0, _("no schooling completed")
    PRIMARY = 1, _("primary school (SD)")
    JUNIOR = 2, _("junior secondary school (SMP)")
    SENIOR = 3, _("senior secondary school (SMA/SMK)")
    DIPLOMA = 4, _("diploma (D1-D3)")
    BACHELOR = 5, _("bachelor's degree (S1/D4)")
    MASTER = 6, _("master's degree (S2)")
    DOCTOR = 7, _("doctorate (S3)")


class Background(models.TextChoices):
    """Where an officer comes from, as far as the criteria ask for it."""

    COMMUNITY = "community", _("community member")
    PSKS = "psks", _("PSKS (PSM, Karang Taruna and others)")
    TKSK = "tksk", _("TKSK")
    ASN_SOCIAL = "asn_social", _("civil servant (ASN) of the social office")
    ASN_DISTRICT = "asn_district", _("civil servant (ASN) of the district")
    ASN_OTHER = "asn_other", _("civil servant (ASN) of another office")
    WELFARE_HEAD = "welfare_head", _("head of welfare affairs of the village")
    VILLAGE_STAFF = "village_staff", _("village staff")


CIVIL_SERVANTS = (Background.ASN_SOCIAL, Background.ASN_DISTRICT, Background.ASN_OTHER)


class Check(models.TextChoices):
    """How a criterion is checked: from the officer's data, or by the word of the one who appoints."""

    EDUCATION = "education", _("education of at least this level")
    BACKGROUND = "background", _("one of these backgrounds")
    RESIDENCE = "residence", _("lives in the work area, at this level")
    NO_FORBIDDEN_POST = "no_forbidden_post", _("no other post that forbids a second one")
    ATTESTED = "attested", _("attested by the one who appoints")


class Strength(models.TextChoices):
    REQUIREMENT = "requirement", _("requirement")
    PREFERENCE = "preference", _("preference")


class Method(models.TextChoices):
    """How capacity is built (guideline V.B.2)."""

    TRAINING = "training", _("training (diklat)")
    TOT = "tot", _("training of trainers (ToT)")
    GUIDANCE = "guidance", _("technical guidance (bimtek)")
    COACHING = "coaching", _("coaching")
    INTERNSHIP = "internship", _("internship")
    WORKSHOP = "workshop", _("workshop, seminar or discussion")
    SUPERVISION = "supervision", _("supervision or field visit")


class LeavingReason(models.TextChoices):
    RESIGNED = "resigned", _("resigned")
    TRANSFERRED = "transferred", _("transferred to another post")
    RETIRED = "retired", _("retired")
    DIED = "died", _("died")
    DISMISSED = "dismissed", _("dismissed")
    TERM_ENDED = "term_ended", _("term ended")


class Bank(models.TextChoices):
    BNI = "bni", _("Bank Negara Indonesia (BNI)")
    BRI = "bri", _("Bank Rakyat Indonesia (BRI)")
    MANDIRI = "mandiri", _("Bank Mandiri")
    BTN = "btn", _("Bank Tabungan Negara (BTN)")
    BSI = "bsi", _("Bank Syariah Indonesia (BSI)")
    REGIONAL = "regional", _("regional development bank (BPD)")
    OTHER = "other", _("another bank")


class StipendSource(models.TextChoices):
    """Who pays the stipend (K-09)."""

    APBN = "apbn", _("APBN (State budget)")
    APBD = "apbd", _("APBD (regional budget)")
    VILLAGE = "village", _("village or urban village budget")
    OTHER = "other", _("other lawful and non-binding source")
