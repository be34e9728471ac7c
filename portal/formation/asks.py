"""What a body asks for when it returns a request: each ask belongs to a part of the request (F-17). No queries, no writes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from .enums import Item

#: the part of a request that is not an item: signatory, reason, confirmation
LETTER = "letter"
#: an ask that belongs to no part
WHOLE = ""


@dataclass(frozen=True)
class Ask:
    """One thing asked for: in which part (kind of item, `letter`, or WHOLE), and what the applicant says to it."""

    text: str
    part: str = WHOLE
    answer: str = ""

    @property
    def title(self) -> str:
        return part_title(self.part)

    def stored(self) -> dict:
        return asdict(self)

    @classmethod
    def read(cls, stored: dict | str) -> Ask:
        """What `stored()` gave; earlier returns kept the bare words."""
        if isinstance(stored, str):
            return cls(stored)
        return cls(stored["text"], stored.get("part", WHOLE), stored.get("answer", ""))


def part_title(part: str) -> str:
    """The name of a part as the pages have it."""
    if part == LETTER:
        return _("Letter of request")
    return str(Item(part).label) if part else _("The request as a whole")
