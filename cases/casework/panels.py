"""What the case desk adds to a family's page, and what makes a family part of a day's work."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cases.households.access import register_daily
from cases.households.models import Household, Person
from cases.households.panels import Panel, PanelRow, register_panel
from cases.households.subject_file import Part, register_part
from portal.accounts.models import User
from portal.backoffice.admin import record_url

from .models import Case
from .workflow import CASE_FLOW


@register_panel
def cases_of(household: Household, user) -> Panel:
    cases = Case.objects.visible_to(user).about(household).select_related("program").newest()[:20]
    rows = [
        PanelRow(
            title=case.number,
            note=" · ".join(
                part
                for part in (
                    case.get_kind_display(),
                    (case.program.acronym or str(case.program)) if case.program_id else "",
                    formats.date_format(case.opened_at, "j F Y"),
                    case.get_outcome_display(),
                )
                if part
            ),
            url=record_url(case),
            badge=case.status,
            badge_label=case.get_status_display(),
        )
        for case in cases
    ]
    return Panel(_("Needs and complaints"), rows, _("No case on record."))


#: steps that end or hold a case; being able to do them alone is no daily work
_EXITS = {"withdraw", "mark_double", "pause", "recall"}


@register_daily
def has_a_case_in_hand(user: User, household: Household) -> bool:
    """An open case of the family on which the user can do something now."""
    cases = Case.objects.visible_to(user).about(household).open()
    return any(set(CASE_FLOW.available(case, by=user)) - _EXITS for case in cases)


@register_part
def cases_in_the_subject_file(person: Person, user: User) -> Part:
    """What the person brought, in full, as far as the officer who makes the file sees it."""
    cases = list(Case.objects.visible_to(user).filter(person=person).select_related("program").newest())
    rows = [
        [
            case.number,
            formats.date_format(timezone.localtime(case.opened_at), "j F Y H:i"),
            " · ".join(
                part
                for part in (case.get_kind_display(), case.program.label if case.program_id else "")
                if part
            ),
            case.description,
            case.answer or "–",
            case.get_outcome_display() or case.get_status_display(),
        ]
        for case in cases
    ]
    heads = [
        _("Registration number"),
        _("Registered"),
        _("Kind"),
        _("What the family says"),
        _("Answer"),
        _("Status"),
    ]
    # A registration number does not break: it has the room it needs.
    return Part(_("Needs and complaints"), heads, rows, tuple(cases), widths=(27, 14, 15, 19, 14, 11))


@register_part
def steps_in_the_subject_file(person: Person, user: User) -> Part:
    """Who did what with the person's cases, in the order of time."""
    cases = Case.objects.visible_to(user).filter(person=person).order_by("opened_at", "pk")
    rows = []
    for case in cases:
        for step in CASE_FLOW.log_of(case).order_by("at", "pk"):
            rows.append(
                [
                    case.number,
                    formats.date_format(timezone.localtime(step.at), "j F Y H:i"),
                    str(Case.Status(step.to_status).label),
                    step.by.name if step.by_id else "–",
                ]
            )
    return Part(
        _("Steps of the cases"),
        [_("Registration number"), _("When"), _("Status"), _("Officer")],
        rows,
        widths=(28, 24, 24, 24),
    )
