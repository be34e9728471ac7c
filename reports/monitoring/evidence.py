"""Evidence files of answers: kept privately with the record they prove, named in the answer by their SHA-256.

The answer to an evidence question is `{"file": id, "name": ..., "sha256": ...}`: the seal of a report covers the
content, and whoever may see the record may open the file (portal.backoffice.attachments asks the policy).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.backoffice.attachments import attach, attachments_of
from portal.backoffice.files import DOCUMENTS, check_upload

from .definition import Definition

log = logging.getLogger(__name__)

#: what proves something: papers, photos, tables
KINDS = (*DOCUMENTS, "xlsx", "docx")


class Kept:
    """An evidence file as a form shows it: its name, and where it opens."""

    def __init__(self, answer: Mapping[str, str]):
        self.answer = dict(answer)
        self.url = evidence_url(answer)

    def __str__(self):
        return self.answer["name"]


def evidence_url(answer: Mapping[str, str]) -> str:
    return reverse("backoffice:attachment", args=[answer["file"]])


def is_evidence(value: Any) -> bool:
    """Whether a value is the answer to an evidence question."""
    return isinstance(value, Mapping) and {"file", "name", "sha256"} <= set(value)


def keep_evidence(
    definition: Definition, answers: Mapping[str, Any], *, owner: models.Model, by
) -> dict[str, Any]:
    """The answers with every upload checked, stored with `owner` and named instead.

    A file that belongs to another record is no answer here: ValidationError by question key, like one of a wrong kind.
    """
    kept, errors = dict(answers), {}
    for question in definition.questions():
        if question.type != "file" or question.key not in kept:
            continue
        value = kept[question.key]
        value = value.answer if isinstance(value, Kept) else value
        try:
            kept[question.key] = _named(question, value, owner, by)
        except ValidationError as problem:
            errors[question.key] = problem.messages
    if errors:
        raise ValidationError(errors)
    return kept


def _named(question, value, owner, by) -> dict[str, str] | None:
    if not value:
        return None
    if isinstance(value, UploadedFile):
        upload = check_upload(value, KINDS)
        # Lists of who attended and photos name people: every reading is audited.
        try:
            found = attach(owner, upload, by=by, title=question.label[:150], personal=True)
        except OSError as error:  # raised before the row is written: the disk is full, or not there
            log.warning("evidence could not be stored: %s", error.strerror or type(error).__name__)
            raise ValidationError(
                _("The file cannot be stored at the moment. Please try again later.")
            ) from None
    else:
        found = attachments_of(owner).filter(pk=_key(value)).first() if is_evidence(value) else None
        if found is None:
            raise ValidationError(_("Please choose the file again; this one does not belong to this record."))
    return {"file": str(found.pk), "name": found.name, "sha256": found.sha256}


def _key(value: Mapping[str, Any]):
    try:
        return uuid.UUID(str(value["file"]))
    except ValueError:
        return None


def drop_unused(owner: models.Model, *answers: Mapping[str, Any]) -> int:
    """Remove files of a record that no answer names any more; returns how many. Their content goes after commit."""
    used = {value["file"] for each in answers for value in each.values() if is_evidence(value)}
    unused = [found for found in attachments_of(owner) if str(found.pk) not in used]
    for found in unused:
        storage, name = found.file.storage, found.file.name
        found.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
    return len(unused)


def evidence_of(
    definition: Definition, answers: Mapping[str, Any]
) -> Iterable[tuple[Any, Mapping[str, str]]]:
    """(question, answer) of every evidence file there is."""
    for question in definition.questions():
        value = answers.get(question.key)
        if question.type == "file" and is_evidence(value):
            yield question, value
