"""Each number opens the list behind it, with the same rows, as far as rights go."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from portal.accounts.models import RoleAssignment, User
from reports.dashboards import figures
from reports.dashboards.figures import Choice
from reports.dashboards.lists import Lists

from .test_facts import desk, work_at_random  # noqa: F401
from .test_figures import worked  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01", "last": "2026-12"}


def rows_behind(client, url) -> set[int]:
    """All rows of a list, over its pages."""
    found: set[int] = set()
    totals: set[int] = set()
    while url:
        page = client.get(url)
        assert page.status_code == 200, url
        assert not page.context["filterset"].form.errors, (url, page.context["filterset"].form.errors)
        totals.add(page.context["total"])
        found |= {row.pk for row in page.context["page"].rows}
        after = page.context["next_url"]
        url = f"{urlsplit(url).path}{after}" if after.startswith("?") else after
    # The list says on every page how many rows it has.
    assert totals == {len(found)}
    return found


@pytest.mark.rule("D-04", "D-05", "D-07", "D-08")
@pytest.mark.parametrize("area", ["34.04", "34.04.07", "34.04.07.2001"])
def test_the_list_behind_a_number_has_as_many_rows_as_the_number_says(client, worked, area):  # noqa: F811
    user = officer(client, "manager", "34.04")
    choice = Choice(code=area, **YEAR)
    lists, checked = Lists(user, choice), 0
    for (status,), count in figures.tally(choice, "status").items():
        assert len(rows_behind(client, lists.cases(status=status))) == count.n
        checked += count.n
    for kind, sex in (("need", "f"), ("question", "m"), ("grievance", "")):
        narrowed = Choice(code=area, kind=kind, sex=sex, **YEAR)
        expected = sum(count.n for count in figures.tally(narrowed, "status").values())
        assert len(rows_behind(client, lists.cases(kind=kind, sex=sex))) == expected
    for dimension, kind in (("concern", "grievance"), ("ppks", "")):
        for (key,), count in figures.tally(Choice(code=area, kind=kind, **YEAR), dimension).items():
            assert len(rows_behind(client, lists.cases(kind=kind, **{dimension: key}))) == count.n
            checked += count.n
    program = str(worked[1].pk)
    for narrower in ({"program": program}, {"level": "regency"}, {"sector": worked[0].sector_id}):
        expected = sum(
            count.n for count in figures.tally(Choice(code=area, **narrower, **YEAR), "status").values()
        )
        assert len(rows_behind(client, lists.cases(**narrower))) == expected
    assert checked > 0


def test_the_filters_of_the_page_go_along_and_a_narrower_one_wins(client, desk):  # noqa: F811
    user = officer(client, "manager", "34.04")
    lists = Lists(user, Choice(code="34.04", kind="need", sex="f", first="2026-02", last="2026-04"))
    query = parse_qs(urlsplit(lists.cases(status=PublicStatus.REFUSED.value, sex="m", area="34.04.07")).query)
    assert query == {
        "region": ["34.04.07"], "kind": ["need"], "shown_as": ["refused"], "subject_sex": ["m"],
        "opened_at_after": ["2026-02-01"], "opened_at_before": ["2026-04-30"], "total": ["1"],
    }  # fmt: skip


def test_a_case_at_midnight_is_on_the_side_of_the_month_that_the_figure_says(client, desk):  # noqa: F811
    user, unit = desk
    midnight = timezone.make_aware(dt.datetime(2026, 5, 1))
    for number, moment in enumerate((midnight - dt.timedelta(seconds=1), midnight)):
        Case.objects.create(
            number=f"m{number}", lookup_code="x", kind="need", channel="slrt", unit=unit, region_id="34.04.07.2001",
            description="-", registered_by=user, opened_at=moment,
        )  # fmt: skip
    manager = officer(client, "manager", "34.04")
    for month in ("2026-04", "2026-05"):
        choice = Choice(code="34.04", first=month, last=month)
        assert len(rows_behind(client, Lists(manager, choice).cases())) == figures.tally(choice)[()].n == 1


def test_who_may_only_count_gets_bare_numbers(client, desk):  # noqa: F811
    work_at_random(desk, 3, steps=40)
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("dashboard"), {"dari": "2026-01", "sampai": "2026-12"})
    assert page.context["total"].n > 0
    assert b"/admin/keluhan/?" not in page.content
    client.logout()
    officer(client, "manager", "34.04")
    assert (
        b"/admin/keluhan/?"
        in client.get(reverse("dashboard"), {"dari": "2026-01", "sampai": "2026-12"}).content
    )


def test_a_reader_of_one_regency_gets_no_link_into_another(desk):  # noqa: F811
    user = User.objects.create_user("two", name="Petugas")
    RoleAssignment.objects.create(user=user, role="regency_planning", region_id="34.02")
    RoleAssignment.objects.create(user=user, role="manager", region_id="34.04")
    lists = Lists(user, Choice(code="34.02", **YEAR))
    assert lists.cases() == "" and lists.cases(area="34.04.07") != ""
