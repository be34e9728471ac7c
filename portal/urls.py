"""The composition root of addresses."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.api import api
from portal.backoffice.home import HomeView
from portal.backoffice.people.account import own_account
from public_site.api import hsds_api
from public_site.views.interface import interfaces, no_such_address

urlpatterns = [
    path("", include("portal.operations.urls")),
    path("masuk/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    # Before Wagtail's own: its login form would take the password without the second factor.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    # Wagtail's page for private pages is a sign-in form too.
    re_path(r"^(?:en/)?_util/login/$", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("akun/", include("portal.accounts.urls")),
    # Before Wagtail's own: the home page of officers.
    path("admin/", cache_control(private=True, no_cache=True, no_store=True)(HomeView.as_view())),
    # Wagtail's own asks for a first and a last name, which our accounts do not have.
    path("admin/account/", own_account),
    path("admin/", include(wagtailadmin_urls)),
    # The interface itself has no page at its root; the page of all interfaces describes it.
    path("api/v1/", RedirectView.as_view(pattern_name="interfaces")),
    path("api/v1/", api.urls),
    path("wilayah/", include("portal.regions.urls")),
    path("kalender/", include("portal.units.urls")),
    path("", include("public_site.data_urls")),
    path("documents/", include(wagtaildocs_urls)),
]
# After every interface, before the pages: who reads by a program is answered as by the interface itself.
urlpatterns.append(re_path(r"^api/.+$", no_such_address))
urlpatterns += i18n_patterns(
    path("pembentukan/", include("portal.formation.urls")),
    path("", include("public_site.urls")),
    path("api/", interfaces, {"apis": {"/api/hsds/": hsds_api, "/api/v1/": api}}, name="interfaces"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
if settings.SERVE_MEDIA:
    from django.views.static import serve

    media = re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT})
    urlpatterns = [media, *urlpatterns]

handler500 = "portal.operations.views.server_error"
