"""Production: refuses to start without what it needs, and says all that is missing at once."""

import base64
import binascii

from django.core.exceptions import ImproperlyConfigured

from .base import *


def _is_postgres(value: str) -> bool:
    return value.startswith(("postgres://", "postgresql://"))


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _are_keys(value: str) -> bool:
    entries = [entry.partition(":") for entry in value.split(",")]
    return all(_is_key(key) and key_id and not key_id.startswith("dev") for key_id, _sep, key in entries)


# name -> (what it must be, whether a value is fit)
_REQUIRED = {
    "SECRET_KEY": (
        "a random string of 50 characters or more, not that of the demo",
        lambda value: len(value) >= 50 and "dev-only" not in value,
    ),
    "ALLOWED_HOSTS": (
        "the host names, separated by commas, without *",
        lambda value: "*" not in value.split(","),
    ),
    "DATABASE_URL": ("postgres://user:password@host/name", _is_postgres),
    "HUEY_URL": ("postgres://user:password@host/name, the store of the queue", _is_postgres),
    "FIELD_ENCRYPTION_KEYS": (
        "id:base64 of 32 random bytes, newest first, separated by commas, not those of the demo",
        _are_keys,
    ),
    "FIELD_INDEX_KEY": (
        "base64 of 32 random bytes, another than the encryption keys",
        lambda value: _is_key(value) and "ZGV2LW9ubHkt" not in value,
    ),
    "BASE_URL": ("the public address, https://...", lambda value: value.startswith("https://")),
}
_faults = []
for _name, (_hint, _fits) in _REQUIRED.items():
    _value = env.str(_name, "").strip()
    if not _value:
        _faults.append(f"  {_name} is missing: {_hint}")
    elif not _fits(_value):
        _faults.append(f"  {_name} does not fit: {_hint}")
if _faults:
    raise ImproperlyConfigured(
        "Production does not start without these environment variables (docs/operations.md):\n"
        + "\n".join(_faults)
    )

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
FIELD_INDEX_KEY = env.str("FIELD_INDEX_KEY")

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[env.str("BASE_URL").rstrip("/")])
# The proxy must set this header itself and drop the client's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # pages are previewed in a frame of our own site (X_FRAME_OPTIONS)
    "security.W021",  # the preload list binds the whole go.id name: not ours to decide
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
CONTENT_SECURITY_POLICY_CMS["DIRECTIVES"]["upgrade-insecure-requests"] = True

MFA_REQUIRED = env.bool("MFA_REQUIRED", True)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# One per database: every web process sees the same counts of attempts.
CACHES = {"default": env.cache("CACHE_URL", default="dbcache://slrt_cache")}
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
LOGGING["formatters"]["line"]["json"] = True
