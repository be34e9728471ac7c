"""The floor of a page over HTTP: the bytes of a file, handed out by the same server with nothing in between."""

import os
from pathlib import Path

CONTENT = Path(os.environ.get("BARE_CONTENT", os.devnull)).read_bytes()


def application(environ, start_response):
    """A WSGI application that does nothing else."""
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(CONTENT)))]
    )
    return [CONTENT]
