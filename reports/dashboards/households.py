"""The families behind a number of access, overlap, targeting or a what-if: masked, for a purpose, within one's rights (A-08)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases.households import access
from cases.households.eligibility import REGISTER, criteria_in_force
from cases.households.forms import PurposeForm
from cases.households.models import Enrolment, Household, Person
from portal.backoffice.listing import MOST_COUNTED, count_up_to, paginate
from portal.backoffice.views import Crumb
from portal.ledger import audit
from portal.regions.models import within_q
from programs_catalog.eligibility import query
from programs_catalog.models import Program

from . import overlap, targeting
from .areas import AreaView
from .whatif_asked import WhatIfForm

#: what an address may ask for: its word, and the heading of the list
SHOWN = {
    "menerima": gettext_lazy("Families that receive %(programs)s"),
    "tepat": gettext_lazy("Families that receive exactly %(programs)s"),
    "jumlah": gettext_lazy("Families by number of programs received: %(number)s"),
    "berhak": gettext_lazy("Families that seem eligible for %(programs)s"),
    "belum": gettext_lazy("Families that seem eligible for %(programs)s and do not receive it"),
    "keliru": gettext_lazy("Families that receive %(programs)s and do not meet its criteria"),
    "andai-kini": gettext_lazy("What if: families eligible for %(programs)s today"),
    "andai-nanti": gettext_lazy("What if: families then eligible for %(programs)s"),
    "andai-bertambah": gettext_lazy("What if: families that %(programs)s would gain"),
    "andai-berkurang": gettext_lazy("What if: families that %(programs)s would lose"),
    "andai-kehilangan": gettext_lazy("What if: families that receive %(programs)s and would lose it"),
}
TARGETING = {"berhak": "eligible", "belum": "exclusion", "keliru": "enrolled_unmet"}
#: longer keys no database column holds
MOST_DIGITS = 18
#: so many programs one list may ask for
MOST_PROGRAMS = 40
#: so many lists stay open in one session
KEPT = 20
#: so long a purpose given for one list of an area holds for the others of that area
HOLDS_FOR = dt.timedelta(minutes=30)
#: what of an address is no part of the question
PAGING = ("after", "before", "kembali")


#: for what a list is read: beside the purposes of one family's page the planning that a list serves
LIST_PURPOSES = {"planning": gettext_lazy("Planning and targeting of programs"), **access.PURPOSES}


class ListPurposeForm(PurposeForm):
    """Why somebody reads a list of families."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=list(LIST_PURPOSES.items()), widget=forms.RadioSelect
    )


def in_force(day: dt.date) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


@dataclass
class Asked:
    """What an address asks for; Http404 for words, programs or conditions that do not exist."""

    code: str
    get: object  # the address's QueryDict

    def __post_init__(self):
        self.what = self.get.get("isi", "")
        numbers = [part for part in self.get.get("program", "").split(",") if part]
        if (
            self.what not in SHOWN
            or not all(part.isdecimal() and len(part) <= MOST_DIGITS for part in numbers)
            or len(numbers) > MOST_PROGRAMS
        ):
            raise Http404
        self.programs = list(Program.objects.filter(pk__in=numbers).order_by("pk"))
        if len(self.programs) != len(numbers) or not numbers and self.what != "jumlah":
            raise Http404
        self.day = timezone.localdate()
        if not self.what.startswith("andai"):
            # Of the day on which the number was counted, so that the list is the number.
            counted = targeting if self.what in TARGETING else overlap
            self.day = counted.counted_on(self.code) or self.day

    @property
    def title(self) -> str:
        names = " + ".join(program.label for program in self.programs)
        return str(SHOWN[self.what]) % {"programs": names, "number": self.get.get("jumlah", "")}

    def rows(self) -> QuerySet[Household]:
        return Household.objects.filter(within_q(self.code)).filter(self._condition())

    def _condition(self) -> Q:
        if self.what in ("menerima", "tepat"):
            condition = Q()
            for program in self.programs:
                condition &= Q(targeting.running(program.pk, self.day))
            return condition & self._by_number(len(self.programs)) if self.what == "tepat" else condition
        if self.what == "jumlah":
            number = self.get.get("jumlah", "")
            if not number.isdigit() or len(number) > 3:
                raise Http404
            return self._by_number(int(number))
        criteria = criteria_in_force(self.day).get(self.programs[0].pk)
        if criteria is None:
            raise Http404
        if self.what in TARGETING:
            found = targeting.conditions(self.programs[0].pk, criteria.rule, self.day)
            return found[TARGETING[self.what]]
        return self._what_if(criteria.rule)

    def _by_number(self, number: int) -> Q:
        counted = (
            in_force(self.day)
            .filter(household=OuterRef("pk"))
            .order_by()
            .values("household")
            .annotate(n=Count("program", distinct=True))
            .values("n")
        )
        found = Household.objects.annotate(
            receives=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        ).filter(within_q(self.code), receives=number)
        return Q(pk__in=found.values("pk"))

    def _what_if(self, rule) -> Q:
        form = WhatIfForm(rule, self.get)
        if not form.is_valid():
            raise Http404
        was = query.met(rule, REGISTER, self.day)
        will = query.met(form.new_rule, REGISTER, self.day) if form.new_rule is not None else query.ALWAYS
        return {
            "andai-kini": was,
            "andai-nanti": will,
            "andai-bertambah": will & ~was,
            "andai-berkurang": was & ~will,
            "andai-kehilangan": was & ~will & Q(targeting.running(self.programs[0].pk, self.day)),
        }[self.what]


