from django.core.management.base import BaseCommand, CommandError

from portal.operations import messages


class Command(BaseCommand):
    help = (
        "Update the message catalogues from the code; --check only looks, --compile writes what Django reads."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="fail on anything missing, obsolete or fuzzy"
        )
        parser.add_argument(
            "--compile", action="store_true", help="write the .mo files and leave the .po alone"
        )
        parser.add_argument("folders", nargs="*", help="only these apps, e.g. cases/casework")

    def handle(self, *, check, compile, folders, **options):
        if check:
            problems = messages.check(folders)
            if problems:
                raise CommandError(
                    "\n".join([*problems, f"{len(problems)} problems in the message catalogues"])
                )
            self.stdout.write("messages: complete")
        elif compile:
            self.stdout.write(f"messages: {messages.compile_all()} compiled")
        else:
            for line in messages.update(folders) or ["messages: nothing to update"]:
                self.stdout.write(line)
            messages.compile_all()
