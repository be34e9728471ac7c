"""The dashboard: one area, one period, filters that combine, down to the village (A-06, D-01 to D-11, D-14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count as CountOf
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.permissions import policy_registry

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from cases.households.models import UpdateProposal
from portal import charts, spreadsheets
from portal.backoffice.views import BackofficeView, Crumb
from portal.ledger import audit
from portal.regions.models import CODE_LENGTH, Level, Region, level_of, within_q
from programs_catalog.models import Program, Provider, Sector

from . import figures, overlap, targeting
from .facts import Count
from .forms import DashboardForm
from .glossary import GLOSSARY


def areas_of(user, model=Case, action: str = "count") -> list[str]:
    """The codes of the areas for which a user has a right, the widest first; '' is the nation."""
    if user.is_superuser:
        return [""]
    policy = policy_registry.get_by_type(model)
    return sorted({grant.code for grant in policy.grants(user, action)}, key=lambda code: (len(code), code))


@dataclass(frozen=True)
class AreaRow:
    """One line of the table of areas."""

    code: str
    name: str
    url: str
    total: Count
    in_process: int
    finished: int
    refused: int
    cover: figures.Cover | None


class AreaView(BackofficeView):
    """A page about one area: `?wilayah=34.04`; outside one's own areas it does not exist."""

    required_right = (Case, "count")

    @cached_property
    def own_areas(self) -> list[str]:
        return areas_of(self.request.user, *self.required_right)

    @cached_property
    def area(self) -> Region | None:
        own = self.own_areas
        code = self.request.GET.get("wilayah", own[0] if own else "")
        if not any(code == mine or code.startswith(f"{mine}.") or not mine for mine in own):
            raise Http404
        try:
            level_of(code)
        except ValueError:
            raise Http404 from None
        region = Region.objects.filter(pk=code).first() if code else None
        if code and region is None:
            raise Http404
        return region

    @property
    def code(self) -> str:
        return self.area.pk if self.area else ""

    @property
    def area_name(self) -> str:
        return str(self.area) if self.area else _("Indonesia")

    @cached_property
    def form(self) -> DashboardForm:
        return DashboardForm(self.request.GET, code=self.code)

    def link(self, code: str, name: str = "") -> str:
        query = self.request.GET.copy()
        query["wilayah"] = code
        return f"{reverse(name or 'dashboard')}?{query.urlencode()}"

    def get_breadcrumbs(self):
        own, crumbs = self.own_areas, []
        for code in ["", *(self.area.ancestor_codes()[:-1] if self.area else [])]:
            if any(code == mine or code.startswith(f"{mine}.") or not mine for mine in own):
                name = Region.objects.get(pk=code).name if code else _("Indonesia")
                crumbs.append(Crumb(name, self.link(code)))
        return crumbs if self.area else []


