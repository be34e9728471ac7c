"""The addresses of an installation that offers a sign-in provider."""

from django.urls import include, path

from portal.accounts.urls import of_providers
from portal.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]
urlpatterns = [path("akun/", include(of_providers)), *urlpatterns]
