"""The gate before Wagtail's own screens: closed unless the role needs them.

Wagtail asks rights by kind of record, not by region, and its reports, usage pages, choosers and admin API cross regions.
So its screens are for editors of the site, its administration for superusers alone, and officers meet only our screens.
A screen that a later Wagtail adds is closed until it is named here.
"""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.utils.translation import gettext as _

from .views import refuse

#: names that every officer's page may load
FOR_OFFICERS = {
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_logout",
    "wagtailadmin_home",
}
#: namespaces (first part) and names for who edits the site's pages
FOR_EDITORS = {
    "wagtailadmin_pages", "wagtailadmin_api", "wagtailadmin_editing_sessions", "wagtailredirects", "simple_translation",
    "wagtailimages", "wagtailimages_chooser", "wagtaildocs", "wagtaildocs_chooser", "wagtailsnippets",
}  # fmt: skip
EDITOR_PREFIXES = (
    "wagtailadmin_explore", "wagtailadmin_choose", "wagtailadmin_tag", "wagtailadmin_account", "wagtailadmin_dismissibles",
    "wagtailadmin_block_preview", "wagtail_bulk_action", "wagtailsnippets_",
)  # fmt: skip


class BackofficeGate:
    """Answers for the whole of /admin/: sign in first, hold a role today, and leave Wagtail's screens to editors."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        match = request.resolver_match
        if not match.route.startswith("admin/") or match.route.startswith("admin/login"):
            return None
        user = request.user
        if not user.is_authenticated:
            if match.url_name in ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog"):
                return None
            return redirect_to_login(request.get_full_path())
        if not user.has_perm("wagtailadmin.access_admin"):
            # Wagtail would send the user to the sign-in page, which sends a signed-in user here: without end.
            return refuse(request, _("Your account has no role in force today."))
        if user.is_superuser or not is_wagtails(view_func) or match.url_name in FOR_OFFICERS:
            return None
        if match.url_name is None:
            return None  # the page that says 404
        if is_for_editors(match) and user.has_right("basepage.edit"):
            return None
        return refuse(request)


def is_wagtails(view) -> bool:
    """Whether a view comes from Wagtail's code."""
    view = getattr(view, "view_class", view)
    return (view.__module__ or "").split(".")[0] == "wagtail"


def is_for_editors(match) -> bool:
    if match.namespaces:
        return match.namespaces[0] in FOR_EDITORS or match.namespaces[0].startswith(EDITOR_PREFIXES)
    return (match.url_name or "").startswith(EDITOR_PREFIXES)
