"""Filling an installation: reference data of every app, and in a demo installation its invented data.

An app that needs rows of its own in production has `reference.py`, one with demo data `demo.py`; both hold
`load(world)`, which is safe to run again: rows are found by their natural key. Both run in the order of the floors,
each in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import Fact

SEED = 2026
#: Loaded again after these, because their rows name others' (desk accounts need the desks of the catalog).
AGAIN_AFTER = {"programs_catalog": ("accounts",)}


class World:
    """What a loader may lean on: one seed, one today, and the accounts and regions that are already there."""

    def __init__(
        self, seed: int = SEED, today: dt.date | None = None, tell: Callable[[str], None] | None = None
    ):
        self.seed = seed
        self.today = today or timezone.localdate()
        self.tell = tell or (lambda text: None)

    def random(self, name: str) -> random.Random:
        """A generator of its own for each purpose: one loader's draws never shift another's."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - invented data, nothing to guess

    @property
    def users(self):
        """Demo accounts by user name, e.g. `world.users["fo.sleman"]`."""
        from portal.accounts.models import User

        return {user.username: user for user in User.objects.all()}

    accounts = users

    def user(self, username: str):
        """One account; User.DoesNotExist when `fixtures/demo/accounts.csv` lacks it."""
        from portal.accounts.models import User

        return User.objects.get(username=username)

    def region(self, code: str):
        from portal.regions.models import Region

        return Region.objects.get(pk=code)


def loaders(kind: str) -> list[tuple[str, ModuleType]]:
    """(app label, module) of every `reference` or `demo` module of ours, in the order of the floors."""
    found = []
    for config in apps.get_app_configs():
        if not Path(config.path).is_relative_to(settings.BASE_DIR):
            continue
        if config.label == "operations" or importlib.util.find_spec(f"{config.name}.{kind}") is None:
            continue
        module = importlib.import_module(f"{config.name}.{kind}")
        if hasattr(module, "load"):
            found.append((config.label, module))
    labels = dict(found)
    if kind == "demo":
        for label, repeated in AGAIN_AFTER.items():
            position = next((i for i, item in enumerate(found) if item[0] == label), None)
            if position is not None:
                found[position + 1 : position + 1] = [
                    (name, labels[name]) for name in repeated if name in labels
                ]
    return found


def digest(kind: str, module: ModuleType) -> str:
    """The state of a loader: its code and the files of `fixtures/<kind>/`."""
    folder = Path(module.__file__).parent
    folder = folder.parent if folder.name == kind else folder
    files = {
        *folder.glob(f"{kind}*.py"),
        *folder.glob(f"{kind}*/**/*.*"),
        *(settings.BASE_DIR / "fixtures" / kind).rglob("*.*"),
    }
    state = hashlib.sha256(str(SEED).encode())
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        state.update(file.relative_to(settings.BASE_DIR).as_posix().encode())
        state.update(file.read_bytes())
    return state.hexdigest()[:32]


@contextmanager
def _quiet(logger: str, quiet: bool) -> Iterator[None]:
    """What is missing in a first round is no news: the second may find it."""
    log = logging.getLogger(logger)
    before, log.disabled = log.disabled, quiet
    try:
        yield
    finally:
        log.disabled = before


def load(kind: str, *, again: bool, tell: Callable[[str], None]) -> int:
    """Run the loaders whose state differs from what was loaded (with `again`: all); returns how many ran."""
    modules = loaders(kind)
    states = {f"{kind}.{label}": digest(kind, module) for label, module in modules}
    known = dict(Fact.objects.filter(key__in=states).values_list("key", "value"))
    changed = {key for key, state in states.items() if again or known.get(key) != state}
    world = World(tell=lambda text: tell(f"    {text}"))
    ran = 0
    for position, (label, module) in enumerate(modules):
        key = f"{kind}.{label}"
        if key not in changed:
            continue
        started = time.monotonic()
        comes_again = label in {later for later, _module in modules[position + 1 :]}
        with transaction.atomic(), _quiet(module.__name__, comes_again):
            module.load(world)
            Fact.objects.update_or_create(key=key, defaults={"value": states[key]})
        tell(f"  {kind}: {label:<18} {time.monotonic() - started:6.1f} s")
        ran += 1
    return ran
