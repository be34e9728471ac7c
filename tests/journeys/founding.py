"""The bodies of a founding at their browsers: what each of them presses, types and attaches."""

from __future__ import annotations

import datetime as dt
import io
import re

from pypdf import PdfReader

from portal.accounts.roles import GRANTS, Role
from portal.formation.enums import Item, StageForm
from portal.formation.models import FormationRequest
from portal.staffing.models import Appointment, Officer
from tests.browser import Visitor
from tests.portal.formation.desk import ANSWERS, REGENCY, VILLAGES, Bodies

PASSWORD = "rahasia-sekali-123"
PAPER = {"name": "dokumen.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 contoh\n%%EOF"}
#: everything the record of an officer asks; the NIK is that of a woman born on 17 May 1990
PERSON = {
    "sex": "female", "birth_date": "1990-05-17", "education": "5", "phone": "081234500001", "email": "petugas@demo.example",
}  # fmt: skip
BODY = {
    "ministry": Role.MINISTRY, "provincial_office": Role.PROVINCIAL_SOCIAL_OFFICE,
    "provincial_social_office": Role.PROVINCIAL_SOCIAL_OFFICE, "regency_head": Role.REGENCY_HEAD,
    "regency_social_office": Role.REGENCY_SOCIAL_OFFICE, "regency_government": Role.REGENCY_SOCIAL_OFFICE,
}  # fmt: skip


