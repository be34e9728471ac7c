import hashlib
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.operations import messages
from portal.operations.loading import load
from portal.operations.models import Fact
from portal.regions.services import load_regions

REGIONS = settings.BASE_DIR / "fixtures/reference/regions.csv.gz"


class Command(BaseCommand):
    help = "Bring the installation in step with the code: messages, tables, reference data, static files, demo data."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--no-demo", action="store_true", help="leave out the demo data")

    def handle(self, *, no_demo=False, **options):
        started = time.monotonic()
        done = [
            self.compile_messages(),
            self.migrate(),
            self.cache_table(),
            self.regions(),
            self.static_files(),
        ]
        done.append(load("reference", again=False, tell=self.stdout.write) > 0)
        if settings.DEMO and not no_demo:
            done.append(load("demo", again=False, tell=self.stdout.write) > 0)
        took = time.monotonic() - started
        self.stdout.write(f"setup: {'done' if any(done) else 'nothing to do'} ({took:.1f} s)")

    def compile_messages(self) -> bool:
        return messages.compile_all() > 0

    def migrate(self) -> bool:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"  tables: {len(plan)} migrations")
            call_command("migrate", verbosity=0, interactive=False)
        return bool(plan)

    def cache_table(self) -> bool:
        table = settings.CACHES["default"]
        if not table["BACKEND"].endswith("DatabaseCache"):
            return False
        missing = table["LOCATION"] not in connection.introspection.table_names()
        if missing:
            call_command("createcachetable", verbosity=0)
        return missing

    def regions(self) -> bool:
        state = hashlib.sha256(REGIONS.read_bytes()).hexdigest()[:32]
        if Fact.objects.filter(key="reference.regions", value=state).exists():
            return False
        result = load_regions(REGIONS)
        Fact.objects.update_or_create(key="reference.regions", defaults={"value": state})
        self.stdout.write(f"  regions: {result.created} created, {result.updated} changed")
        return True

    def static_files(self) -> bool:
        """Production only: its storage serves hashed copies from one folder."""
        if "Manifest" not in settings.STORAGES["staticfiles"]["BACKEND"]:
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        return False
