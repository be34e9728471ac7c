"""What the installation remembers about itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fact(models.Model):
    """A note of `setup`, e.g. which state of a reference file was loaded, so that the next start can skip it."""

    key = models.CharField(_("key"), max_length=100, primary_key=True)
    value = models.CharField(_("value"), max_length=200)
    noted_at = models.DateTimeField(_("noted at"), auto_now=True)

    class Meta:
        verbose_name = _("installation fact")
        verbose_name_plural = _("installation facts")

    def __str__(self):
        return self.key
