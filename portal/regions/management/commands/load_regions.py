from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.regions.services import load_regions


class Command(BaseCommand):
    help = "Load the region tree; a second run of the same file changes no row."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures/reference/regions.csv.gz"
        )

    def handle(self, *, file, **options):
        result = load_regions(file)
        self.stdout.write(
            f"regions: {result.created} created, {result.updated} changed, {result.unchanged} as they were"
        )
