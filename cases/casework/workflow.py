"""A case's way, and a referral's: who may move it from where to where (guideline IV.C, figures 3 and 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import Move, StoryFlow


class CaseStory(StoryFlow):
    """The words beside the steps of a case and of its referrals go with the case."""

    def remark_of(self, obj, **fields):
        from .models import Remark

        return Remark(case_id=getattr(obj, "case_id", obj.pk), **fields)


class Kind(models.TextChoices):
    """What the family brought (C-01, C-02): three kinds of participation complaint, and the need for a program."""

    QUESTION = "question", _("Question")
    SUGGESTION = "suggestion", _("Suggestion")
    GRIEVANCE = "grievance", _("Grievance")
    NEED = "need", _("Need for a program")


class Channel(models.TextChoices):
    """Where the family met an officer."""

    FACILITATOR = "facilitator", _("Visit by a facilitator")
    PUSKESOS = "puskesos", _("Puskesos counter")
    SLRT = "slrt", _("SLRT counter")


class NoticeChannel(models.TextChoices):
    """How a family wishes to hear of the steps of its case; without one it asks by number and code."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


class Status(models.TextChoices):
    """Where a case is, in other words whose turn it is. How it ended is its outcome."""

    REGISTERED = "registered", _("Registered")
    RETURNED = "returned", _("Returned for correction")
    PAUSED = "paused", _("Waiting for papers")
    REVIEWED = "reviewed", _("Reviewed")
    PROPOSED = "proposed", _("Referral proposed")
    REFERRED = "referred", _("Referred")
    AGENDA = "agenda", _("On the meeting agenda")
    ANSWERED = "answered", _("Answered")
    INFORMED = "informed", _("Family informed")
    CLOSED = "closed", _("Closed")


OPEN = tuple(status for status in Status if status != Status.CLOSED)


class PublicStatus(models.TextChoices):
    """What people are told (guideline IV.D.2.4)."""

    IN_PROCESS = "in_process", _("In process")
    FINISHED = "finished", _("Finished")
    REFUSED = "refused", _("Refused")


class Outcome(models.TextChoices):
    """How a case ended."""

    ENROLLED = "enrolled", _("Enrolled in the program")
    ALTERNATIVE = "alternative", _("Given an alternative program")
    ANSWERED = "answered", _("Answered")
    DISCUSSED = "discussed", _("Discussed at the meeting")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the family")
    DUPLICATE = "duplicate", _("Registered twice")


#: ends that a need may have: enrolment, an alternative, or an end that finishes nothing (C-10)
ENDS_OF_A_NEED = (
    Outcome.ENROLLED,
    Outcome.ALTERNATIVE,
    Outcome.REFUSED,
    Outcome.WITHDRAWN,
    Outcome.DUPLICATE,
)
#: ends that need the enrolment row as their proof (C-10)
PROVED_BY_ENROLMENT = (Outcome.ENROLLED, Outcome.ALTERNATIVE)


# -- guards: what the kind and the channel allow beyond the status ----------------------------------------------------
def is_question(case) -> bool:
    return case.kind == Kind.QUESTION


def is_suggestion(case) -> bool:
    return case.kind == Kind.SUGGESTION


def is_grievance(case) -> bool:
    return case.kind == Kind.GRIEVANCE


def needs_review(case) -> bool:
    """A suggestion goes to the manager (C-04); everything else the supervisor of the district may review (C-22)."""
    return case.kind != Kind.SUGGESTION


def is_before_the_back_office(case) -> bool:
    """Reviewed, or brought to a counter, whose front office hands it on directly unless it is a need (C-09, C-15)."""
    if case.kind == Kind.SUGGESTION:
        return False
    if case.status == Status.REGISTERED:
        return case.kind != Kind.NEED and case.channel != Channel.FACILITATOR
    return True


def may_be_referred(case) -> bool:
    """A question is answered, a suggestion discussed; needs and grievances go to programs (C-05, C-09, C-17)."""
    if case.kind not in (Kind.NEED, Kind.GRIEVANCE):
        return False
    if case.status in (Status.ANSWERED, Status.INFORMED):
        # Refused by one program: another one, or an alternative, may still be sought (C-10).
        return not case.enrolment_id
    return is_before_the_back_office(case)


