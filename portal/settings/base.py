"""Settings shared by every installation. What an installation may set is in docs/operations.md, one table."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(environ.Env().str("SLRT_VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
env = environ.Env()

VERSION = "0.1.0"
DEBUG = False
DEMO = False
TESTING = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    # the institution
    "portal.regions",
    "portal.ledger",
    "portal.jobs",
    "portal.accounts",
    "portal.content",
    "portal.backoffice",
    "portal.units",
    "portal.staffing",
    "portal.formation",
    # the product
    "programs_catalog",
    "cases.households",
    "cases.casework",
    "reports.monitoring",
    "reports.quarterly",
    "reports.evaluation",
    "reports.dashboards",
    "public_site",
    "portal.operations",
    # libraries
    "wagtail_modeladmin",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "phonenumber_field",
    "huey.contrib.djhuey",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # First: published pages for anonymous visitors come from memory before anything else runs.
    "public_site.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "portal.operations.headers.ContentPolicyMiddleware",
    "portal.operations.headers.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.accounts.middleware.OfficerLanguage",
    "portal.accounts.middleware.SignInGate",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.backoffice.gate.BackofficeGate",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
CSRF_FAILURE_VIEW = "portal.operations.views.csrf_failure"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"pdf_format": "portal.pdf_tags"},
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]

# -- database ----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One writer at a time, writers wait; readers are never blocked (WAL).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", 60)

# -- accounts ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "portal.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Per address and per account; the counts lie in the cache, which all processes share.
ACCOUNT_RATE_LIMITS = {
    "login": env.str("RATE_LIMIT_SIGN_IN", "30/m/ip"),
    "login_failed": env.str("RATE_LIMIT_REFUSED", "10/m/ip,5/5m/key"),
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SLRT"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Roles with `mfa=True` (accounts/roles.py) cannot work without a second factor.
MFA_REQUIRED = env.bool("MFA_REQUIRED", False)
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {}
if env.str("OIDC_SERVER_URL", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("OIDC_NAME", "SSO"),
                "client_id": env.str("OIDC_CLIENT_ID", ""),
                "secret": env.str("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": env.str("OIDC_SERVER_URL")},
            }
        ]
    }

# -- language, time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
# Ours outside the apps; then words of libraries that our users meet.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "library_locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
PHONENUMBER_DEFAULT_REGION = "ID"

# -- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Files that only a view which asks the policy hands out; never under MEDIA_ROOT.
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
# Whether the program itself hands out MEDIA_ROOT; in production the proxy does.
SERVE_MEDIA = False
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * UPLOAD_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# -- queue -------------------------------------------------------------------------------------------------------
# `immediate` is set here because huey otherwise follows DEBUG and would run jobs inside the request.
HUEY_URL = env.str("HUEY_URL", "")
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", 120)
HUEY = {
    "name": "slrt",
    "immediate": False,
    "store_intermediate_errors": False,
    "results": False,
    "consumer": {"workers": env.int("HUEY_WORKERS", 2), "worker_type": "thread", "max_delay": 1.0},
}
if HUEY_URL.startswith("postgres"):
    HUEY |= {"huey_class": "huey.PostgresHuey", "connection": {"dsn": HUEY_URL}}
else:
    HUEY |= {"huey_class": "huey.SqliteHuey", "filename": str(VAR_DIR / "huey.db"), "fsync": True}

# /healthz reports the queue as down when a job waits longer than this many seconds: no worker is running.
HEALTH_QUEUE_MAX_AGE = env.int("HEALTH_QUEUE_MAX_AGE", 900)

# -- notices to families -----------------------------------------------------------------------------------------
# Which class delivers which channel: FileChannel (the default), EmailChannel or GatewayChannel of portal/channels.py.
NOTICE_CHANNELS = {
    "email": env.str("NOTICE_CHANNEL_EMAIL", "portal.channels.FileChannel"),
    "sms": env.str("NOTICE_CHANNEL_SMS", "portal.channels.FileChannel"),
    "whatsapp": env.str("NOTICE_CHANNEL_WHATSAPP", "portal.channels.FileChannel"),
}
# Where FileChannel keeps its messages.
NOTICE_DIR = env.str("NOTICE_DIR", str(VAR_DIR / "notices"))
NOTICE_GATEWAYS = {
    "sms": {"url": env.str("NOTICE_SMS_URL", ""), "token": env.str("NOTICE_SMS_TOKEN", "")},
    "whatsapp": {"url": env.str("NOTICE_WHATSAPP_URL", ""), "token": env.str("NOTICE_WHATSAPP_TOKEN", "")},
}

# -- cache -------------------------------------------------------------------------------------------------------
# Shared by all web processes, or the rate limits of the sign-in would count for each process alone.
CACHES = {"default": env.cache("CACHE_URL", default=f"filecache://{VAR_DIR / 'cache'}")}

# -- wagtail -----------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "SLRT"
WAGTAIL_PAGE_MODEL = "content.BasePage"
WAGTAILIMAGES_IMAGE_MODEL = "content.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "content.CustomDocument"
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", f"http://localhost:{env.str('PORT', '8000')}")
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
WAGTAILADMIN_LOGIN_URL = "/masuk/"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = UPLOAD_MAX_BYTES

# -- security ----------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail previews pages in a frame of its own
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60

# Sign-in through a provider leaves by a form: its address must be allowed.
_FORM_ACTION = ["'self'", *env.list("CSP_FORM_ACTION", default=[])]
_STRICT = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": _FORM_ACTION,
    "frame-ancestors": ["'self'"],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _STRICT}
# Wagtail's own screens only (portal/operations/headers.py): its widgets start by inline script.
CONTENT_SECURITY_POLICY_CMS = {
    "DIRECTIVES": _STRICT
    | {
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
    }
}
PERMISSIONS_POLICY = (
    "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), display-capture=(), browsing-topics=()"
)

SILENCED_SYSTEM_CHECKS: list[str] = []

# -- logs --------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.operations.logs.formatter", "json": False}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "django.server": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        # A handler of its own, or the worker would add one without our formatter. It tells of every turn of its clock.
        "huey": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # Each page saved and each index entry; Wagtail keeps its own log of what editors do.
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django.tasks": {"level": "WARNING"},
    },
}

# -- mail --------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "slrt@example.go.id")
