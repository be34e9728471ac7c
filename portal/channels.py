"""Ways to reach people outside the portal: e-mail, a gateway for SMS or WhatsApp, and files as the default.

A channel gets one message and either takes it or says why not. The message's `key` is the same at every attempt, so a
channel that saw it before delivers it once. Which class serves which name is the setting NOTICE_CHANNELS.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

TIMEOUT_SECONDS = 10
#: answers of a gateway after which another attempt may succeed
_TRY_LATER = (408, 425, 429)


@dataclass(frozen=True)
class Message:
    """One message to one address; `key` is its own, whatever is tried how often."""

    key: str
    to: str
    subject: str
    text: str


class TryLater(Exception):
    """Not delivered now; another attempt may be. Never carries the address."""


class Undeliverable(Exception):
    """Refused for good, e.g. an address that does not exist. Never carries the address."""


class Channel(Protocol):
    """What a way to people must do: deliver, or raise TryLater or Undeliverable."""

    def send(self, message: Message) -> None: ...


class FileChannel:
    """Keeps each message as a file of its own under NOTICE_DIR, readable to the service alone; the same key is one file."""

    def __init__(self, name: str):
        self.folder = Path(settings.NOTICE_DIR) / name

    def send(self, message: Message) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self.folder / f"{message.key}.txt"
        draft = target.with_suffix(".part")
        try:
            draft.touch(mode=0o600)
            draft.write_text(f"{message.to}\n{message.subject}\n\n{message.text}\n", encoding="utf-8")
            draft.replace(target)
        except OSError as problem:
            raise TryLater(f"file: {problem.strerror}") from None


class EmailChannel:
    """Sends by Django's mail backend; the key is the Message-ID, by which mail servers know a repeated message."""

    def __init__(self, name: str):
        self.name = name

    def send(self, message: Message) -> None:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        mail = EmailMessage(
            message.subject,
            message.text,
            to=[message.to],
            headers={"Message-ID": f"<{message.key}@{domain}>"},
        )
        try:
            mail.send()
        except OSError as problem:
            # Covers SMTP errors and connections; its text may quote the address, its kind does not.
            raise TryLater(f"mail: {type(problem).__name__}") from None


class GatewayChannel:
    """Hands the message to an SMS or WhatsApp gateway over HTTPS: JSON with `to`, `text` and `key`, a bearer token."""

    def __init__(self, name: str):
        gateway = settings.NOTICE_GATEWAYS.get(name) or {}
        self.url, self.token = gateway.get("url", ""), gateway.get("token", "")

    def send(self, message: Message) -> None:
        if not self.url.startswith(("https://", "http://127.0.0.1")):
            raise TryLater("gateway: no https address is configured")
        body = json.dumps({"to": message.to, "text": message.text, "key": message.key}).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is ours, and checked above
            self.url,
            data=body,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": message.key,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
                return
        except urllib.error.HTTPError as problem:
            if problem.code in _TRY_LATER or problem.code >= 500:
                raise TryLater(f"gateway: status {problem.code}") from None
            raise Undeliverable(f"gateway: status {problem.code}") from None
        except OSError as problem:
            raise TryLater(f"gateway: {type(problem).__name__}") from None


def channel_for(name: str) -> Channel:
    """The channel that serves a name, e.g. "sms"; a name without an entry is kept in files."""
    return import_string(settings.NOTICE_CHANNELS.get(name, "portal.channels.FileChannel"))(name)
