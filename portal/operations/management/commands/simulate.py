import datetime as dt
import os

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from portal.operations.simulate import plan as plans
from portal.operations.simulate.run import CannotSimulate, simulate


class Command(BaseCommand):
    help = (
        "Fill an empty database with a simulated nation, or a part of it down to one village: offices, staff, register, years "
        "of visits and cases with their seasons, reports and evaluations. The same seed gives the same data."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--area", default="", help="code of a province, regency, district or village; none: the nation"
        )
        parser.add_argument("--years", type=int, default=2, help="years of visits and cases (2)")
        parser.add_argument("--seed", type=int, default=2026, help="another seed, other data (2026)")
        parser.add_argument(
            "--until", type=dt.date.fromisoformat, help="the last day, e.g. 2026-11-23 (today)"
        )
        parser.add_argument("--households", type=int, help="families in all (one for 25 inhabitants)")
        parser.add_argument("--cases", type=int, help="cases in all (by the visits of Sleman: 13,750 a year)")
        parser.add_argument(
            "--puskesos",
            type=int,
            default=plans.PUSKESOS_OF_VILLAGES,
            help=f"villages of a hundred that have one ({plans.PUSKESOS_OF_VILLAGES}); in Sleman all have",
        )
        parser.add_argument(
            "--quarters", type=int, help="reports of so many of the newest quarters (of all the years)"
        )
        parser.add_argument("--no-reports", action="store_true", help="leave out reports and evaluations")
        parser.add_argument(
            "--processes",
            type=int,
            help="how many write beside each other, on PostgreSQL (as many as processors); the data are the same",
        )
        parser.add_argument(
            "--plan", action="store_true", help="say what would be written, and write nothing"
        )

    def handle(
        self, *, area, years, seed, until, households, cases, puskesos, quarters, no_reports, processes, plan, **options
    ):  # fmt: skip
        if not (settings.DEMO or settings.DEBUG or plan):
            raise CommandError("This is no demo installation: the settings say DEMO = False.")
        if years < 1 or (households or 0) < 0 or (cases or 0) < 0:
            raise CommandError("--years must be 1 or more, --households and --cases not negative.")
        if not 0 <= puskesos <= 100 or (quarters is not None and quarters < 1):
            raise CommandError("--puskesos must be 0 to 100, --quarters 1 or more.")
        if processes is None:
            processes = (os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
        if processes < 1:
            raise CommandError("--processes must be 1 or more.")
        if not plan:
            call_command("setup", no_demo=True, stdout=self.stdout)
        try:
            made = plans.make(
                plans.Plan(
                    area,
                    seed,
                    until or timezone.localdate(),
                    years,
                    households=households,
                    cases=cases,
                    puskesos=puskesos,
                    quarters=quarters,
                )
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        total = made.total
        villages = sum(len(one.villages) for one in made.regencies)
        self.stdout.write(
            f"simulate: {len(made.regencies)} SLRT, {villages:,} villages, {total['households']:,} families, "
            f"{total['visits']:,} visits, {total['cases']:,} cases, {made.start} to {made.until}, seed {seed}"
        )
        if plan:
            return
        try:
            written = simulate(made, tell=self.stdout.write, with_reports=not no_reports, processes=processes)
        except CannotSimulate as error:
            raise CommandError(str(error)) from error
        for label, count in written.items():
            self.stdout.write(f"  {label:<28} {count:>12,}")
