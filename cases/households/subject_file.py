"""The subject file: all that is on record about one person, and who looked (A-08), as one paper for that person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.ledger import audit
from portal.ledger.models import AuditEntry
from portal.pdf import render_pdf

from .changes import shown_changes
from .conditions import shown_conditions
from .models import Household, Person


@dataclass(frozen=True)
class Part:
    """One table of the file; `records` are the rows whose readers the file names too."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    records: tuple = ()
    #: per cent of each column; equal ones if none are given
    widths: tuple[int, ...] = ()

    @property
    def columns(self) -> list[dict]:
        """The heads as the paper's table reads them."""
        widths = self.widths or (100 // len(self.heads),) * len(self.heads)
        return [
            {"label": head, "width": width, "kind": "text"}
            for head, width in zip(self.heads, widths, strict=True)
        ]


_MORE: list[Callable[[Person, User], Part]] = []


def register_part(function: Callable[[Person, User], Part]):
    """Register `function(person, user) -> Part`: what another app has on record about the person."""
    _MORE.append(function)
    return function


def parts_of(person: Person, *, by: User) -> list[Part]:
    """All tables of the file, those of other apps as far as the user sees their records."""
    household = person.household
    parts = [
        _profile(person),
        _conditions(person),
        _participation(person),
        _visits(household),
        _proposals(person),
    ]
    parts += [function(person, by) for function in _MORE]
    return [*parts, _readers(person, [row for part in parts for row in part.records])]


def subject_file_pdf(*, person: Person, purpose: str, by: User) -> bytes:
    """The file as PDF; that it was made stands in the audit, and so in the file itself."""
    audit.record(
        audit.Action.EXPORT, person, by=by, purpose=_("Subject file: %(purpose)s") % {"purpose": purpose}
    )
    return render_pdf(
        "pdf/subject_file.html",
        {
            "title": _("Data on record about one person"),
            "subtitle": person.name,
            "facts": [
                (_("Made at"), _moment(timezone.now())),
                (_("Made by"), by.name),
                (_("Purpose"), purpose),
            ],
            "parts": parts_of(person, by=by),
        },
    )


def _day(value) -> str:
    return formats.date_format(value, "j F Y") if value else "–"


def _moment(value) -> str:
    return formats.date_format(timezone.localtime(value), "j F Y H:i")


def _profile(person: Person) -> Part:
    household = person.household
    rows = [
        [_("Name"), person.name],
        ["NIK", person.nik or "–"],
        [_("Family card number (KK)"), household.family_card_number or "–"],
        [_("Sex"), person.get_sex_display()],
        [_("Date of birth"), _day(person.born_on)],
        [_("Address"), ", ".join(part for part in (household.address, household.region.name) if part)],
        [_("Mobile number"), person.phone or "–"],
        [_("Decile"), str(household.decile or "–")],
        [_("Source"), household.get_source_display()],
        [_("Register version"), household.register_version or "–"],
    ]
    return Part(_("Person and family"), [_("Detail"), _("On record")], rows)


def _conditions(person: Person) -> Part:
    known = (person.household.conditions, person.conditions)
    rows = [
        [str(row["label"]), str(row["value"])] for conditions in known for row in shown_conditions(conditions)
    ]
    return Part(_("House and livelihood"), [_("Detail"), _("On record")], rows)


def _participation(person: Person) -> Part:
    mine = person.household.enrolments.filter(Q(person=None) | Q(person=person)).select_related("program")
    rows = [
        [row.program.label, _day(row.valid_from), _day(row.valid_until), str(row.get_source_display())]
        for row in mine
    ]
    return Part(_("Participation in programs"), [_("Program"), _("Since"), _("Until"), _("Source")], rows)


def _visits(household: Household) -> Part:
    rows = [
        [_moment(row.at), str(row.get_purpose_display()), row.by.name, row.note or "–"]
        for row in household.visits.select_related("by").newest()
    ]
    return Part(_("Visits"), [_("When"), _("Purpose"), _("Officer"), _("Note")], rows)


def _proposals(person: Person) -> Part:
    mine = person.household.proposals.filter(Q(person=None) | Q(person=person)).select_related("proposed_by")
    mine = mine.prefetch_related("remarks")
    rows = [
        [
            _moment(row.created_at),
            str(row.get_kind_display()),
            "; ".join(str(change) for change in shown_changes(row, numbers=True)) or "–",
            "; ".join(dict.fromkeys(filter(None, [row.note, *(said.text for said in row.remarks.all())])))
            or "–",
            str(row.get_status_display()),
            row.proposed_by.name,
        ]
        for row in mine
    ]
    heads = [_("When"), _("Kind"), _("What changes"), _("Words beside it"), _("Status"), _("Officer")]
    return Part(_("Proposals to the register"), heads, rows)


def _readers(person: Person, records: list) -> Part:
    """Every entry of the audit about the person, the family and the records of the other tables."""
    about = Q()
    for row in (person, person.household, *records):
        about |= Q(model=row._meta.label_lower, object_id=str(row.pk))
    entries = list(AuditEntry.objects.filter(about).order_by("at", "pk"))
    names = dict(User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name"))
    rows = [
        [
            _moment(entry.at),
            names.get(entry.actor_id) or entry.actor or "–",
            str(entry.get_action_display()),
            entry.purpose or "–",
        ]
        for entry in entries
    ]
    return Part(_("Who looked, and why"), [_("When"), _("Account"), _("What"), _("Purpose")], rows)
