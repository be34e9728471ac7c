"""Demo requests in every stage of every pathway, walked there by the services. All persons and papers are invented."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import SPECS, Role
from portal.regions.models import Level, Region, code_at
from portal.staffing.models import Appointment, Officer, Position
from portal.staffing.services.appointments import propose
from portal.units.models import Unit

from .asks import Ask
from .enums import BY_DECREE, SCORED, Body, Item, StageForm
from .models import FormationRequest, Pathway
from .services import completions, drafts, stages

#: region, pathway, stages to complete, what happens then
PLAN = (
    ("34.03", "regency", 0, "draft"),
    ("34.71", "province", 1, ""),
    ("19.02", "ministry", 3, ""),
    ("19.03", "regency", 4, ""),
    ("19.04", "province", 5, ""),
    ("19.05", "ministry", 1, "return"),
    ("32.73", "regency", 1, "refuse"),
)
#: the same for Puskesos, in villages of Bantul without one
VILLAGE_PLAN = (
    ("34.02.01.2001", "puskesos", 0, "draft"),
    ("34.02.02.2003", "puskesos", 0, ""),
    ("34.02.02.2004", "puskesos", 1, ""),
    ("34.02.03.2001", "puskesos", 2, ""),
    ("34.02.03.2002", "puskesos", 4, ""),
)
ROLE_OF = {
    Body.MINISTRY: Role.MINISTRY,
    Body.PROVINCIAL_OFFICE: Role.PROVINCIAL_SOCIAL_OFFICE,
    Body.PROVINCIAL_SOCIAL_OFFICE: Role.PROVINCIAL_SOCIAL_OFFICE,
    Body.REGENCY_HEAD: Role.REGENCY_HEAD,
    Body.REGENCY_SOCIAL_OFFICE: Role.REGENCY_SOCIAL_OFFICE,
    Body.REGENCY_GOVERNMENT: Role.REGENCY_SOCIAL_OFFICE,
    Body.VILLAGE_HEAD: Role.VILLAGE_HEAD,
}
PAPER = b"%PDF-1.4\n% Dokumen contoh\n%%EOF"


def load(world=None) -> None:
    """Create the demo requests once; a second run writes nothing."""
    if FormationRequest.objects.filter(is_demo=True).exists() or not Pathway.objects.exists():
        return
    today = world.today if world else timezone.localdate()
    for code, pathway, count, then in (*PLAN, *VILLAGE_PLAN):
        _walk(code, pathway, count, then, today)


def body(role: str, code: str) -> User:
    """The demo account that holds a role over a region; LookupError when `fixtures/demo/accounts.csv` has none."""
    place = code_at(code, Level(SPECS[role].levels[0]))
    held = RoleAssignment.objects.active().filter(role=role, region_id=place or None, user__is_demo=True)
    if found := held.select_related("user").order_by("user__username").first():
        return found.user
    raise LookupError(f"fixtures/demo/accounts.csv has no {role} of {place or 'the nation'}")


def _walk(code: str, pathway: str, count: int, then: str, today: dt.date) -> None:
    path, region = Pathway.objects.get(pk=pathway), Region.objects.filter(pk=code).first()
    if region is None or Unit.objects.filter(kind=path.unit_kind, region=region).exists():
        return
    head = body(Role.REGENCY_HEAD if path.unit_kind == Unit.Kind.SLRT else Role.VILLAGE_HEAD, code)
    request = drafts.begin(pathway=path, region=region, by=head, is_demo=True)
    _fill(request, head, today, half=then == "draft")
    if then == "draft":
        return
    drafts.submit(request=request, by=head)
    for _step in range(count):
        request = FormationRequest.objects.get(pk=request.pk)
        stage = request.stage
        if request.status != "running" or stage.form == StageForm.VILLAGE_APPOINTMENTS:
            break
        by = body(ROLE_OF[Body(stage.body)], code)
        stages.complete_stage(request=request, stage=stage, by=by, completion=_completion(request, today))
    request = FormationRequest.objects.get(pk=request.pk)
    if then in ("return", "refuse"):
        by = body(ROLE_OF[Body(request.stage.body)], code)
        if then == "return":
            stages.return_request(
                request=request, asks=[Ask("Lampirkan DPA Dinas Sosial tahun berjalan", Item.BUDGET), Ask("Jelaskan ruang rapat/konsultasi", Item.FACILITIES)],
                note="Bukti anggaran belum terlihat.", by=by,
            )  # fmt: skip
        else:
            stages.refuse(
                request=request, reason="Anggaran dan unit kerja penanggung jawab belum ditetapkan; silakan mengajukan kembali.", by=by
            )  # fmt: skip


def _fill(request: FormationRequest, by: User, today: dt.date, *, half: bool) -> None:
    slrt = request.unit_kind == Unit.Kind.SLRT
    year = today.year
    villages = Region.objects.current().filter(parent__parent=request.region_id)
    answers = {
        Item.POVERTY_PROFILE: {
            "year": str(year - 1), "poor_people": "23500" if slrt else "412", "poverty_rate": "9.6", "ppks": "17800" if slrt else "290",
            "source": "BPS dan basis data dinas sosial", "summary_text": "Kemiskinan terpusat di wilayah perdesaan dan pesisir.",
        },
        Item.RESOURCES_PROFILE: {
            "psks": "310" if slrt else "14", "institutions": "18" if slrt else "2",
            "programs": "Jaminan kesehatan daerah, bantuan pendidikan, perbaikan rumah tidak layak huni.",
        },
        Item.BUDGET: {
            "year": str(year + 1), "amount": "420000000" if slrt else "36000000", "source": "apbd_regency" if slrt else "village",
            "purpose": "Operasional sekretariat, tali asih petugas, dan perlengkapan.",
        },
        Item.HUMAN_RESOURCES: {
            "managers": "1", "supervisors": "3", "facilitators": "50", "office_staff": "4", "puskesos_officers": "6",
            "responsible_office": "Dinas Sosial", "coordinator": "Kepala urusan kesejahteraan rakyat", "front_officers": "1",
            "back_officers": "1", "proposal": "Kepala urusan kesejahteraan rakyat dan dua kader PSM setempat.",
        },
        Item.REGULATION: {"title": f"Peraturan tentang penyelenggaraan {'SLRT' if slrt else 'Puskesos'}", "state": "draft", "number": ""},
        Item.FACILITIES: {
            "address": f"Kompleks perkantoran, {request.region.capital or request.region.name}", "opening_hours": "Senin-Jumat 08.00-14.30",
            "rooms": ["name_board", "waiting_room", "front_office"], "equipment": "Dua komputer, satu pencetak, jaringan internet.",
        },
        Item.PUSKESOS_LOCATIONS: {
            "villages": list(villages.order_by("pk").values_list("pk", flat=True)[:2]) if slrt else [],
            "reason": "Jumlah keluarga miskin terbanyak dan perangkat desa siap.",
        },
    }  # fmt: skip
    for number, item in enumerate(request.items.all()):
        if half and number > 3:
            break
        drafts.save_item(request=request, kind=item.kind, data=answers[item.kind], base_version=0, by=by)
        drafts.attach(
            request=request, kind=item.kind, title=f"{item.get_kind_display()} (contoh)", by=by,
            file=ContentFile(PAPER, name=f"contoh-{item.kind}.pdf"),
        )  # fmt: skip
    if not half:
        drafts.save_letter(
            request=request, signatory=by.name, follows_standard=True, base_version=0, by=by,
            reason="Warga miskin dan rentan kami masih menempuh banyak loket untuk memperoleh layanan. Kami memohon pembentukan satu pintu layanan.",
        )  # fmt: skip
    request.refresh_from_db()


def _completion(request: FormationRequest, today: dt.date) -> stages.Completion:
    stage, yesterday = request.stage, (today - dt.timedelta(days=1)).isoformat()
    data, given = {}, {}
    if stage.form in SCORED:
        data = {
            "scores": {c.pk: 2 + (n % 3) for n, c in enumerate(completions.criteria_for(stage))},
            "team": "Tim teknis",
        }
        given["result"] = "ready"
    if stage.form in BY_DECREE:
        given["decree"] = stages.DecreeData(
            number=f"{40 + stage.order}/{request.pk}/KEP/{today.year}", date=today, signatory=f"Pejabat {stage.get_body_display()}",
            valid_from=today, valid_until=dt.date(today.year + 4, 12, 31),
        )  # fmt: skip
    if stage.form == StageForm.PUSKESOS_LOCATIONS:
        given["villages"] = list(Region.objects.filter(pk__in=request.items.get(kind=Item.PUSKESOS_LOCATIONS).data["villages"]))  # fmt: skip
    if stage.form == StageForm.APPOINTMENT:
        given["appointments"] = [_leader(request)]
        data["considered"] = "Usulan kepala desa diterima."
    if stage.form == StageForm.GUIDANCE:
        data = {
            "starts_on": yesterday,
            "ends_on": yesterday,
            "participants": 20,
            "place": "Kantor Dinas Sosial",
        }
    given["documents"] = {title: ContentFile(PAPER, name="contoh.pdf") for title in stage.documents}
    return stages.Completion(data=data, note="", **given)


def _leader(request: FormationRequest) -> Appointment:
    """The officer whom the social office appoints: a manager, or a Puskesos coordinator."""
    slrt = request.unit_kind == Unit.Kind.SLRT
    post = Position.objects.get(pk="manager" if slrt else "puskesos_coordinator")
    home = request.region if not slrt else Region.objects.filter(parent__parent=request.region).first()
    person = Officer.objects.create(
        region=request.region, name="Sumarni Widodo", sex="female", birth_date=dt.date(1984, 3, 9), education=5,
        background="asn_other" if slrt else "welfare_head", domicile=home, phone="+6281290000099",
        nik=f"{home.pk[:8].replace('.', '')}490384{6000 + request.pk % 900:04d}", is_demo=True,
        civil_service_number="198403092010032001" if slrt else "",
    )  # fmt: skip
    return propose(
        officer=person, position=post, unit=request.unit, area=request.region, is_demo=True,
        by=body(Role.REGENCY_SOCIAL_OFFICE, request.region_id), attested={c.code: True for c in post.criteria.all()},
    )  # fmt: skip
