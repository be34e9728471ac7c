"""Offices and the people in them: SLRT, Puskesos, program desks, accounts with their roles, officers with decrees."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role
from portal.fields import blind_index, encrypt
from portal.staffing.demo import COVERED, LAST, MEN, WOMEN
from portal.staffing.models import Appointment, Officer
from portal.units.models import Decree, Equipment, Funding, Unit
from programs_catalog.models import ProgramDesk

from .bulk import Table
from .plan import KNOWN, Place, Plan, RegencyPlan

#: posts of a secretariat and how many hold them; of a Puskesos
SECRETARIAT = {"manager": 1, "front_office": 2, "back_office": 2}
PUSKESOS = ("puskesos_coordinator", "puskesos_front_office", "puskesos_back_office")
SHORT = {
    "manager": "mj", "front_office": "fo", "back_office": "bo", "supervisor": "spv", "facilitator": "fs",
    "puskesos_coordinator": "kp", "puskesos_front_office": "fop", "puskesos_back_office": "bop", "program_desk": "pp",
}  # fmt: skip


@dataclass
class Staff:
    """Whom the cases of a regency meet: keys of units, desks and accounts."""

    slrt: int
    puskesos: dict[str, int] = field(default_factory=dict)
    #: program id -> (desk, the account that answers)
    desks: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: (role, code) -> accounts
    accounts: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def of(self, role: str, code: str) -> list[int]:
        return self.accounts.get((role, code)) or []


class Offices:
    """Makes the offices of one regency after the other."""

    def __init__(self, plan: Plan, programs: dict[str, tuple[int, int]]):
        #: code -> (program, provider)
        self.plan, self.programs = plan, programs
        self.now = timezone.now()
        nobody = make_password(None)
        self.units = Table(
            Unit, "kind", "region_id", "name", "address", "postal_code", "latitude", "longitude", "founded_on",
            status=Unit.Status.OPERATING, opening_hours="Senin-Jumat 08.00-15.00", is_demo=True,
        )  # fmt: skip
        self.users = Table(
            User, "username", "name", "email", password=nobody, date_joined=self.now, is_demo=True
        )
        self.roles = Table(
            RoleAssignment,
            "user_id",
            "role",
            "region_id",
            "desk_id",
            valid_from=plan.start,
            created_at=self.now,
        )
        self.desks = Table(ProgramDesk, "name", "provider_id", "region_id", "email")
        self.desk_programs = Table(ProgramDesk.programs.through, "programdesk_id", "program_id")
        self.decrees = Table(
            Decree, "about", "number", "date", "region_id", "signatory", "valid_from",
            issuer=Decree.Issuer.REGENCY_SOCIAL_OFFICE, valid_until=None, is_demo=True,
        )  # fmt: skip
        self.officers = Table(
            Officer, "region_id", "name", "sex", "birth_date", "education", "background", "domicile_id", "nik", "nik_index",
            "phone", "email", "user_id", is_demo=True, created_at=self.now,
        )  # fmt: skip
        self.appointments = Table(
            Appointment, "officer_id", "position_id", "unit_id", "region_id", "decree_id", "starts_on", "is_local",
            status=Appointment.Status.ACTIVE, is_demo=True, created_at=self.now,
        )  # fmt: skip
        self.funding = Table(Funding, "unit_id", "year", "source", "use", "budgeted", "spent")
        self.equipment = Table(Equipment, "unit_id", "kind", "quantity", "working")
        # In the order in which rows point at each other.
        self.tables = [
            self.units, self.users, self.desks, self.desk_programs, self.roles, self.decrees, self.officers, self.appointments,
            self.funding, self.equipment,
        ]  # fmt: skip

    def make(self, one: RegencyPlan) -> Staff:
        """The rows of one regency, kept in the tables; and who is who."""
        self.chance = self.plan.random("offices", one.code)
        self.serial = 0
        self.one = one
        self.founded = dt.date(
            self.chance.randint(2016, 2022), self.chance.randint(1, 12), self.chance.randint(1, 28)
        )
        staff = Staff(self._unit("slrt", one.place, f"SLRT {one.place.name}"))
        share = 100 if one.code == KNOWN else self.plan.puskesos
        for number, village in enumerate(one.villages):
            # The first always has one: no regency is without.
            if number == 0 or self.chance.random() * 100 < share:
                staff.puskesos[village.code] = self._unit("puskesos", village, f"Puskesos {village.name}")
        self._desks(staff)
        self._secretariat(staff)
        self._villages(staff)
        self._money(staff)
        return staff

    def _unit(self, kind: str, place: Place, name: str) -> int:
        def near(value):
            return None if value is None else round(float(value) + self.chance.uniform(-0.003, 0.003), 5)

        return self.units.add(
            kind, place.code, name[:150], f"Kantor {place.name}", place.postal_code, near(place.latitude), near(place.longitude),
            self.founded,
        )  # fmt: skip

    def _desks(self, staff: Staff) -> None:
        by_provider = defaultdict(list)
        for program, provider in self.programs.values():
            by_provider[provider].append(program)
        for number, (provider, programs) in enumerate(sorted(by_provider.items()), start=1):
            desk = self.desks.add(
                f"Meja rujukan {number} {self.one.place.name}"[:150], provider, self.one.code, ""
            )
            user = self._account("program_desk", self.one.code, self._name()[0], desk)
            for program in programs:
                self.desk_programs.add(desk, program)
                staff.desks[program] = (desk, user)

    def _secretariat(self, staff: Staff) -> None:
        decree = self._decree("11")
        for post, count in SECRETARIAT.items():
            for _i in range(count):
                self._officer(staff, post, self.one.code, self.one.code, staff.slrt, decree)
        for district in self.one.districts:
            if self.chance.random() < COVERED["supervisor"]:
                self._officer(staff, "supervisor", district, self.one.code, staff.slrt, decree)
        for village in self.one.villages:
            if self.chance.random() < COVERED["facilitator"]:
                self._officer(staff, "facilitator", village.code, self.one.code, staff.slrt, decree)

    def _villages(self, staff: Staff) -> None:
        decree = self._decree("12")
        for village, unit in staff.puskesos.items():
            for post in PUSKESOS:
                self._officer(staff, post, village, village, unit, decree)

    def _decree(self, number: str) -> int:
        start = self.plan.start
        return self.decrees.add(
            Decree.About.APPOINTMENT, f"{number}/KEP/DINSOS/{start.year}", start, self.one.code,
            f"Kepala Dinas Sosial {self.one.place.name}"[:150], start,
        )  # fmt: skip

    def _name(self) -> tuple[str, bool]:
        woman = self.chance.random() < 0.56
        return f"{self.chance.choice(WOMEN if woman else MEN)} {self.chance.choice(LAST)}", woman

    def _account(self, role: str, code: str, name: str, desk: int | None = None) -> int:
        self.serial += 1
        username = f"sim.{SHORT[role]}.{code.replace('.', '')}.{self.serial}"
        user = self.users.add(username, name, f"{username}@slrt.example")
        self.roles.add(user, Role(role), code, desk)
        return user

    def _officer(self, staff: Staff, post: str, area: str, office: str, unit: int, decree: int) -> None:
        chance = self.chance
        name, woman = self._name()
        user = self._account(post, area, name)
        staff.accounts[post, area].append(user)
        born = dt.date(chance.randint(1970, 2001), chance.randint(1, 12), chance.randint(1, 28))
        home = area if len(area) == 13 else chance.choice(self.one.villages).code
        local = chance.random() < 0.85
        if not local:
            home = chance.choice(self.one.villages).code
        nik = f"{home[:8].replace('.', '')}{born.day + (40 if woman else 0):02d}{born:%m%y}{1 + self.serial % 9998:04d}"
        # Two officers may be drawn alike; the index is unique, so the running number decides.
        while nik in self._niks(office):
            nik = f"{nik[:12]}{int(nik[12:]) % 9998 + 1:04d}"
        self._niks(office).add(nik)
        background = {
            "manager": "asn_social",
            "supervisor": "tksk",
            "puskesos_coordinator": "welfare_head",
        }.get(post, "community")
        officer = self.officers.add(
            office, name, "female" if woman else "male", born, 5 if post == "manager" else chance.choice((3, 3, 4, 5)), background,
            home, encrypt(nik, context="staffing.officer.nik"), blind_index(nik), f"+62812{10_000_000 + user % 90_000_000}",
            f"petugas{user}@slrt.example", user,
        )  # fmt: skip
        self.appointments.add(officer, post, unit, area, decree, self.plan.start, home.startswith(area))

    def _niks(self, office: str) -> set[str]:
        if getattr(self, "_niks_of", None) != self.one.code:
            self._niks_of, self._seen = self.one.code, set()
        return self._seen

    def _money(self, staff: Staff) -> None:
        year, chance = self.plan.until.year, self.chance
        for source, use, millions in (
            ("apbd_regency", "operations_slrt", 250), ("apbd_regency", "stipend_facilitator", 600), ("apbn", "stipend_supervisor", 180),
        ):  # fmt: skip
            budget = round(millions * chance.uniform(0.4, 1.6)) * 1_000_000
            self.funding.add(staff.slrt, year, source, use, budget, round(budget * chance.uniform(0.3, 0.95)))
        for unit in staff.puskesos.values():
            budget = round(25 * chance.uniform(0.4, 1.6)) * 1_000_000
            self.funding.add(
                unit,
                year,
                "village",
                "operations_puskesos",
                budget,
                round(budget * chance.uniform(0.3, 0.95)),
            )
        for kind, count in (
            ("tablet", len(self.one.villages)),
            ("computer", 4),
            ("dashboard", 1),
            ("internet", 1),
            ("printer", 2),
        ):
            there = round(count * chance.uniform(0.6, 1))
            self.equipment.add(staff.slrt, kind, there, round(there * chance.uniform(0.7, 1)))
