"""What the back office itself remembers: which forms were sent already."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """A form that was sent: its token and where it led. A second click finds the row and goes to the same place."""

    token = models.UUIDField(primary_key=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")

    def __str__(self):
        return str(self.token)

    @staticmethod
    def new_token() -> str:
        return str(uuid.uuid4())

    @classmethod
    def claim(cls, token: str, *, by) -> tuple[Submission | None, bool]:
        """Take a token inside the transaction that does the work; (row, False) when it was taken before.

        A form without a valid token (a script, an old page) is worked on without this protection: (None, True).
        A token of somebody else is no token.
        """
        try:
            key = uuid.UUID(token)
        except ValueError:
            return None, True
        try:
            with transaction.atomic():
                return cls.objects.create(token=key, by=by), True
        except IntegrityError:
            row = cls.objects.filter(token=key, by=by).first()
            return (row, False) if row else (None, True)
