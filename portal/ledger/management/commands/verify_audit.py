"""`manage.py verify_audit`: whether the audit log is whole; ends with 1 and says where if it is not."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.ledger import audit


class Command(BaseCommand):
    help = "Verify the hash chains of the audit log; the exit status is 1 when one is broken."

    def add_arguments(self, parser):
        parser.add_argument(
            "--note", metavar="FILE", help="write the heads of the chains to a file, to be kept elsewhere"
        )
        parser.add_argument("--against", metavar="FILE", help="compare with heads noted down earlier")

    def handle(self, *, note, against, **options):
        breaks = 0
        for sentence in audit.verify(_anchors(against) if against else None):
            breaks += 1
            self.stdout.write(self.style.ERROR(sentence))
        heads = audit.heads()
        if breaks:
            self.stdout.write(f"{breaks} breaks in {len(heads)} chains")
            sys.exit(1)
        if note:
            Path(note).write_text(
                json.dumps({name: [length, head] for name, length, head in heads}, indent=1)
            )
        self.stdout.write(f"{sum(length for _, length, _ in heads)} entries in {len(heads)} chains are whole")


def _anchors(path: str) -> dict[str, tuple[int, str]]:
    try:
        return {name: (length, head) for name, (length, head) in json.loads(Path(path).read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CommandError(f"{path}: no heads of chains can be read from it ({type(error).__name__})")
