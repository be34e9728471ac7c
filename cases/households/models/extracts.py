"""Extracts of the national register on their way in."""

from __future__ import annotations

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet


def private_storage():
    return storages["private"]


class RegisterImport(models.Model):
    """One extract of the national register, on its way into the tables (H-01). Name, version and date are data."""

    source = models.CharField(_("name of the register"), max_length=40, default="DTSEN")
    version = models.CharField(_("version of the register"), max_length=20)
    as_of = models.DateField(_("state of the data"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="register/%Y/%m/")
    name = models.CharField(_("file name"), max_length=150)
    file_hash = models.CharField(max_length=64, editable=False, db_index=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    created_count = models.PositiveIntegerField(_("new persons"), default=0)
    changed_count = models.PositiveIntegerField(_("changed persons"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged persons"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    # The last line whose chunk is written: where an interrupted import goes on.
    high_water = models.PositiveIntegerField(_("written up to row"), default=0)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    written_at = models.DateTimeField(_("written at"), null=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("register import")
        verbose_name_plural = _("register imports")

    def __str__(self):
        return f"{self.source} {self.version}"


class RegisterError(models.Model):
    """What is wrong in a file, by row and column; never the value itself."""

    run = models.ForeignKey(RegisterImport, models.CASCADE, related_name="errors")
    line = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=40)
    message = models.CharField(_("message"), max_length=300)

    class Meta:
        ordering = ["line", "id"]
        verbose_name = _("error in a register file")
        verbose_name_plural = _("errors in register files")

    def __str__(self):
        return f"{self.line}/{self.column}"
