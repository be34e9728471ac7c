"""The workflow engine: a table of moves, one lock that checks right and state, one record that writes and signs.

    CASE_FLOW = Workflow("casework.Case", {"refer": Move(("handled",), to="referred", right="refer", label=_("Refer"))})

    case = CASE_FLOW.lock(case, "refer", by=user)        # right, state, row lock; else an error, nothing written
    CASE_FLOW.record(case, "refer", by=user, note=note)  # moves the status, writes the log

Rights are asked of the permission policy that is registered for the model (docs/roles.md). A record outside the
user's regions does not exist for them: `lock` raises the model's DoesNotExist. Inside, without the right, it raises
PermissionDenied; in another state, WrongState.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, models, router, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from .models import Transition

SYSTEM = None  # the acting user of a timer

REGISTRY: dict[str, Workflow] = {}

_AT_ONCE = 5000  # rows moved by one statement


_WRITTEN: ContextVar[datetime | None] = ContextVar("written", default=None)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Log the steps inside as taken at this moment: for a past that is written down afterwards, as the demo's."""
    token = _WRITTEN.set(moment)
    try:
        yield
    finally:
        _WRITTEN.reset(token)


def _moment() -> datetime:
    return _WRITTEN.get() or timezone.now()


class WrongState(Exception):
    """The move is not possible from where the object is now; the message is for people."""


@dataclass(frozen=True)
class Move:
    """One row of a workflow table: from where, to where, by what right."""

    from_: tuple[str, ...]
    to: str
    right: str
    label: str
    #: a move that only a timer makes
    automatic: bool = False
    #: what the public status page calls it; '' is not shown there
    public_label: str = ""
    #: whether the move must carry a note
    needs_note: bool = False
    #: 'primary', 'secondary' or 'danger': how its button looks
    style: str = "secondary"
    #: what must hold of the object beyond its status, e.g. its kind; no query, no user
    when: Callable[[models.Model], bool] | None = None

    def fits(self, obj: models.Model) -> bool:
        """Whether the object is one that ever makes this move."""
        return self.when is None or self.when(obj)


