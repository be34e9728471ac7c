"""What editors set besides pages: a region's name and logo, and the words above the catalog and the directory."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import Region, codes_down_to


class RegionLookQuerySet(VisibleQuerySet):
    def of(self, code: str) -> RegionLook | None:
        """The look of a region, or of the nearest region above it that has one."""
        looks = self.filter(region__in=codes_down_to(code)).select_related("logo")
        return max(looks, key=lambda look: len(look.region_id), default=None)


class RegionLook(models.Model):
    """How the site of a region calls itself, and the logo beside ours, on the pages of that region."""

    region = models.OneToOneField(Region, models.CASCADE, related_name="+", verbose_name=_("region"))
    name = models.CharField(
        _("name"),
        max_length=80,
        help_text=_("Of the region's service, for example “SLRT Sabilulungan, Kabupaten Bandung”."),
    )
    logo = models.ForeignKey(
        "content.CustomImage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )

    objects = RegionLookQuerySet.as_manager()

    class Meta:
        ordering = ["region"]
        verbose_name = _("name and logo of a region")
        verbose_name_plural = _("names and logos of regions")

    def __str__(self):
        return self.name


class SiteTexts(models.Model):
    """The words above the catalog, the directory and the eligibility check; an empty text is the built-in one."""

    FIELDS = ("catalog", "directory", "eligibility")

    catalog = models.TextField(_("above the catalog"), max_length=400, blank=True)
    catalog_en = models.TextField(_("above the catalog, in English"), max_length=400, blank=True)
    directory = models.TextField(_("above the directory"), max_length=400, blank=True)
    directory_en = models.TextField(_("above the directory, in English"), max_length=400, blank=True)
    eligibility = models.TextField(_("above the eligibility check"), max_length=400, blank=True)
    eligibility_en = models.TextField(
        _("above the eligibility check, in English"), max_length=400, blank=True
    )

    class Meta:
        verbose_name = _("words of the site")
        verbose_name_plural = _("words of the site")

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def load(cls) -> SiteTexts:
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def text(self, name: str) -> str:
        """In the reader's language. An English reader is not shown Indonesian where the built-in English fits."""
        return getattr(self, f"{name}_en" if (get_language() or "").startswith("en") else name)
