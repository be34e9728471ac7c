"""The prose of the public site: pages that editors keep. Records (programs, units) have doors of their own, see views/."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from cases.casework.models import Emergency
from portal.content.fields import LeanStreamField
from portal.content.models import BasePage
from portal.content.policies import editing_bounds
from portal.regions.models import Region, below_q, level_of
from portal.units.models import Unit
from programs_catalog.models import Sector
from programs_catalog.widgets import CodesInput, split_codes

from ..blocks import BodyBlock, RegulationGroupBlock


def validate_region_codes(text: str) -> None:
    """Codes of today's regions, separated by commas."""
    codes = split_codes(text)
    for code in codes:
        try:
            level_of(code)
        except ValueError:
            raise ValidationError(_("“%(code)s” is not a region code."), params={"code": code})
    missing = set(codes) - set(Region.objects.filter(pk__in=codes).values_list("pk", flat=True))
    if missing:
        raise ValidationError(_("There is no region %(code)s."), params={"code": ", ".join(sorted(missing))})


class RegionalPageForm(WagtailAdminPageForm):
    """A page that names regions: chosen by name, and by an editor of a region only within the own one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "region_codes" in self.fields:
            self.bounds = editing_bounds(self.for_user)
            self.fields["region_codes"].widget = CodesInput("region", bounds=",".join(self.bounds))
            self.fields["region_codes"].required = "" not in self.bounds

    def clean_region_codes(self):
        text = self.cleaned_data["region_codes"]
        for code in split_codes(text):
            if not any(not bound or f"{code}.".startswith(f"{bound}.") for bound in self.bounds):
                raise ValidationError(
                    _("The region %(code)s is not yours."), params={"code": code}, code="foreign"
                )
        return text


class OfRegions:
    """Pages that name regions: an editor of a region keeps those that name nothing outside it."""

    @classmethod
    def within(cls, codes: list[str]) -> list[BasePage]:
        named = models.Q(pk__in=())
        for code in codes:
            named |= models.Q(region_codes__startswith=code)
        return [
            page.basepage_ptr
            for page in cls.objects.filter(named).select_related("basepage_ptr")
            if all(
                any(f"{each}.".startswith(f"{code}.") for code in codes)
                for each in split_codes(page.region_codes)
            )
        ]


class SitePage(BasePage):
    """What every page of the public site shares: a lead, a body, and where it stands."""

    lead = models.TextField(_("lead"), max_length=400, blank=True)
    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        trail = self.get_ancestors(inclusive=True).filter(depth__gt=2)
        crumbs = [(page.title, page.get_url(request)) for page in trail]
        context["crumbs"] = [*crumbs[:-1], (self.title, None)] if crumbs else []
        return context


class HomePage(SitePage):
    """The front door: search, nine sectors, the three tasks, what is new."""

    parent_page_types = ["content.BasePage"]
    template = "public_site/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["sectors"] = Sector.objects.with_counts()
        context["notices"] = NoticePage.objects.current().in_language_of(self)[:3]
        context["stories"] = StoryPage.objects.live().in_language_of(self).order_by("-happened_on")[:3]
        return context


class InfoPage(SitePage):
    """A standard page."""

    template = "public_site/info_page.html"

    class Meta:
        verbose_name = _("information page")


def declared_posts(units):
    """Those units that serve as post (posko) in an emergency that holds today (P-11)."""
    return units.filter(
        pk__in=Emergency.posts.through.objects.filter(emergency__in=Emergency.objects.in_force()).values(
            "unit"
        )
    )


def is_for(named: str, code: str) -> bool:
    """Whether what names a region is for people of another: of it, of one below it, or of one that holds it."""
    return code == named or code.startswith(f"{named}.") or named.startswith(f"{code}.")


class LegalBasisPage(SitePage):
    """The regulations, per level and region (P-13)."""

    groups = LeanStreamField([("group", RegulationGroupBlock())], verbose_name=_("regulations"), blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("groups")]
    template = "public_site/legal_basis_page.html"

    class Meta:
        verbose_name = _("legal basis page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        groups = [(block.value["heading"], list(block.value["regulations"])) for block in self.groups]
        codes = {row["region_code"] for _heading, rows in groups for row in rows} - {"", None}
        regions = {region.pk: region for region in Region.objects.filter(pk__in=codes).order_by("pk")}
        region = Region.objects.filter(pk=request.GET.get("wilayah", "")).first()
        shown = []
        for heading, rows in groups:
            held = [
                (row, regions.get(row["region_code"]))
                for row in rows
                if region is None or not row["region_code"] or is_for(row["region_code"], region.pk)
            ]
            if held:
                shown.append((heading, held))
        return context | {"groups": shown, "region": region, "regions": list(regions.values())}


class BranchQuerySet(BasePage._default_manager.get_queryset().__class__):
    def in_language_of(self, page):
        """Pages of the same language tree."""
        return self.filter(locale_id=page.locale_id)


class NoticeQuerySet(BranchQuerySet):
    def current(self):
        """Notices that hold today, the urgent ones first."""
        today = timezone.localdate()
        return (
            self.live()
            .filter(models.Q(valid_until=None) | models.Q(valid_until__gte=today))
            .order_by("-is_urgent", "-first_published_at")
        )


class NoticeIndexPage(SitePage):
    open_to_regions = True
    subpage_types = ["public_site.NoticePage"]
    template = "public_site/notice_index_page.html"

    class Meta:
        verbose_name = _("list of notices")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        code = request.GET.get("wilayah", "")
        notices = list(NoticePage.objects.current().child_of(self))
        region = Region.objects.filter(pk=code).first()
        context |= {
            "region": region,
            "notices": [notice for notice in notices if region is None or notice.concerns(region.pk)],
            "hidden": 0 if region is None else sum(not notice.concerns(region.pk) for notice in notices),
        }
        return context


class NoticePage(OfRegions, SitePage):
    """A notice in an emergency, with its phase, the regions it concerns, and things to download (P-10)."""

    class Phase(models.TextChoices):
        PREVENTION = "prevention", _("Prevention")
        MITIGATION = "mitigation", _("Mitigation")
        INTERVENTION = "intervention", _("Intervention")
        RECOVERY = "recovery", _("Recovery")

    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices)
    region_codes = models.CharField(
        _("region codes"),
        max_length=400,
        blank=True,
        validators=[validate_region_codes],
        help_text=_("Of the regions concerned, separated by commas; empty for the nation."),
    )
    valid_until = models.DateField(_("shown until"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    has_posts = models.BooleanField(
        _("show the units of these regions as emergency posts"),
        default=False,
        help_text=_("SLRT and Puskesos of the regions serve as emergency post (posko)."),
    )

    objects = BasePage._default_manager.__class__.from_queryset(NoticeQuerySet)()
    base_form_class = RegionalPageForm
    parent_page_types = ["public_site.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "public_site/notice_page.html"
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in ("phase", "region_codes", "valid_until", "is_urgent", "has_posts")],
            heading=_("Emergency"),
        ),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("notice")

    @cached_property
    def regions(self) -> list[Region]:
        return list(Region.objects.filter(pk__in=split_codes(self.region_codes)))

    def concerns(self, code: str) -> bool:
        """Whether the notice is for people of a region: it names the region, one above it or one within it."""
        codes = split_codes(self.region_codes)
        return not codes or any(is_for(named, code) for named in codes)

    @property
    def posts(self):
        """Units of these regions that serve as emergency post: those that officers declared, or all of them (P-11)."""
        condition = models.Q(pk__in=())
        for code in split_codes(self.region_codes):
            condition |= models.Q(region=code) | below_q(code)
        units = Unit.objects.listed().filter(condition).order_by("-kind", "name")
        return units if self.has_posts else declared_posts(units)


class StoryIndexPage(SitePage):
    open_to_regions = True
    subpage_types = ["public_site.StoryPage"]
    template = "public_site/story_index_page.html"

    class Meta:
        verbose_name = _("list of stories of change")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["stories"] = StoryPage.objects.live().child_of(self).order_by("-happened_on")
        return context


class StoryPage(OfRegions, SitePage):
    """A story of change about SLRT in a region (P-12)."""

    region_codes = models.CharField(
        _("region codes"), max_length=100, blank=True, validators=[validate_region_codes]
    )
    happened_on = models.DateField(_("date"), default=timezone.localdate)
    author = models.CharField(_("author"), max_length=150, blank=True)
    picture = models.ForeignKey(
        "content.CustomImage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = BasePage._default_manager.__class__.from_queryset(BranchQuerySet)()
    base_form_class = RegionalPageForm
    parent_page_types = ["public_site.StoryIndexPage"]
    subpage_types: list[str] = []
    template = "public_site/story_page.html"
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("region_codes"),
        FieldPanel("happened_on"),
        FieldPanel("author"),
        FieldPanel("picture"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("story of change")

    @cached_property
    def regions(self) -> list[Region]:
        return list(Region.objects.filter(pk__in=split_codes(self.region_codes)))


class Boundary(models.Model):
    """The official outline of a region, where the deployer has it: rings of [longitude, latitude] in WGS84 degrees."""

    region = models.OneToOneField(
        Region, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("region")
    )
    rings = models.JSONField(_("rings"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")

    def __str__(self):
        return str(self.region)
