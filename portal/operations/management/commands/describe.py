"""`manage.py describe`: write the documentation that is drawn from the tables; --check only compares."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.operations.describe import pages


class Command(BaseCommand):
    help = "Write the pages of docs/ that are drawn from the code; --check ends with 1 when one is old."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *, check, **options):
        old = []
        for name, text in pages().items():
            path = settings.BASE_DIR / name
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            old.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
        for name in old:
            self.stdout.write(
                f"{name}: {'is not what the code says; run manage.py describe' if check else 'written'}"
            )
        if not old:
            self.stdout.write("the documentation says what the code says")
        if check and old:
            sys.exit(1)
