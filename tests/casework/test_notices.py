"""Notices by the channel that the family wished: written with the step, sent once, tried again, no word of the complaint."""

import datetime as dt
import http.server
import json
import threading
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cases.casework import services
from cases.casework.models import Case, Notice
from cases.casework.services.forgetting import _forget
from cases.casework.services.notifying import HELD, MOST_ATTEMPTS, deliver, deliver_due
from cases.casework.services.watching import escalate
from cases.casework.tasks import send_notice
from tests.casework import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P-14")]
PHONE, E164 = "0812 3456 7890", "+6281234567890"


@pytest.fixture
def folder(settings, tmp_path):
    settings.NOTICE_DIR = str(tmp_path)
    return tmp_path


def wishes(channel="sms", **fields):
    fields = {"reporter_phone": PHONE} | fields
    return make.case(notice_channel=channel, **fields)


def files(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.rglob("*.txt"))]


def test_a_step_writes_its_notice_and_the_file_channel_keeps_it_once(folder):
    case = wishes(description="Anak saya sakit keras")
    notice = case.notices.get()
    assert (notice.move, notice.state, notice.channel) == ("start", "waiting", "sms")
    assert deliver(notice.pk) == "sent"
    assert deliver(notice.pk) == "" and deliver_due() == 0
    (text,) = files(folder)
    assert text.startswith(E164) and case.number in text and "/lacak/" in text
    for secret in ("sakit", case.person.name, case.person.nik, case.lookup_code, "PIS"):
        assert secret not in text
    assert oct(next(folder.rglob("*.txt")).stat().st_mode)[-3:] == "600"


def test_the_family_hears_of_the_steps_that_concern_it_and_no_other():
    case = wishes(answered="approve", enrolled=True, closed=True)
    assert list(case.notices.order_by("pk").values_list("move", flat=True)) == [
        "start", "refer", "program_answers", "close",
    ]  # fmt: skip
    assert not make.case(answered="approve").notices.exists()


@pytest.mark.parametrize(
    ("channel", "fields", "wrong"),
    [
        ("sms", {"reporter_phone": ""}, "reporter_phone"),
        ("whatsapp", {"reporter_phone": "12345"}, "reporter_phone"),
        ("email", {"reporter_email": "bukan-alamat"}, "reporter_email"),
        ("merpati", {}, "notice_channel"),
    ],
)
def test_a_wish_without_an_address_is_refused_at_its_field(channel, fields, wrong):
    with pytest.raises(ValidationError) as problem:
        wishes(channel, **fields)
    assert wrong in problem.value.error_dict and not Case.objects.exists() and not Notice.objects.exists()


def test_a_step_that_is_rolled_back_leaves_no_notice():
    class Fault(Exception):
        pass

    with pytest.raises(Fault), transaction.atomic():
        wishes()
        raise Fault
    assert not Notice.objects.exists()


def test_after_the_commit_the_worker_gets_the_key_alone(monkeypatch, django_capture_on_commit_callbacks):
    given = []
    monkeypatch.setattr("cases.casework.tasks.send_notice", lambda *args: given.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        case = wishes()
    assert given == [(case.notices.get().pk,)]


def test_mail_goes_by_the_mail_backend_with_a_stable_id(settings):
    settings.NOTICE_CHANNELS = {"email": "portal.channels.EmailChannel"}
    case = wishes("email", reporter_phone="", reporter_email="siti@example.org")
    send_notice.call_local(case.notices.get().pk)
    (message,) = mail.outbox
    assert message.to == ["siti@example.org"] and case.number in message.subject
    assert f"slrt-{case.notices.get().pk}@" in message.extra_headers["Message-ID"]


class Gateway:
    """A small SMS gateway on this machine: answers what it is told, remembers what it got."""

    def __init__(self):
        self.got, self.answers, outer = [], [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.got.append((body, dict(self.headers)))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gateway(settings):
    one = Gateway()
    settings.NOTICE_CHANNELS = {"whatsapp": "portal.channels.GatewayChannel"}
    settings.NOTICE_GATEWAYS = {
        "whatsapp": {"url": f"http://127.0.0.1:{one.server.server_port}/pesan", "token": "rahasia"}
    }
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_a_gateway_that_is_down_is_asked_again_later_with_the_same_key(gateway):
    gateway.answers = [503, 200]
    notice = wishes("whatsapp").notices.get()
    now = timezone.now()
    assert deliver(notice.pk, at=now) == "waiting"
    assert deliver_due(at=now) == 0, "not before its time"
    assert deliver_due(at=now + dt.timedelta(minutes=2)) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.problem) == ("sent", 2, "")
    assert len({body["key"] for body, _heads in gateway.got}) == 1 and len(gateway.got) == 2
    body, heads = gateway.got[0]
    assert body["to"] == E164 and heads["Authorization"] == "Bearer rahasia"


def test_a_refused_address_is_not_tried_again_and_an_officer_is_told(gateway, client):
    gateway.answers = [400]
    case = wishes("whatsapp")
    assert deliver(case.notices.get().pk) == "failed"
    assert deliver_due(at=timezone.now() + dt.timedelta(days=9)) == 0
    notice = case.notices.get()
    assert PHONE not in notice.problem and E164 not in notice.problem
    assert list(Case.objects.undelivered()) == [case]
    front = make.officer("front_office", "34.04")
    client.force_login(front, backend="portal.accounts.backends.RoleBackend")
    assert case.number in client.get("/admin/keluhan/?undelivered=true").content.decode()
    services.tell_family(case=case, method="phone", by=front)
    assert not Case.objects.undelivered().exists()


def test_after_the_last_attempt_it_fails_for_good(gateway):
    gateway.answers = [500] * MOST_ATTEMPTS
    notice = wishes("whatsapp").notices.get()
    at = timezone.now()
    for _attempt in range(MOST_ATTEMPTS):
        deliver(notice.pk, at=at)
        at += dt.timedelta(days=1)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", MOST_ATTEMPTS) and len(gateway.got) == MOST_ATTEMPTS


def test_a_worker_that_died_leaves_its_notice_to_the_next(folder):
    notice = wishes().notices.get()
    now = timezone.now()
    # Taken, and never settled: the process was killed.
    Notice.objects.filter(pk=notice.pk).update(state="sending", attempts=1, next_try_at=now + HELD)
    assert deliver(notice.pk, at=now) == "", "held by its worker"
    assert deliver_due(at=now + HELD) == 1
    assert len(files(folder)) == 1


def test_a_paused_case_reminds_the_family_too():
    case = wishes()
    services.pause_case(case=case, reason="papers", note="", by=make.officer("front_office", "34.04"))
    Case.objects.filter(pk=case.pk).update(remind_at=timezone.now() - dt.timedelta(hours=1))
    escalate()
    assert case.notices.filter(move="remind").count() == 1


def test_what_is_anonymised_tells_nobody(folder):
    case = wishes(closed=True, answered="refuse")
    key = case.notices.order_by("pk").last().pk
    Case.objects.filter(pk=case.pk).update(anonymised_at=timezone.now())
    assert deliver(key) == "dropped" and not files(folder)
    _forget([case.pk])
    case.refresh_from_db()
    assert not (case.notice_channel or case.reporter_phone or case.notices.exists())
