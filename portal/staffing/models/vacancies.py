"""Vacancies, which everybody may read (P-09), and who applied."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.policies import VisibleQuerySet
from portal.fields import BlindIndexField, NikField
from portal.regions.models import InRegion
from portal.units.models import Unit, private_storage

from ..workflow import CandidateStatus, VacancyStatus
from .people import PersonProfile
from .positions import Position


class VacancyQuerySet(VisibleQuerySet):
    def open(self) -> VacancyQuerySet:
        """What the public site lists: published, and not past the closing date (P-09)."""
        today = timezone.localdate()
        return self.filter(
            status=VacancyStatus.PUBLISHED, opens_on__lte=today, closes_on__gte=today
        ).select_related("position", "unit", "region")

    def overdue(self) -> VacancyQuerySet:
        return self.filter(status=VacancyStatus.PUBLISHED, closes_on__lt=timezone.localdate())


class Vacancy(InRegion):
    """A post that is announced publicly, with its criteria and closing date; `region` is the work area."""

    Status = VacancyStatus

    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=pgettext_lazy("institution", "unit"), related_name="vacancies"
    )
    position = models.ForeignKey(
        Position, models.PROTECT, verbose_name=pgettext_lazy("post", "position"), related_name="vacancies"
    )
    places = models.PositiveSmallIntegerField(_("number of places"), default=1)
    status = models.CharField(
        _("status"), max_length=10, choices=VacancyStatus.choices, default=VacancyStatus.DRAFT, editable=False
    )
    opens_on = models.DateField(_("open from"))
    closes_on = models.DateField(_("closing date"))
    how_to_apply = models.TextField(_("how to apply"))
    note = models.TextField(_("further information"), blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        ordering = ["closes_on", "id"]
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="vacancy_dates_ordered"
            ),
            models.CheckConstraint(condition=models.Q(places__gte=1), name="vacancy_has_a_place"),
        ]
        indexes = [models.Index(fields=["status", "closes_on"], name="vacancy_open")]

    def __str__(self):
        return f"{self.position} · {self.region}"

    @property
    def criteria(self):
        return self.position.criteria.filter(is_active=True)


class Candidate(PersonProfile):
    """Somebody who applied for a vacancy."""

    Status = CandidateStatus

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, verbose_name=_("vacancy"), related_name="candidates")
    nik = NikField(_("NIK"))
    nik_index = BlindIndexField(source="nik")
    status = models.CharField(
        _("status"), max_length=10, choices=CandidateStatus.choices, default=CandidateStatus.RECORDED,
        editable=False,
    )  # fmt: skip
    #: criterion code -> True, False; what the recruiter attests
    attested = models.JSONField(_("attested criteria"), default=dict, blank=True)
    score = models.PositiveSmallIntegerField(_("score of the selection"), null=True, blank=True)
    letter = models.FileField(
        _("letter of application"), storage=private_storage, upload_to="candidates/%Y", blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["vacancy", "-score", "name"]
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "nik_index"], name="a_candidate_applies_once")
        ]

    def __str__(self):
        return self.name
