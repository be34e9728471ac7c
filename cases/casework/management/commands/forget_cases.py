from django.core.management.base import BaseCommand

from cases.casework.services.forgetting import KEEP_YEARS, forget


class Command(BaseCommand):
    help = (
        "Remove personal data from closed cases, settled proposals and visits past their term. "
        "Without --yes it only counts."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--years", type=int, default=KEEP_YEARS, help="how many years after closing data are kept"
        )
        parser.add_argument("--yes", action="store_true", help="really remove them")

    def handle(self, *, years, yes, **options):
        result = forget(years=years, dry_run=not yes)
        self.stdout.write(f"{result.due} cases past {years} years, {result.done} anonymised")
        found, done = result.records, "cleared" if yes else "would be cleared"
        self.stdout.write(
            f"{found.proposals} settled proposals and the notes of {found.visits} visits {done}"
        )
