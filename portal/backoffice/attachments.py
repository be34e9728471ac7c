"""Files that belong to a record: kept private, seen by whoever sees the record, every reading of a personal one audited."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.views.generic import View

from portal.accounts.policies import may
from portal.ledger import audit

from .files import KINDS, digest_of
from .models import Attachment
from .views import BackofficeView


def attach(owner: models.Model, upload, *, by, title: str = "", personal: bool = False) -> Attachment:
    """Keep a checked upload (see files.UploadField) with a record. `personal`: every reading of it is audited."""
    name = PurePath(upload.name).name[:150]
    return Attachment.objects.create(
        content_type=ContentType.objects.get_for_model(owner),
        object_id=str(owner.pk),
        file=upload,
        name=name,
        title=title,
        size=upload.size,
        sha256=digest_of(upload),
        personal=personal,
        uploaded_by=by,
    )


def attachments_of(owner: models.Model) -> models.QuerySet[Attachment]:
    """The files of a record, oldest first."""
    kind = ContentType.objects.get_for_model(owner)
    return Attachment.objects.filter(content_type=kind, object_id=str(owner.pk)).select_related("uploaded_by")


def file_response(file, name: str) -> FileResponse:
    """A private file as a download that no browser opens as a page of ours."""
    try:
        response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    except FileNotFoundError:
        raise Http404(_("The file is no longer there.")) from None
    ending = PurePath(name).suffix.lower()
    response["Content-Type"] = next(
        (mime for endings, mime in KINDS.values() if ending in endings), "application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


class AttachmentView(BackofficeView, View):
    """Hands out a file to whoever may see the record it belongs to; to others it does not exist."""

    def get(self, request, pk):
        attachment = Attachment.objects.filter(pk=pk).select_related("content_type").first()
        owner = attachment.owner if attachment else None
        if owner is None or not may(request.user, "view", owner):
            raise Http404
        if attachment.personal:
            audit.read(owner, by=request.user, purpose=_("File “%(name)s”") % {"name": attachment.label})
        return file_response(attachment.file, attachment.name)
