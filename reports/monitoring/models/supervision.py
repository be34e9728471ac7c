"""Supervision: who watches whom crosswise, visits, and findings with an owner and a date (M-07 to M-09, M-11)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, Region

from ..workflow import FindingStatus, VisitStatus
from .instruments import InstrumentVersion


class SupervisionPair(InRegion):
    """For one quarter, the companion of another village who watches over a facilitator. `region` is the regency (M-08)."""

    quarter_code = models.CharField(_("quarter"), max_length=7)
    facilitator = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("facilitator"))
    facilitator_village = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name=_("village of the facilitator")
    )
    companion = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("companion"))
    companion_village = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name=_("village of the companion")
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter_code", "facilitator_village_id"]
        verbose_name = _("crosswise pair")
        verbose_name_plural = _("crosswise pairs")
        constraints = [
            models.UniqueConstraint(
                fields=["quarter_code", "facilitator", "facilitator_village"], name="one_companion_a_quarter"
            ),
            # Crosswise: the companion comes from another village (M-08).
            models.CheckConstraint(
                condition=~Q(facilitator_village=F("companion_village")) & ~Q(facilitator=F("companion")),
                name="companion_of_another_village",
            ),
        ]

    def __str__(self):
        return f"{self.facilitator} ← {self.companion}"


class VisitQuerySet(VisibleQuerySet):
    def overdue(self, on=None) -> VisitQuerySet:
        return self.filter(status=VisitStatus.PLANNED, planned_on__lt=on or timezone.localdate())


class SupervisionVisit(InRegion):
    """A planned visit of supervision or monitoring, and what was seen (M-09)."""

    class Kind(models.TextChoices):
        NATIONAL = "national", _("By the National Secretariat")
        PROVINCIAL = "provincial", _("By the provincial coordinator with the regional government")
        REGENCY = "regency", _("By the SLRT or the social office")
        VILLAGE = "village", _("By the Puskesos")
        CROSSWISE = "crosswise", _("Crosswise between villages")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    planned_on = models.DateField(_("planned on"))
    purpose = models.CharField(_("purpose"), max_length=300)
    leader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("led by"))
    with_whom = models.CharField(
        _("together with"),
        max_length=300,
        blank=True,
        help_text=_("Offices of the regional government that take part."),
    )
    pair = models.ForeignKey(
        SupervisionPair,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("crosswise pair"),
    )
    instrument_version = models.ForeignKey(
        InstrumentVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("instrument"),
        editable=False,
    )
    status = models.CharField(
        _("status"), max_length=10, choices=VisitStatus.choices, default=VisitStatus.PLANNED, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    held_on = models.DateField(_("held on"), null=True, editable=False)
    answers = models.JSONField(_("answers"), default=dict, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("planned by"), editable=False
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        verbose_name = _("supervision visit")
        verbose_name_plural = _("supervision visits")
        indexes = [
            models.Index(fields=["regency_code", "status", "planned_on"], name="supervision_in_regency")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="done", held_on__isnull=False) | ~Q(status="done") & Q(held_on=None),
                name="held_visit_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind="crosswise") | Q(pair__isnull=False), name="crosswise_visit_has_its_pair"
            ),
            # The provincial coordinator works with the regional government (M-09).
            models.CheckConstraint(
                condition=~Q(kind="provincial") | ~Q(with_whom=""),
                name="provincial_visit_names_the_government",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.planned_on:%d/%m/%Y}"


class FindingQuerySet(VisibleQuerySet):
    def overdue(self, on=None) -> FindingQuerySet:
        return self.filter(status=FindingStatus.OPEN, due_on__lt=on or timezone.localdate())


class Finding(InRegion):
    """What a visit found, who follows it up, and by when (M-07)."""

    visit = models.ForeignKey(
        SupervisionVisit, models.PROTECT, related_name="findings", verbose_name=_("visit")
    )
    text = models.TextField(_("finding"), max_length=2000)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("followed up by"))
    due_on = models.DateField(_("follow-up by"))
    status = models.CharField(
        _("status"), max_length=10, choices=FindingStatus.choices, default=FindingStatus.OPEN, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    follow_up = models.TextField(_("what was done"), blank=True, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["regency_code", "status", "due_on"], name="finding_in_regency")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open") | ~Q(follow_up=""), name="follow_up_says_what_was_done"
            )
        ]

    def __str__(self):
        return self.text[:80]
