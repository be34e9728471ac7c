"""Who sees and changes what belongs to a unit: whoever sees and changes the unit."""

from __future__ import annotations

from portal.accounts.policies import RolePolicy

_VIEWS = ("view", "inspect", "choose")


class PartOfUnitPolicy(RolePolicy):
    """For rooms, equipment, funding, partners: seen with the unit, written by whoever may change the unit."""

    def __init__(self, model, *, through: str = "unit"):
        super().__init__(model, through=through, name="unit")

    def right(self, action: str) -> str:
        return "unit.view" if action in _VIEWS else "unit.change"


class PartPolicy(RolePolicy):
    """For rows of another record, e.g. a body's members: its `view` and `change` decide."""

    def right(self, action: str) -> str:
        return f"{self.name}.{'view' if action in _VIEWS else 'change'}"