@dataclass
class Workflow:
    """The moves of one model's status field."""

    model_label: str
    moves: Mapping[str, Move]
    field: str = "status"
    initial: str = ""
    #: log lines that move nothing, e.g. a timer's reminder: name to label
    lines: Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: who may read what officers wrote beside the steps; '' for everyone who sees the record
    words_right: str = ""

    def __post_init__(self):
        REGISTRY[self.model_label.lower()] = self

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_label)

    @property
    def policy(self):
        return policy_registry.get_by_type(self.model)

    def may(self, obj: models.Model, move: str, *, by) -> bool:
        """Whether `by` has the right for this move on this object, whatever its state. No query."""
        rule = self.moves[move]
        if by is SYSTEM:
            return rule.automatic
        return not rule.automatic and self.policy.user_has_permission_for_instance(by, rule.right, obj)

    def available(self, obj: models.Model, *, by) -> dict[str, Move]:
        """The moves possible now for this user: what the buttons show."""
        status = getattr(obj, self.field)
        return {
            name: rule
            for name, rule in self.moves.items()
            if status in rule.from_ and rule.fits(obj) and self.may(obj, name, by=by)
        }

    def lock(self, obj: models.Model, move: str, *, by) -> models.Model:
        """Lock the row and return it fresh, or raise DoesNotExist, PermissionDenied or WrongState."""
        _need_transaction()
        rule = self.moves[move]
        locked = self.model._base_manager.select_for_update().get(pk=obj.pk)
        if not self.may(locked, move, by=by):
            if by is not SYSTEM and not self.policy.user_has_permission_for_instance(by, "view", locked):
                raise self.model.DoesNotExist
            raise PermissionDenied(
                _("You do not have the right to do this: %(move)s.") % {"move": rule.label}
            )
        if getattr(locked, self.field) not in rule.from_:
            raise self._wrong_state(locked, rule)
        if not rule.fits(locked):
            raise WrongState(
                _("“%(move)s” is not possible for this record: its kind takes another way.")
                % {"move": rule.label}
            )
        return locked

    def _wrong_state(self, obj: models.Model, rule: Move) -> WrongState:
        return WrongState(
            _("“%(move)s” is not possible now: the status is %(status)s. Someone else may have been faster.")
            % {"move": rule.label, "status": getattr(obj, f"get_{self.field}_display")()}
        )

    def start(self, obj: models.Model, *, by, note: str = "", **data) -> Transition:
        """Log the first state of an object that was just created."""
        return self._log(obj, "start", "", getattr(obj, self.field), by, note, data)

    def record(
        self, obj: models.Model, move: str, *, by, note: str = "", also: Mapping | None = None, **data
    ) -> Transition:
        """Move a locked object to the move's state and write the log row.

        `also` holds other columns that change with the state, in the same statement (a constraint may join them).
        ValidationError on `note` where the move needs one and it is empty; WrongState when the row has moved on.
        """
        _need_transaction()
        rule = self.moves[move]
        before = getattr(obj, self.field)
        if before not in rule.from_:
            raise self._wrong_state(obj, rule)
        if rule.needs_note and not note.strip():
            raise ValidationError({"note": _("Please give a reason.")}, code="required")
        now = _moment()
        changes = {**(also or {}), self.field: rule.to}
        if any(f.name == "status_since" for f in obj._meta.concrete_fields):
            changes["status_since"] = now
        if not self.model._base_manager.filter(pk=obj.pk, **{self.field: before}).update(**changes):
            obj.refresh_from_db(fields=[self.field])
            raise self._wrong_state(obj, rule)
        for name, value in changes.items():
            setattr(obj, name, value)
        return self._log(obj, move, before, rule.to, by, note, data, at=now)

    def record_all(
        self,
        objects: Sequence[models.Model] | models.QuerySet,
        move: str,
        *,
        by,
        note: str = "",
        at=None,
        also: Mapping | None = None,
        **data,
    ) -> int:
        """Move many objects at once and write a log row for each; for timers and bulk work, which asked for the right before.

        Rows that have moved on meanwhile are left where they are and get no log row. Returns how many moved. The log
        rows are what `record` writes one by one, and the database writes them: nobody reads the objects for it.
        """
        _need_transaction()
        rule, now = self.moves[move], at or _moment()
        changes = {**(also or {}), self.field: rule.to}
        if any(f.name == "status_since" for f in self.model._meta.concrete_fields):
            changes["status_since"] = now
        entry = {"move": move, "to_status": rule.to, "by": by, "at": now, "note": note, "data": data}
        moved = 0
        for role, keys in self._keys_by_role(objects, by).items():
            for start in range(0, len(keys), _AT_ONCE):
                rows = self.model._base_manager.filter(
                    pk__in=keys[start : start + _AT_ONCE], **{f"{self.field}__in": rule.from_}
                )
                here = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
                rows = self.model._base_manager.filter(pk__in=here)
                self._log_all(rows.order_by("pk"), entry | {"by_role": role})
                rows.update(**changes)
                moved += len(here)
        return moved

    def _keys_by_role(self, objects, by) -> dict[str, list]:
        """The keys of the objects, by the role in which the user acts on them."""
        if by is SYSTEM and isinstance(objects, models.QuerySet):
            return {"": list(objects.order_by("pk").values_list("pk", flat=True))}
        found: dict[str, list] = {}
        for obj in objects:
            found.setdefault(by.role_for(obj) if by is not SYSTEM else "", []).append(obj.pk)
        return found

    def _log_all(self, rows: models.QuerySet, entry: Mapping) -> None:
        """One log row for each of these rows, in one statement."""
        values: dict[str, object] = {
            "model": models.Value(self.model_label.lower()),
            "object_id": Cast("pk", models.CharField()),
            "from_status": models.F(self.field),
        }
        for name, value in entry.items():
            field = Transition._meta.get_field(name)
            key = getattr(value, "pk", None) if field.is_relation else value
            values[name] = models.Value(key, output_field=field.target_field if field.is_relation else field)
        columns = [Transition._meta.get_field(name).column for name in values]
        selected = rows.annotate(**{f"log_{name}": value for name, value in values.items()})
        query = selected.values_list(*(f"log_{name}" for name in values)).query
        connection = connections[router.db_for_write(Transition)]
        sql, params = query.get_compiler(connection=connection).as_sql()
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(Transition._meta.db_table)} ({', '.join(map(quote, columns))}) {sql}",
                params,
            )

    def log_of(self, obj: models.Model) -> models.QuerySet[Transition]:
        return Transition.objects.filter(
            model=self.model_label.lower(), object_id=str(obj.pk)
        ).select_related("by")

    def label_of(self, entry: Transition) -> str:
        """What a log line is called on screen."""
        if entry.move in self.moves:
            return str(self.moves[entry.move].label)
        return str(self.lines.get(entry.move) or _("Created"))

    def add_line(self, obj: models.Model, line: str, *, by, note: str = "", **data) -> Transition:
        """Write a line of `lines` into the log of an object that stays where it is."""
        status = getattr(obj, self.field)
        assert line in self.lines, line
        return self._log(obj, line, status, status, by, note, data)

    def may_read_words(self, obj: models.Model, *, by) -> bool:
        """Whether `by` may read the officers' free words beside the steps (A-02); the steps themselves everyone sees."""
        return not self.words_right or self.policy.user_has_permission_for_instance(by, self.words_right, obj)

    def words_of(self, entry: Transition) -> str:
        """What the officer wrote beside a step; a flow may keep it outside the append-only log."""
        return entry.note

    def _log(self, obj, move, before, after, by, note, data, at=None) -> Transition:
        return Transition.objects.create(
            model=self.model_label.lower(),
            object_id=str(obj.pk),
            move=move,
            from_status=before,
            to_status=after,
            by=by,
            by_role=by.role_for(obj) if by is not SYSTEM else "",
            at=at or _moment(),
            note=note,
            data=data,
        )


class StoryFlow(Workflow):
    """A flow whose free words can be forgotten: they lie encrypted beside the log, which keeps the bare step (UU 27/2022).

    The words are a row of the app's own model, one to one with the step; `remark_name` is its name on the step.
    """

    remark_name = "remark"

    def remark_of(self, obj: models.Model, **fields) -> models.Model:
        """An unsaved remark that belongs to `obj`; `fields` are its step and text."""
        raise NotImplementedError

    def log_of(self, obj):
        return super().log_of(obj).select_related(self.remark_name)

    def words_of(self, entry):
        remark = getattr(entry, self.remark_name, None)
        return remark.text if remark else entry.note

    def _log(self, obj, move, before, after, by, note, data, at=None):
        step = super()._log(obj, move, before, after, by, "", data, at=at)
        if note:
            self.remark_of(obj, step=step, text=note).save(force_insert=True)
        return step


def _need_transaction() -> None:
    # Said here because SQLite has no row lock to complain about.
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a move is locked and recorded within one transaction")
