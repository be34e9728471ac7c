"""The building blocks of a page's body; each has one template under `public_site/blocks/`."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class StepsBlock(blocks.ListBlock):
    class Meta:
        template = "public_site/blocks/steps.html"
        icon = "list-ol"
        label = _("Steps")


class NoteBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        choices=[
            ("", _("information")),
            ("warn", _("warning")),
            ("danger", _("danger")),
            ("ok", _("good news")),
        ],
        required=False,
        label=_("tone"),
    )
    text = blocks.RichTextBlock(features=FEATURES, label=_("text"))

    class Meta:
        template = "public_site/blocks/note.html"
        icon = "warning"
        label = _("Note")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"))
    answer = blocks.RichTextBlock(features=FEATURES, label=_("answer"))

    class Meta:
        template = "public_site/blocks/question.html"
        icon = "help"
        label = _("Question and answer")


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    caption = blocks.CharBlock(required=False, label=_("caption"))

    class Meta:
        template = "public_site/blocks/picture.html"
        icon = "image"
        label = _("Picture")


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("document"))
    kind = blocks.ChoiceBlock(
        choices=[
            ("leaflet", _("leaflet")),
            ("brochure", _("brochure")),
            ("sheet", _("info sheet")),
            ("other", _("document")),
        ],
        default="sheet",
        label=_("kind"),
    )

    class Meta:
        template = "public_site/blocks/download.html"
        icon = "download"
        label = _("Download")


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(label=_("Heading"), icon="title", template="public_site/blocks/heading.html")
    text = blocks.RichTextBlock(
        features=FEATURES, label=_("Text"), icon="pilcrow", template="public_site/blocks/text.html"
    )
    steps = StepsBlock(blocks.TextBlock(label=_("step")))
    note = NoteBlock()
    question = QuestionBlock()
    picture = PictureBlock()
    download = DownloadBlock()


class RegulationBlock(blocks.StructBlock):
    """One law or regulation, with what it is about in a sentence."""

    title = blocks.CharBlock(label=_("title"))
    about = blocks.TextBlock(label=_("what it says for people"), required=False)
    region_code = blocks.RegexBlock(
        regex=r"^$|^\d\d(\.\d\d)?$",
        required=False,
        label=_("region code"),
        help_text=_("Of a province or regency; empty for the nation."),
    )
    url = blocks.URLBlock(label=_("link"), required=False)
    document = DocumentChooserBlock(label=_("document"), required=False)


class RegulationGroupBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("heading"))
    regulations = blocks.ListBlock(RegulationBlock(), label=_("regulations"))

    class Meta:
        icon = "doc-full"
        label = _("Group of regulations")
