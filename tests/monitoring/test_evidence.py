"""Evidence files: kept privately, checked by content, seen by whoever sees the record, covered by the seal."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.accounts.roles import Role
from portal.backoffice.attachments import attachments_of
from portal.ledger.models import AuditEntry
from portal.regions.models import Region
from reports.evaluation.models import Evaluation
from reports.monitoring import supervision
from reports.monitoring.models import SupervisionVisit
from reports.monitoring.reference import load
from reports.quarterly import services
from reports.quarterly.figures import digest
from reports.quarterly.presentation import Presentation
from tests.evaluation.test_evaluation import GOOD, nation, running  # noqa: F401 - fixtures
from tests.factories import officer
from tests.quarterly.places import BANTUL, CATURTUNGGAL, NARRATIVE, Province

pytestmark = pytest.mark.django_db
SHEET = {"has_plan": "true", "done_as_planned": "yes", "has_budget": "false", "tablet_skill": "able"}
INSPECT = "quarterly_quarterlyreport_modeladmin_{}"


def photo(name="foto.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def pdf(name="notulen.pdf", text=b"isi") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + text + b"\n%%EOF\n", "application/pdf")


@pytest.fixture
def diy():
    return Province()


def door(action: str, report) -> str:
    return reverse(INSPECT.format(action), args=[report.pk])


def test_a_file_is_kept_with_the_report_shown_and_downloaded_by_those_who_see_it(diy, client):
    report = diy.report(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    form = client.get(door("write", report)).content.decode()
    assert 'enctype="multipart/form-data"' in form and 'type="file"' in form
    answer = client.post(door("write", report), NARRATIVE | {"evidence": pdf()})
    assert answer.status_code == 302, answer.context["form"].errors
    found = attachments_of(report).get()
    kept = report.versions.get().answers["evidence"]
    assert kept == [{"file": str(found.pk), "name": "notulen.pdf", "sha256": found.sha256}]
    address = reverse("backoffice:attachment", args=[found.pk])
    assert address in client.get(door("inspect", report)).content.decode()
    download = client.get(address)
    assert download.getvalue().startswith(b"%PDF-") and "attachment" in download["Content-Disposition"]
    assert AuditEntry.objects.filter(action="read", actor_id=diy.coordinator[CATURTUNGGAL].pk).exists()
    # Saved again without a new file: it stays. The manager above sees it, the neighbor does not.
    client.post(door("write", report), NARRATIVE | {"obstacles": "Hujan."})
    assert report.versions.get().answers["evidence"] == kept
    client.force_login(diy.manager["34.04"])
    assert client.get(address).status_code == 200
    client.force_login(diy.manager[BANTUL])
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_what_the_file_is_counts_and_not_its_name(diy, client):
    report = diy.report(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    for bad in (
        SimpleUploadedFile("surat.pdf", b"MZ\x90\x00 a program", "application/pdf"),
        SimpleUploadedFile("halaman.html", b"<script>alert(1)</script>", "text/html"),
        SimpleUploadedFile("foto.jpg", b"\xff\xd8\xff nothing", "image/jpeg"),
    ):
        answer = client.post(door("write", report), NARRATIVE | {"evidence": bad})
        assert answer.status_code == 200 and answer.context["form"].errors["evidence"]
    assert not attachments_of(report).exists()
    # The service checks by itself: a door may forget.
    with pytest.raises(ValidationError):
        services.save_answers(
            report=report,
            by=diy.coordinator[CATURTUNGGAL],
            answers=NARRATIVE | {"evidence": SimpleUploadedFile("x.pdf", b"MZ")},
        )


def test_a_file_of_another_record_is_no_answer(diy):
    services.save_answers(
        report=diy.report("34.04"), answers=NARRATIVE | {"evidence": pdf()}, by=diy.manager["34.04"]
    )
    foreign = diy.report("34.04").versions.get().answers["evidence"]
    with pytest.raises(ValidationError) as refusal:
        services.save_answers(
            report=diy.report(CATURTUNGGAL),
            answers=NARRATIVE | {"evidence": foreign},
            by=diy.coordinator[CATURTUNGGAL],
        )
    assert set(refusal.value.error_dict) == {"evidence"}


def test_the_seal_covers_the_file_and_a_sealed_file_stays(diy, django_capture_on_commit_callbacks):
    report, author = diy.report(CATURTUNGGAL), diy.coordinator[CATURTUNGGAL]
    services.save_answers(report=report, answers=NARRATIVE | {"evidence": pdf(text=b"satu")}, by=author)
    one, first = digest(report.versions.get()), attachments_of(report).get().file
    with django_capture_on_commit_callbacks(execute=True):
        services.save_answers(report=report, answers=NARRATIVE | {"evidence": pdf(text=b"dua")}, by=author)
    assert digest(report.versions.get()) != one
    kept = attachments_of(report).get()  # the replaced one is gone, with its content
    assert kept.file.storage.exists(kept.file.name) and not first.storage.exists(first.name)
    services.send_report(report=diy.report(CATURTUNGGAL), by=author)
    services.return_report(report=diy.report(CATURTUNGGAL), note="Lengkapi.", by=diy.manager["34.04"])
    services.save_answers(
        report=diy.report(CATURTUNGGAL), answers=NARRATIVE | {"evidence": photo()}, by=author
    )
    names = set(attachments_of(report).values_list("name", flat=True))
    assert names == {"notulen.pdf", "foto.jpg"}  # the first was sent: it stays with its version


def test_a_visit_and_an_evaluation_keep_theirs(running, nation, client):  # noqa: F811
    load()
    manager = officer(Role.MANAGER, "34.04")
    visit = supervision.plan_visit(
        region=Region.objects.get(pk="34.04"), kind="regency", planned_on=dt.date(2026, 11, 20), purpose="x", leader=manager, by=manager
    )  # fmt: skip
    client.force_login(manager)
    address = reverse("monitoring_supervisionvisit_modeladmin_hold", args=[visit.pk])
    answer = client.post(address, SHEET | {"photo": photo(), "_held_on": "2026-11-02"})
    assert answer.status_code == 302, answer.context["form"].errors
    visit = SupervisionVisit.objects.get()
    assert visit.answers["photo"][0]["name"] == "foto.jpg" and visit.held_on == dt.date(2026, 11, 2)
    page = client.get(reverse("monitoring_supervisionvisit_modeladmin_inspect", args=[visit.pk])).content
    assert b"foto.jpg" in page and "Mampu tanpa bantuan" in page.decode()
    one = Evaluation.objects.get(region="34.04")
    client.force_login(officer(Role.PROVINCIAL_COORDINATOR))
    fill = reverse("evaluation_evaluation_modeladmin_fill", args=[one.pk])
    sent = GOOD | {"evidence_regulation": pdf("perda.pdf"), "evidence_budget": pdf("dpa.pdf")}
    answer = client.post(fill, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(reverse("evaluation_evaluation_modeladmin_inspect", args=[one.pk]))
    files = {line.score.aspect: [name for _q, name, _url in line.files] for line in page.context["aspects"]}
    assert files["regulation"] == ["perda.pdf"] and files["budget"] == ["dpa.pdf"] and files["data"] == []
    # The question hides, the answer goes with it, and so does the file.
    client.post(fill, GOOD | {"regulation": "0"})
    assert "evidence_regulation" not in Evaluation.objects.get(pk=one.pk).answers
    assert [found.name for found in attachments_of(one)] == ["dpa.pdf"]
    # Taken away on request.
    kept = Evaluation.objects.get(pk=one.pk).answers["evidence_budget"][0]["file"]
    client.post(fill, GOOD | {"evidence_budget-away": kept})
    assert not attachments_of(one).exists()


def test_several_files_prove_one_answer_up_to_a_number_and_a_weight(diy, client, settings):
    """Added to those that are there, taken away one by one; each opens through the private door, the seal names all."""
    report = diy.report(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    write = door("write", report)

    def names():
        return [one["name"] for one in report.versions.get().answers.get("evidence", [])]

    assert client.post(write, NARRATIVE | {"evidence": [pdf("a.pdf"), photo("b.jpg")]}).status_code == 302
    assert client.post(write, NARRATIVE | {"evidence": [pdf("c.pdf", b"c")]}).status_code == 302
    assert names() == ["a.pdf", "b.jpg", "c.pdf"] and attachments_of(report).count() == 3
    page = client.get(write).content.decode()
    for one in report.versions.get().answers["evidence"]:
        address = reverse("backoffice:attachment", args=[one["file"]])
        assert address in page and client.get(address).status_code == 200
        assert one["sha256"][:16] in "".join(f.sha256 for f in attachments_of(report))
    shown = Presentation(report)
    assert [file.name for part in shown.parts for file in part.files] == ["a.pdf", "b.jpg", "c.pdf"]
    # Too many, too heavy, one of them no document: said at the field, nothing is added.
    more = [pdf(f"d{n}.pdf", b"%d" % n) for n in range(3)]
    refused = client.post(write, NARRATIVE | {"evidence": more})
    assert refused.status_code == 200 and refused.context["form"].errors["evidence"]
    assert "a.pdf" in refused.content.decode()
    bad = [pdf("e.pdf", b"e"), SimpleUploadedFile("f.pdf", b"MZ", "application/pdf")]
    assert client.post(write, NARRATIVE | {"evidence": bad}).status_code == 200
    settings.UPLOAD_MAX_BYTES = 2000
    heavy = [pdf(f"g{n}.pdf", b"x" * 1900) for n in range(2)]
    answer = client.post(write, NARRATIVE | {"evidence": heavy})
    assert answer.status_code == 200 and answer.context["form"].errors["evidence"]
    assert names() == ["a.pdf", "b.jpg", "c.pdf"] and attachments_of(report).count() == 3
    # One goes, with its content; the service counts by itself.
    second = report.versions.get().answers["evidence"][1]["file"]
    assert client.post(write, NARRATIVE | {"evidence-away": second}).status_code == 302
    assert names() == ["a.pdf", "c.pdf"] and attachments_of(report).count() == 2
    with pytest.raises(ValidationError):
        services.save_answers(
            report=report, by=diy.coordinator[CATURTUNGGAL],
            answers=NARRATIVE | {"evidence": [pdf(f"{n}.pdf", b"%d" % n) for n in range(6)]},
        )  # fmt: skip


def test_a_single_file_of_an_older_answer_is_still_one(diy):
    report = diy.report(CATURTUNGGAL)
    author = diy.coordinator[CATURTUNGGAL]
    services.save_answers(report=report, answers=NARRATIVE | {"evidence": pdf()}, by=author)
    version = report.versions.get()
    version.answers["evidence"] = version.answers["evidence"][0]
    version.save()
    assert [file.name for part in Presentation(report).parts for file in part.files] == ["notulen.pdf"]
    services.save_answers(report=report, answers=version.answers, by=author)
    assert [one["name"] for one in report.versions.get().answers["evidence"]] == ["notulen.pdf"]
