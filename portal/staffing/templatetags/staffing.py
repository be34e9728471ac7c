"""Parts of staff pages."""

from django import template

from ..services.checklist import checklist, data_of

register = template.Library()


@register.simple_tag
def checklist_of(replacement):
    return checklist(replacement)


@register.simple_tag
def eight_data_of(replacement):
    """The eight data of the successor; nothing before there is one."""
    return data_of(replacement.successor) if replacement.successor_id else []


@register.filter
def unlocalized(value) -> str:
    """A coordinate for SVG: a point, never a comma."""
    return str(value)
