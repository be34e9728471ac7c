"""Whatever door: an officer of Bantul meets nothing of Sleman, and an account without a role meets nothing at all."""

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse
from modelsearch.index import get_indexed_models
from wagtail.admin.viewsets import viewsets
from wagtail.coreutils import resolve_model_string
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

from cases.casework.models import Case
from portal.accounts.policies import NationalPolicy, RolePolicy
from portal.backoffice.attachments import attach
from portal.backoffice.gate import FOR_OFFICERS, is_wagtails
from portal.fields import EncryptedTextField
from portal.jobs.models import Job
from portal.ledger.models import AuditEntry

from . import desk
from .test_files import PDF, upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.backoffice.desk"), pytest.mark.rule("A-04")]
MARK = "SLMN-00017"


@pytest.fixture
def case(make_case):
    return make_case(number=MARK)


@pytest.fixture
def bantul(as_user, officer):
    return as_user(officer("manager", "34.02"))


@pytest.fixture
def nobody(as_user, officer):
    return as_user(officer("", name="tanpa-peran"))


# -- the kit's doors --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        "",
        f"?q={MARK[:8]}",
        "?export=csv",
        "?export=xlsx",
        "?o=number",
        "?o=-opened_at",
        "?kind=need",
        "?region=34.04",
        "?unit={unit}",
    ],
)
def test_no_list_search_filter_order_or_export_shows_it(bantul, case, query):
    response = bantul.get(desk.url("index") + query.format(unit=case.unit_id))
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    assert MARK.encode() not in content and b"SLRT 34.04" not in content


@pytest.mark.parametrize("door", ["inspect", "edit", "delete", "history", "review"])
def test_no_page_of_the_record_opens(bantul, nobody, case, door, as_user, officer):
    client = as_user(officer("manager", "34.02"))
    for method in (client.get, client.post):
        response = method(desk.url(door, case.pk))
        assert response.status_code == 404 and MARK not in response.content.decode()
    client = as_user(officer("", name="tanpa-peran"))
    for method in (client.get, client.post):
        response = method(desk.url(door, case.pk))
        assert response.status_code == 403 and MARK not in response.content.decode()
    assert Case.objects.filter(pk=case.pk, status="registered").exists()


@pytest.mark.parametrize("door", ["inspect", "edit", "delete", "history", "review"])
@pytest.mark.parametrize("key", ["0", "999999999", "abc", "1 OR 1", "34.04", "_5F"])
def test_a_wrong_key_is_absent_too(bantul, door, key):
    assert bantul.get(f"/admin/uji-kasus/{door}/{key}/").status_code == 404


def test_the_history_of_a_record_asks_like_the_record(as_user, officer, case):
    assert as_user(officer("front_office", "34.04")).get(desk.url("history", case.pk)).status_code == 200


def form_of(case, **changes):
    return {
        "region": case.region_id, "unit": case.unit_id, "kind": "question", "channel": "slrt", "description": "x",
    } | changes  # fmt: skip


def test_foreign_ids_by_post_are_errors_at_their_fields(as_user, officer, make_case):
    case, foreign = make_case(), make_case(region="34.02.01.2001")
    client = as_user(officer("front_office", "34.04"))
    before = Case.objects.count()
    for field, value in (
        ("region", foreign.region_id),
        ("unit", foreign.unit_id),
        ("region", "34"),
        ("region", "99"),
    ):
        response = client.post(desk.url("create"), form_of(case, **{field: value}))
        assert response.status_code == 200 and field in response.context["form"].errors, (field, value)
    assert Case.objects.count() == before


def test_the_form_offers_nothing_foreign(as_user, officer, make_case):
    make_case(region="34.02.01.2001")
    make_case()
    page = as_user(officer("front_office", "34.04")).get(desk.url("create")).content.decode()
    assert "SLRT 34.04" in page and "SLRT 34.02" not in page and "34.02.01.2001" not in page


# -- files, jobs, indexes, logs ---------------------------------------------------------------------------------------
def test_files_and_jobs_of_others_do_not_exist(bantul, officer, case):
    keeper = officer("front_office", "34.04")
    kept = attach(case, upload("ktp.pdf", PDF), by=keeper)
    job = Job.objects.create(kind="x", asked_by=keeper, status="done", result_file="jobs/x.csv")
    for address in (
        kept.get_absolute_url(),
        reverse("backoffice:job", args=[job.pk]),
        reverse("backoffice:job_result", args=[job.pk]),
        f"/media/{kept.file.name}",
        f"/documents/{kept.pk}/ktp.pdf",
    ):
        assert bantul.get(address).status_code == 404, address
    assert not str(settings.PRIVATE_ROOT).startswith(str(settings.MEDIA_ROOT))


def test_records_leave_no_trace_in_wagtails_indexes_and_logs(as_user, officer, case):
    client = as_user(officer("back_office", "34.04"))
    response = client.post(desk.url("edit", case.pk), form_of(case, description="lain"))
    assert response.status_code == 302, response.context["form"].errors
    assert not ReferenceIndex.objects.filter(base_content_type__model="case").exists()
    assert not ModelLogEntry.objects.filter(content_type__model="case").exists()
    assert AuditEntry.objects.filter(model="casework.case", action="change", object_id=str(case.pk)).exists()


