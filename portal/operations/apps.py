from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Commands and checks about the whole installation; stands with the composition root and is imported by nobody."""

    name = "portal.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self):
        from . import checks, logs  # noqa: F401 - checks register themselves

        logs.configure()
