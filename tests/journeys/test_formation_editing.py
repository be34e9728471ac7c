"""Two people at one draft, and the National Secretariat at the pathways: in a browser."""

import pytest

from portal.accounts.roles import Role
from portal.formation import reference
from portal.formation.models import FormationRequest, Pathway, PathwayVersion
from portal.formation.services import drafts
from portal.staffing import reference as positions
from tests.factories import UserFactory
from tests.portal.formation.desk import Bodies, filled, sent

from .founding import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOW = 60_000


@pytest.fixture
def bodies(settings):
    settings.DEMO = True
    positions.load()
    reference.load()
    return Bodies()


def wait_for_status(page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('[data-autosave-status]').textContent.includes(words)",
        arg=words,
        timeout=SLOW,
    )


@pytest.mark.rule("F-04")
def test_two_people_edit_one_item_and_neither_loses_work_unknowingly(bodies, visitor):
    request, head, helper = filled("regency", bodies), bodies[Role.REGENCY_HEAD], UserFactory()
    drafts.delegate(request=request, to=helper, by=head)
    stored = lambda: request.items.get(kind="budget").data["amount"]  # noqa: E731
    path = f"/pembentukan/{request.pk}/budget/"
    first, second = (visitor().sign_in(user.username, PASSWORD) for user in (head, helper))
    first.go(path)
    second.go(path)
    first.page.fill("[name=amount]", "777000000")
    wait_for_status(first.page, "Draf tersimpan")
    assert stored() == "777000000", "saved while typing, without a button"
    second.page.fill("[name=amount]", "888000000")
    wait_for_status(second.page, "Tidak tersimpan")
    assert stored() == "777000000"
    second.submit("Simpan")
    text = second.text()
    assert "777.000.000" in text and head.name in text, "what the other one wrote, and who"
    assert second.page.input_value("[name=amount]") == "888000000", "and one's own text is still there"
    second.submit("Simpan")
    assert stored() == "888000000"
    # The letter is saved while it is being written, too.
    first.go(f"/pembentukan/{request.pk}/surat/")
    first.page.fill("[name=reason]", "Alasan yang baru.")
    wait_for_status(first.page, "Draf tersimpan")
    assert FormationRequest.objects.get(pk=request.pk).reason == "Alasan yang baru."


@pytest.mark.rule("F-10", "F-11")
def test_the_secretariat_changes_a_pathway_without_code_and_running_requests_keep_theirs(bodies, visitor):
    running = sent("puskesos", bodies)
    pathway = Pathway.objects.get(pk="puskesos")
    desk = visitor().sign_in(bodies[Role.NATIONAL_SECRETARIAT].username, PASSWORD)
    page = desk.go("/admin/jalur-pembentukan/")
    with page.expect_navigation():
        page.locator(f"main a[href*='/inspect/{pathway.current.pk}/']").first.click()
    with page.expect_navigation():
        page.locator("a[href*='/new-version/']").first.click()
    desk.submit()
    draft = PathwayVersion.objects.get(status="draft")
    # A second look of the social office before the location, with a decree that this form does not end in.
    page = desk.go(f"/admin/jalur-pembentukan/content/{draft.pk}/")
    page.fill("[name=version_note]", "Verifikasi lapangan sebelum penetapan.")
    last = page.locator("[name^='stages-'][name$='-code']").count() - 1
    for name, value in {
        "order": "3", "code": "field_check", "name": "Verifikasi lapangan", "name_en": "Field check", "documents": "Berita acara",
        "time_limit_days": "14",
    }.items():  # fmt: skip
        page.fill(f"[name=stages-{last}-{name}]", value)
    page.select_option(f"[name=stages-{last}-body]", "regency_social_office")
    page.select_option(f"[name=stages-{last}-form]", "facilitation")
    page.select_option(f"[name=stages-{last}-decree_issuer]", "regency_social_office")
    for place in range(2, last):
        page.fill(f"[name=stages-{place}-order]", str(place + 2))
    desk.submit()
    assert draft.stages.count() == 6
    page = desk.go(f"/admin/jalur-pembentukan/publish/{draft.pk}/")
    assert "Verifikasi lapangan" in desk.text(), "what speaks against it is said before"
    desk.submit()
    assert Pathway.objects.get(pk="puskesos").current.number == 1
    page = desk.go(f"/admin/jalur-pembentukan/content/{draft.pk}/")
    page.select_option("[name=stages-2-decree_issuer]", index=0)
    desk.submit()
    assert not page.locator(".bo-error").count(), "the untouched form for one more stage is in nobody's way"
    desk.go(f"/admin/jalur-pembentukan/publish/{draft.pk}/")
    desk.submit()
    assert Pathway.objects.get(pk="puskesos").current == draft, desk.text()
    # Everybody reads the new way; the running request walks the old one.
    citizen = visitor()
    citizen.go("/pembentukan/")
    assert "Verifikasi lapangan" in citizen.page.content()
    running.refresh_from_db()
    assert running.version.number == 1 and not running.version.stages.filter(code="field_check").exists()
    applicant = visitor().sign_in(bodies[Role.VILLAGE_HEAD].username, PASSWORD)
    applicant.go(f"/pembentukan/{running.pk}/")
    assert "Verifikasi lapangan" not in applicant.text()
    assert not desk.complaints and not desk.foreign
