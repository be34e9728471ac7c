"""The base page, image and document of the site: our own from the first migration, because a later swap is costly."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta, DefaultBasePageMixin


class BasePage(AbstractPage, DefaultBasePageMixin):
    """What every page of the site has."""

    search_fields = [*AbstractPage.search_fields, *DefaultBasePageMixin.search_fields]
    promote_panels = DefaultBasePageMixin.promote_panels

    class Meta(AbstractPageMeta):
        pass


class CustomImage(AbstractImage):
    """An image with its source named."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def __str__(self):
        return self.filter_spec


class CustomDocument(AbstractDocument):
    """A document of the site, with the day of its content."""

    dated = models.DateField(_("date of the document"), null=True, blank=True)
    admin_form_fields = (*Document.admin_form_fields, "dated")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]