class DashboardView(AreaView, TemplateView):
    """What is going on in an area."""

    template_name = "dashboards/dashboard.html"

    def get_page_title(self):
        return _("Dashboard · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        choice = self.form.choice()
        context = super().get_context_data(**kwargs)
        context |= panels(choice, self.link)
        return context | {
            "form": self.form,
            "area": self.area,
            "area_name": self.area_name,
            "glossary": GLOSSARY,
            "query": self.request.GET.urlencode(),
            "own_areas": [
                (code, Region.objects.get(pk=code).name if code else _("Indonesia"))
                for code in areas_of(self.request.user)
            ],
        }


class WallView(DashboardView):
    """The dashboard for a screen on a wall: large, without controls, renewed by itself every minute (D-14)."""

    template_name = "dashboards/wall.html"

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        response["Refresh"] = "60"
        return response


class GlossaryView(BackofficeView, TemplateView):
    """How each figure is computed."""

    required_right = (Case, "count")
    template_name = "dashboards/glossary.html"

    def get_page_title(self):
        return _("How the figures are computed")

    def get_context_data(self, **kwargs):
        return super().get_context_data(glossary=GLOSSARY.values(), **kwargs)


def panels(choice: figures.Choice, link) -> dict:
    """Everything the dashboard shows, computed once: plain values and finished charts."""
    by_status = figures.tally(choice, "status")
    before = figures.tally(choice.year_before())
    total = sum(by_status.values(), Count())
    months = {month: count for (month,), count in figures.tally(choice, "month").items()}
    last_year = {month: count for (month,), count in figures.tally(choice.year_before(), "month").items()}
    level_counts = figures.by_provider_level(choice)
    sector_counts = figures.by_sector(choice)
    kinds = figures.tally(choice, "kind", "sex")
    return {
        "choice": choice,
        "total": total,
        "in_process": by_status.get((PublicStatus.IN_PROCESS.value,), Count()).n,
        "finished": by_status.get((PublicStatus.FINISHED.value,), Count()).n,
        "refused": by_status.get((PublicStatus.REFUSED.value,), Count()).n,
        "before": before.get((), Count()),
        "change": _change(total.n, before.get((), Count()).n),
        "kinds": _kind_rows(kinds),
        "areas": area_rows(choice, link),
        "month_rows": _month_rows(choice, months, last_year),
        "levels": [(Provider.Level(level).label, count) for level, count in level_counts.items()],
        "sectors": [(sector, sector_counts[sector.pk]) for sector in Sector.objects.all()],
        "programs": _program_rows(choice),
        "overlap": overlap_rows(choice.code),
        "targeting": targeting.targeting(choice.code),
        "targeting_on": targeting.taken_on(),
        "proposals": proposal_rows(choice),
        "charts": _charts(choice, months, last_year, by_status, sector_counts),
    }


def _change(now: int, before: int) -> float | None:
    """The change against the year before in percent; None where that was nothing."""
    return 100 * (now - before) / before if before else None


def month_list(choice: figures.Choice) -> list[str]:
    year, month, answer = int(choice.first[:4]), int(choice.first[5:]), []
    while f"{year}-{month:02d}" <= choice.last:
        answer.append(f"{year}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return answer


def _month_rows(choice, months, last_year):
    rows = []
    for month, day in zip(names := month_list(choice), _first_days(names), strict=True):
        earlier = f"{int(month[:4]) - 1}{month[4:]}"
        rows.append((day, months.get(month, Count()), last_year.get(earlier, Count())))
    return rows


def _kind_rows(kinds):
    rows = []
    for kind in Case.Kind:
        parts = {sex: kinds.get((kind.value, sex), Count()) for sex in ("f", "m", "")}
        rows.append((kind.label, sum(parts.values(), Count()), parts["f"].n, parts["m"].n, parts[""].n))
    return rows


def _program_rows(choice, most: int = 15):
    """Programs with the most cases, with the needs that wait (D-02, D-12 in its part of the cases)."""
    tallies = figures.tally(choice, "program", "status")
    names = {str(program.pk): program for program in Program.objects.select_related("provider")}
    rows = {}
    for (program, status), count in tallies.items():
        if program:
            row = rows.setdefault(
                program,
                {"program": names[program], "total": Count(), "in_process": 0, "finished": 0, "refused": 0},
            )
            row["total"] += count
            row[status] += count.n
    return sorted(rows.values(), key=lambda row: -row["total"].n)[:most]


def area_rows(choice: figures.Choice, link) -> list[AreaRow]:
    """The areas right below, each with its counts and coverage (D-01, D-05, D-07)."""
    if choice.area_level == Level.VILLAGE:
        return []
    counts = figures.tally(choice, "area", "status")
    covers = figures.coverage(choice.code)
    child = CODE_LENGTH[Level(choice.area_level + 1)]
    codes = {code for code, _status in counts if len(code) == child} | set(covers)
    names = dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
    rows = []
    for code in sorted(codes):
        split = {status: counts.get((code, status.value), Count()) for status in PublicStatus}
        rows.append(
            AreaRow(
                code,
                names.get(code, code),
                link(code),
                sum(split.values(), Count()),
                split[PublicStatus.IN_PROCESS].n,
                split[PublicStatus.FINISHED].n,
                split[PublicStatus.REFUSED].n,
                covers.get(code),
            )
        )
    return rows


def proposal_rows(choice: figures.Choice) -> list[tuple[str, int]]:
    """Proposals to change the register or add to it, made in the period, by where they are (D-09)."""
    rows = UpdateProposal.objects.filter(
        within_q(choice.code), **figures.period_of(choice, "created_at")
    ).order_by()
    counts = dict(rows.values_list("status").annotate(n=CountOf("pk")))
    return [
        (str(label), counts.get(value, 0))
        for value, label in UpdateProposal._meta.get_field("status").choices
    ]


def overlap_rows(code: str, most: int = 10) -> dict:
    """Access and overlap of an area, the largest first (D-10, D-11)."""
    found = overlap.overlap(code)
    names = {program.pk: program.label for program in Program.objects.all()}
    singles = sorted(found.singles().items(), key=lambda item: -item[1])[:most]
    pairs = sorted(found.pairs().items(), key=lambda item: -item[1])[:most]
    return {
        "households": found.households,
        "with_any": found.with_any,
        "without": found.households - found.with_any,
        "singles": [(names[program], n) for program, n in singles],
        "pairs": [(names[first], names[second], n) for (first, second), n in pairs],
        "by_number": list(found.by_number().items()),
        "taken_on": overlap.taken_on(),
    }


def _charts(choice, months, last_year, by_status, sector_counts) -> dict[str, charts.Chart]:
    """The pictures; a chart without any figure is left out, because an empty axis says nothing."""
    names = month_list(choice)
    earlier = [f"{int(month[:4]) - 1}{month[4:]}" for month in names]
    answer = {}
    if any(months.values()) and len(names) > 1:
        answer["months"] = charts.line(
            _("Cases registered per month"),
            [date_format(month, "M y") for month in _first_days(names)],
            [
                charts.Series(_("Chosen period"), [months.get(month, Count()).n for month in names]),
                charts.Series(_("A year before"), [last_year.get(month, Count()).n for month in earlier]),
            ],
            unit=_("cases"),
        )
    if by_status:
        answer["status"] = charts.donut(
            _("Status of handling"),
            [status.label for status in PublicStatus],
            [by_status.get((status.value,), Count()).n for status in PublicStatus],
            unit=_("cases"),
        )
    sectors = [
        (str(sector), sector_counts[sector.pk].n)
        for sector in Sector.objects.all()
        if sector_counts[sector.pk].n
    ]
    if sectors:
        sectors.sort(key=lambda item: -item[1])
        answer["sectors"] = charts.bar(
            _("Cases by kind of program"),
            [name for name, _n in sectors],
            [n for _name, n in sectors],
            unit=_("cases"),
        )
    return answer


def _first_days(months: list[str]) -> list[dt.date]:
    return [dt.date(int(month[:4]), int(month[5:]), 1) for month in months]


FORMATS = {
    "csv": (spreadsheets.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (spreadsheets.write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class ExportView(AreaView, View):
    """All figures of the dashboard as one long table, CSV or XLSX."""

    def get(self, request, form):
        if form not in FORMATS:
            raise Http404
        write, content_type = FORMATS[form]
        head = [
            _("Part"),
            _("Of what"),
            _("Cases"),
            _("In process"),
            _("Finished"),
            _("Refused"),
            _("Average days"),
        ]
        choice = self.form.choice()
        content = write(export_rows(panels(choice, self.link)), head)
        audit.record(audit.Action.EXPORT, Case, by=request.user, what="dashboard", area=self.code)
        name = f"dasbor-{self.code or 'nasional'}-{choice.first}-{choice.last}.{form}"
        return HttpResponse(
            content,
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def export_rows(found: dict):
    """The dashboard's figures as rows: part, of what, cases, in process, finished, refused, mean days."""

    def days(count: Count):
        return None if count.mean_days is None else round(count.mean_days, 1)

    total = found["total"]
    yield [
        _("Area"),
        _("All"),
        total.n,
        found["in_process"],
        found["finished"],
        found["refused"],
        days(total),
    ]
    for row in found["areas"]:
        yield [
            _("Areas below"),
            row.name,
            row.total.n,
            row.in_process,
            row.finished,
            row.refused,
            days(row.total),
        ]
    for label, count, *_rest in found["kinds"]:
        yield [_("Kinds"), str(label), count.n, None, None, None, days(count)]
    for label, count in found["levels"]:
        yield [_("Managing level"), str(label), count.n, None, None, None, days(count)]
    for sector, count in found["sectors"]:
        yield [_("Kind of program"), str(sector), count.n, None, None, None, days(count)]
    for row in found["programs"]:
        yield [
            _("Program"),
            row["program"].label,
            row["total"].n,
            row["in_process"],
            row["finished"],
            row["refused"],
            days(row["total"]),
        ]
    for day, now, before in found["month_rows"]:
        yield [_("Month"), f"{day:%Y-%m}", now.n, None, None, None, days(now)]
        yield [
            _("Month, a year before"),
            f"{day.year - 1}-{day:%m}",
            before.n,
            None,
            None,
            None,
            days(before),
        ]
