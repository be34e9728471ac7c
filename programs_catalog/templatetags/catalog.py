"""The texts of the catalog in the reader's language."""

from django import template

register = template.Library()


@register.filter
def told(record, field: str) -> str:
    """A long text of a sector or program, in Indonesian where the translation is missing."""
    return record.text(field)


@register.filter
def told_lines(record, field: str) -> list[str]:
    """The same, line by line, without empty ones."""
    return record.lines(field)
