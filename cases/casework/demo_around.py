"""Around the demo cases: visits, enrolments, proposals to the register, an emergency; and who and what there is."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict

from cases.households.models import Enrolment, Household, Person, UpdateProposal, Visit
from cases.households.workflow import ProposalStatus
from portal.accounts.models import RoleAssignment
from portal.regions.models import Level, code_at
from programs_catalog.models import ProgramDesk

from .models import Case, Emergency
from .workflow import Kind

#: cases of a regency in two years
VOLUME = {"34.04": 460, "34.02": 130, "34.01": 40, "32.04": 230, "19.06": 90, "19.01": 60, "19.71": 50}


class Around:
    """What the story of the cases leaves beside them; `chance`, `now`, `officers`, `units` and `people` are the story's."""

    def _visit(self, case, at, by) -> Visit:
        purpose = Visit.Purpose.NEED if case.kind == Kind.NEED else Visit.Purpose.COMPLAINT
        visit = Visit(
            region_id=case.region_id, place=Visit.Place.COUNTER, unit=case.unit, household=case.household, purpose=purpose,
            program=case.program, at=at, by=by, is_demo=True,
        )  # fmt: skip
        self.visits.append(visit)
        return visit

    def _walk_ins(self) -> None:
        """Visitors without a case, and facilitators' visits at home: they are counted as well (C-27, H-09)."""
        purposes = (("information", 45), ("letter", 22), ("data", 18), ("result", 15))
        for regency, count in VOLUME.items():
            by = self._by("front_office", regency)
            if by is None:
                continue
            for at in self._moments(count * 2):
                purpose = self.chance.choices(
                    [name for name, _w in purposes], weights=[w for _n, w in purposes]
                )[0]
                self.visits.append(
                    Visit(region_id=regency, place="counter", unit=self.units[regency], purpose=purpose, programs_explained=purpose == "information", at=at, by=by, is_demo=True)
                )  # fmt: skip
        for (role, village), by in list(self.officers.items()):
            if role != "facilitator" or village not in self.units:
                continue
            families = [
                person.household
                for person in self.people[code_at(village, Level.REGENCY)]
                if person.household.region_id == village
            ]
            for at in self._moments(40) if families else ():
                household = self.chance.choice(families)
                self.visits.append(
                    Visit(
                        region_id=village, place="home", unit=self.units[village], household=household, purpose="outreach", programs_explained=True,
                        in_register=household.source == Household.Source.REGISTER, at=at, by=by, is_demo=True,
                    )
                )  # fmt: skip

    def _enrolments(self) -> None:
        rows = [case for case in self.cases if case.enrolment is not None]
        Enrolment.objects.bulk_create([case.enrolment for case in rows], batch_size=500)
        for case in rows:
            case.enrolment_id = case.enrolment.pk

    def _proposals(self) -> None:
        chance, rows = self.chance, []
        for regency in VOLUME:
            for person in chance.sample(self.people[regency], min(14, len(self.people[regency]))):
                by = self._by("facilitator", person.household.region_id) or self._by("front_office", regency)
                status = chance.choice(list(ProposalStatus))
                at = self.now - dt.timedelta(days=chance.uniform(1, 90))
                rows.append(
                    UpdateProposal(
                        region_id=person.household.region_id, kind="change", household=person.household, person=person,
                        changes=json.dumps({"occupation": [person.occupation, "buruh bangunan"]}),
                        note="Hasil kunjungan rumah.", status=status, status_since=at, created_at=at, proposed_by=by, is_demo=True,
                        reason="NIK tidak padan dengan data kependudukan." if status == ProposalStatus.REFUSED else "",
                        exported_at=at if status in (ProposalStatus.FORWARDED, ProposalStatus.ACCEPTED, ProposalStatus.REFUSED) else None,
                    )
                )  # fmt: skip
        UpdateProposal.objects.bulk_create(rows)

    def _emergency(self) -> None:
        """An alert at Merapi with its posts, and the recent needs for repairs that arose from it (P-11)."""
        emergency = Emergency.objects.create(
            region_id="34.04", name="Siaga erupsi Merapi", started_on=(self.now - dt.timedelta(days=40)).date(), is_demo=True,
            declared_by=self._by("manager", "34.04"),
        )  # fmt: skip
        # The SLRT, and the Puskesos on the slope.
        emergency.posts.set(
            unit
            for code, unit in self.units.items()
            if code == "34.04" or code[:8] in ("34.04.16", "34.04.17")
        )
        Case.objects.filter(
            is_demo=True,
            regency_code="34.04",
            program__code="rutilahu",
            opened_at__date__gte=emergency.started_on,
        ).update(emergency=emergency)


def officers_by_role() -> dict:
    """Accounts by (role, region), and the officer of each desk by ("desk", key)."""
    rows = RoleAssignment.objects.active().select_related("user").order_by("pk")
    officers: dict = {}
    for row in rows:
        if row.desk_id:
            officers.setdefault(("desk", row.desk_id), row.user)
        officers.setdefault((row.role, row.region_id or ""), row.user)
    return officers


def desks_by_program() -> dict:
    """Desks by (program code, region code); those that keep the register under "register"."""
    desks = {}
    for desk in ProgramDesk.objects.prefetch_related("programs"):
        for program in desk.programs.all():
            desks[(program.code, desk.region_id or "")] = desk
        if desk.keeps_register:
            desks[("register", desk.region_id or "")] = desk
    return desks


def people_by_regency() -> dict[str, list[Person]]:
    people: dict[str, list[Person]] = defaultdict(list)
    rows = Person.objects.filter(household__is_demo=True).select_related("household").order_by("pk")
    for person in rows:
        if person.age is None or person.age >= 17:
            people[code_at(person.household.region_id, Level.REGENCY)].append(person)
    return people
