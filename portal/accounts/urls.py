"""The pages under /akun/: the only door to sign in. allauth's names, our addresses; what is not here is closed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.conf import settings
from django.http import Http404
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from .views import choose_language, profile


def closed(request, *args, **kwargs):
    """allauth knows these pages by name; here nobody signs up or changes their own address."""
    raise Http404


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_profile")),
    path("saya/", profile, name="account_profile"),
    path("bahasa/", choose_language, name="account_language"),
    path("masuk/", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("nonaktif/", account.account_inactive, name="account_inactive"),
    path("konfirmasi/", account.reauthenticate, name="account_reauthenticate"),
    path("kata-sandi/", account.password_change, name="account_change_password"),
    path("kata-sandi/buat/", account.password_set, name="account_set_password"),
    path("kata-sandi/lupa/", account.password_reset, name="account_reset_password"),
    path("kata-sandi/lupa/terkirim/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^kata-sandi/tautan/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "kata-sandi/selesai/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("keamanan/", mfa.index, name="mfa_index"),
    path("keamanan/kode/", mfa.authenticate, name="mfa_authenticate"),
    path("keamanan/konfirmasi/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("keamanan/aplikasi/", totp.activate_totp, name="mfa_activate_totp"),
    path("keamanan/aplikasi/lepas/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("keamanan/kode-cadangan/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("keamanan/kode-cadangan/baru/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("keamanan/kode-cadangan/unduh/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sesi/", sessions.list_usersessions, name="usersessions_list"),
    path("daftar/", closed, name="account_signup"),
    path("surel/", closed, name="account_email"),
    path("surel/terkirim/", closed, name="account_email_verification_sent"),
    path("surel/<str:key>/", closed, name="account_confirm_email"),
    path("kode/", closed, name="account_confirm_login_code"),
]
of_providers = [
    path("penyedia/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += of_providers
