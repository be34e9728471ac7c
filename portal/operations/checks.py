"""System checks of the installation, run by `manage.py check` and before every command that asks for them."""

from django.conf import settings
from django.core.checks import Error, Warning, register

from . import messages


@register()
def queue_is_a_queue(app_configs, **kwargs):
    """Huey follows DEBUG unless told: jobs would then run inside the request of whoever asked for them."""
    from huey.contrib.djhuey import HUEY

    problems = []
    told = settings.HUEY.get("immediate") if isinstance(settings.HUEY, dict) else HUEY.immediate
    if told is not False or HUEY.immediate:
        problems.append(
            Error(
                "Huey runs jobs at once instead of queueing them.",
                hint='Set HUEY["immediate"] = False.',
                id="operations.E001",
            )
        )
    return problems


@register()
def rate_limits_are_shared(app_configs, **kwargs):
    """The sign-in counts attempts in the cache: one per process would multiply the limit."""
    if settings.DEMO or not settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        return []
    if settings.TESTING:
        return []
    return [
        Error(
            "The cache is private to each process, so rate limits do not hold.",
            hint="Set CACHE_URL, e.g. dbcache://slrt_cache",
            id="operations.E002",
        )
    ]


@register()
def messages_are_compiled(app_configs, **kwargs):
    stale = [messages.name_of(path) for path in messages.stale()]
    if not stale:
        return []
    return [
        Warning(
            f"Messages are not compiled: {', '.join(stale)}",
            hint="Run manage.py messages --compile (manage.py setup does).",
            id="operations.W001",
        )
    ]