def may_be_closed(case) -> bool:
    """Once the family was told; where nobody can be told (anonymous) the answer itself is enough."""
    return case.status == Status.INFORMED or case.is_anonymous


def may_be_reopened(case) -> bool:
    return case.outcome != Outcome.DUPLICATE and case.kind in (Kind.NEED, Kind.GRIEVANCE)


_S = Status
CASE_FLOW = CaseStory(
    "casework.Case",
    {
        # intake
        "answer_at_once": Move((_S.REGISTERED,), to=_S.CLOSED, right="register", label=_("Answer at once"), public_label=_("Your question was answered"), style="primary", when=is_question),
        "to_agenda": Move((_S.REGISTERED,), to=_S.AGENDA, right="register", label=_("Pass on to the manager"), public_label=_("Passed on as material for the next meeting"), when=is_suggestion),
        "resubmit": Move((_S.RETURNED,), to=_S.REGISTERED, right="register", label=_("Submit again"), public_label=_("Completed and submitted again"), needs_note=True, style="primary"),
        "pause": Move((_S.REGISTERED, _S.REVIEWED), to=_S.PAUSED, right="pause", label=_("Wait for papers"), public_label=_("Waiting for your papers"), needs_note=True, when=needs_review),
        "resume": Move((_S.PAUSED,), to=_S.REGISTERED, right="pause", label=_("Papers are complete"), public_label=_("Your papers are complete; handling goes on"), style="primary"),
        # the supervisor of the district
        "review": Move((_S.REGISTERED,), to=_S.REVIEWED, right="review", label=_("Confirm the review"), public_label=_("Checked by the supervisor of the district"), style="primary", when=needs_review),
        "send_back": Move((_S.REGISTERED,), to=_S.RETURNED, right="review", label=_("Send back for correction"), public_label=_("Being completed by the officer"), needs_note=True, when=needs_review),
        # the back office
        "answer": Move((_S.REGISTERED, _S.REVIEWED), to=_S.ANSWERED, right="handle", label=_("Settle and answer"), public_label=_("Answered by the secretariat"), when=is_before_the_back_office),
        "propose": Move((_S.REGISTERED, _S.REVIEWED, _S.ANSWERED, _S.INFORMED), to=_S.PROPOSED, right="handle", label=_("Propose a referral"), public_label=_("Being prepared for the program"), style="primary", when=may_be_referred),
        # the manager
        "refer": Move((_S.REVIEWED, _S.PROPOSED), to=_S.REFERRED, right="approve", label=_("Approve the referral"), public_label=_("Sent to the program"), style="primary", when=may_be_referred),
        "decline": Move((_S.PROPOSED,), to=_S.REVIEWED, right="approve", label=_("Return to the back office"), public_label=_("Handled by the secretariat"), needs_note=True),
        "to_meeting": Move((_S.REVIEWED, _S.PROPOSED), to=_S.AGENDA, right="approve", label=_("Bring to the coordination meeting"), public_label=_("To be discussed at the coordination meeting"), when=is_grievance),
        "minute": Move((_S.AGENDA,), to=_S.ANSWERED, right="approve", label=_("Record what the meeting decided"), public_label=_("Discussed at the meeting"), style="primary"),
        "recall": Move((_S.REFERRED,), to=_S.REVIEWED, right="approve", label=_("Call the referral back"), public_label=_("Handled by the secretariat again"), needs_note=True, style="danger"),
        # the Puskesos, to providers of its own village (C-18)
        "refer_in_village": Move((_S.REGISTERED, _S.REVIEWED), to=_S.REFERRED, right="refer_in_village", label=_("Refer within the village"), public_label=_("Sent to a provider in your village"), when=may_be_referred),
        # the program, through its referral
        "program_answers": Move((_S.REFERRED,), to=_S.ANSWERED, right="view", label=_("The program has answered"), public_label=_("The program has answered"), automatic=True),
        # back to the family
        "inform": Move((_S.ANSWERED,), to=_S.INFORMED, right="inform", label=_("Record that the family was told"), public_label=_("You were told the result"), style="primary"),
        "close": Move((_S.ANSWERED, _S.INFORMED), to=_S.CLOSED, right="inform", label=_("Close the case"), public_label=_("Closed"), style="primary", when=may_be_closed),
        "withdraw": Move((_S.REGISTERED, _S.RETURNED, _S.PAUSED, _S.REVIEWED, _S.PROPOSED, _S.AGENDA, _S.ANSWERED, _S.INFORMED), to=_S.CLOSED, right="withdraw", label=_("The family withdraws"), public_label=_("Withdrawn at your own wish"), needs_note=True, style="danger"),
        "mark_double": Move((_S.REGISTERED, _S.RETURNED, _S.REVIEWED), to=_S.CLOSED, right="mark_double", label=_("Registered twice"), public_label=_("Continued under another registration number"), style="danger"),
        # The family's own word, by number and code on the public page: no officer stands between (P-14).
        "appeal": Move((_S.CLOSED,), to=_S.REVIEWED, right="view", label=_("The family appeals"), public_label=_("Taken up again at your own word"), automatic=True, when=may_be_reopened),
        "reopen": Move((_S.CLOSED,), to=_S.REVIEWED, right="reopen", label=_("Reopen"), public_label=_("Reopened"), needs_note=True, when=may_be_reopened),
    },
    initial=Status.REGISTERED,
    lines={"escalate": _("Escalated"), "remind": _("Reminder")},
    words_right="read_personal",
)  # fmt: skip


