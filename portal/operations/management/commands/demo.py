import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.operations.loading import load


class Command(BaseCommand):
    help = "Load the demo data of every app: invented people on real regions. Running it again adds nothing."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("This is no demo installation: the settings say DEMO = False.")
        started = time.monotonic()
        load("demo", again=True, tell=self.stdout.write)
        self.stdout.write(f"demo: loaded in {time.monotonic() - started:.1f} s")
