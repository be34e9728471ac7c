"""Published pages for anonymous visitors: from the cache, held against the same bytes from a bare WSGI view, and rendered anew."""

import contextlib
import http.client
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from programs_catalog import freshness
from programs_catalog.reference import load_catalog
from public_site import reference
from tests.bench import Row, measure, timed

PAGES = ("/", "/program/kesehatan/", "/program/kesehatan/pis/")
ROUNDS, CALLS = 7, 200
ROOT = Path(__file__).resolve().parents[2]


def ask(application, path: str) -> bytes:
    statuses = []
    body = application(
        {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        },
        lambda status, headers: statuses.append(status),
    )  # fmt: skip
    content = b"".join(body)
    assert statuses[0].startswith("200"), statuses
    return content


def bare(content: bytes):
    """The floor: a WSGI application that hands out the bytes and does nothing else."""

    def application(environ, start_response):
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))]
        )
        return [content]

    return application


@measure("Public pages")
def public_pages():
    load_catalog()
    reference.load()
    portal = WSGIHandler()
    for path in PAGES:
        content = ask(portal, path)
        floor = bare(content)
        kept, lowest, rendered = [], [], []
        for _round in range(ROUNDS):  # interleaved, so that a busy machine hits both alike
            kept.append(timed(lambda path=path: [ask(portal, path) for _call in range(CALLS)]) / CALLS)
            lowest.append(
                timed(lambda path=path, floor=floor: [ask(floor, path) for _call in range(CALLS)]) / CALLS
            )
            freshness.bump()
            rendered.append(timed(lambda path=path: ask(portal, path)))
        yield Row(
            f"{path} from the cache against the bytes from a bare WSGI view", median(kept), median(lowest)
        )
        yield Row(f"{path} from the cache against rendering it", median(kept), median(rendered), at_most=0.1)


@contextlib.contextmanager
def served(application: str, **environment):
    """One process of gunicorn with our own configuration; yields a connection that is kept open."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", application],
        cwd=ROOT,
        env=os.environ
        | {"PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1", "SLRT_VAR_DIR": tempfile.mkdtemp()}
        | environment,
    )
    try:
        for _attempt in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        yield connection
        connection.close()
    finally:
        server.terminate()
        server.wait(60)


def fetch(connection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == 200, answer.status
    return content


@measure("Public pages over HTTP")
def public_pages_over_http():
    load_catalog()
    reference.load()
    portal = {
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
    }
    with served("portal.wsgi", **portal) as kept, tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(PAGES):
            file = Path(folder) / f"{number}.html"
            file.write_bytes(fetch(kept, path))
            with served("tests.bench.bare", BARE_CONTENT=str(file)) as bare_server:
                ours, floor = [], []
                for _round in range(ROUNDS):
                    ours.append(
                        timed(lambda path=path: [fetch(kept, path) for _call in range(CALLS)]) / CALLS
                    )
                    floor.append(
                        timed(lambda server=bare_server: [fetch(server, "/") for _call in range(CALLS)])
                        / CALLS
                    )
            yield Row(
                f"{path} over HTTP, one process of gunicorn, against the same bytes from a bare WSGI application",
                median(ours),
                median(floor),
                at_most=3,
            )
