"""Background work on screen: my jobs, how far one is, its result, and a second try."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from portal.jobs import services
from portal.jobs.models import Job
from portal.ledger import audit

from .attachments import file_response
from .listing import paginate
from .views import BackofficeView, Crumb, get_visible_or_404, visible

#: result page of a kind of job, where it has one of its own: kind -> function(job) -> url
RESULT_PAGES = {}


class JobList(BackofficeView, TemplateView):
    """My jobs, newest first; the administrator's policy shows everybody's."""

    template_name = "backoffice/jobs.html"
    page_title = gettext_lazy("My jobs")
    required_right = (Job, "view")

    def get_context_data(self, **kwargs):
        jobs = visible(Job.objects.select_related("asked_by"), self.request.user)
        page = paginate(jobs, ("-created_at",), after=self.request.GET.get("after", ""), size=30)
        return super().get_context_data(
            page=page, next_url=f"?after={page.after}" if page.after else "", **kwargs
        )


class JobPage(BackofficeView):
    """One job of mine; somebody else's does not exist."""

    required_right = (Job, "view")
    breadcrumbs = (Crumb(gettext_lazy("My jobs"), "/admin/pekerjaan/"),)

    @cached_property
    def job(self) -> Job:
        return get_visible_or_404(
            visible(Job.objects.select_related("asked_by"), self.request.user), self.kwargs["pk"]
        )


class JobDetail(JobPage, TemplateView):
    """How far the job is. With htmx the progress renews itself; without, the page does."""

    def get_template_names(self):
        return ["backoffice/components/job.html" if self.request.htmx else "backoffice/job.html"]

    def get_page_title(self):
        return self.job.label

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        # On the page of the result itself the finished work brings the page up to date.
        here = (self.request.htmx.current_url_abs_path or "").partition("?")[0]
        if context["result_url"] and here == context["result_url"]:
            response["HX-Refresh"] = "true"
        return response

    def get_context_data(self, **kwargs):
        job = self.job
        page = RESULT_PAGES.get(job.kind)
        return super().get_context_data(
            job=job,
            result_url=page(job) if page and job.status == Job.Status.DONE else "",
            can_retry=job.status == Job.Status.FAILED and job.asked_by_id == self.request.user.pk,
            **kwargs,
        )


class JobResult(JobPage, View):
    """The file a job made, for whoever asked for it; the download is written to the audit."""

    def get(self, request, pk):
        job = self.job
        if job.status != Job.Status.DONE or not job.result_file:
            raise Http404
        audit.record(audit.Action.EXPORT, job, by=request.user, kind=job.kind)
        return file_response(job.result_file, job.result_file.name.rsplit("/", 1)[-1])


class JobRetry(JobPage, View):
    """Ask for a failed job once more."""

    def post(self, request, pk):
        job = self.job
        if job.asked_by_id != request.user.pk:
            raise PermissionDenied(_("Only the person who asked for a job can repeat it."))
        if job.status != Job.Status.FAILED:
            messages.warning(request, _("This job has not failed; there is nothing to repeat."))
            return redirect(job_url(job))
        messages.success(request, _("The job has been started again."))
        return redirect(job_url(services.retry(job, by=request.user)))


def job_url(job: Job) -> str:
    """The page that shows how far a job is."""
    return reverse("backoffice:job", args=[job.pk])
