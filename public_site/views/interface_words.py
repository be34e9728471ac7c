"""The sentences of the OpenAPI documents, so that the page of the interfaces says them in the reader's language.

The documents themselves stay English: they are read by programs. A test finds what is missing here.
"""

from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

SENTENCES = (
    _(
        "Programs, providers and units of SLRT as Open Referral HSDS. Reading needs no account; 600 requests in ten minutes."
    ),
    _(
        "Regions and the pages of the site are public. Cases ask for the session of an officer and answer within the officer's area."
    ),
    _("Bad Request"),
    _("Not Found"),
    _("OK"),
    _("Too Many Requests"),
    _("Unprocessable Entity"),
    _("At most twenty regions in force today, the best match first."),
    _(
        "Every unit informs about and refers to a national program, a unit of the region to a regional one; give `service_id` for one program's places."
    ),
    _("`before` is the id of the last case already read."),
    _("A case without the family: what it is about and where it stands."),
    _("A page in a list. `translation_key` is the same for a page and its translation."),
    _(
        "A page with its body: blocks of `type` and `value`, texts as HTML; `fields` holds what its type has besides."
    ),
    _(
        "A region: its Kemendagri code, its name, its level (1 province to 4 village), and the code right above."
    ),
    _("How lists are asked for; an unknown parameter is refused, not ignored."),
    _("How the list is asked for; an unknown parameter is refused, not ignored."),
    _("The page types that the site is made of."),
    _("About this API"),
    _("Cases of one's area, the newest first"),
    _("Find regions by words"),
    _("Get Location"),
    _("Get Organization"),
    _("Get Service"),
    _("Get Service At Location"),
    _("Get Taxonomy"),
    _("Get Taxonomy Term"),
    _("List Locations"),
    _("List Organizations"),
    _("List Services"),
    _("List Services At Locations"),
    _("List Taxonomies"),
    _("List Taxonomy Terms"),
    _("One case of one's area"),
    _("One published page with its body"),
    _("One region by its code"),
    _("Published pages, by type and language"),
    _("The regions right below"),
    _(
        "`minimal` gives ids and days of change alone, all at once; `full=false` leaves out what a service has several of; `modified_after` what was published before."
    ),
    _("A service by id and day of change alone."),
)


@cache
def sentences() -> dict:
    """Each sentence as the documents have it (English), with what says it in the language of the reader."""
    with override("en"):
        return {str(sentence): sentence for sentence in SENTENCES}


def said(text: str) -> str:
    """A sentence of an OpenAPI document in the language of the page; as it stands where nobody has translated it."""
    return str(sentences().get(text, text))
