import datetime as dt
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from cases.households.services.register import check_register, start_import, write_register
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Load an extract of the register of families (CSV): check it, and with --write load it. Resumes where it stopped."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="DTSEN", help="name of the register")
        parser.add_argument("--version-name", required=True, help="version of the register")
        parser.add_argument(
            "--as-of", required=True, type=dt.date.fromisoformat, help="state of the data, YYYY-MM-DD"
        )
        parser.add_argument("--by", required=True, help="user name of who answers for it")
        parser.add_argument("--write", action="store_true", help="load the file if the check finds no error")

    def handle(self, *, file, source, version_name, as_of, by, write, **options):
        try:
            user = User.objects.get(username=by)
        except User.DoesNotExist:
            raise CommandError(f"There is no account {by}.") from None
        with file.open("rb") as content:
            run = start_import(
                file=File(content, name=file.name),
                name=file.name,
                source=source,
                version=version_name,
                as_of=as_of,
                by=user,
            )
        try:
            if run.checked_at is None:
                check_register(run)
            for error in run.errors.all()[:50]:
                self.stderr.write(f"row {error.line}, {error.column}: {error.message}")
            if run.error_count:
                raise CommandError(f"{run.error_count} errors; nothing was written.")
            if write and not run.written_at:
                run = write_register(run)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(
            f"rows {run.row_count}, new {run.created_count}, changed {run.changed_count}, unchanged {run.unchanged_count}"
            f"{', written' if run.written_at else ', checked only'}"
        )
