"""Demo cases of two years: their whole way through the transition log, with the seasons that Sleman knew in 2018.

The rows are written in bulk, and say what the services would have said: each move by the role that has it, in its order.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.utils import timezone

from cases.households.groups import group_of_person
from cases.households.models import Enrolment, Visit
from portal.ledger.models import Transition
from portal.ledger.numbers import next_number
from portal.regions.models import Level, code_at
from portal.units.models import Unit
from programs_catalog.models import Program, Provider

from . import reference, service_times
from .demo_around import VOLUME, Around, desks_by_program, officers_by_role, people_by_regency
from .demo_words import ANSWERS, GRIEVANCES, NEEDS, QUESTIONS, REFUSALS, SUGGESTIONS
from .models import Case, Feedback, Referral, Remark
from .services.intake import NUMBER_KIND, new_lookup_code
from .workflow import CASE_FLOW, REFERRAL_FLOW, Kind, Outcome, Status

SEED = "cases-161"
#: the year's rhythm: the peak before the school year (Sleman: 3,416 of 13,750 visits of 2018 in June)
SEASON = (9, 8, 7, 7, 9, 22, 13, 8, 7, 7, 6, 5)
DAYS = 730


def load(world=None) -> None:
    """Create the demo cases; a second run finds them and writes nothing."""
    reference.load(world)
    if Case.objects.filter(is_demo=True).exists():
        return
    _Story(world.today if world else timezone.localdate()).write()


class _Story(Around):
    """Collects all rows in memory, then writes each table once."""

    def __init__(self, today: dt.date):
        self.chance = random.Random(SEED)
        self.now = timezone.make_aware(dt.datetime.combine(today, dt.time(9)))
        self.officers = officers_by_role()
        self.programs = {program.code: program for program in Program.objects.select_related("provider")}
        self.desks = desks_by_program()
        self.units = {unit.region_id: unit for unit in Unit.objects.all()}
        self.people = people_by_regency()
        self.cases: list[Case] = []
        self.log: list[tuple[object, Transition]] = []
        self.referrals: list[Referral] = []
        self.feedback: list[Feedback] = []
        self.visits: list[Visit] = []

    def write(self) -> None:
        openings = sorted(
            (moment, regency) for regency, count in VOLUME.items() for moment in self._moments(count)
        )
        for moment, regency in openings:
            self._case(moment, regency)
        self._walk_ins()
        Visit.objects.bulk_create(self.visits, batch_size=500)
        for case in self.cases:
            case.visit_id = case.visit.pk if case.visit else None
        self._enrolments()
        Case.objects.bulk_create(self.cases, batch_size=300)
        Referral.objects.bulk_create(self.referrals, batch_size=300)
        Feedback.objects.bulk_create(self.feedback, batch_size=500)
        for obj, row in self.log:
            row.object_id = str(obj.pk)
        self._write_log()
        self._proposals()
        self._emergency()

    def _write_log(self) -> None:
        """The bare steps, and beside them the words of officers, as the services keep them."""
        words = [(obj, row, row.note) for obj, row in self.log if row.note]
        for _obj, row, _text in words:
            row.note = ""
        Transition.objects.bulk_create([row for _obj, row in self.log], batch_size=500)
        Remark.objects.bulk_create(
            [
                Remark(step=row, case_id=getattr(obj, "case_id", obj.pk), text=text)
                for obj, row, text in words
            ],
            batch_size=500,
        )

    # -- when and who ----------------------------------------------------------------------------------------------------
    def _moments(self, count: int) -> list[dt.datetime]:
        moments = []
        while len(moments) < count:
            moment = self.now - dt.timedelta(days=self.chance.uniform(0.1, DAYS))
            local = timezone.localtime(moment)
            wanted = SEASON[local.month - 1] / max(SEASON)
            # The last weeks are dense: there is always work on every desk.
            recent = (self.now - moment).days < 45
            if local.weekday() >= 5 or not service_times.is_working_day(local.date()):
                continue
            if self.chance.random() < max(wanted, 0.8 if recent else 0):
                moments.append(
                    local.replace(hour=self.chance.randint(8, 14), minute=self.chance.randint(0, 59))
                )
        return [moment for moment in moments if moment < self.now] or moments

    def _by(self, role: str, code: str):
        """Somebody who holds the role for an area, closest first; None where the demo has nobody."""
        for length in (13, 8, 5, 2):
            found = self.officers.get((role, code[:length])) if len(code) >= length else None
            if found:
                return found
        return None

    # -- one case ---------------------------------------------------------------------------------------------------------
    def _case(self, opened: dt.datetime, regency: str) -> None:
        chance = self.chance
        kind = chance.choices(
            (Kind.NEED, Kind.GRIEVANCE, Kind.QUESTION, Kind.SUGGESTION), weights=(58, 18, 19, 5)
        )[0]
        person = chance.choice(self.people[regency])
        village = person.household.region_id
        channel, by = self._channel(village)
        unit = self.units.get(village) if channel != "slrt" else None
        unit = unit or self.units[regency]
        program, concern, words = self._matter(kind, regency)
        case = Case(
            region_id=village,
            number=next_number(NUMBER_KIND, unit.region, on=timezone.localtime(opened).date()),
            lookup_code=new_lookup_code(),
            client_id=uuid.UUID(int=chance.getrandbits(128), version=4),
            kind=kind,
            channel=channel,
            unit=unit,
            household=person.household,
            person=person,
            program=program,
            concern=concern,
            description=words,
            subject_sex=person.sex,
            subject_group=group_of_person(person, timezone.localtime(opened).date()),
            opened_at=opened,
            status_since=opened,
            registered_by=by,
            is_demo=True,
        )
        if channel != "facilitator":
            case.visit = self._visit(case, opened, by)
        self.cases.append(case)
        self._log(case, "start", opened, by)
        self._life(case, opened, by)
        case.due_at = (
            None if case.status in (Status.CLOSED, Status.REFERRED, Status.PAUSED) else self._due(case)
        )

    def _channel(self, village: str):
        facilitator, counter = (
            self._exactly("facilitator", village),
            self._exactly("puskesos_front_office", village),
        )
        front = self._by("front_office", village)
        choices = [("slrt", front, 5)]
        if facilitator:
            choices.append(("facilitator", facilitator, 6))
        if counter and village in self.units:
            choices.append(("puskesos", counter, 4))
        channel, by, _weight = self.chance.choices(choices, weights=[weight for *_x, weight in choices])[0]
        return channel, by

    def _exactly(self, role, code):
        return self.officers.get((role, code))

    def _matter(self, kind, regency):
        chance = self.chance
        if kind == Kind.NEED:
            weights = {"pis": 32, "pip": 12, "pkh": 14, "sembako": 14, "rutilahu": 6, "kartu-keluarga": 6, "akta-kelahiran": 4, "subsidi-listrik": 3, "kube": 2, "atensi": 3}  # fmt: skip
            weights |= {"34.04": {"ngantar-paimah": 6}, "32.04": {"mobil-sisir-pendidikan": 5}}.get(
                regency, {}
            )
            codes = [code for code in weights if code in self.programs]
            code = chance.choices(codes, weights=[weights[code] for code in codes])[0]
            return self.programs[code], "", NEEDS[code]
        if kind == Kind.GRIEVANCE:
            (code, concern), words = chance.choice(list(GRIEVANCES.items()))
            return self.programs.get(code), concern, words
        if kind == Kind.QUESTION:
            return (self.programs.get("pkh") if chance.random() < 0.4 else None), "", chance.choice(QUESTIONS)
        return None, "", chance.choice(SUGGESTIONS)

    def _life(self, case: Case, at: dt.datetime, by) -> None:
        """Let the case take its way until it ends or today is reached."""
        chance, code = self.chance, case.region_id
        if case.kind == Kind.QUESTION and chance.random() < 0.85:
            case.answer = chance.choice(ANSWERS)
            self._end(case, "answer_at_once", at, by, Outcome.ANSWERED)
            return
        if case.kind == Kind.SUGGESTION:
            self._move(case, "to_agenda", at, by)
            at = self._later(at, 6, 40)
            if not self._go(
                case,
                "minute",
                at,
                self._by("manager", code),
                answer="Dibahas dalam rapat; menjadi bahan usulan.",
            ):
                return
            self._tell_and_close(case, at, by, Outcome.DISCUSSED)
            return
        if chance.random() < (0.12 if recent_of(case, self.now) else 0.03):
            case.pause_reason, case.paused_at = "papers", at
            self._move(case, "pause", at, by, note="Berkas belum lengkap.")
            waited = dt.timedelta(days=chance.randint(5, 25))
            at += waited
            if at > self.now:
                case.remind_at = case.paused_at + dt.timedelta(days=14)
                return
            case.pause_reason, case.paused_at, case.paused_for = "", None, waited
            self._move(case, "resume", at, by)
        if chance.random() < 0.025:
            at = self._later(at, 1, 9)
            if at < self.now:
                self._end(case, "withdraw", at, by, Outcome.WITHDRAWN, note="Keluarga pindah ke luar daerah.")
            return
        recent = recent_of(case, self.now)
        if recent and case.channel != "slrt" and chance.random() < 0.12:
            self._go(
                case,
                "send_back",
                self._later(at, 0.3, 3),
                self._by("supervisor", code),
                note="Foto kartu keluarga belum jelas.",
            )
            return
        # On some desks work lies: that is what late lists are for.
        if recent and chance.random() < 0.3:
            return
        back = self._by("back_office", code) or self._by("manager", code)
        manager = self._by("manager", code)
        straight = case.kind != Kind.NEED and case.channel != "facilitator" and back is not manager
        if not straight:
            at = self._later(at, 0.2, 4)
            supervisor = self._by("supervisor", code)
            if not self._go(case, "review", at, supervisor or manager):
                return
        if case.kind == Kind.QUESTION or (case.kind == Kind.GRIEVANCE and chance.random() < 0.5):
            at = self._later(at, 0.3, 4)
            if self._go(case, "answer", at, back, answer="Sudah diperiksa dan dijelaskan kepada keluarga."):
                self._tell_and_close(case, at, by, Outcome.ANSWERED)
            return
        self._referred(case, at, by, back, manager)

    def _referred(self, case, at, by, back, manager) -> None:
        desk = self._desk(case)
        if desk is None:
            return
        at = self._later(at, 0.3, 4)
        if not self._go(case, "propose", at, back):
            return
        referral = Referral(
            case=case, desk=desk, program=case.program, proposed_by=back, created_at=at, status_since=at,
            note="Mohon ditindaklanjuti; berkas diperiksa di loket.",
        )  # fmt: skip
        self.referrals.append(referral)
        self._log(referral, "start", at, back, to="proposed")
        at = self._later(at, 0.2, 3)
        if recent_of(case, self.now) and self.chance.random() < 0.15:
            return
        if not self._go(case, "refer", at, manager):
            return
        climbs = (
            case.kind == Kind.GRIEVANCE
            and case.program
            and case.program.provider.level == Provider.Level.CENTRE
        )
        referral.referred_by, referral.referred_at, referral.status_since = manager, at, at
        self._move_referral(referral, "send_up" if climbs else "send", at, manager)
        referral.due_at = service_times.due_for_referral(referral, at)
        if climbs:
            at = self._later(at, 1, 6)
            coordinator = self._by("provincial_coordinator", case.region_id)
            if at > self.now or coordinator is None:
                return
            self._move_referral(referral, "pass_up", at, coordinator)
            referral.due_at = service_times.due_for_referral(referral, at)
        at = self._later(at, 2, 30)
        officer = self.officers.get(("desk", desk.pk))
        if at > self.now:
            if self.chance.random() < 0.2 and (self.now - referral.referred_at).days > 3 and officer:
                self._move_referral(
                    referral,
                    "study",
                    self.now - dt.timedelta(days=1),
                    officer,
                    note="Perlu kunjungan lapangan.",
                )
                referral.reason, referral.study_until = (
                    "Perlu kunjungan lapangan.",
                    (self.now + dt.timedelta(days=9)).date(),
                )
            return
        self._answered(case, referral, at, officer or manager, by)

    def _answered(self, case, referral, at, officer, by) -> None:
        approved = self.chance.random() < 0.74
        referral.answered_at, referral.answered_by, referral.due_at = at, officer, None
        if approved:
            referral.reason = (
                "Memenuhi syarat; ditetapkan sebagai peserta."
                if case.kind == Kind.NEED
                else "Diperiksa dan diperbaiki."
            )
            self._move_referral(referral, "approve", at, officer, note=referral.reason)
        else:
            referral.reason_code, referral.reason = self.chance.choice(REFUSALS)
            self._move_referral(referral, "refuse", at, officer, note=referral.reason)
        self._move(case, "program_answers", at, None)
        outcome = Outcome.REFUSED if not approved else Outcome.ANSWERED
        if approved and case.kind == Kind.NEED:
            if self.chance.random() < 0.12:
                outcome = None  # approved, but the enrolment has not come yet
            else:
                outcome = Outcome.ENROLLED
                case.enrolment = Enrolment(
                    household_id=case.household_id, person_id=case.person_id, program=case.program, valid_from=timezone.localtime(at).date(),
                    source=Enrolment.Source.DESK, recorded_by=officer,
                )  # fmt: skip
        self._tell_and_close(case, at, by, outcome)

    def _tell_and_close(self, case, at, by, outcome) -> None:
        at = self._later(at, 0.3, 6)
        if not self._go(case, "inform", at, by, note=""):
            return
        method = self.chance.choice(("phone", "counter", "visit", "message"))
        self.feedback.append(Feedback(case=case, method=method, told_at=at, by=by))
        if outcome is None:
            return
        self._end(case, "close", at + dt.timedelta(minutes=2), by, outcome)
        if self.chance.random() < 0.55:
            case.was_solved = outcome != Outcome.REFUSED and self.chance.random() < 0.85

    def _desk(self, case):
        if case.program is None:
            return self.desks.get(("register", code_at(case.region_id, Level.REGENCY)))
        if case.kind == Kind.GRIEVANCE and case.program.provider.level == Provider.Level.CENTRE:
            return self.desks.get((case.program.code, "")) or self.desks.get(
                (case.program.code, code_at(case.region_id, Level.REGENCY))
            )
        return self.desks.get((case.program.code, code_at(case.region_id, Level.REGENCY))) or self.desks.get(
            (case.program.code, "")
        )

    # -- moves ---------------------------------------------------------------------------------------------------------------
    def _later(self, at: dt.datetime, least: float, most: float) -> dt.datetime:
        """Some days later, within office hours of a working day."""
        moment = timezone.localtime(at + dt.timedelta(days=self.chance.triangular(least, most, least)))
        day = service_times.add_working_days(moment.date(), 0)
        later = timezone.make_aware(
            dt.datetime.combine(day, dt.time(self.chance.randint(8, 15), self.chance.randint(0, 59)))
        )
        return max(later, at + dt.timedelta(minutes=5))

    def _go(self, case, move, at, by, *, note="", answer="") -> bool:
        """Make a move unless it lies in the future or nobody holds the role."""
        if at > self.now or by is None:
            return False
        if answer:
            case.answer = answer
        self._move(case, move, at, by, note=note)
        return True

    def _move(self, case, move, at, by, note="") -> None:
        before, case.status, case.status_since = case.status, CASE_FLOW.moves[move].to, at
        self._log(case, move, at, by, note=note, before=before, to=case.status)

    def _end(self, case, move, at, by, outcome, note="") -> None:
        case.outcome, case.closed_at = outcome, at
        self._move(case, move, at, by, note=note)

    def _move_referral(self, referral, move, at, by, note="") -> None:
        before, referral.status, referral.status_since = referral.status, REFERRAL_FLOW.moves[move].to, at
        self._log(referral, move, at, by, note=note, before=before, to=referral.status)

    def _log(self, obj, move, at, by, *, note="", before="", to=Status.REGISTERED) -> None:
        role = next((grant.role for grant in by.grants), "") if by else ""
        row = Transition(
            model=obj._meta.label_lower, move=move, from_status=str(before), to_status=str(to), by=by, by_role=role, at=at, note=note,
        )  # fmt: skip
        self.log.append((obj, row))

    def _due(self, case):
        return service_times.due_for_case(case, case.status, case.status_since)


def recent_of(case: Case, now: dt.datetime) -> bool:
    return (now - case.opened_at).days < 30
