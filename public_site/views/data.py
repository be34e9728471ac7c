"""Open data: files and feeds for machines, with small counts hidden."""

from __future__ import annotations

import io
import json
import zipfile
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from portal.spreadsheets import write_csv
from portal.staffing.models import Vacancy
from portal.units.models import Unit
from programs_catalog.models import Program
from reports.dashboards import open_figures

from ..addresses import absolute
from ..mapping import position
from ..models import NoticePage, SitePage, StoryPage
from ..templatetags.site import local

SMALL = open_figures.LEAST


def _cases_file() -> str:
    """The file of cases in the reader's language."""
    return "/data/keluhan.csv?bahasa=en" if get_language() == "en" else "/data/keluhan.csv"


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    files = [
        ("/data/program.csv", _("Programs"), _("Every published program with its texts in both languages.")),
        ("/data/unit.csv", _("SLRT and Puskesos"), _("Every unit of the directory with address, hours and place.")),
        ("/data/unit.geojson", _("SLRT and Puskesos on the map"), _("The same units as GeoJSON points.")),
        (local("/data/keluhan/"), _("Cases by period and area: charts and tables"), _("The figures of the file below, to look at: the nation, its provinces and their regencies.")),
        (_cases_file(), _("Cases by period and area"), _("How many cases were registered, by quarter and in full years by kind, for the nation, provinces and regencies; small areas are counted together.")),
        ("/data/hsds.zip", _("HSDS data package"), _("Programs, providers and units as tables after Open Referral HSDS 3.")),
        ("/api/hsds/", _("HSDS interface"), _("The same, record by record, for programs of others.")),
        ("/api/v1/pages", _("Pages of the site"), _("Every published page with its text, for other sites and apps.")),
        (local("/api/"), _("Description of the interfaces"), _("Every address, parameter and answer, browsable; OpenAPI 3.1.")),
        ("/atom/pengumuman/", _("Feed of notices"), _("Atom.")),
        ("/atom/cerita/", _("Feed of stories"), _("Atom.")),
    ]  # fmt: skip
    columns = [("program.csv", columns_of_programs()), ("unit.csv", UNIT_COLUMNS)]
    return render(
        request,
        "public_site/data.html",
        {"files": files, "columns": columns, "small": SMALL, "crumbs": [(_("Open data"), None)]},
    )


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _open(response)


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response


PROGRAM_COLUMNS = (
    "code", "name", "name_en", "acronym", "sector_id", "provider__name", "provider__level", "region_id", "summary", "summary_en",
    "benefits", "benefits_en", "eligibility", "eligibility_en", "bring", "bring_en", "steps", "steps_en", "where", "where_en",
    "cost", "cost_en", "duration", "duration_en", "contact", "contact_en", "amounts", "amounts_en", "information_on", "checked_on", "website",
)  # fmt: skip


@require_safe
def programs_csv(request: HttpRequest) -> HttpResponse:
    rows = Program.objects.published().order_by("sector__position", "code").values_list(*PROGRAM_COLUMNS)
    header = [name.removesuffix("_id").replace("__", "_") for name in PROGRAM_COLUMNS]
    return _file(write_csv(rows, header, machine=True), "text/csv; charset=utf-8", "program.csv")


UNIT_COLUMNS = {
    "kind": _l("slrt or puskesos"),
    "region_code": _l("Kemendagri code of the region that the unit serves"),
    "name": _l("name of the unit"),
    "status": _l("located: set and not open yet; operating: serves people"),
    "address": _l("street address"),
    "postal_code": _l("postcode, five digits"),
    "opening_hours": _l("opening hours, in words"),
    "phone": _l("telephone with country code, as in +62274123456"),
    "email": _l("e-mail"),
    "latitude": _l(
        "degrees north, with a decimal point; the middle of the region where the unit has none of its own"
    ),
    "longitude": _l("degrees east, with a decimal point"),
    "is_demo": _l("true: an invented example"),
}


def columns_of_programs() -> dict:
    """Column of program.csv -> what it holds; `_en` is the English text of the column of the same name."""
    told = {}
    for path in PROGRAM_COLUMNS:
        model, *rest = path.split("__")
        field = Program._meta.get_field(model)
        if rest:
            label = f"{field.verbose_name}: {field.related_model._meta.get_field(rest[0]).verbose_name}"
        else:
            label = field.verbose_name
        told[path.removesuffix("_id").replace("__", "_")] = label
    return told


def _unit_rows():
    return (
        Unit.objects.listed().select_related("region").order_by("kind", "region_id").iterator(chunk_size=2000)
    )


@require_safe
def units_csv(request: HttpRequest) -> HttpResponse:
    def rows():
        for unit in _unit_rows():
            longitude, latitude = position(unit)
            yield (
                unit.kind, unit.region_id, unit.name, unit.status, unit.address, unit.postal_code, unit.opening_hours,
                unit.phone.as_e164 if unit.phone else "", unit.email, latitude, longitude, unit.is_demo,
            )  # fmt: skip

    return _file(write_csv(rows(), UNIT_COLUMNS, machine=True), "text/csv; charset=utf-8", "unit.csv")


@require_safe
def units_geojson(request: HttpRequest) -> HttpResponse:
    features = []
    for unit in _unit_rows():
        longitude, latitude = position(unit)
        if longitude is None:
            continue
        features.append(
            {
                "type": "Feature",
                "id": f"{unit.kind}/{unit.region_id}",
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "properties": {
                    "kind": unit.kind,
                    "name": unit.name,
                    "region_code": unit.region_id,
                    "address": unit.address,
                    "opening_hours": unit.opening_hours,
                    "is_demo": unit.is_demo,
                },
            }
        )
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    return _open(HttpResponse(body, content_type="application/geo+json"))


