from django.core.management.base import BaseCommand, CommandError

from portal.operations.rules import proofs


class Command(BaseCommand):
    help = "Print for each rule of docs/rules.csv the tests that prove it; fails on a test that names an unknown rule."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("ids", nargs="*", help="rules or their areas, e.g. C-10 or C")
        parser.add_argument("--missing", action="store_true", help="only rules that no test names")

    def handle(self, *, ids, missing, **options):
        rules, strange = proofs()
        chosen = [
            rule
            for rule in rules.values()
            if not ids or any(rule.id == part or rule.id.startswith(f"{part}-") for part in ids)
        ]
        for rule in chosen:
            if missing and rule.tests:
                continue
            self.stdout.write(f"{rule.id:<6} {rule.text}  [{rule.source}]")
            for test in rule.tests:
                self.stdout.write(f"         {test}")
        proved = sum(bool(rule.tests) for rule in chosen)
        self.stdout.write(f"rules: {proved} of {len(chosen)} are proved")
        if strange:
            raise CommandError("\n".join(strange))
