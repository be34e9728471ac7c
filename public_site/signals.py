"""What the public sees changes with these records: whoever saves or deletes one makes the cached pages outdated."""

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.signals import page_published, page_unpublished, post_page_move

from programs_catalog.freshness import bump

#: labels of the models that public pages show
SHOWN = (
    "programs_catalog.Program", "programs_catalog.Criteria", "programs_catalog.Sector", "programs_catalog.Provider",
    "units.Unit", "units.Partner", "units.Agreement", "staffing.Vacancy", "staffing.Position", "staffing.Appointment",
    "casework.Emergency",
    "public_site.Boundary", "public_site.RegionLook", "public_site.SiteTexts", "content.CustomDocument", "wagtailredirects.Redirect",
)  # fmt: skip


#: what saving a draft writes to a program's row; the public reads none of it
DRAFTED = {"latest_revision", "has_unpublished_changes", "draft_title", "latest_revision_created_at"}


def _changed(sender, update_fields=None, **_kwargs):
    if update_fields and set(update_fields) <= DRAFTED:
        return
    bump()


def _moved(sender, instance, **_kwargs):
    # A workflow moves its record by UPDATE, without the record's own signal (portal/ledger/workflow.py).
    if instance.model in {label.lower() for label in SHOWN}:
        bump()


def connect() -> None:
    for label in SHOWN:
        model = apps.get_model(label)
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"public_site.{label}.{id(signal)}")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid=f"public_site.pages.{id(signal)}")
    post_save.connect(_moved, sender=apps.get_model("ledger.Transition"), dispatch_uid="public_site.moves")
    m2m_changed.connect(
        _changed,
        sender=apps.get_model("units.Partner").sectors.through,
        dispatch_uid="public_site.partner_sectors",
    )
    m2m_changed.connect(
        _changed,
        sender=apps.get_model("casework.Emergency").posts.through,
        dispatch_uid="public_site.emergency_posts",
    )