@require_safe
def hsds_package(request: HttpRequest) -> HttpResponse:
    """The tabular data package: one CSV per HSDS table and its `datapackage.json`."""
    from .. import api, hsds

    services = api.services()
    units = list(api.units())
    places = hsds.places_of(units)
    locations = [hsds.location(unit, places) for unit in units]
    tables = {
        "organizations": [*api.organizations(), *(hsds.organization_of_unit(unit) for unit in units)],
        "services": [row | {"organization_id": row["organization"]["id"]} for row in services],
        "locations": locations,
        "addresses": [address for row in locations for address in row["addresses"]],
        "required_documents": [
            d | {"service_id": row["id"]} for row in services for d in row["required_documents"]
        ],
        "taxonomies": [hsds.taxonomy(code) for code in hsds.TAXONOMIES],
        "taxonomy_terms": [row | {"taxonomy_id": row["taxonomy_detail"]["id"]} for row in hsds.terms()],
    }
    file = io.BytesIO()
    resources = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            columns = sorted(
                {key for row in rows for key, value in row.items() if not isinstance(value, list | dict)}
            )
            columns.sort(key=lambda key: key != "id")
            lines = ([row.get(column) for column in columns] for row in rows)
            archive.writestr(zipfile.ZipInfo(f"{name}.csv"), write_csv(lines, columns, machine=True))
            fields = [{"name": column, "type": "string"} for column in columns]
            resources.append(
                {
                    "name": name,
                    "path": f"{name}.csv",
                    "dialect": {"delimiter": ";"},
                    "schema": {"primaryKey": "id", "fields": fields},
                }
            )
        package = {"name": "slrt-hsds", "profile": "tabular-data-package", "resources": resources}
        archive.writestr(zipfile.ZipInfo("datapackage.json"), json.dumps(package, indent=1))
    return _file(file.getvalue(), "application/zip", "slrt-hsds.zip")


@require_safe
def vacancies(request: HttpRequest) -> HttpResponse:
    """Open posts with criteria and closing date (P-09)."""
    rows = Vacancy.objects.open().prefetch_related("position__criteria").order_by("closes_on", "pk")[:500]
    return render(
        request, "public_site/vacancies.html", {"vacancies": rows, "crumbs": [(_("Vacancies"), None)]}
    )


# -- feeds and what search engines read ------------------------------------------------------------------------------------
@require_safe
def notices_atom(request: HttpRequest) -> HttpResponse:
    notices = (
        NoticePage.objects.current().filter(locale__language_code="id").order_by("-last_published_at")[:50]
    )
    return _atom(request, _("Notices"), "/atom/pengumuman/", notices)


@require_safe
def stories_atom(request: HttpRequest) -> HttpResponse:
    stories = StoryPage.objects.live().filter(locale__language_code="id").order_by("-last_published_at")[:50]
    return _atom(request, _("Stories of change"), "/atom/cerita/", stories)


def _atom(request: HttpRequest, title: str, path: str, pages) -> HttpResponse:
    pages = list(pages)
    here = request.build_absolute_uri(path)
    newest = max((page.last_published_at for page in pages if page.last_published_at), default=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0))  # fmt: skip
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f'<title>SLRT: {escape(str(title))}</title><id>{escape(here)}</id><link rel="self" href={quoteattr(here)}/>',
        f"<updated>{newest.isoformat()}</updated><author><name>SLRT</name></author>",
    ]
    for page in pages:
        url = absolute(page, request) or here
        when = page.last_published_at or newest
        parts.append(
            f"<entry><title>{escape(page.title)}</title><id>{escape(url)}</id><link href={quoteattr(url)}/>"
            f"<updated>{when.isoformat()}</updated><summary>{escape(page.lead)}</summary></entry>"
        )
    return _open(
        HttpResponse("".join([*parts, "</feed>"]), content_type="application/atom+xml; charset=utf-8")
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in both languages; units are reached from the directory's pages of provinces."""
    paths = ["/program/", "/lokasi/", "/lacak/", "/cek-kelayakan/", "/pembentukan/", "/data/", "/lowongan/"]
    rows = Program.objects.published().select_related("sector").order_by("code")
    paths += [f"/program/{code}/" for code in dict.fromkeys(program.sector_id for program in rows)]
    paths += [program.path for program in rows]
    paths += [
        f"/lokasi/slrt/{code}/"
        for code in Unit.objects.listed().filter(kind="slrt").values_list("region_id", flat=True)
    ]
    # Language -> address, for each page of the site in both its languages.
    pages = [
        {"id": request.build_absolute_uri(path), "en": request.build_absolute_uri(f"/en{path}")}
        for path in paths
    ]
    translations: dict = {}
    for model in SitePage.__subclasses__():
        for page in model.objects.live().public().select_related("locale"):
            if url := absolute(page, request):
                translations.setdefault(page.translation_key, {})[page.locale.language_code] = url
    lines = {
        url: "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(other)} href={quoteattr(address)}/>'
            for other, address in sorted(spoken.items())
        )
        for spoken in (*pages, *translations.values())
        for url in spoken.values()
    }
    body = "".join(f"<url><loc>{escape(url)}</loc>{links}</url>" for url, links in sorted(lines.items()))
    return HttpResponse(
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">{body}</urlset>',
        content_type="application/xml; charset=utf-8",
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ("User-agent: *", "Disallow: /admin/", "Disallow: /akun/", "Disallow: /lacak/", f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}")  # fmt: skip
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