def bounded(model) -> bool:
    policy = policy_registry.get_by_type(model, fallback=False)
    return isinstance(policy, RolePolicy) and not isinstance(policy, NationalPolicy)


def test_no_bounded_model_is_a_snippet_a_viewset_a_chooser_or_searchable():
    shown = [resolve_model_string(v.model) for v in viewsets.viewsets if getattr(v, "model", None)]
    for model in [*get_snippet_models(), *shown]:
        assert not bounded(model), f"{model._meta.label} is bounded by region, its viewset is not"
    for model in get_indexed_models():
        personal = [field for field in model._meta.get_fields() if isinstance(field, EncryptedTextField)]
        assert not bounded(model) and not personal, f"{model._meta.label} must not be in the search index"


# -- Wagtail's own doors ----------------------------------------------------------------------------------------------
SAMPLES = {
    "int": "1", "slug": "casework", "str": "1", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x",
}  # fmt: skip


def wagtail_addresses():
    """Every address under /admin/ whose view is Wagtail's, with sample arguments."""

    def walk(patterns, prefix, names):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route, [*names, pattern.namespace])
            elif (
                route.startswith("admin/")
                and is_wagtails(pattern.callback)
                and pattern.name not in FOR_OFFICERS
            ):
                if pattern.name is None:
                    continue  # the page that says 404
                yield route, pattern

    for route, pattern in walk(get_resolver("portal.urls").url_patterns, "", []):
        address = route.replace("^", "").replace("$", "")
        if "(?P" in address:
            assert "revisions/compare" in address, address
            address = "admin/pages/1/revisions/compare/live...latest/"
        for name, converter in (
            pattern.pattern.converters.items() if hasattr(pattern.pattern, "converters") else ()
        ):
            kind = next(k for k, c in _converters().items() if isinstance(converter, c))
            address = address.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
        for part, sample in (("int:", "1"), ("slug:", "casework"), ("str:", "1")):
            while f"<{part}" in address:
                start = address.index(f"<{part}")
                address = address[:start] + sample + address[address.index(">", start) + 1 :]
        yield "/" + address


def _converters():
    from django.urls.converters import DEFAULT_CONVERTERS

    kinds = {kind: type(converter) for kind, converter in DEFAULT_CONVERTERS.items()}
    return {kind: kinds[kind] for kind in ("slug", "uuid", "path", "int", "str")}


def test_every_screen_of_wagtail_is_closed_to_officers(as_user, officer, case, client):
    addresses = sorted(set(wagtail_addresses()))
    assert len(addresses) > 150
    for user in (officer("front_office", "34.02"), officer("administrator"), officer("", name="tanpa-peran")):
        client = as_user(user)
        for address in addresses:
            response = client.get(address)
            closed = response.status_code in (403, 404, 405) or "/akun/" in response.get("Location", "")
            assert closed, (user.username, address, response.status_code)
            if not response.streaming:
                assert MARK not in response.content.decode()


def test_strangers_are_sent_to_sign_in(client, case):
    for address in (
        desk.url("index"),
        desk.url("inspect", case.pk),
        "/admin/",
        "/admin/pages/",
        "/admin/pekerjaan/",
    ):
        response = client.get(address)
        assert (
            response.status_code == 302
            and "/akun/" in response["Location"]
            or "/masuk" in response["Location"]
        )


def test_an_account_without_a_role_is_refused_not_sent_in_circles(nobody):
    for address in ("/admin/", "/admin/pages/", "/admin/pekerjaan/", desk.url("index")):
        response = nobody.get(address)
        assert response.status_code == 403 and "text/html" in response["Content-Type"], address


def test_the_admin_api_and_site_history_are_closed(bantul):
    for address in (
        "/admin/api/main/pages/", "/admin/api/main/images/", "/admin/api/main/documents/",
        "/admin/reports/site-history/", "/admin/users/", "/admin/groups/", "/admin/images/chooser/",
        "/admin/documents/chooser/", "/admin/choose-page/", "/admin/snippets/", "/admin/pages/", "/admin/account/",
    ):  # fmt: skip
        assert bantul.get(address).status_code == 403, address
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/admin/api/v3/pages/"):
        assert bantul.get(address).status_code == 404, address


def test_editors_reach_pages_and_nothing_of_officers(as_user, officer, case):
    client = as_user(officer("editor", "34.04"))
    for address in (
        "/admin/users/",
        "/admin/groups/",
        "/admin/reports/site-history/",
        "/admin/workflows/list/",
        "/admin/sites/",
    ):
        assert client.get(address).status_code == 403, address
    assert client.get(desk.url("index")).status_code == 403
    assert client.get(desk.url("inspect", case.pk)).status_code == 404
    for address in ("/admin/images/", "/admin/documents/", "/admin/pages/"):
        page = client.get(address, follow=True)
        assert MARK not in page.content.decode()
