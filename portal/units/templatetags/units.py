"""What the page of a unit shows besides its fields; higher floors add panels of their own."""

from django import template

from ..admin import record_context
from ..panels import panels_for

register = template.Library()


@register.simple_tag(takes_context=True)
def unit_extras(context, unit):
    user = context["request"].user
    return record_context(unit, user) | {"panels": panels_for(unit, user)}
