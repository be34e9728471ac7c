"""WSGI entry point; the settings module comes from the environment."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()

from portal.ledger import keys  # noqa: E402 - models can be read only now

keys.check_at_start()
