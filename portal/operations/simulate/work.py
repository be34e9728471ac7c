"""What the offices did: visits, cases and their way through the transition log, referrals, proposals to the register."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

from cases.casework.demo import ANSWERS, GRIEVANCES, NEEDS, QUESTIONS, REFUSALS, SUGGESTIONS
from cases.casework.models import Case, Feedback, Referral, ServiceTime
from cases.casework.workflow import CASE_FLOW, REFERRAL_FLOW
from cases.households.models import UpdateProposal, Visit
from portal.fields import sealer
from portal.ledger.masks import DEFAULT_MASK, format_number
from portal.ledger.models import NumberSeries, Transition
from portal.regions.models import Level, code_at

from .bulk import LOG_COLUMNS, Table, sealed
from .offices import Staff
from .plan import WIB, Plan, RegencyPlan, moments
from .register import Families, Register

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
KINDS = ("need",) * 58 + ("grievance",) * 18 + ("question",) * 19 + ("suggestion",) * 5
WANTED = {"pis": 32, "pip": 12, "pkh": 14, "sembako": 14, "rutilahu": 6, "kartu-keluarga": 6, "akta-kelahiran": 4, "subsidi-listrik": 3, "kube": 2, "atensi": 3}  # fmt: skip
OTHER_VISITS = ("information",) * 45 + ("letter",) * 22 + ("data",) * 18 + ("result",) * 15
PROPOSALS_OF_FAMILIES = 50  # one family in so many


class Work:
    """Makes the visits and cases of one regency after the other."""

    def __init__(self, plan: Plan, programs: dict[str, tuple[int, int]], register: Register):
        self.plan, self.enrolments = plan, register.enrolments
        self.now = dt.datetime.combine(plan.until, dt.time(9), WIB)
        self.programs = {code: key for code, (key, _provider) in programs.items()}
        self.wanted = [
            self.programs[code] for code, weight in WANTED.items() if code in programs for _i in range(weight)
        ]
        self.needs = {self.programs[code]: text for code, text in NEEDS.items() if code in programs}
        self.grievances = [
            (self.programs.get(code) if code else None, concern, text)
            for (code, concern), text in GRIEVANCES.items()
        ]
        self.days = {
            (stage, kind): days
            for stage, kind, days in ServiceTime.objects.filter(region=None).values_list(
                "stage", "kind", "working_days"
            )
        }
        self.visits = Table(
            Visit, "client_id", "place", "unit_id", "region_id", "household_id", "purpose", "program_id", "in_register",
            "programs_explained", "at", "by_id", is_demo=True,
        )  # fmt: skip
        self.cases = Table(
            Case, "number", "lookup_code", "client_id", "kind", "channel", "unit_id", "region_id", "household_id", "person_id",
            "visit_id", "program_id", "concern", "description", "subject_sex", "subject_group", "answer", "status", "status_since", "due_at",
            "pause_reason", "paused_at", "paused_for", "remind_at", "outcome", "enrolment_id", "was_solved", "opened_at",
            "closed_at", "registered_by_id", is_demo=True,
        )  # fmt: skip
        self.referrals = Table(
            Referral, "case_id", "desk_id", "program_id", "status", "status_since", "due_at", "reason_code", "reason",
            "proposed_by_id", "referred_by_id", "created_at", "referred_at", "answered_at", "answered_by_id",
            note=sealed("casework.referral.note", "Mohon ditindaklanjuti."),
        )  # fmt: skip
        self.feedback = Table(Feedback, "case_id", "method", "told_at", "by_id", "created_at")
        self.log = Table(Transition, *LOG_COLUMNS, "note")
        self.proposals = Table(
            UpdateProposal, "client_id", "kind", "region_id", "household_id", "person_id", "status", "status_since", "reason",
            "exported_at", "proposed_by_id", "created_at", is_demo=True,
            changes=sealed("households.updateproposal.changes", json.dumps({"occupation": ["", "buruh bangunan"]})),
        )  # fmt: skip
        self.series = Table(NumberSeries, "kind", "region_code", "year", "last")
        self.sealed_code = sealer("casework.case.lookup_code")
        # In the order in which rows point at each other; a case's enrolment goes with them.
        self.tables = [
            self.visits, self.enrolments, self.cases, self.referrals, self.feedback, self.log, self.proposals, self.series,
        ]  # fmt: skip

    def make(self, one: RegencyPlan, staff: Staff, families: Families) -> None:
        """The rows of one regency, kept in the tables."""
        self.chance = self.plan.random("work", one.code)
        self.one, self.staff = one, staff
        self.numbers: Counter[tuple[str, int]] = Counter()
        self.people = [(village, *row) for village, rows in families.of.items() for row in rows]
        if not self.people:
            return
        with_case = set(self.chance.sample(range(one.visits), one.cases))
        for number, at in enumerate(moments(self.plan, one.visits, self.chance)):
            self._visit(at, number in with_case)
        self._proposals()
        for (code, year), last in self.numbers.items():
            self.series.add("REG", code, year, last)

    # -- who, where ---------------------------------------------------------------------------------------------------
    def _uuid(self) -> str:
        """A UUID of version 4 in its 32 digits."""
        bits = self.chance.getrandbits(128)
        return f"{bits & ~(0xF << 76) & ~(0x3 << 62) | 4 << 76 | 2 << 62:032x}"

    def _one_of(self, role: str, *codes: str) -> int | None:
        for code in codes:
            if found := self.staff.of(role, code):
                return found[int(self.chance.random() * len(found))]
        return None

    def _met(self, village: str) -> tuple[str, int, int]:
        """Channel, unit and officer that a family of a village meets."""
        chance = self.chance.random() * 15
        puskesos = self.staff.puskesos.get(village)
        facilitator = self.staff.of("facilitator", village)
        if facilitator and chance < 6:
            return "facilitator", puskesos or self.staff.slrt, facilitator[0]
        if puskesos and chance < 10:
            return "puskesos", puskesos, self.staff.of("puskesos_front_office", village)[0]
        return "slrt", self.staff.slrt, self._one_of("front_office", self.one.code)

    def _visit(self, at: dt.datetime, with_case: bool) -> None:
        chance = self.chance
        village, household, person, traits = self.people[int(chance.random() * len(self.people))]
        channel, unit, by = self._met(village)
        home = channel == "facilitator"
        if not with_case:
            purpose = "outreach" if home else OTHER_VISITS[int(chance.random() * 100)]
            self.visits.add(
                self._uuid(), "home" if home else "counter", unit, village, household if home else None, purpose, None,
                True if home else None, purpose in ("outreach", "information"), at, by,
            )  # fmt: skip
            return
        kind = KINDS[int(chance.random() * 100)]
        program, concern, text = self._matter(kind)
        visit = self.visits.add(
            self._uuid(), "home" if home else "counter", unit, village, household, "need" if kind == "need" else "complaint",
            program, True, True, at, by,
        )  # fmt: skip
        self._case(
            at, kind, program, concern, text, village, household, person, traits, channel, unit, by, visit
        )

    def _matter(self, kind: str) -> tuple[int | None, str, str]:
        chance = self.chance.random()
        if kind == "need":
            program = self.wanted[int(chance * len(self.wanted))]
            return program, "", self.needs.get(program, "Butuh layanan program.")
        if kind == "grievance":
            return self.grievances[int(chance * len(self.grievances))]
        if kind == "question":
            return (
                (self.programs.get("pkh") if chance < 0.4 else None),
                "",
                QUESTIONS[int(chance * len(QUESTIONS))],
            )
        return None, "", SUGGESTIONS[int(chance * len(SUGGESTIONS))]

    # -- one case -------------------------------------------------------------------------------------------------------
    def _case(
        self, at, kind, program, concern, text, village, household, person, traits, channel, unit, by, visit
    ) -> None:
        chance = self.chance
        office = village if unit != self.staff.slrt else self.one.code
        self.numbers[office, at.year] += 1
        number = format_number(
            DEFAULT_MASK, number=self.numbers[office, at.year], kind="REG", code=office, day=at.date()
        )
        code = "".join(LETTERS[int(chance.random() * 31)] for _i in range(8))
        way = _Way(self, kind, channel, program, village, household, person, by, at, self.cases.next_id)
        way.go()
        self.cases.add(
            number,
            self.sealed_code(f"{code[:4]}-{code[4:]}"),
            self._uuid(),
            kind,
            channel,
            unit,
            village,
            household,
            person,
            visit,
            program,
            concern,
            sealed("casework.case.description", text),
            traits.sex,
            traits.group(at.date()),
            sealed("casework.case.answer", way.answer),
            way.status,
            way.since,
            self._due(kind, way),
            "papers" if way.status == "paused" else "",
            way.since if way.status == "paused" else None,
            way.paused_for,
            way.since + dt.timedelta(days=14) if way.status == "paused" else None,
            way.outcome,
            way.enrolment,
            way.outcome != "refused" if way.outcome and chance.random() < 0.55 else None,
            at,
            way.since if way.status == "closed" else None,
            by,
        )

    def _due(self, kind: str, way: _Way) -> dt.datetime | None:
        if way.status == "closed":
            return None
        days = self.days.get((way.status, kind), self.days.get((way.status, "")))
        return (
            None
            if days is None
            else _at_office(way.since.date() + dt.timedelta(days=days + days // 5 * 2), 16, 0)
        )

    def _proposals(self) -> None:
        chance = self.chance
        states = ("submitted", "reviewed", "forwarded", "accepted", "refused")
        for village, household, person, _traits in self.people[::PROPOSALS_OF_FAMILIES]:
            by = self._one_of("facilitator", village) or self._one_of("front_office", self.one.code)
            status = states[int(chance.random() * len(states))]
            at = self.now - dt.timedelta(
                days=1 + int(chance.random() * 360), minutes=int(chance.random() * 300)
            )
            sent = at if status in ("forwarded", "accepted", "refused") else None
            self.proposals.add(
                self._uuid(), "change", village, household, person, status, at,
                "NIK tidak padan dengan data kependudukan." if status == "refused" else "", sent, by, at,
            )  # fmt: skip


class _Way:
    """One case's way from registration to today: every move by the role that has it, in its order."""

    def __init__(self, work: Work, kind, channel, program, village, household, person, by, at, key):
        self.work, self.chance, self.staff = work, work.chance, work.staff
        self.kind, self.channel, self.program, self.village = kind, channel, program, village
        self.household, self.person, self.by, self.key = household, person, by, key
        self.status, self.since, self.at = "registered", at, at
        self.outcome = self.answer = ""
        self.enrolment: int | None = None
        self.paused_for = dt.timedelta()
        self.role = {
            "facilitator": "facilitator",
            "puskesos": "puskesos_front_office",
            "slrt": "front_office",
        }[channel]
        self._log("start", "", "registered", by, self.role)

    def go(self) -> None:
        if self.kind == "question" and self.chance.random() < 0.85:
            self.answer = ANSWERS[int(self.chance.random() * len(ANSWERS))]
            self._end("answer_at_once", "answered")
        elif self.kind == "suggestion":
            if (
                self._move("to_agenda", self.by, self.role)
                and self._later(6, 40)
                and self._by("manager", "minute", "Dibahas dalam rapat.")
            ):
                self._tell("discussed")
        elif not self._papers():
            return
        elif self.chance.random() < 0.025:
            if self._later(1, 9):
                self._end("withdraw", "withdrawn", note="Keluarga pindah ke luar daerah.")
        # On some desks work lies: that is what late lists are for.
        elif (self.work.now - self.at).days < 30 and self.chance.random() < 0.3:
            return
        else:
            self._handled()

    def _papers(self) -> bool:
        """Wait for papers where they are missing; False while the case still waits."""
        if self.chance.random() >= 0.04:
            return True
        self._move("pause", self.by, self.role, note="Berkas belum lengkap.")
        waited = dt.timedelta(days=5 + int(self.chance.random() * 20))
        if self.at + waited > self.work.now:
            return False
        self.at += waited
        self.paused_for = waited
        return self._move("resume", self.by, self.role)

    def _handled(self) -> None:
        if self.kind == "need" or self.channel == "facilitator":
            supervisor = self.staff.of("supervisor", code_at(self.village, Level.DISTRICT))
            if not self._later(0.2, 4):
                return
            role = "supervisor" if supervisor else "manager"
            by = supervisor[0] if supervisor else self.staff.of("manager", self.work.one.code)[0]
            self._move("review", by, role)
        if (
            self.program is None
            or self.kind == "question"
            or self.kind == "grievance"
            and self.chance.random() < 0.5
        ):
            if self._later(0.3, 4) and self._by("back_office", "answer", "Sudah diperiksa dan dijelaskan."):
                self._tell("answered")
            return
        self._referred()

    def _referred(self) -> None:
        found = self.staff.desks.get(self.program)
        if found is None or not self._later(0.3, 4) or not self._by("back_office", "propose"):
            return
        desk, officer = found
        back = self.last
        row = {"status": "proposed", "since": self.at, "created": self.at, "referred": None, "answered": None}
        key = self.work.referrals.next_id
        self._log("start", "", "proposed", back, "back_office", key)
        manager, reason = None, ("", "")
        if self._later(0.2, 3) and self._by("manager", "refer"):
            manager = self.last
            row |= {"status": "waiting", "since": self.at, "referred": self.at}
            self._log("send", "proposed", REFERRAL_FLOW.moves["send"].to, manager, "manager", key)
            if self._later(2, 30):
                approved = self.chance.random() < 0.74
                reason = (
                    ("", "Memenuhi syarat.")
                    if approved
                    else REFUSALS[int(self.chance.random() * len(REFUSALS))]
                )
                move = "approve" if approved else "refuse"
                row |= {"status": REFERRAL_FLOW.moves[move].to, "since": self.at, "answered": self.at}
                self._log(move, "waiting", row["status"], officer, "program_desk", key, reason[1])
                self._move("program_answers", None, "")
        self.work.referrals.add(
            self.key, desk, self.program, row["status"], row["since"],
            row["since"] + dt.timedelta(days=14) if row["status"] == "waiting" else None, reason[0],
            sealed("casework.referral.reason", reason[1]), back, manager, row["created"], row["referred"], row["answered"],
            officer if row["answered"] else None,
        )  # fmt: skip
        if row["answered"]:
            self._told_by_program(row["status"] == "approved", officer)

    def _told_by_program(self, approved: bool, officer: int) -> None:
        if not approved or self.kind != "need":
            self._tell("answered" if approved else "refused")
        elif self.chance.random() < 0.12:
            self._tell("")  # approved, but the enrolment has not come yet
        else:
            self._tell("enrolled", officer)

    def _tell(self, outcome: str, confirmed_by: int | None = None) -> None:
        """Tell the family, and close where there is an outcome."""
        if not self._later(0.3, 6):
            return
        self._move("inform", self.by, self.role)
        method = ("phone", "counter", "visit", "message")[int(self.chance.random() * 4)]
        self.work.feedback.add(self.key, method, self.at, self.by, self.at)
        if outcome:
            if outcome == "enrolled":
                self.enrolment = self.work.enrolments.add(
                    self.household, self.person, self.program, self.at.date(), "desk", confirmed_by
                )
            self.at += dt.timedelta(minutes=2)
            self._end("close", outcome)

    # -- moves ------------------------------------------------------------------------------------------------------------
    def _later(self, least: float, most: float) -> bool:
        """Let some days pass, to an office hour of a weekday; False when that lies in the future."""
        later = self.at + dt.timedelta(days=self.chance.triangular(least, most, least))
        day = later.date()
        if day.weekday() > 4:
            day += dt.timedelta(days=7 - day.weekday())
        moment = _at_office(day, 8 + int(self.chance.random() * 8), int(self.chance.random() * 60))
        moment = max(moment, self.at + dt.timedelta(minutes=5))
        if moment > self.work.now:
            return False
        self.at = moment
        return True

    def _by(self, role: str, move: str, answer: str = "") -> bool:
        self.last = self.work._one_of(role, self.work.one.code)
        if answer:
            self.answer = answer
        return self._move(move, self.last, role)

    def _end(self, move: str, outcome: str, note: str = "") -> None:
        self.outcome = outcome
        self._move(move, self.by, self.role, note=note)

    def _move(self, move: str, by: int | None, role: str, note: str = "") -> bool:
        before, self.status, self.since = self.status, CASE_FLOW.moves[move].to, self.at
        self._log(move, before, self.status, by, role, note=note)
        return True

    def _log(self, move, before, after, by, role, referral: int | None = None, note: str = "") -> None:
        model, key = ("casework.case", self.key) if referral is None else ("casework.referral", referral)
        self.work.log.add(model, str(key), move, str(before), str(after), by, role, self.at, note)


def _at_office(day: dt.date, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB)
