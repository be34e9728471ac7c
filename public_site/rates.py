"""How often one visitor may ask: counted in the cache under a keyed digest of the address, forgotten with the window."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def address_of(request: HttpRequest) -> str:
    """The visitor's address as the sign-in sees it: behind proxies (TRUSTED_PROXY_COUNT) theirs does not count."""
    try:
        return get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # a socket without an address, and no proxy that names one
        return ""


def too_many(purpose: str, request: HttpRequest, *, limit: int, seconds: int) -> bool:
    """Count this request; whether the address has passed `limit` within the running window of `seconds`."""
    window = int(time.time() // seconds)
    digest = salted_hmac("public_site.rates", address_of(request)).hexdigest()[:20]
    key = f"rate:{purpose}:{window}:{digest}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:  # it ran out between the two calls
        return False
