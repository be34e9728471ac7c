"""Who serves where: cover, women and local people, gaps in training, and the handover pack of a unit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.views import BackofficeView, Crumb, get_visible_or_404, visible
from portal.regions.models import Level, Region
from portal.spreadsheets import write_csv
from portal.units.models import Unit

from .figures import Cover, composition, cover, covers_of, training_gaps
from .letters import handover_pdf
from .models import Appointment, Vacancy


class HandoverPack(BackofficeView, View):
    """The handover pack of a unit as PDF, for those who may change the unit or oversee it."""

    def get(self, request, pk):
        unit = get_visible_or_404(visible(Unit.objects.all(), request.user), pk)
        if not may(request.user, "view", Appointment):
            raise PermissionDenied
        response = HttpResponse(handover_pdf(unit, by=request.user), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="serah-terima-{unit.pk}.pdf"'
        return response


def looks_over_a_regency(user) -> bool:
    """Whether the staff overview has a regency to show: villages and districts look over none."""
    return user.is_superuser or any(
        "appointment.view" in grant.rights and len(grant.code) <= 5 for grant in user.grants
    )


class StaffOverview(BackofficeView, TemplateView):
    """Cover, gender, locality and training gaps of a regency; for a province or the nation first its regencies (S-08, S-15, S-16)."""

    required_right = (Appointment, "view")
    page_title = _("Staff overview")
    region: Region | None = None

    @property
    def template_name(self):
        return "staffing/overview.html" if self.region else "staffing/regencies.html"

    @property
    def choices(self) -> list[Region]:
        """The regencies with an SLRT of this user; a village office looks over none, a regency over its own."""
        codes = {grant.code for grant in self.request.user.grants if "appointment.view" in grant.rights}
        with_slrt = Unit.objects.listed().filter(kind=Unit.Kind.SLRT).order_by().values("region")
        if "" in codes or self.request.user.is_superuser:
            return list(Region.objects.filter(pk__in=with_slrt))
        found = Region.objects.none()
        for code in codes:
            region = Region.objects.get(pk=code)
            if region.level == Level.REGENCY:
                found = found | Region.objects.filter(pk=code)
            elif region.level < Level.REGENCY:
                within = Region.objects.within(region).at(Level.REGENCY).current()
                found = found | within.filter(pk__in=with_slrt)
        return list(found)

    def get(self, request, *args, **kwargs):
        choices = self.choices
        if not choices and not looks_over_a_regency(request.user):
            raise PermissionDenied(_t("Your role has no regency to look over."))
        code = request.GET.get("region") or (choices[0].pk if len(choices) == 1 else "")
        if code:
            self.region = next((region for region in choices if region.pk == code), None)
            if self.region is None:
                raise Http404
        elif request.GET.get("format") == "csv":
            return self.as_csv(covers_of(choices))
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self):
        return (
            [Crumb(_t("Staff overview"), self.request.path)] if self.region and len(self.choices) > 1 else []
        )

    def get_context_data(self, **kwargs):
        if self.region is None:
            rows = covers_of(self.choices)
            return super().get_context_data(rows=rows, total=totals(rows), **kwargs)
        return super().get_context_data(
            region=self.region,
            choices=self.choices if len(self.choices) > 1 else [],
            covers=[
                {
                    "cover": one,
                    "map": points(one),
                    "without": [(area, vacancies_of(area)) for area in one.without],
                }
                for one in cover(self.region)
            ],
            may_announce=may(self.request.user, "add", Vacancy),
            composition=composition(self.region.pk),
            gaps=training_gaps(self.region.pk),
            **kwargs,
        )

    @staticmethod
    def as_csv(rows) -> HttpResponse:
        head = (
            _t("Code"), _t("Regency or city"), _t("Districts"), _t("with a supervisor"), _t("Villages"), _t("with a facilitator"),
            _t("Officers in office"), _t("Women"), _t("From the work area"),
        )  # fmt: skip
        lines = [
            (r.regency.pk, r.regency.name, r.districts, r.supervised, r.villages, r.facilitated, r.officers, r.women, r.local)
            for r in rows
        ]  # fmt: skip
        response = HttpResponse(write_csv(lines, head), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="ikhtisar-sdm.csv"'
        return response


def totals(rows) -> dict[str, int]:
    names = ("districts", "supervised", "villages", "facilitated", "officers", "women", "local")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


#: the width of the map in its own units, and the room around the outermost areas
WIDTH, EDGE = 640, 24


def points(one: Cover) -> dict | None:
    """The areas as points of an SVG map: where each is, what it is called, who serves there, and where to read on."""
    known = [area for area in one.everywhere if area.latitude is not None and area.longitude is not None]
    if len(known) < 2 or not one.without:
        return None
    lats, lons = [float(area.latitude) for area in known], [float(area.longitude) for area in known]
    scale = (WIDTH - 2 * EDGE) / (max(max(lats) - min(lats), max(lons) - min(lons)) or 1)
    # A narrow regency stands in the middle.
    left = (WIDTH - scale * (max(lons) - min(lons))) / 2
    rows = []
    for area, latitude, longitude in zip(known, lats, lons, strict=True):
        x, y = left + scale * (longitude - min(lons)), EDGE + scale * (max(lats) - latitude)
        there = one.officers.get(area.pk, [])
        rows.append(
            {
                "x": round(x, 1),
                "y": round(y, 1),
                "label_y": round(y - 11, 1),
                "anchor": "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle",
                "name": area.name,
                "officers": ", ".join(appointment.officer.name for appointment in there),
                "url": record_url(there[0]) if there else vacancies_of(area),
                "covered": bool(there),
            }
        )
    # What is missing is drawn last, above the rest.
    rows.sort(key=lambda row: not row["covered"])
    return {
        "width": WIDTH,
        "height": round(2 * EDGE + scale * (max(lats) - min(lats))),
        "points": rows,
    }


def vacancies_of(area: Region) -> str:
    """The vacancies announced for an area."""
    return f"/admin/lowongan/?region={area.pk}"