class ReferralStatus(models.TextChoices):
    """Where a referral is, and what the program's desk has said (C-19)."""

    PROPOSED = "proposed", _("Proposed")
    IN_PROVINCE = "in_province", _("With the province")
    WAITING = "waiting", _("Waiting for an answer")
    STUDIED = "studied", _("Being studied")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Called back")


#: what a desk may not see yet
NOT_YET_SENT = (ReferralStatus.PROPOSED, ReferralStatus.IN_PROVINCE)
UNANSWERED = (ReferralStatus.WAITING, ReferralStatus.STUDIED)
#: sent on, and no final answer yet (C-21)
UNDER_WAY = (ReferralStatus.IN_PROVINCE, *UNANSWERED)
SETTLED = (ReferralStatus.APPROVED, ReferralStatus.REFUSED)

_R = ReferralStatus
REFERRAL_FLOW = CaseStory(
    "casework.Referral",
    {
        "send": Move((_R.PROPOSED,), to=_R.WAITING, right="send", label=_("Send to the program"), public_label=_("Sent to the program"), style="primary"),
        # A grievance about a central program climbs from the regency to the province to the centre (C-06).
        "send_up": Move((_R.PROPOSED,), to=_R.IN_PROVINCE, right="send", label=_("Send to the province"), public_label=_("Passed on to the province")),
        "pass_up": Move((_R.IN_PROVINCE,), to=_R.WAITING, right="pass_up", label=_("Pass on to the centre"), public_label=_("Passed on by the province to the centre"), style="primary"),
        "settle": Move((_R.IN_PROVINCE,), to=_R.APPROVED, right="pass_up", label=_("Settled by the province"), public_label=_("Settled by the province"), needs_note=True),
        "approve": Move(UNANSWERED, to=_R.APPROVED, right="answer", label=_("Approve"), public_label=_("Approved by the program"), needs_note=True, style="primary"),
        "refuse": Move(UNANSWERED, to=_R.REFUSED, right="answer", label=_("Refuse"), public_label=_("Refused by the program"), needs_note=True, style="danger"),
        "study": Move(UNANSWERED, to=_R.STUDIED, right="answer", label=_("Study further"), public_label=_("Being studied by the program"), needs_note=True),
        "withdraw": Move((_R.PROPOSED, _R.IN_PROVINCE, *UNANSWERED), to=_R.WITHDRAWN, right="send", label=_("Call back"), needs_note=True, style="danger"),
    },
    initial=ReferralStatus.PROPOSED,
    lines={"escalate": _("Escalated"), "discuss": _("Discussed at a meeting")},
    words_right="read_person",
)  # fmt: skip
