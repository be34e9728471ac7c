"""The web server, in development and production; what can be set from outside is in docs/operations.md."""

import os
import sys

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104 - a demo on a phone nearby
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
timeout = 120
graceful_timeout = 30
keepalive = 5
# A worker is renewed now and then, never all at once.
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - the heartbeat file only

# Loaded once and shared by all processes: a quicker start, less memory.
preload_app = "--reload" not in sys.argv

# One line per request when asked for; without the query, which may hold what somebody typed.
_access = bool(os.environ.get("ACCESS_LOG", ""))
accesslog = "-" if _access else None
access_log_format = "%(m)s %(U)s %(s)s %(b)s bytes %(M)s ms"
_production = os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith("production")
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.operations.logs.formatter", "json": _production}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        "gunicorn.access": {
            "handlers": ["console"],
            "propagate": False,
            "level": "INFO" if _access else "ERROR",
        },
    },
}
