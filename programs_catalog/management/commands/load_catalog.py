from django.core.management.base import BaseCommand

from programs_catalog.reference import load_catalog


class Command(BaseCommand):
    help = "Load the nine sectors, the providers and the national programs from fixtures/reference/, by natural key."

    def handle(self, *args, **options):
        result = load_catalog()
        self.stdout.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged, "
            f"{result.kept} kept as their editors left them"
        )
