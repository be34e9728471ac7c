"""Demo accounts: one for every role, from `fixtures/demo/accounts.csv`. All persons are invented."""

from __future__ import annotations

import csv
import datetime as dt
import logging

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.regions.models import Region

from .models import RoleAssignment, User
from .roles import SPECS

PASSWORD = "slrt-demo-2026"  # noqa: S105 - printed by `make run`; demo data exists in demo installations only
FILE = settings.BASE_DIR / "fixtures/demo/accounts.csv"
SINCE = dt.date(2024, 1, 1)

log = logging.getLogger(__name__)


@transaction.atomic
def load(world=None) -> int:
    """Create or refresh the demo accounts by user name; the number of accounts. Desks are found by provider and region."""
    with open(FILE, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["username"]: row["name"] for row in rows}
    regions = Region.objects.in_bulk({row["region"] for row in rows if row["region"]})
    known = User.objects.in_bulk(names, field_name="username")
    # One hash for all: eighty rounds of key stretching would take longer than the rest of the demo.
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(username=username, name=name, email=f"{username}@demo.example", password=password, is_demo=True)
        for username, name in names.items()
        if username not in known
    )
    users = User.objects.in_bulk(names, field_name="username")
    held = set(
        RoleAssignment.objects.filter(user__in=users.values()).values_list("user_id", "role", "region_id")
    )
    for number, row in enumerate(rows, start=2):
        user, region = users[row["username"]], regions.get(row["region"])
        if row["region"] and region is None:
            raise ValueError(f"{FILE.name}, line {number}: unknown region {row['region']!r}")
        if row["role"] not in SPECS:
            raise ValueError(f"{FILE.name}, line {number}: unknown role {row['role']!r}")
        if (user.pk, row["role"], region and region.pk) in held:
            continue
        assignment = RoleAssignment(
            user=user, role=row["role"], region=region, valid_from=SINCE, desk=_desk(row["desk"], region)
        )
        if row["desk"] and assignment.desk is None:
            log.warning("%s, line %s: no desk of %s in %s", FILE.name, number, row["desk"], region or "-")
            continue
        assignment.full_clean()
        assignment.save()
    return len(names)


def _desk(provider: str, region: Region | None):
    """The desk of a provider in a region, if the program catalog has one."""
    if not provider:
        return None
    desks = RoleAssignment._meta.get_field("desk").related_model.objects
    return desks.filter(provider__code=provider, region=region).order_by("pk").first()