class HouseholdsView(AreaView, TemplateView):
    """One list, page by page. It opens for a purpose, which the audit keeps; names and numbers are masked."""

    required_right = (Household, "view")
    template_name = "dashboards/households.html"

    @cached_property
    def asked(self) -> Asked:
        return Asked(self.code, self.request.GET)

    def get_page_title(self):
        return self.asked.title

    @property
    def back_url(self) -> str:
        """The page one came from, with its area, chapter and filters."""
        page = reverse("planning-whatif" if self.asked.what.startswith("andai") else "dashboard")
        # Only what comes after the question mark is taken from the address, so that it leads nowhere else.
        return f"{page}?{self.request.GET.get('kembali') or urlencode({'wilayah': self.code})}"

    def get_breadcrumbs(self):
        title = _("What if") if self.asked.what.startswith("andai") else _("Dashboard")
        return [Crumb(f"{title} · {self.area_name}", self.back_url)]

    # -- the purpose
    @property
    def key(self) -> str:
        """What one purpose opens: this list, on all its pages."""
        return "&".join(
            sorted(f"{k}={v}" for k, values in self.request.GET.lists() for v in values if k not in PAGING)
        )

    @property
    def is_open(self) -> bool:
        given = self.request.session.get("households_lists", {}).get(self.key)
        return bool(given) and timezone.now().timestamp() - given < access.OPEN_FOR.total_seconds()

    @property
    def held_purpose(self) -> str:
        """The purpose that was given a short while ago for another list of this area; '' where none was."""
        area, purpose, given = self.request.session.get("households_purpose", ("", "", 0))
        holds = area == self.code and timezone.now().timestamp() - given < HOLDS_FOR.total_seconds()
        return purpose if holds else ""

    def open_for(self, purpose: str) -> None:
        """Open this list: the audit keeps every list with its purpose, also where the purpose was given for another."""
        audit.record(
            audit.Action.READ, Household, by=self.request.user, purpose=purpose,
            what=self.asked.what, area=self.code, programs=[program.code for program in self.asked.programs],
        )  # fmt: skip
        session = self.request.session
        newest = dict(
            sorted(session.get("households_lists", {}).items(), key=lambda item: item[1])[-KEPT + 1 :]
        )
        session["households_lists"] = {**newest, self.key: timezone.now().timestamp()}

    def get(self, request, *args, **kwargs):
        # A wrong address does not exist, before a purpose is asked or kept.
        self.asked.rows()
        if not self.is_open and self.held_purpose:
            self.open_for(self.held_purpose)
        return super().get(request, *args, **kwargs)

    def post(self, request):
        self.asked.rows()
        form = ListPurposeForm(request.POST, for_user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(purpose=form))
        fields = form.cleaned_data
        words = f": {fields['words']}" if fields["words"] else ""
        purpose = f"{LIST_PURPOSES[fields['purpose']]}{words}"
        self.open_for(purpose)
        request.session["households_purpose"] = [self.code, purpose, timezone.now().timestamp()]
        return HttpResponseRedirect(request.get_full_path())

    # -- the list
    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            asked=self.asked, area_name=self.area_name, back_url=self.back_url, **kwargs
        )
        if not self.is_open:
            return {"purpose": ListPurposeForm(for_user=self.request.user)} | context
        heads = Person.objects.filter(gone_on=None, is_head=True)
        running = in_force(self.asked.day).select_related("program")
        rows = (
            self.asked.rows()
            .select_related("region")
            .prefetch_related(
                Prefetch("members", heads, to_attr="heads"),
                Prefetch("enrolments", running, to_attr="running"),
            )
        )
        page = paginate(
            rows,
            ("village_code",),
            after=self.request.GET.get("after", ""),
            before=self.request.GET.get("before", ""),
        )
        for row in page:
            # Several members may receive the same program.
            row.receives_names = ", ".join(dict.fromkeys(one.program.label for one in row.running))
        return context | {
            "page": page,
            "total": count_up_to(self.asked.rows()),
            "most_counted": MOST_COUNTED,
            "next_url": self._turn(after=page.after),
            "previous_url": self._turn(before=page.before),
        }

    def _turn(self, **token) -> str:
        if not all(token.values()):
            return ""
        address = self.request.GET.copy()
        for name in ("after", "before"):
            address.pop(name, None)
        address.update(token)
        return f"?{address.urlencode()}"
