"""What the evaluation hangs into the back office: only registration."""

from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from portal.backoffice.admin import register
from portal.backoffice.menu import Waiting, register_waiting

from .admin import EvaluationAdmin, RecommendationAdmin, RoundAdmin, SchemeAdmin
from .models import Recommendation

register(RoundAdmin)
register(EvaluationAdmin)
register(RecommendationAdmin)
register(SchemeAdmin)


@hooks.register("register_admin_urls")
def addresses():
    return [path("evaluasi/", include("reports.evaluation.urls"))]


@register_waiting
def recommendations_waiting(user):
    mine = Recommendation.objects.filter(owner=user, status="open")
    return [
        Waiting(
            _("Recommendations to follow up"),
            mine.count(),
            reverse("evaluation_recommendation_modeladmin_index"),
        )
    ]
