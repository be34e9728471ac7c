"""Where a number leads: the list of the rows behind it, with the same filters, as far as the reader's rights go."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from cases.casework.admin.cases import NOT_RECORDED
from cases.casework.models import Case
from cases.households.models import Household, UpdateProposal
from portal.backoffice.admin import ADMINS
from portal.regions.models import Level, code_at
from portal.staffing.models import Appointment
from portal.units.models import Unit
from reports.quarterly.models import QuarterlyReport

from .areas import areas_of
from .figures import Choice, period_of
from .models import IndicatorValue, UnitCost
from .planning import open_needs

#: servers refuse addresses of more than about four thousand characters, and what one asks stands there twice
MOST_OF_BACK = 1500


class Lists:
    """The addresses of the lists that one reader may open; '' for those that do not exist for them."""

    def __init__(self, user, choice: Choice, what_if: dict[str, list[str]] | None = None, back: str = ""):
        self.choice = choice
        #: what the page asks, for the way back to it; an address that grows too long goes without
        self.back = back if len(back) <= MOST_OF_BACK else ""
        #: the changed criteria that the planner asks about
        self.what_if = what_if or {}
        self._slrt: dict[str, bool] = {}
        self._own = {
            model: areas_of(user, model, "view")
            for model in (
                Case, Household, UpdateProposal, Unit, Appointment, QuarterlyReport, IndicatorValue, UnitCost,
            )
        }  # fmt: skip

    def _open(self, model, code: str) -> bool:
        return any(not own or code == own or code.startswith(f"{own}.") for own in self._own[model])

    def _url(self, model, code: str, **query) -> str:
        if not self._open(model, code):
            return ""
        named = {"wilayah" if model is QuarterlyReport else "region": code} | query | {"total": 1}
        query = urlencode({key: value for key, value in named.items() if value})
        return f"{ADMINS[model].url('index')}?{query}"

    def cases(self, **changes) -> str:
        """The cases of the choice, or of a narrower one: `area`, `kind`, `status`, `sex`, `program`, `sector`, `level`, `concern`, `ppks`, `first` (month).

        A `ppks` of '' asks for the cases of which no group is recorded.
        """
        chosen = {name: changes.get(name, getattr(self.choice, name)) for name in ("kind", "status", "sex", "program", "sector", "level")}  # fmt: skip
        months = replace(self.choice, first=changes.get("first", self.choice.first))
        first, after = period_of(months).values()
        return self._url(
            Case,
            changes.get("area", self.choice.code),
            kind=chosen["kind"],
            shown_as=chosen["status"],
            subject_sex=chosen["sex"],
            program=chosen["program"],
            sector=chosen["sector"],
            level=chosen["level"],
            concern=changes.get("concern", ""),
            subject_group=(changes["ppks"] or NOT_RECORDED) if "ppks" in changes else "",
            opened_at_after=f"{first:%Y-%m-%d}",
            opened_at_before=f"{_day_before(after):%Y-%m-%d}",
        )

    def cases_open(self, area: str | None = None, **changes) -> str:
        """The needs of an area that are still open, whatever their year (`planning.open_needs`), or some of them, as `cases`."""
        asked = open_needs(self.choice if area is None else self.choice.at(area))
        return self.cases(
            **{"area": asked.code, "first": asked.first, "kind": asked.kind, "status": asked.status} | changes
        )

    def proposals(self, status: str = "") -> str:
        first, after = period_of(self.choice).values()
        return self._url(
            UpdateProposal,
            self.choice.code,
            status=status,
            created_at_after=f"{first:%Y-%m-%d}",
            created_at_before=f"{_day_before(after):%Y-%m-%d}",
        )

    def units(self, kind: str, area: str | None = None) -> str:
        return self._url(Unit, self.choice.code if area is None else area, kind=kind)

    def appointments(self, position: str) -> str:
        return self._url(Appointment, self.choice.code, position=position, status="active")

    def staffing(self, position: str = "") -> str:
        """The staff overview with the areas that lack an officer: of a regency, or the regencies of the area above it (S-15)."""
        address, regency = reverse("staffing_overview"), code_at(self.choice.code, Level.REGENCY)
        if self.choice.area_level < Level.REGENCY:
            # Whoever looks over a province or the nation starts from its regencies; of several areas it would be another's.
            return address if self._own[Appointment] == [self.choice.code] else ""
        if not self._open(Appointment, regency):
            return ""
        # A regency looks over itself, who stands above it over those with an SLRT.
        if regency not in self._own[Appointment] and not self._has_slrt(regency):
            return ""
        return f"{address}?region={regency}" + (f"#{position}" if position else "")

    def _has_slrt(self, regency: str) -> bool:
        if regency not in self._slrt:
            self._slrt[regency] = Unit.objects.listed().filter(kind=Unit.Kind.SLRT, region=regency).exists()
        return self._slrt[regency]

    def reports(self, quarter: str, tier: str = "", waktu: str = "", area: str | None = None) -> str:
        code = self.choice.code if area is None else area
        return self._url(QuarterlyReport, code, tier=tier, kuartal=quarter, waktu=waktu)

    def values(self, indicator: str, area: str) -> str:
        """All recorded values of an indicator in an area, with years and sources."""
        return self._url(IndicatorValue, area, indicator=indicator)

    def value(self, key: int | None, area: str) -> str:
        """The page of a recorded value; also of the areas above, which everybody below reads."""
        return self._source(IndicatorValue, key, area)

    def unit_cost(self, cost: UnitCost | None) -> str:
        """The page of a unit cost."""
        return self._source(UnitCost, cost.pk, cost.region_id or "") if cost else ""

    def _source(self, model, key: int | None, area: str) -> str:
        """A record of the planner's data: what holds for an area is read there, and below it."""
        above = any(not area or own == area or own.startswith(f"{area}.") for own in self._own[model])
        return (
            ADMINS[model].url_helper.get_action_url("inspect", key)
            if key and (above or self._open(model, area))
            else ""
        )

    def households(self, isi: str, area: str | None = None, program="", jumlah="") -> str:
        """The families behind a number of access, overlap, targeting or a what-if (`households.SHOWN`)."""
        code = self.choice.code if area is None else area
        if not self._open(Household, code):
            return ""
        query = {"wilayah": code, "isi": isi, "program": program, "jumlah": jumlah}
        asked = {name: value for name, value in query.items() if value != "" or name == "wilayah"}
        if isi.startswith("andai"):
            asked = self.what_if | asked
        if self.back:
            asked["kembali"] = self.back
        return f"{reverse('dashboard-households')}?{urlencode(asked, doseq=True)}"


def _day_before(moment: dt.datetime) -> dt.datetime:
    return moment - dt.timedelta(days=1)
