"""`manage.py check_keys`: whether the configured keys are this database's own; ends with 1 and says which is not."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from portal.ledger import keys


class Command(BaseCommand):
    help = "Check that the encryption keys and the index key are the ones this database was written with."

    def handle(self, **options):
        try:
            ids = keys.check_keys()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal))
        self.stdout.write(f"the keys are right: {', '.join(ids)}")
