"""Numbers that open the list behind them."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def behind(context, number, what="cases", **narrower):
    """A number with the link to its rows: `{% behind row.total.n area=row.code kind="need" %}`; bare where it leads nowhere.

    `what` names the list: cases, proposals, units, appointments, reports. Nothing is behind a zero.
    """
    if number is None:
        return "–"
    lists = context.get("lists")
    url = getattr(lists, what)(**narrower) if lists and number else ""
    return format_html('<a href="{}">{}</a>', url, intcomma(number)) if url else intcomma(number)
