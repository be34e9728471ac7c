"""Production: refuses to start without what it needs, and says all that is missing at once."""

from django.core.exceptions import ImproperlyConfigured

from .base import *

_REQUIRED = {
    "SECRET_KEY": "a long random string",
    "ALLOWED_HOSTS": "host names, separated by commas",
    "DATABASE_URL": "postgres://user:password@host/name",
    "HUEY_URL": "postgres://user:password@host/name, the queue's storage",
    "FIELD_ENCRYPTION_KEYS": "id:base64 of 32 bytes, newest first, separated by commas",
    "FIELD_INDEX_KEY": "base64 of 32 bytes, another than the encryption keys",
    "BASE_URL": "https://the public address",
}
_missing = [f"  {name}: {hint}" for name, hint in _REQUIRED.items() if not env.str(name, "")]
if _missing:
    raise ImproperlyConfigured(
        "Production settings need these environment variables:\n" + "\n".join(_missing)
    )

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
FIELD_INDEX_KEY = env.str("FIELD_INDEX_KEY")
DEMO = False
if any("dev" in key.split(":", 1)[0] for key in FIELD_ENCRYPTION_KEYS):
    raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS holds a development key.")

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[env.str("BASE_URL")])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
