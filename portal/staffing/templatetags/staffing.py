"""Parts of staff pages."""

from django import template

from ..services.replacements import checklist

register = template.Library()


@register.simple_tag
def checklist_of(replacement):
    return checklist(replacement)


@register.filter
def unlocalized(value) -> str:
    """A coordinate for SVG: a point, never a comma."""
    return str(value)
