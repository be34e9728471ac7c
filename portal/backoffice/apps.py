from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    name = "portal.backoffice"
    label = "backoffice"
    verbose_name = _("Back office")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.jobs.models import Job

        from . import mail  # noqa: F401 - registers the job that mails reminders
        from .policies import JobPolicy

        register_permission_policy(Job, JobPolicy(Job))
