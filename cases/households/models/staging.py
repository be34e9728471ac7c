"""Checked rows of a register file on their way into the tables, one set-based step before them."""

from __future__ import annotations

from django.db import models

from .extracts import RegisterImport


class StagedRow(models.Model):
    """One checked line, personal data sealed already for the column it will stand in. Emptied when the file is written."""

    run = models.ForeignKey(RegisterImport, models.CASCADE, related_name="staged", db_index=False)
    line = models.PositiveIntegerField()
    register_id = models.CharField(max_length=40)
    village = models.CharField(max_length=13)
    card = models.TextField(blank=True)
    card_index = models.CharField(max_length=64, blank=True)
    address = models.TextField(blank=True)
    decile = models.PositiveSmallIntegerField(null=True)
    household_conditions = models.JSONField(default=dict)
    household_hash = models.CharField(max_length=64)
    nik = models.TextField(blank=True)
    nik_index = models.CharField(max_length=64, blank=True)
    name = models.TextField()
    sex = models.CharField(max_length=1)
    born_on = models.DateField(null=True)
    relation = models.CharField(max_length=10, blank=True)
    is_head = models.BooleanField(default=False)
    occupation = models.CharField(max_length=60, blank=True)
    person_conditions = models.JSONField(default=dict)
    person_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="a_line_is_staged_once")]

    def __str__(self):
        return f"{self.run_id}/{self.line}"
