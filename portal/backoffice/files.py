"""Uploads checked by what they are, kept private, handed out by a view that asks the policy.

The name proves nothing: the content must be of a kind that the field accepts, images are drawn anew (which drops what
hides in them, such as the place a photo was taken), and nothing above UPLOAD_MAX_BYTES is kept.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import zipfile
from pathlib import PurePath

import filetype
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

#: kind -> (endings of its name, content type)
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "pdf": ((".pdf",), "application/pdf"),
    "jpg": ((".jpg", ".jpeg"), "image/jpeg"),
    "png": ((".png",), "image/png"),
    "xlsx": ((".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": ((".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": ((".csv",), "text/csv"),
}
DOCUMENTS = ("pdf", "jpg", "png")
TABLES = ("csv", "xlsx")
#: 40 million pixels is a sharp photo of a page; more is a trap for memory
MAX_PIXELS = 40_000_000
MAX_SIDE = 3000


def kind_of(content: bytes) -> str:
    """What the content is: a key of KINDS, or '' for everything else."""
    guess = filetype.guess(content[:8192])
    found = guess.extension if guess else ""
    if found == "pdf":
        return "pdf" if content[:5] == b"%PDF-" and b"%%EOF" in content[-2048:] else ""
    if found in ("jpg", "png"):
        return found
    if content[:4] == b"PK\x03\x04":
        return _kind_of_zip(content)
    return "csv" if not guess and _is_text(content) else ""


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if sum(entry.file_size for entry in archive.infolist()) > 40 * settings.UPLOAD_MAX_BYTES:
                return ""  # a small file that unpacks into a huge one
    except zipfile.BadZipFile:
        return ""
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""  # no office document, or one with a program in it
    return "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""


def _is_text(content: bytes) -> bool:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # "Unicode text" as spreadsheets write it
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    if content.startswith((b"MZ", b"\x7fELF", b"#!")) or b"\x00" in content:
        return False
    head = content[:65536].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype", b"<html", b"<script", b"<?xml", b"<svg", b"<?php")):
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return True


def check_upload(upload: UploadedFile, kinds=DOCUMENTS) -> UploadedFile:
    """The file to keep (images drawn anew), or ValidationError in words. Nothing is written anywhere."""
    names = ", ".join(kind.upper() for kind in kinds)
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("The file is too large: %(size)s. At most %(limit)s is possible."),
            code="too_large",
            params={"size": filesizeformat(upload.size), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        )
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    ending = PurePath(upload.name).suffix.lower()
    named = next((kind for kind in kinds if ending in KINDS[kind][0]), "")
    if not named:
        raise ValidationError(
            _("Files of the kind “%(ending)s” are not accepted. Possible: %(names)s."),
            code="ending",
            params={"ending": ending or "?", "names": names},
        )
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    found = kind_of(content)
    if found not in kinds or (found != named and {found, named} != {"jpg", "png"}):
        raise ValidationError(
            _(
                "“%(name)s” is not a %(kind)s file, whatever its name says. Save it again as %(kind)s and send that."
            ),
            code="content",
            params={"name": PurePath(upload.name).name[:80], "kind": named.upper()},
        )
    if found in ("jpg", "png"):
        return _redraw(content, found, upload.name)
    return upload


def _redraw(content: bytes, kind: str, name: str) -> InMemoryUploadedFile:
    """The same picture, drawn anew: upright, not larger than a sharp page, without hidden data."""
    unreadable = ValidationError(_("This picture cannot be opened. Take or scan it again."), code="image")
    try:
        image = Image.open(io.BytesIO(content))
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(
                _("This picture is too large: %(width)s × %(height)s points."),
                code="pixels",
                params={"width": image.width, "height": image.height},
            )
        image = ImageOps.exif_transpose(image)
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        out = io.BytesIO()
        if kind == "jpg":
            image.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
        else:
            clean = image.convert(
                "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
            )
            clean.save(out, "PNG", optimize=True)
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError):
        raise unreadable from None
    size = out.tell()
    out.seek(0)
    return InMemoryUploadedFile(out, None, f"{PurePath(name).stem}.{kind}", KINDS[kind][1], size, None)


def digest_of(upload) -> str:
    """The SHA-256 of a file, in hex; the file is left at its start."""
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(lambda: upload.read(1 << 16), b""):
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


class UploadField(forms.FileField):
    """A file of certain kinds, checked by content and size: `UploadField(kinds=("pdf", "jpg", "png"))`."""

    def __init__(self, *, kinds=DOCUMENTS, **kwargs):
        self.kinds = tuple(kinds)
        super().__init__(**kwargs)
        if not self.help_text:
            self.help_text = _lazy_help(self.kinds)

    def widget_attrs(self, widget):
        endings = [ending for kind in self.kinds for ending in KINDS[kind][0]]
        return {**super().widget_attrs(widget), "accept": ",".join(endings)}

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        return check_upload(upload, self.kinds) if isinstance(upload, UploadedFile) else upload


def _lazy_help(kinds):
    from django.utils.functional import lazy

    def text():
        return _("%(names)s, at most %(limit)s.") % {
            "names": ", ".join(kind.upper() for kind in kinds),
            "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
        }

    return lazy(text, str)()
