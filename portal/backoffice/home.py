"""The home page: who I am here, what waits for me, what I do often, what happened lately."""

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from . import menu
from .views import BackofficeView


class HomeView(BackofficeView, TemplateView):
    template_name = "backoffice/home.html"

    def get_page_title(self):
        return _("Good day, %(name)s") % {"name": self.request.user.get_short_name()}

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            waiting=menu.waiting_for(user),
            quick_actions=[action for function in menu.QUICK_ACTIONS for action in function(user)],
            recent=[item for function in menu.RECENT for item in function(user)][:8],
            **kwargs,
        )
