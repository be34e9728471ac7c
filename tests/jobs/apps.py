"""Kinds of work for a real worker process in tests."""

import time
from pathlib import Path

from django.apps import AppConfig


class JobsInTests(AppConfig):
    name = "tests.jobs"
    label = "tests_jobs"

    def ready(self):
        from portal.jobs import services

        services.HANDLERS.setdefault("test.steps", steps)
        services.HANDLERS.setdefault("test.silent", silent)


def steps(run):
    """So many steps; leaves a line per start and per step, and one result.

    held_at: the step at which the first attempt stays, working, until its worker is ended from outside. However slow the
    machine, the worker is ended in the middle of its work.
    """
    diary = Path(run.args["diary"])
    is_first = not diary.exists()
    with diary.open("a") as file:
        file.write("start\n")
    for step in range(run.args["steps"]):
        run.advance(step, run.args["steps"])
        with diary.open("a") as file:
            file.write("step\n")
        while is_first and step == run.args.get("held_at"):
            run.advance(step, run.args["steps"])
            time.sleep(0.1)
    run.deliver(result={"steps": run.args["steps"]}, file=b"result", filename="result.txt")
    with diary.open("a") as file:
        file.write("end\n")


def silent(run):
    """Long work that says nothing meanwhile."""
    Path(run.args["diary"]).write_text("start\n")
    time.sleep(run.args["seconds"])
    run.deliver(result={"woke": True})