class Founding:
    """One request, and everybody who has a part in it, each signed in at a browser of their own."""

    def __init__(self, open_visitor, pathway: str):
        self.bodies = Bodies()
        self.open_visitor, self.pathway = open_visitor, pathway
        self.is_slrt = pathway != "puskesos"
        self.code = REGENCY if self.is_slrt else VILLAGES[0]
        self.head = self.bodies[Role.REGENCY_HEAD if self.is_slrt else Role.VILLAGE_HEAD]
        self.yesterday = (dt.date.today() - dt.timedelta(days=1)).isoformat()
        self._at: dict[int, Visitor] = {}
        self.people = 0

    def at(self, user) -> Visitor:
        """The user's browser, signed in when first asked for."""
        if user.pk not in self._at:
            self._at[user.pk] = self.open_visitor().sign_in(user.username, PASSWORD)
        return self._at[user.pk]

    @property
    def request(self) -> FormationRequest:
        return FormationRequest.objects.select_related("stage").get()

    # -- the applicant
    def ask(self) -> None:
        """From the public door to the sent letter; what is missing is said at its item until it is there."""
        desk = self.at(self.head)
        page = desk.go("/pembentukan/")
        with page.expect_navigation():
            page.locator(f"form[action='/pembentukan/mulai/{self.pathway}/{self.code}/'] button").click()
        home = f"/pembentukan/{self.request.pk}/"
        for kind in self.request.version.items:
            self.fill_item(desk, home, kind)
        page = desk.go(f"{home}periksa/")
        assert page.locator("main button[type=submit][disabled]").count() == 1
        assert page.locator(".note.warn").count() == 1, "only the letter is missing, and it says so itself"
        page = desk.go(f"{home}surat/")
        page.fill("[name=signatory]", "Endang Sasmita")
        page.fill("[name=reason]", "Warga miskin menempuh banyak loket.")
        if page.locator("[name=follows_standard]").count():
            page.check("[name=follows_standard]")
        desk.submit()
        desk.submit()
        assert self.request.status == "running"
        letter = desk.context.request.get(f"{desk.origin}{home}surat.pdf").body()
        text = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(letter)).pages)
        assert self.request.letter_number in " ".join(text.split())

    def fill_item(self, desk: Visitor, home: str, kind: str) -> None:
        page = desk.go(f"{home}{kind}/")
        for name, value in ANSWERS[Item(kind)].items():
            self.fill(page, name, value)
        desk.submit("Simpan")
        page = desk.go(f"{home}{kind}/")
        page.set_input_files("main input[type=file]", PAPER)
        with page.expect_navigation():
            page.locator("main form[enctype] button[type=submit]").click()

    def fill(self, page, name: str, value) -> None:
        """Type an answer as its field wants it; a field that this form does not have is passed over."""
        field = page.locator(f"main [name='{name}']")
        if not field.count():
            return
        kind = field.first.evaluate("one => one.type")
        if kind in ("checkbox", "radio"):
            page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
            for one in [value] if isinstance(value, str) else value:
                page.check(f"main [name='{name}'][value='{one}']", force=True)
        elif kind.startswith("select"):
            field.first.select_option(value)
        else:
            field.first.fill(str(value))

    # -- every body
    def complete(self) -> None:
        """The body of the current stage finds it on its home page and completes it; an empty form is refused first."""
        stage, request = self.request.stage, self.request
        if stage.form == StageForm.VILLAGE_APPOINTMENTS:
            for location in request.puskesos.order_by("region"):
                self.appoint_in_village(location)
            return
        desk = self.at(self.bodies[BODY[stage.body]])
        page = desk.go("/admin/")
        pile = page.locator("main a[href='/admin/pembentukan/?waiting=true']")
        assert pile.count() == 1, f"{stage.code} is not announced to {stage.body}"
        with page.expect_navigation():
            pile.click()
        with page.expect_navigation():
            page.locator(f"main a[href*='/admin/pembentukan/inspect/{request.pk}/']").first.click()
        if stage.form == StageForm.APPOINTMENT:
            position = "manager" if self.is_slrt else "puskesos_coordinator"
            self.propose(desk, request.unit, position, self.code)
            desk.go(f"/admin/pembentukan/inspect/{request.pk}/")
        with page.expect_navigation():
            page.locator(f"a[href*='/admin/pembentukan/stage/{request.pk}/']").first.click()
        page.locator("main form").first.evaluate("form => form.noValidate = true")
        desk.submit()
        assert page.locator(".bo-error").count(), f"{stage.code} was completed with nothing in it"
        self.type_stage(page, stage)
        desk.submit()
        assert not page.locator(".bo-error").count(), desk.text()

    def type_stage(self, page, stage) -> None:
        answers = {
            "criteria": "Kemiskinan di atas rata-rata.", "announced_on": self.yesterday, "announced_through": "Surat edaran",
            "studied_on": self.yesterday, "assessed_on": self.yesterday, "team": "Tim teknis", "held_on": self.yesterday,
            "place": "Wonosari", "participants": "40", "province": "Dinas Sosial DIY", "facilitated_on": self.yesterday,
            "what": "Rapat dengan para lurah.", "villages": list(VILLAGES), "starts_on": self.yesterday,
            "ends_on": self.yesterday, "considered": "Diterima seluruhnya.", "result": "ready", **self.decree(stage.order),
        }  # fmt: skip
        for name, value in answers.items():
            self.fill(page, name, value)
        for score in page.locator("main select[name^='score_']").all():
            score.select_option("3")
        for box in page.locator("main [name=appointments]").all():
            box.check(force=True)
        for file in page.locator("main input[type=file][name^='document_']").all():
            file.set_input_files(PAPER)

    def decree(self, number: object) -> dict:
        return {
            "decree_number": f"{number}/KEP/2026", "decree_date": "2026-01-05", "decree_signatory": "Pejabat Berwenang",
            "decree_valid_from": "2026-01-05", "decree_valid_until": "2030-12-31",
        }  # fmt: skip

    # -- officers
    def propose(self, desk: Visitor, unit, position: str, area: str) -> Appointment:
        """Record somebody, choose the post, attest the criteria."""
        self.people += 1
        page = desk.go("/admin/petugas/create/")
        leader = position in ("manager", "puskesos_coordinator")
        facts = PERSON | {
            "name": f"Siti Aminah {self.people}", "nik": f"340301570590{self.people:04d}",
            "background": "asn_social" if position == "manager" else "welfare_head" if leader else "psks",
            "civil_service_number": "199005172015032001" if position == "manager" else "",
        }  # fmt: skip
        for name, value in facts.items():
            self.fill(page, name, value)
        choose_region(page, "region", self.code if self.is_slrt and unit.kind == "slrt" else area)
        choose_region(page, "domicile", area if len(area) == 13 else VILLAGES[0])
        desk.submit()
        person = Officer.objects.get(name=facts["name"])
        page = desk.go(f"/admin/petugas/propose/{person.pk}/")
        page.select_option("main [name=unit]", str(unit.pk))
        page.select_option("main [name=position]", position)
        choose_region(page, "area", area)
        desk.submit()
        for box in page.locator("main [name^='criterion_']").all():
            box.check(force=True)
        desk.submit()
        return Appointment.objects.get(officer=person)

    def appoint_in_village(self, location) -> None:
        """A village head finds their own Puskesos on the home page and appoints its officers by decree."""
        first = location.region_id == VILLAGES[0]
        chief = self.bodies[Role.VILLAGE_HEAD] if first else self.bodies.second_village
        desk = self.at(chief)
        page = desk.go("/admin/")
        assert page.locator("main a[href='/admin/lokasi-puskesos/']").count()
        for position in ("puskesos_coordinator", "puskesos_front_office"):
            self.propose(desk, location.unit, position, location.region_id)
        page = desk.go(f"/admin/lokasi-puskesos/appoint/{location.pk}/")
        for box in page.locator("main [name=appointments]").all():
            box.check(force=True)
        for name, value in self.decree(f"{location.pk}-desa").items():
            self.fill(page, name, value)
        desk.submit()
        location.refresh_from_db()
        assert location.decree.issuer == "village_head" and location.decreed_by == chief

    def refused(self) -> list[int]:
        """What everybody who is not the stage's body gets there, by their own session; a neighbor among them."""
        request = self.request
        allowed = GRANTS[f"formationrequest.complete_as_{request.stage.body}"]
        self.at(self.bodies.by_role_elsewhere[Role.REGENCY_SOCIAL_OFFICE])
        mine = {self.bodies[role].pk for role in allowed if role in self.bodies.by_role}
        path = f"/admin/pembentukan/stage/{request.pk}/"
        others = [desk for pk, desk in self._at.items() if pk not in mine]
        return [desk.context.request.get(desk.origin + path).status for desk in others]


def choose_region(page, name: str, code: str) -> None:
    """Level by level, as the selects appear; who may act in one region alone is not asked."""
    settled = page.locator(f"main input[type=hidden][name='{name}']")
    if settled.count() and settled.input_value() == code:
        return
    for level, length in enumerate((2, 5, 8, 13), 1):
        if length > len(code):
            return
        select = page.locator(f"main select[name='{name}_{level}']")
        select.wait_for(state="attached")
        if select.input_value() != code[:length]:
            with page.expect_response(re.compile("pilih")):
                select.select_option(code[:length])
