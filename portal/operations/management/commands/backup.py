"""`manage.py backup --to FOLDER`: a backup of database and files; `--drill` restores one beside it and asks it questions."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.operations import backup


class Command(BaseCommand):
    help = "Back up database and files into a new folder, or restore a backup beside the installation to prove it."

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--to", metavar="FOLDER", type=Path, help="write a backup below this folder")
        what.add_argument(
            "--drill", metavar="BACKUP", type=Path, help="restore this backup for the moment, and check it"
        )

    def handle(self, *, to, drill, **options):
        started = time.monotonic()
        try:
            if to:
                self.stdout.write(f"backup: {backup.take(to)} ({time.monotonic() - started:.1f} s)")
                return
            for sentence in backup.rehearse(drill):
                self.stdout.write(f"  {sentence}")
        except backup.BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"drill: the backup can be restored ({time.monotonic() - started:.1f} s)")
