"""The evaluation of one place as PDF, with the points that made its class."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.charts import Series, grouped
from portal.pdf import cached_pdf
from portal.pdf_tags import pdf_number
from portal.units.models import Unit
from portal.units.paper import letterhead_of
from reports.monitoring.answers import show_answer

from .models import Evaluation
from .services import year_before
from .typology import assess


def evaluation_pdf(evaluation: Evaluation) -> bytes:
    """The PDF in its official language; the same content is rendered once."""
    with override("id"):
        result = assess(evaluation.round.scheme.parsed, evaluation.answers)
        before = year_before(evaluation)
        series = [Series(str(evaluation.round.year), [100 * a.share for a in result.aspects])]
        if before:
            old = {
                a.aspect: 100 * a.share for a in assess(before.round.scheme.parsed, before.answers).aspects
            }
            series.append(Series(str(before.round.year), [old.get(a.aspect) for a in result.aspects]))
        chart = grouped(
            _("Reached of what is possible, by aspect (%)"),
            [a.label for a in result.aspects],
            series,
            unit="%",
        )
        unit = (
            Unit.objects.filter(region=evaluation.region_id, kind=Unit.Kind.SLRT)
            .select_related("region")
            .first()
        )
        definition = evaluation.round.instrument_version.parsed
        context = {
            "letterhead": letterhead_of(unit) if unit else None,
            "title": _("Yearly evaluation"),
            "subtitle": f"{evaluation.place_name} · {evaluation.round.year}",
            "footer_note": f"{evaluation.place_name} · {evaluation.round.year}",
            "facts": [
                (_("Typology"), _class_of(evaluation)),
                (_("Score"), pdf_number(evaluation.score, 2)),
                (_("Status"), evaluation.get_status_display()),
                (_("Method"), evaluation.round.get_method_display()),
                (
                    _("Last year"),
                    f"{before.get_typology_display()} ({pdf_number(before.score, 2)})" if before else "–",
                ),
            ],
            "result": result,
            "next_label": dict(evaluation._meta.get_field("typology").choices).get(result.next_class, ""),
            "gains": result.gains[:8],
            "chart": chart,
            "answers": [
                (section, [(q, _with_unit(q, evaluation.answers.get(q.key))) for q in section.questions])
                for section in definition.sections
            ],
            "notes": list(evaluation.notes.all()),
            "recommendations": list(evaluation.recommendations.select_related("owner")),
        }
        return cached_pdf("evaluation/pdf/evaluation.html", context)


def _class_of(evaluation: Evaluation) -> str:
    """The class; one that nobody has accepted yet says so."""
    name = evaluation.get_typology_display()
    if name and evaluation.status != "final":
        return _("%(class)s (provisional, not accepted yet)") % {"class": name}
    return name or "–"


def _with_unit(question, answer) -> str:
    text = show_answer(question, answer)
    return f"{text} {question.unit}" if question.unit and text != "–" else text
