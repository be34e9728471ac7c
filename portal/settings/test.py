"""Settings of the test suite: a copy of a prepared SQLite file unless DATABASE_URL says otherwise, queue run by hand."""

import atexit
import shutil
import tempfile
from pathlib import Path

from .dev import *

DEBUG = False
DEMO = False
TESTING = True
ALLOWED_HOSTS = ["*"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # The file is a copy of a prepared template (tests/database.py); nothing needs to survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="slrt-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"
NOTICE_DIR = str(VAR_DIR / "notices")
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT  # type: ignore[index]
# A queue in memory that stands still: a test runs a job by calling the task itself or `run_pending_jobs`.
HUEY = {"name": "test", "huey_class": "huey.MemoryHuey", "immediate": False, "results": False}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = False
# Only what a test asks for: pytest shows records of its own.
LOGGING["root"]["level"] = "WARNING"  # type: ignore[index]
