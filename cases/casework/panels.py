"""What the case desk adds to a family's page, and what makes a family part of a day's work."""

from django.utils import formats
from django.utils.translation import gettext as _

from cases.households.access import register_daily
from cases.households.models import Household
from cases.households.panels import Panel, PanelRow, register_panel
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
