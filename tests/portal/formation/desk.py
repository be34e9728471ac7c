"""The bodies of the journeys, and what each hands in."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.roles import Role
from portal.formation.enums import BY_DECREE, SCORED, Item, StageForm
from portal.formation.models import FormationRequest, Pathway
from portal.formation.services import completions, drafts, stages
from portal.regions.models import Region
from portal.staffing.models import Position
from portal.staffing.services.appointments import propose
from portal.units.models import Unit
from tests.factories import OfficerFactory, everything_attested, officer

# Gunungkidul has no SLRT of its own in these tests.
REGENCY, VILLAGES = "34.03", ("34.03.01.2001", "34.03.01.2002")
PDF = b"%PDF-1.4 demo"


def pdf(name: str = "dokumen.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


ANSWERS = {
    Item.POVERTY_PROFILE: {
        "year": "2025", "poor_people": "112000", "poverty_rate": "15.1", "ppks": "98000", "source": "BPS",
        "summary_text": "Kemiskinan tertinggi di bagian selatan.",
    },
    Item.RESOURCES_PROFILE: {"psks": "430", "institutions": "21", "programs": "Jamkesda, rutilahu."},
    Item.BUDGET: {"year": "2026", "amount": "450000000", "source": "apbd_regency", "purpose": "Operasional."},
    Item.HUMAN_RESOURCES: {
        "managers": "1", "supervisors": "3", "facilitators": "50", "office_staff": "4", "puskesos_officers": "6",
        "responsible_office": "Dinas Sosial", "coordinator": "Sumarni", "front_officers": "1", "back_officers": "1",
        "proposal": "Sumarni, kepala urusan kesejahteraan; dua kader PSM.",
    },
    Item.REGULATION: {"title": "Peraturan Bupati tentang SLRT", "state": "draft", "number": ""},
    Item.FACILITIES: {
        "address": "Jl. Ksatrian 4, Wonosari", "opening_hours": "Senin-Jumat 08.00-15.00",
        "rooms": ["name_board", "waiting_room"], "equipment": "Dua komputer.",
    },
    Item.PUSKESOS_LOCATIONS: {"villages": list(VILLAGES), "reason": "Jumlah keluarga miskin terbanyak."},
}  # fmt: skip


class Bodies:
    """One officer for every body of a region, and one neighbor who must be refused."""

    def __init__(self, regency: str = REGENCY):
        province = regency[:2]
        self.by_role = {
            Role.MINISTRY: officer(Role.MINISTRY),
            Role.NATIONAL_SECRETARIAT: officer(Role.NATIONAL_SECRETARIAT),
            Role.PROVINCIAL_SOCIAL_OFFICE: officer(Role.PROVINCIAL_SOCIAL_OFFICE, province),
            Role.PROVINCIAL_PLANNING: officer(Role.PROVINCIAL_PLANNING, province),
            Role.PROVINCIAL_COORDINATOR: officer(Role.PROVINCIAL_COORDINATOR, province),
            Role.REGENCY_HEAD: officer(Role.REGENCY_HEAD, regency),
            Role.REGENCY_SOCIAL_OFFICE: officer(Role.REGENCY_SOCIAL_OFFICE, regency),
            Role.REGENCY_PLANNING: officer(Role.REGENCY_PLANNING, regency),
            Role.VILLAGE_HEAD: officer(Role.VILLAGE_HEAD, VILLAGES[0]),
        }
        self.second_village = officer(Role.VILLAGE_HEAD, VILLAGES[1])
        self.by_role_elsewhere = {
            Role.REGENCY_HEAD: officer(Role.REGENCY_HEAD, "32.04"),
            Role.REGENCY_SOCIAL_OFFICE: officer(Role.REGENCY_SOCIAL_OFFICE, "32.04"),
            Role.PROVINCIAL_SOCIAL_OFFICE: officer(Role.PROVINCIAL_SOCIAL_OFFICE, "32"),
            Role.PROVINCIAL_PLANNING: officer(Role.PROVINCIAL_PLANNING, "32"),
            Role.VILLAGE_HEAD: officer(Role.VILLAGE_HEAD, "32.04.05.2001"),
        }

    def __getitem__(self, role):
        return self.by_role[role]

    def applicant(self, request: FormationRequest):
        return self[Role.REGENCY_HEAD if request.unit_kind == Unit.Kind.SLRT else Role.VILLAGE_HEAD]


def filled(pathway: str, bodies: Bodies, *, but: tuple[str, ...] = ()) -> FormationRequest:
    """A draft with every item filled in and documented, except `but`."""
    path = Pathway.objects.get(pk=pathway)
    slrt = path.unit_kind == Unit.Kind.SLRT
    region = Region.objects.get(pk=REGENCY if slrt else VILLAGES[0])
    head = bodies[Role.REGENCY_HEAD if slrt else Role.VILLAGE_HEAD]
    request = drafts.begin(pathway=path, region=region, by=head)
    for item in request.items.all():
        if item.kind not in but:
            drafts.save_item(
                request=request, kind=item.kind, data=ANSWERS[item.kind], base_version=0, by=head
            )
            drafts.attach(request=request, kind=item.kind, title=f"Dokumen {item.kind}", file=pdf(), by=head)
    if "letter" not in but:
        drafts.save_letter(
            request=request, signatory="Endang Sasmita", reason="Warga miskin menempuh banyak loket.",
            follows_standard=True, base_version=0, by=head,
        )  # fmt: skip
    request.refresh_from_db()
    return request


def sent(pathway: str, bodies: Bodies) -> FormationRequest:
    request = filled(pathway, bodies)
    return drafts.submit(request=request, by=bodies.applicant(request))


def proposed(unit: Unit, position: str, area: str, by, **kwargs):
    person = OfficerFactory(
        region=unit.region, domicile_id=area if len(area) == 13 else VILLAGES[0],
        background="welfare_head" if position == "puskesos_coordinator" else "community", **kwargs,
    )  # fmt: skip
    post = Position.objects.get(pk=position)
    return propose(
        officer=person, position=post, unit=unit, area=Region.objects.get(pk=area), by=by, attested=everything_attested(post)
    )  # fmt: skip


def decree(number: str = "12/KEP/2026") -> stages.DecreeData:
    return stages.DecreeData(
        number=number, date=dt.date(2026, 1, 5), signatory="Pejabat Berwenang", valid_from=dt.date(2026, 1, 5),
        valid_until=dt.date(2030, 12, 31),
    )  # fmt: skip


def completion(request: FormationRequest, bodies: Bodies, **changes) -> stages.Completion:
    """What the body of the current stage hands in."""
    stage, data, given = request.stage, {}, {}
    if stage.form in SCORED:
        data["scores"] = {criterion.pk: 3 for criterion in completions.criteria_for(stage)}
        given["result"] = "ready"
    if stage.form in BY_DECREE:
        given["decree"] = decree(f"{stage.order}/{request.pk}/KEP/2026")
    if stage.form == StageForm.PUSKESOS_LOCATIONS:
        given["villages"] = list(Region.objects.filter(pk__in=VILLAGES))
    if stage.form == StageForm.APPOINTMENT:
        office = bodies[Role.REGENCY_SOCIAL_OFFICE]
        slrt = request.unit_kind == Unit.Kind.SLRT
        given["appointments"] = [
            proposed(
                request.unit,
                "manager" if slrt else "puskesos_coordinator",
                REGENCY if slrt else VILLAGES[0],
                office,
            )
        ]
        data["considered"] = "Usulan Lurah diterima seluruhnya."
    if stage.form == StageForm.GUIDANCE:
        data |= {"starts_on": "2026-03-02", "ends_on": "2026-03-04", "participants": 40}
    given["documents"] = {title: pdf() for title in stage.documents}
    return stages.Completion(data=data, **{**given, **changes})
