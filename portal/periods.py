"""Quarter and Year: the periods that reports and evaluations are about. Pure values, no database."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_QUARTER = re.compile(r"^(\d{4})-?[QqTt]([1-4])$")


@dataclass(frozen=True, order=True)
class Year:
    """A calendar year, which is also the budget year."""

    year: int

    def __post_init__(self):
        if not 1945 <= self.year <= 2999:
            raise ValueError(f"not a year of the republic: {self.year}")

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day, inclusive."""
        return dt.date(self.year, 12, 31)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, number) for number in (1, 2, 3, 4))

    def previous(self) -> Year:
        return Year(self.year - 1)

    def next(self) -> Year:
        return Year(self.year + 1)

    def __str__(self) -> str:
        return str(self.year)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year (triwulan), the period of the tiered reports (rule M-04).

    >>> Quarter(2026, 4).next()
    Quarter(year=2027, number=1)
    >>> str(Quarter.parse("2026-Q3"))
    '2026-Q3'
    """

    year: int
    number: int

    def __post_init__(self):
        Year(self.year)
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"a year has quarters 1 to 4, not {self.number}")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026-Q3`; a text of another form raises ValueError."""
        match = _QUARTER.match(text.strip())
        if not match:
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> dt.date:
        """The last day, inclusive."""
        return self.next().start - dt.timedelta(days=1)

    @property
    def months(self) -> tuple[dt.date, dt.date, dt.date]:
        """The first day of each of its three months."""
        return tuple(dt.date(self.year, 3 * self.number - 2 + i, 1) for i in range(3))  # type: ignore[return-value]

    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def year_before(self) -> Quarter:
        return Quarter(self.year - 1, self.number)

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """For people: `Triwulan III 2026`."""
        return _("Quarter %(roman)s %(year)s") % {
            "roman": ("I", "II", "III", "IV")[self.number - 1],
            "year": self.year,
        }


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last day of that month where it is shorter.

    >>> add_months(dt.date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(years + (month == 11), (month + 1) % 12 + 1, 1)
    return day.replace(year=years, month=month + 1, day=min(day.day, (following - dt.timedelta(days=1)).day))
