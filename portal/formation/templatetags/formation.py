"""What pages about a request show: the steps of its pathway, its items, what was done."""

from collections import Counter

from django import template
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleAssignment
from portal.accounts.roles import GRANTS
from portal.staffing.models import Appointment

from ..asks import Ask
from ..enums import StageForm
from ..items import form_of
from ..models import FormationRequest
from ..services import returns
from ..services.copies import open_copies
from ..workflow import REQUEST_FLOW

register = template.Library()


def steps_of(request: FormationRequest) -> list[dict]:
    """The pathway's stages as done, now and next, for `steps.html`."""
    done = {record.stage_id: record for record in request.records.all()}
    steps = []
    for stage in request.version.stages.order_by("order"):
        record = done.get(stage.pk)
        now = request.stage_id == stage.pk and not record
        steps.append(
            {
                "label": str(stage),
                "state": "done" if record else "now" if now else "next",
                "note": record.at.date() if record else stage.get_body_display(),
                "stage": stage,
                "record": record,
            }
        )
    return steps


def items_of(request: FormationRequest) -> list[dict]:
    """Every item with its answers and documents."""
    items = []
    for item in request.items.prefetch_related("documents__uploaded_by", "documents__replaced_by"):
        item.request = request
        form = form_of(item)
        form.is_valid()
        items.append(
            {
                "kind": item.kind,
                "title": item.get_kind_display(),
                "rows": form.summary() if item.data else [],
                "documents": item.attached,
                "replaced": item.replaced,
            }
        )
    return items


def sendings_of(request: FormationRequest, kind: str = "") -> list[dict]:
    """What each earlier round said, newest first: when, by whom, the answers and the files; of one item or of all."""
    items = {item.kind: item for item in request.items.all() if not kind or item.kind == kind}
    earlier = request.sendings.filter(round__lt=request.round).select_related("by").order_by("-round")
    rounds = []
    for sending in earlier:
        parts = []
        for code, item in items.items():
            item.request = request
            form = form_of(item, sending.answers.get(code, {}))
            form.is_valid()
            files = [entry for entry in sending.files if entry["item"] == code]
            parts.append({"title": item.get_kind_display(), "rows": form.summary(), "files": files})
        rounds.append({"sending": sending, "parts": parts})
    return rounds


#: what a move of the log means to who reads it
MOVES = {
    "start": _("Draft begun"), "submit": _("Request sent"), "resubmit": _("Completed request sent again"),
    "complete": _("Stage completed"), "finish": _("Last stage completed"), "return": _("Returned for completion"),
    "refuse": _("Request refused"), "withdraw": _("Request withdrawn"),
}  # fmt: skip


def history_of(request: FormationRequest) -> list[dict]:
    """What happened, newest first: when, who, what, with which words."""
    names = {stage.code: str(stage) for stage in request.version.stages.all()}
    return [
        {
            "at": entry.at,
            "by": entry.by,
            "what": MOVES.get(entry.move, entry.move),
            "stage": names.get(entry.data.get("stage", ""), ""),
            "note": entry.note,
            "asks": [Ask.read(stored) for stored in entry.data.get("asks", [])],
        }
        for entry in reversed(REQUEST_FLOW.log_of(request))
    ]


def villages_of(request: FormationRequest) -> list[dict]:
    """The villages that the stage of the village heads still waits for, and what each lacks: an account, a proposal, the decree."""
    if request.status != "running" or request.stage.form != StageForm.VILLAGE_APPOINTMENTS:
        return []
    places = list(request.puskesos.waiting().select_related("region", "unit"))
    heads = set(
        RoleAssignment.objects.active()
        .filter(
            role__in=GRANTS["puskesoslocation.appoint"],
            region__in=[place.region_id for place in places],
            user__is_active=True,
        )
        .values_list("region_id", flat=True)
    )
    units = [place.unit_id for place in places]
    proposed = Counter(
        Appointment.objects.proposed().filter(unit__in=units).values_list("unit_id", flat=True)
    )
    return [
        {"location": place, "has_account": place.region_id in heads, "proposed": proposed[place.unit_id]}
        for place in places
    ]


@register.simple_tag(takes_context=True)
def request_extras(context, request):
    if context.get("_request_extras"):
        return context["_request_extras"]
    open_copies(request=request, by=context["request"].user)
    extras = {
        "steps": steps_of(request),
        "items": items_of(request),
        "sendings": sendings_of(request),
        "completed": returns.completed(request) if request.status == "running" else None,
        "records": request.records.select_related("stage", "by", "decree").prefetch_related("documents"),
        "copies": request.copies.all(),
        "waiting_villages": villages_of(request),
    }
    context.dicts[0]["_request_extras"] = extras
    return extras


@register.filter
def any_chosen(boxes) -> bool:
    """Whether a box of a group is ticked."""
    return any(box["selected"] for box in boxes)
