"""Numbers that open the list or the source behind them, and how changes of money read."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.pdf_tags import DASH, pdf_money

from ..glossary import GLOSSARY

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


@register.simple_tag
def term(key, named=False, short=False):
    """The way to the glossary's words on a figure; `named` where one heading has several, `short` is a mark alone."""
    name = GLOSSARY[key][0]
    url = f"{reverse('dashboard-glossary')}#{key}"
    if short or not named:
        shown, css = ("?", " da-term--short") if short else (_("How it is computed"), "")
        # The figure's name stands in the heading beside it; who hears the links alone hears it too.
        label = f"{_('How it is computed')}: {name}"
        return format_html('<a class="da-term{}" href="{}" aria-label="{}">{}</a>', css, url, label, shown)
    return format_html('<a class="da-term" href="{}">{}: {}</a>', url, _("How it is computed"), name)


@register.simple_tag(takes_context=True)
def opens(context, text, what, *args):
    """A text with the link to its source: `{% opens "7,52" "value" key area %}`; bare where it leads nowhere."""
    lists = context.get("lists")
    url = getattr(lists, what)(*args) if lists else ""
    return format_html('<a href="{}">{}</a>', url, text) if url else text


@register.filter
def money_change(value) -> str:
    """`+Rp1.000`, `−Rp1.000`, `Rp0`; a dash for None."""
    if value is None:
        return DASH
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{pdf_money(abs(value))}"
