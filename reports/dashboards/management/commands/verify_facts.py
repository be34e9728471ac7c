from django.core.management.base import BaseCommand, CommandError

from reports.dashboards import facts


class Command(BaseCommand):
    help = "Compare the dashboard's facts with a recount of all cases; --rebuild counts anew."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true")

    def handle(self, *, rebuild, **options):
        if rebuild:
            facts.rebuild()
        wrong = facts.differences()
        for cell in wrong[:20]:
            self.stderr.write(" ".join(str(part) for part in cell))
        if wrong:
            raise CommandError(f"{len(wrong)} cells differ from the recount")
        self.stdout.write("facts and deltas equal the recount")
