"""The result of a round: places by class, what the aspects reach on average, and every place beside its year before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.charts import Chart, Series, grouped
from portal.pdf import Letterhead, cached_pdf

from .models import Evaluation, EvaluationRound, Recommendation
from .typology import Aspect, Typology, assess


@dataclass(frozen=True)
class Summary:
    """What one user may see of a round."""

    round: EvaluationRound
    #: (place, status, score, class, class of the year before)
    places: list[tuple[str, str, Decimal | None, str, str]]
    classes: list[tuple[str, int]]
    scored: int
    aspects: list[tuple[str, Decimal]]
    recommended: int
    followed_up: int

    @property
    def chart(self) -> Chart:
        """The aspects, in percent of what is possible."""
        series = [Series(_("Average"), [share for _label, share in self.aspects])]
        return grouped(
            _("Reached of what is possible, by aspect (%)"),
            [label for label, _s in self.aspects],
            series,
            unit="%",
        )


def summary_of(round_: EvaluationRound, user) -> Summary:
    """The round over the places this user sees; a fixed number of queries however many there are."""
    rows = list(Evaluation.objects.visible_to(user).filter(round=round_).order_by("-score", "region_id"))
    before = dict(
        Evaluation.objects.filter(
            region__in=[one.region_id for one in rows], round__year=round_.year - 1, status="final"
        ).values_list("region_id", "typology")
    )
    scheme, labels = round_.scheme.parsed, dict(Typology.choices)
    scored = [one for one in rows if one.answers]
    shares: dict[str, list[Decimal]] = {aspect.value: [] for aspect in Aspect}
    for one in scored:
        for aspect in assess(scheme, one.answers).aspects:
            shares[aspect.aspect].append(100 * aspect.share)
    wishes = Recommendation.objects.visible_to(user).filter(evaluation__round=round_)
    return Summary(
        round_,
        [
            (one.place_name, one.get_status_display(), one.score if one.answers else None, str(labels.get(one.typology, "–")),
             str(labels.get(before.get(one.region_id, ""), "–")))
            for one in rows
        ],
        [(str(label), sum(1 for one in scored if one.typology == name)) for name, label in Typology.choices],
        len(scored),
        [(str(aspect.label), (sum(s) / len(s)).quantize(Decimal("0.1")) if (s := shares[aspect.value]) else Decimal(0)) for aspect in Aspect],
        wishes.count(),
        wishes.exclude(status="open").count(),
    )  # fmt: skip


def round_pdf(round_: EvaluationRound, user) -> bytes:
    """The summary as PDF in its official language; the same content is rendered once."""
    with override("id"):
        found = summary_of(round_, user)
        place = str(round_.region or "Indonesia")
        method = str(round_.get_method_display())
        if round_.seed:
            method = _("%(method)s of %(size)s, seed %(seed)s") % {
                "method": method, "size": round_.sample_size, "seed": round_.seed,
            }  # fmt: skip
        facts = [
            (_("Area"), place),
            (_("Purpose"), round_.purpose),
            (_("Places"), method),
            (_("Evaluated"), _("%(included)s of %(expected)s") % {"included": found.scored, "expected": len(found.places)}),
            *found.classes,
            (_("Recommendations followed up"), _("%(included)s of %(expected)s") % {"included": found.followed_up, "expected": found.recommended}),
        ]  # fmt: skip
        return cached_pdf(
            "evaluation/pdf/round.html",
            {
                "letterhead": Letterhead(
                    "KEMENTERIAN SOSIAL REPUBLIK INDONESIA", "SEKRETARIAT NASIONAL SLRT"
                ),
                "title": _("Yearly evaluation"),
                "subtitle": f"{place} · {round_.year}",
                "footer_note": f"{_('Yearly evaluation')} {round_.year} · {place}",
                "facts": facts,
                "summary": found,
                "teams": list(round_.teams.select_related("region")),
            },
        )
