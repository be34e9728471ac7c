"""Registration of the public site's screens in the back office."""

from django.urls import path
from wagtail import hooks

from .views.preview import ProgramPreview


@hooks.register("register_admin_urls")
def preview_urls():
    return [path("pratinjau-program/<int:pk>/", ProgramPreview.as_view(), name="program_preview")]
