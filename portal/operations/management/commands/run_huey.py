"""The worker, which refuses to start with a key that is not the database's own."""

from huey.contrib.djhuey.management.commands.run_huey import Command as WorkerCommand

from portal.ledger import keys


class Command(WorkerCommand):
    help = "Run the worker that does the background jobs and the timers."

    def handle(self, *args, **options):
        keys.check_at_start()
        super().handle(*args, **options)
