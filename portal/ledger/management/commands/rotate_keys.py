"""`manage.py rotate_keys`: write all encrypted columns with the first key; docs/operations.md has the steps around it."""

import sys

from django.core.management.base import BaseCommand

from portal.fields import current_key_id
from portal.ledger import keys


class Command(BaseCommand):
    help = "Write all encrypted columns with the first key of FIELD_ENCRYPTION_KEYS; may be interrupted and repeated."

    def add_arguments(self, parser):
        parser.add_argument(
            "--index",
            action="store_true",
            help="compute the blind indexes with a new FIELD_INDEX_KEY instead",
        )
        parser.add_argument(
            "--batch", type=int, default=1000, metavar="ROWS", help="rows per transaction (1000)"
        )

    def handle(self, *, index, batch, **options):
        work = keys.reindex if index else keys.rotate
        results = work(batch, tell=self._progress)
        for rotated in results:
            self.stdout.write(f"{rotated.column}: {rotated.rewritten} rows written anew")
        unreadable = [rotated for rotated in results if rotated.unreadable]
        for rotated in unreadable:
            self.stdout.write(
                self.style.ERROR(f"{rotated.column}: {rotated.unreadable} rows open with no configured key")
            )
        if unreadable:
            sys.exit(1)
        if not index:
            self.stdout.write(f"Only the key {current_key_id()} is in use; the others may be removed.")

    def _progress(self, rotated):
        if self.stderr.isatty():
            self.stderr.write(f"{rotated.column}: {rotated.rewritten}\r", ending="")
