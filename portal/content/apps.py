from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "portal.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self):
        from wagtail.contrib.redirects.models import Redirect
        from wagtail.permissions import register_permission_policy

        from .models import BasePage, CustomDocument, CustomImage
        from .policies import EditorFilePolicy, EditorPagePolicy, NationOnlyPolicy

        register_permission_policy(BasePage, EditorPagePolicy(BasePage))
        # Exact: Wagtail's apps register their own for the same classes later.
        images = EditorFilePolicy(CustomImage, "wagtailimages.Image")
        documents = EditorFilePolicy(CustomDocument, "wagtaildocs.Document")
        register_permission_policy(CustomImage, images, exact_class=True)
        register_permission_policy(CustomDocument, documents, exact_class=True)
        register_permission_policy(Redirect, NationOnlyPolicy(Redirect), exact_class=True)
