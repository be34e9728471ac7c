"""Published pages for anonymous visitors, answered from memory before anything else runs.

First in MIDDLEWARE. Only GET and HEAD, only listed addresses and query keys, never with a session or a CSRF-bearing form.
An entry holds the public version under which it was made (programs_catalog/freshness.py); publishing raises that number, and
every older entry is dead. The number is asked for at most once in a fraction of a second per process: that long, and no
longer, a process may answer from before a publication made by another; the process that publishes forgets it at once.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from threading import Lock
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from programs_catalog import freshness

#: addresses that may be kept, by the beginning of their path after the language
KEPT = (
    "/program/",
    "/lokasi/",
    "/lowongan/",
    "/data/",
    "/atom/",
    "/sitemap.xml",
    "/robots.txt",
    "/api/hsds/",
    "/api/v1/pages",
)
NEVER = ("/admin/", "/akun/", "/masuk/", "/lacak/", "/cek-kelayakan/", "/pembentukan/", "/verifikasi/", "/api/v1/cases", "/wilayah/", "/kalender/", "/healthz", "/static/", "/media/", "/documents/", "/_util/")  # fmt: skip
#: query keys that lead to a page of its own; others make the request uncached
QUERY = frozenset(
    {"wilayah", "sektor", "sasaran", "tingkat", "jenis", "halaman", "page", "per_page", "type", "language"}
)
MOST = 2000
LARGEST = 400_000
NUMBER_FOR = 0.25  # seconds
PACKED = "-gz"


@dataclass(frozen=True)
class Entry:
    version: int
    until: float
    status: int
    body: bytes
    #: the same, compressed once; kept pages hold no secret that its length could tell
    packed: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]


class PageCache:
    """The middleware; one store per process."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.entries: dict[str, Entry] = {}
        self.lock = Lock()
        self.number, self.asked_at = 0, 0.0
        freshness.on_bump(self.forget)

    def __call__(self, request):
        key = self.key(request)
        if key is None:
            return self.get_response(request)
        number = self.version()
        entry = self.entries.get(key)
        if entry and entry.version == number and entry.until > time.monotonic():
            return answer(request, entry)
        response = self.get_response(request)
        if number and self.may_keep(request, response):
            entry = keep(response, number)
            with self.lock:
                if len(self.entries) >= MOST:
                    self.entries.clear()
                self.entries[key] = entry
            return answer(request, entry)
        return response

    @staticmethod
    def key(request) -> str | None:
        """What tells one page from another; None where the request must not be answered from the cache."""
        if request.method not in ("GET", "HEAD") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None
        path = request.path_info
        plain = path[3:] if path.startswith("/en/") else path
        if plain.startswith(NEVER) or "messages" in request.COOKIES:
            return None
        query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        if query and not (plain.startswith(KEPT) and all(name in QUERY for name, _value in query)):
            return None
        return f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{path}?{urlencode(sorted(query))}"

    def version(self) -> int:
        now = time.monotonic()
        if now - self.asked_at > NUMBER_FOR:
            self.number, self.asked_at = freshness.version(), now
        return self.number

    def forget(self) -> None:
        self.asked_at = 0.0

    @staticmethod
    def may_keep(request, response) -> bool:
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
            and not any(word in response.get("Cache-Control", "") for word in ("private", "no-store"))
            and len(response.content) <= LARGEST
        )


def keep(response, number: int) -> Entry:
    body = response.content
    packed = compress_string(body)
    patch_vary_headers(response, ["Accept-Encoding"])
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    response["ETag"] = etag
    if not response.has_header("Cache-Control"):
        # Browsers and proxies ask again each time; the answer is then 304 and costs nothing.
        response["Cache-Control"] = "public, no-cache"
    # Pages speak of days (notices, vacancies): never older than an hour.
    return Entry(
        number, time.monotonic() + 3600, response.status_code, body, packed, etag, tuple(response.items())
    )


def answer(request, entry: Entry) -> HttpResponse:
    """The kept page, or 304 where the visitor has it already."""
    is_packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    # Two bodies, two strong tags; which of them a browser has makes no difference to what is new.
    etag = f'{entry.etag[:-1]}{PACKED}"' if is_packed else entry.etag
    known = [
        part.strip().removeprefix("W/") for part in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")
    ]
    if entry.etag in (tag.replace(PACKED, "") for tag in known):
        response: HttpResponse = HttpResponseNotModified()
        for name, value in entry.headers:
            if name in ("Cache-Control", "Vary", "Content-Language"):
                response[name] = value
        response["ETag"] = etag
        return response
    response = HttpResponse(entry.packed if is_packed else entry.body, status=entry.status)
    for name, value in entry.headers:
        response[name] = value
    response["ETag"] = etag
    if is_packed:
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(entry.packed))
    return response
