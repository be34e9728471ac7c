"""Designing instruments: new versions, publishing, and what is asked of whom in which period."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.regions.models import Region

from .definition import Definition
from .models import Instrument, InstrumentVersion, Purpose, digest_of
from .sources import SOURCES
from .workflow import SYSTEM, VERSION_FLOW, VersionStatus


@transaction.atomic
def create_instrument(
    *,
    code: str,
    name: str,
    purpose: str,
    by: User,
    region: Region | None = None,
    extends: Instrument | None = None,
    name_en: str = "",
) -> Instrument:
    """Begin an instrument with an empty first draft: the nation's core, or a region's additions to one (M-02)."""
    instrument = Instrument(
        code=code, name=name, name_en=name_en, purpose=purpose, region=region, extends=extends, created_by=by
    )
    if not may(by, "add", instrument):
        raise PermissionDenied(_("You do not have the right to design instruments for this region."))
    if (region is None) != (extends is None):
        raise ValidationError(
            _("The core belongs to the nation; a region adds its variables below a core instrument.")
        )
    if extends is not None:
        if extends.extends_id or extends.purpose != purpose:
            raise ValidationError(_("Additions go below a core instrument of the same purpose."))
        if region.level > Region.Level.REGENCY:
            raise ValidationError(_("Only a province or a regency adds variables of its own."))
    instrument.full_clean(exclude=["created_by"])
    instrument.save()
    version = InstrumentVersion.objects.create(instrument=instrument, number=1, definition={"sections": []})
    VERSION_FLOW.start(version, by=by)
    return instrument


@transaction.atomic
def begin_version(*, instrument: Instrument, by: User, note: str = "") -> InstrumentVersion:
    """Open a draft that starts as a copy of the newest version; the draft there is, if there is one."""
    if not may(by, "change", instrument):
        raise PermissionDenied(_("You do not have the right to design instruments for this region."))
    Instrument.objects.select_for_update().get(pk=instrument.pk)
    draft = instrument.draft
    if draft:
        return draft
    newest = instrument.versions.order_by("-number").first()
    number = (instrument.versions.aggregate(top=Max("number"))["top"] or 0) + 1
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=number,
        note=note,
        definition=newest.definition if newest else {"sections": []},
    )
    VERSION_FLOW.start(version, by=by)
    return version


@transaction.atomic
def save_draft(*, version: InstrumentVersion, definition: Definition, by: User) -> InstrumentVersion:
    """Store what the designer has so far; a published version is refused here and by the database."""
    locked = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if not may(by, "change", locked):
        raise PermissionDenied(_("You do not have the right to design instruments for this region."))
    if not locked.is_draft:
        raise ValidationError(_("A published version never changes. Begin a new version."))
    locked.definition = definition.to_json()
    locked.save(update_fields=["definition"])
    return locked


def problems_of(version: InstrumentVersion) -> list[str]:
    """What keeps a version from being published."""
    core = None
    if version.instrument.extends_id:
        newest = version.instrument.extends.versions.published().order_by("-number").first()
        if newest is None:
            return [_("The core instrument has not been published yet.")]
        core = newest.parsed
    return version.parsed.problems(core=core, sources=frozenset(SOURCES))


@transaction.atomic
def publish_version(*, version: InstrumentVersion, valid_from: dt.date, by: User) -> InstrumentVersion:
    """Freeze a draft; it is in force from a day on, and the version before it is replaced (M-02)."""
    version = VERSION_FLOW.lock(version, "publish", by=by)
    problems = problems_of(version)
    if problems:
        raise ValidationError(problems)
    earlier = version.instrument.versions.filter(status=VersionStatus.PUBLISHED)
    if earlier.filter(valid_from__gt=valid_from).exists():
        raise ValidationError({"valid_from": _("A version that begins later has been published already.")})
    # Sealed while still a draft: from the next statement on the database refuses any change.
    version.definition = version.parsed.to_json()
    version.digest = digest_of(version.definition)
    version.valid_from, version.published_at = valid_from, timezone.now()
    version.save(update_fields=["definition", "digest", "valid_from", "published_at"])
    for old in earlier:
        VERSION_FLOW.record(VERSION_FLOW.lock(old, "retire", by=SYSTEM), "retire", by=SYSTEM)
    VERSION_FLOW.record(version, "publish", by=by, valid_from=valid_from.isoformat())
    return version


def definition_for(version: InstrumentVersion, region_code: str, *, on: dt.date) -> Definition:
    """What one place is asked: the core, and below it what its province and its regency have added by that day."""
    definition = version.parsed
    additions = (
        version.instrument.additions.for_region(region_code).exclude(region=None).order_by("region_id")
    )
    for addition in additions:
        own = addition.version_on(on)
        if own:
            definition = definition.extended_by(own.parsed)
    return definition


def core_instrument(purpose: str = Purpose.QUARTERLY) -> Instrument | None:
    """The nation's instrument for a purpose: the first that was made."""
    return Instrument.objects.core().filter(purpose=purpose).order_by("pk").first()
