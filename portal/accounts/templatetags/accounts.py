"""What the account pages say."""

from django import template

from ..devices import device_of

register = template.Library()
register.filter("device", device_of)
