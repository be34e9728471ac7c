"""The background work of register files: checking and writing, safe to run twice."""

from django.utils.translation import gettext_lazy as _

from portal.jobs.services import handler


@handler("register.check", label=_("Check of a register file"))
def check(job):
    from .models import RegisterImport
    from .services.register import check_register

    run = RegisterImport.objects.get(pk=job.args["run"])
    check_register(run, advance=lambda line: job.advance(line, line))


@handler("register.write", label=_("Loading of a register file"))
def write(job):
    from .models import RegisterImport
    from .services.register import write_register

    run = RegisterImport.objects.select_related("by").get(pk=job.args["run"])
    write_register(run, advance=lambda line: job.advance(min(line, run.row_count), run.row_count))
