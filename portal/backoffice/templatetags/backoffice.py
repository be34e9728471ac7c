"""Tags of the back office's templates."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from wagtail.admin.menu import admin_menu

from portal.backoffice.menu import grouped, place_in_menu
from portal.regions.forms import RegionWidget

register = template.Library()


@lru_cache(maxsize=200)
def _icon(name: str) -> str:
    try:
        return get_template(f"wagtailadmin/icons/{name}.svg").render()
    except template.TemplateDoesNotExist:
        return _icon("placeholder") if name != "placeholder" else ""


@register.simple_tag
def icon(name: str, css: str = "icon") -> str:
    """An icon of Wagtail's set, inline; it says nothing to screen readers, the text beside it does."""
    svg = _icon(name).replace("<svg", f'<svg class="{css}" aria-hidden="true" focusable="false"', 1)
    return mark_safe(svg)  # noqa: S308 - a template file of the software


@register.simple_tag(takes_context=True)
def menu(context) -> list[dict]:
    """The menu this user may see: groups of entries, their sub-entries, and which one is here."""
    request = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    if not hasattr(request, "_menu"):
        entries = _entries(admin_menu.menu_items_for_request(request), request)
        longest = max((len(entry["url"]) for entry in entries if entry["here"] and entry["url"]), default=0)
        for entry in entries:
            # Of two addresses that fit, the longer one is meant.
            entry["here"] = entry["here"] and (bool(entry["children"]) or len(entry["url"]) == longest)
        request._menu = grouped(entries)
    return request._menu


def _entries(items, request) -> list[dict]:
    entries = []
    for item in sorted(items, key=place_in_menu):
        sub = getattr(item, "menu", None)
        children = _entries(sub.menu_items_for_request(request), request) if sub else []
        if sub and not children:
            continue
        url = "" if children else item.url
        here = bool(url) and (request.path == url or (url != "/admin/" and request.path.startswith(url)))
        entries.append(
            {
                "label": item.label,
                "url": url,
                "icon": item.icon_name or "doc-full-inverse",
                "children": children,
                "order": place_in_menu(item),
                "here": here or any(child["here"] for child in children),
            }
        )
    return entries


@register.filter
def widget_kind(bound_field) -> str:
    """What a field's widget is: 'checkbox', 'choices' (radio or many boxes), 'file', 'hidden' or 'input'."""
    from django import forms

    widget = bound_field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(
        widget, forms.RadioSelect | forms.CheckboxSelectMultiple | RegionWidget | forms.MultiWidget
    ):
        return "choices"
    return "file" if isinstance(widget, forms.FileInput) else "input"


@register.filter
def roles(user) -> list[str]:
    """The user's roles of today in words; one query, on the account menu and the home page."""
    if not user.is_authenticated:
        return []
    if not hasattr(user, "_roles_in_words"):
        user._roles_in_words = [str(row) for row in user.assignments.active().select_related("region")]
    return user._roles_in_words
