"""A real browser for tests: Debian's Chromium driven by Playwright, closed to everything but this machine."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager

from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@contextmanager
def chromium():
    """A running browser. The machine must have Chromium (Debian: `apt-get install chromium`)."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("no Chromium on this machine; on Debian: apt-get install chromium")
    # Playwright's loop lives in this thread, which makes Django suspect asynchronous database access.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # While the loop runs, Django keeps another set of connections for this thread. One left open on the other side
    # would go on reading a database that has been replaced since.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
        connections.close_all()


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.click(selector)


class Visitor:
    """Somebody at a browser of their own; notes what a console or the network complains about."""

    def __init__(self, browser: Browser, origin: str, viewport: dict, **context):
        self.origin = origin
        self.context = browser.new_context(viewport=viewport, locale="id-ID", **context)
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on(
            "console", lambda message: message.type == "error" and self.complaints.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:")):
            self.foreign.append(url)

    def go(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def sign_in(self, username: str, password: str) -> Visitor:
        self.go("/masuk/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", password)
        self.submit()
        return self

    def submit(self, label: str = "") -> None:
        """Press the page's main button and wait for the answer."""
        button = self.page.locator("main form button[type=submit]")
        button = (
            button.filter(has_text=label)
            if label
            else self.page.locator("main form[method=post] button[type=submit]")
        )
        with self.page.expect_navigation():
            button.first.click()

    def text(self) -> str:
        return self.page.inner_text("main")

    def close(self) -> None:
        self.context.close()
