"""Roles open the back office; Django's model permissions are given to nobody (docs/roles.md)."""

from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Grants the one permission Wagtail's front door asks for to whoever holds a role today."""

    def has_perm(self, user_obj, perm, obj=None):
        if perm == "wagtailadmin.access_admin" and user_obj.is_active and obj is None:
            return bool(getattr(user_obj, "grants", ()))
        if perm == "simple_translation.submit_translation" and user_obj.is_active and obj is None:
            # The English side of the site is kept by the nation's editors.
            granted = (g for g in getattr(user_obj, "grants", ()) if not g.code)
            return user_obj.is_superuser or any("basepage.edit" in grant.rights for grant in granted)
        return super().has_perm(user_obj, perm, obj=obj)
