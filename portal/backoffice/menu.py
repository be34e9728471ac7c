"""The menu by rights, and what waits for whom: apps register both; the shell and the home page ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.accounts.policies import may


@dataclass(frozen=True)
class Waiting:
    """A pile of work: what it is, how many, where it lies, whether it is late."""

    label: str
    count: int
    url: str
    urgent: bool = False
    note: str = ""


@dataclass(frozen=True)
class QuickAction:
    """A thing often done, one touch away on the home page."""

    label: str
    url: str
    icon: str = "plus"


@dataclass(frozen=True)
class Recent:
    """A record lately touched in one's area."""

    label: str
    url: str
    note: str = ""
    at: object = None


WAITING: list[Callable[[object], Iterable[Waiting]]] = []
QUICK_ACTIONS: list[Callable[[object], Iterable[QuickAction]]] = []
RECENT: list[Callable[[object], Iterable[Recent]]] = []


def register_waiting(function: Callable[[object], Iterable[Waiting]]):
    """Register `function(user) -> list[Waiting]`; it is asked on every home page, so it counts with an index."""
    WAITING.append(function)
    return function


def register_quick_action(function: Callable[[object], Iterable[QuickAction]]):
    """Register `function(user) -> list[QuickAction]`."""
    QUICK_ACTIONS.append(function)
    return function


def register_recent(function: Callable[[object], Iterable[Recent]]):
    """Register `function(user) -> list[Recent]`, at most five, newest first."""
    RECENT.append(function)
    return function


def waiting_for(user) -> list[Waiting]:
    """Everything that waits for a user, urgent first, nothing empty."""
    piles = [pile for function in WAITING for pile in function(user) if pile.count]
    return sorted(piles, key=lambda pile: not pile.urgent)


#: headings of the menu: entries from this order on belong to the group
GROUPS: tuple[tuple[int, str], ...] = (
    (0, ""),
    (100, _("Service to families")),
    (155, _("Figures and planning")),
    (200, _("Units and officers")),
    (300, _("Monitoring and reports")),
    (700, _("Public site")),
    (800, _("Settings")),
    (900, ""),
)
#: Wagtail's own entries, whose orders know nothing of ours
WAGTAILS = {"explorer": 700, "images": 701, "documents": 702}


def place_in_menu(item) -> int:
    """Where an entry stands: by its order, Wagtail's own below the site's heading."""
    return WAGTAILS.get(item.name, item.order)


def grouped(entries: list[dict]) -> list[dict]:
    """Entries with their headings; a group without entries is left out."""
    groups = []
    for number, (start, title) in enumerate(GROUPS):
        end = GROUPS[number + 1][0] if number + 1 < len(GROUPS) else 10**6
        inside = [entry for entry in entries if start <= entry["order"] < end]
        if inside:
            groups.append({"title": title, "entries": inside})
    return groups


class RightMenuItem(MenuItem):
    """A menu entry that only those see who hold a right, e.g. `("casework.Case", "register")`."""

    def __init__(self, label, url_name: str, *, right: tuple[str, str] | None = None, shown=None, **kwargs):
        super().__init__(label, "", **kwargs)
        self.url_name, self.right, self.shown = url_name, right, shown

    @property
    def url(self):
        return reverse(self.url_name)

    @url.setter
    def url(self, value):
        """Resolved late: the URL table is not loaded when hooks register."""

    def is_shown(self, request):
        if self.shown is not None:
            return self.shown(request.user)
        return self.right is None or may(request.user, self.right[1], apps.get_model(self.right[0]))


def register_menu_item(
    label: str,
    url_name: str,
    *,
    right: tuple[str, str] | None = None,
    shown: Callable[[object], bool] | None = None,
    icon: str = "doc-full-inverse",
    order: int = 500,
    name: str = "",
) -> None:
    """Add an entry to the menu of those who hold `right` (`("app.Model", "action")`) or for whom `shown(user)` is true."""
    item = RightMenuItem(
        label,
        url_name,
        right=right,
        shown=shown,
        icon_name=icon,
        order=order,
        name=name or url_name.replace(":", "-"),
    )
    hooks.register("register_admin_menu_item", lambda: item)
