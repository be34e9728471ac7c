"""A known family is registered with the keyboard alone, in under a minute, with three pages (C-14)."""

import pytest
from django.urls import reverse

from cases.casework.models import Case
from tests.browser import DESKTOP, Visitor
from tests.casework import records as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.rule("C-14", "H-02")
def test_from_the_nik_to_the_receipt_without_touching_the_mouse(chromium, live_server):
    make.unit("34.04")
    siti, program = make.person(name="Siti Aminah"), make.program()
    front = make.officer("front_office", "34.04")
    front.set_password("kata-sandi-loket-2026")
    front.save()
    clerk = Visitor(chromium, live_server.url, DESKTOP).sign_in(front.username, "kata-sandi-loket-2026")
    keys = clerk.page.keyboard
    pages = []
    clerk.page.on("request", lambda request: request.is_navigation_request() and pages.append(request.url))
    try:
        clerk.go(reverse("casework:register"))
        # The number field has the focus already: scanned or typed, and Enter.
        keys.type(siti.nik)
        keys.press("Enter")
        clerk.page.wait_for_selector(".ci-form")
        assert "Siti Aminah" in clerk.text()
        for key in ("Space", "Tab"):  # a need; on to the program, found by its first letters
            keys.press(key)
        keys.type(program.label[:9])
        keys.press("Tab")
        keys.type("Butuh kartu sehat.")
        keys.press("Control+Enter")
        clerk.page.wait_for_selector(".ci-receipt")
        case = Case.objects.get()
        assert (case.kind, case.program, case.person) == ("need", program, siti)
        assert case.number in clerk.text() and case.lookup_code in clerk.text()
        # The empty page, the search's answer, the form, its answer, the receipt.
        assert len(pages) <= 5 and not clerk.complaints
    finally:
        clerk.close()
