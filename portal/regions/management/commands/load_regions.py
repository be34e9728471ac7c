from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.regions.services import load_regions


class Command(BaseCommand):
    help = "Load the region tree; a second run of the same file changes no row."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures/reference/regions.csv.gz"
        )
        parser.add_argument("--dry-run", action="store_true", help="check the file and count, write nothing")

    def handle(self, *, file, dry_run, **options):
        try:
            result = load_regions(file, dry_run=dry_run)
        except (ValueError, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(
            f"regions: {result.created} created, {result.updated} changed, {result.unchanged} as they were"
            + (" (dry run: nothing written)" if dry_run else "")
        )
