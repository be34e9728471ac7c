"""Published pages for anonymous visitors: from the cache, held against the same bytes from a bare WSGI view, and rendered anew."""

import io
from statistics import median

from django.core.handlers.wsgi import WSGIHandler

from programs_catalog import freshness
from programs_catalog.reference import load_catalog
from public_site import reference
from tests.bench import Row, measure, timed

PAGES = ("/", "/program/kesehatan/", "/program/kesehatan/pis/")
ROUNDS, CALLS = 7, 200


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
