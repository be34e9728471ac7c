"""What a meeting's page shows of the cases on its agenda."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import may
from portal.backoffice.admin import Related

from ..models import AgendaItem, Case
from ..services.meetings import line_of


class MeetingItems:
    """The items of a meeting, as far as the reader sees their cases."""

    model = AgendaItem

    def matter(self, obj):
        return line_of(obj)

    matter.short_description = _("matter")

    @staticmethod
    def rows(meeting, user):
        if not may(user, "read_personal", Case):
            return []
        seen = Case.objects.visible_to(user, "read_personal")
        items = meeting.case_items.filter(case__in=seen)
        return items.select_related("case__program", "referral__program").order_by("pk")[:100]


MeetingItems.related = Related(
    _("Cases on the agenda"),
    MeetingItems.rows,
    ("matter", "decision", "decided_at"),
    admin=MeetingItems,
    empty=_("No case has been put on the agenda."),
)
