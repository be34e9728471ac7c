import datetime as dt

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.ledger import audit
from portal.regions.models import Region
from portal.regions.services import retire_region, split_region


class Command(BaseCommand):
    help = "End a region's code after a split or merger; records keep the old code, new ones take its successors."

    def add_arguments(self, parser):
        parser.add_argument("code", help="the region that ends, e.g. 34.04.07.2001")
        parser.add_argument(
            "last_day", type=dt.date.fromisoformat, help="the last day in force, e.g. 2026-12-31"
        )
        parser.add_argument("--successor", action="append", default=[], help="a region that is there already")
        parser.add_argument(
            "--new", action="append", default=[], help="code=name of a region that comes into being"
        )

    @transaction.atomic
    def handle(self, *, code, last_day, successor, new, **options):
        if successor and new:
            raise CommandError("name either --successor or --new, not both")
        region = self.region(code)
        try:
            if new:
                into = dict(item.split("=", 1) for item in new)
                after = split_region(region=region, last_day=last_day, into=into)
            else:
                after = [self.region(item) for item in successor]
                retire_region(region=region, last_day=last_day, successors=after)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except ValueError as error:
            raise CommandError("--new takes code=name") from error
        codes = [item.pk for item in after]
        audit.record(
            audit.Action.CHANGE,
            region,
            by=None,
            purpose="retire_region",
            last_day=str(last_day),
            successors=codes,
        )
        self.stdout.write(f"{code} ends on {last_day}; successors: {', '.join(codes) or 'none'}")

    def region(self, code: str) -> Region:
        try:
            return Region.objects.get(pk=code)
        except Region.DoesNotExist as error:
            raise CommandError(f"there is no region {code}") from error
