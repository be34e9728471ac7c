"""Evidence files of answers: kept privately with the record they prove, named in the answer by their SHA-256.

The answer to an evidence question is a list of `{"file": id, "name": ..., "sha256": ...}` (once a single one): the seal of
a report covers the content, and whoever may see the record may open the file (portal.backoffice.attachments asks).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.backoffice.attachments import attach, attachments_of
from portal.backoffice.files import DOCUMENTS, check_upload
from portal.backoffice.models import Attachment

from .definition import Definition, Question

log = logging.getLogger(__name__)

#: what proves something: papers, photos, tables
KINDS = (*DOCUMENTS, "xlsx", "docx")
#: of one question
MAX_FILES = 5


def max_bytes() -> int:
    """What the files of one question may weigh together."""
    return 2 * settings.UPLOAD_MAX_BYTES


class Kept:
    """An evidence file as a form shows it: its name, and where it opens."""

    def __init__(self, answer: Mapping[str, str]):
        self.answer = dict(answer)
        self.key = answer["file"]
        self.url = evidence_url(answer)

    def __str__(self):
        return self.answer["name"]


def evidence_url(answer: Mapping[str, str]) -> str:
    return reverse("backoffice:attachment", args=[answer["file"]])


def files_in(value: Any) -> list[Mapping[str, str]]:
    """The files that an answer names; an empty list for any other value."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, Mapping) and {"file", "name", "sha256"} <= set(one)]


def keep_evidence(
    definition: Definition, answers: Mapping[str, Any], *, owner: models.Model, by
) -> dict[str, Any]:
    """The answers with every upload checked, stored with `owner` and named instead.

    All are looked at before the first is stored. A file that belongs to another record is no answer here, nor are more
    than MAX_FILES or more than `max_bytes()`: ValidationError by question key, like one of a wrong kind.
    """
    kept, errors = dict(answers), {}
    found: dict[str, list[UploadedFile | Attachment]] = {}
    asked = [q for q in definition.questions() if q.type == "file" and q.key in kept]
    for question in asked:
        try:
            found[question.key] = _checked(kept[question.key], owner)
        except ValidationError as problem:
            errors[question.key] = problem.messages
    if errors:
        raise ValidationError(errors)
    for question in asked:
        try:
            kept[question.key] = [_named(one, question, owner, by) for one in found[question.key]]
        except ValidationError as problem:
            raise ValidationError({question.key: problem.messages}) from None
    return kept


def _checked(value: Any, owner: models.Model) -> list[UploadedFile | Attachment]:
    """Uploads that may be kept, and files of this record that are there already."""
    several = [one for one in (value if isinstance(value, list) else [value]) if one]
    if len(several) > MAX_FILES:
        raise ValidationError(_("At most %(count)s files; take some away first.") % {"count": MAX_FILES})
    found = [_upload_or_own(one.answer if isinstance(one, Kept) else one, owner) for one in several]
    if sum(one.size for one in found) > max_bytes():
        raise ValidationError(
            _("The files are too large together. At most %(limit)s is possible.")
            % {"limit": filesizeformat(max_bytes())}
        )
    return found


def _upload_or_own(value: Any, owner: models.Model) -> UploadedFile | Attachment:
    if isinstance(value, UploadedFile):
        return check_upload(value, KINDS)
    found = attachments_of(owner).filter(pk=_key(value)).first() if files_in(value) else None
    if found is None:
        raise ValidationError(_("Please choose the file again; this one does not belong to this record."))
    return found


def _named(found: UploadedFile | Attachment, question: Question, owner: models.Model, by) -> dict[str, str]:
    if isinstance(found, UploadedFile):
        # Lists of who attended and photos name people: every reading is audited.
        try:
            found = attach(owner, found, by=by, title=question.label[:150], personal=True)
        except OSError as error:  # raised before the row is written: the disk is full, or not there
            log.warning("evidence could not be stored: %s", error.strerror or type(error).__name__)
            raise ValidationError(
                _("The file cannot be stored at the moment. Please try again later.")
            ) from None
    return {"file": str(found.pk), "name": found.name, "sha256": found.sha256}


def _key(value: Mapping[str, Any]):
    try:
        return uuid.UUID(str(value["file"]))
    except ValueError:
        return None


def drop_unused(owner: models.Model, *answers: Mapping[str, Any]) -> int:
    """Remove files of a record that no answer names any more; returns how many. Their content goes after commit."""
    used = {one["file"] for each in answers for value in each.values() for one in files_in(value)}
    unused = [found for found in attachments_of(owner) if str(found.pk) not in used]
    for found in unused:
        storage, name = found.file.storage, found.file.name
        found.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
    return len(unused)


def evidence_of(
    definition: Definition, answers: Mapping[str, Any]
) -> Iterable[tuple[Question, Mapping[str, str]]]:
    """(question, file) of every evidence file there is."""
    for question in definition.questions():
        if question.type == "file":
            for one in files_in(answers.get(question.key)):
                yield question, one
