from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from public_site.boundaries import BoundaryError, load_boundaries


class Command(BaseCommand):
    help = "Load official outlines of regions from a GeoJSON file in WGS84; the public map then draws areas."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--property", default="kode", help="the property that holds the Kemendagri code")
        parser.add_argument("--source", required=True, help="who publishes the outlines, and of which year")

    def handle(self, *args, file, **options):
        try:
            count = load_boundaries(file, property_name=options["property"], source=options["source"])
        except (BoundaryError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} boundaries")
