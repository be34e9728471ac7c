"""The list of sessions names devices as their owners know them."""

import pytest
from django.utils.translation import override

from portal.accounts.devices import device_of

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (ANDROID, "Chrome di Android"), (EDGE, "Edge di Windows"), (PHONE, "Safari di iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox di Linux"),
        ("Python-urllib/3.11", "Python-urllib"), ("", "tidak diketahui"), ("x" * 500, "x" * 60),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words(said, shown):
    with override("id"):
        assert device_of(said) == shown
