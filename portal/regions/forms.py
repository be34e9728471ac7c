"""The region picker of forms: dependent selects made by the server, quicker with a script, whole without."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from .models import Level, Region, codes_down_to, full_names, level_of
from .search import bounded_q, path_to


def bounds_of(user, right: str = "") -> list[str]:
    """The codes a user's roles of today reach, [''] for the nation; with `right`, only of roles that grant it."""
    if user is None or getattr(user, "is_superuser", False):
        return [""]
    codes = {grant.code for grant in user.grants if not right or right in grant.rights}
    # A region within another of the same user adds nothing.
    return sorted(
        code for code in codes if not any(above in codes for above in ["", *codes_down_to(code)[:-1]] if code)
    )


class RegionWidget(forms.Widget):
    """One select for each level that is still open; a form sent half-way comes back with the next one filled."""

    template_name = "regions/region_widget.html"

    class Media:
        js = ["regions/region-picker.js"]
        css = {"all": ["regions/region-picker.css"]}

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.levels: tuple[Level, ...] = (Level.VILLAGE,)
        self.bounds: list[str] = [""]

    def value_from_datadict(self, data, files, name):
        """The deepest region chosen; a select whose choice lies outside the one above it counts for nothing."""
        if data.get(name):  # a plain code: an API, a test, a form without selects
            return data.get(name)
        chosen = ""
        for level in (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE):
            value = data.get(f"{name}_{int(level)}", "")
            if value and (not chosen or value.startswith(f"{chosen}.")):
                chosen = value
            elif f"{name}_{int(level)}" in data and not value:
                break
        return chosen

    def value_omitted_from_data(self, data, files, name):
        return name not in data and not any(f"{name}_{level}" in data for level in range(1, 5))

    def id_for_label(self, id_):
        return f"{id_}_{self.first_level}" if id_ else id_

    @property
    def first_level(self) -> int:
        """The first level that leaves something to choose."""
        return min((len(codes_down_to(code)) + 1 for code in self.bounds), default=1)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        code = value.pk if isinstance(value, Region) else value or ""
        only = self.bounds[0] if len(self.bounds) == 1 else ""
        if only and not code.startswith(only):
            code = only
        selects = self.selects(name, code, context["widget"]["attrs"])
        settled = len(selects) == int(max(self.levels)) and all(select["fixed"] for select in selects)
        context["widget"] |= {
            "code": code,
            "selects": selects,
            # Nothing to choose: an officer of one village reads its name and is asked nothing.
            "settled": [dict(select["choices"])[select["chosen"]] for select in reversed(selects)]
            if settled
            else [],
            "settled_code": selects[-1]["chosen"] if settled else "",
            "levels": ",".join(str(int(level)) for level in self.levels),
            "bounds": ",".join(self.bounds) or ("" if self.bounds else "00"),
            "deepest": int(max(self.levels)),
        }
        return context

    def selects(self, name: str, code: str, attrs: dict) -> list[dict]:
        """One entry a level: name, label, choices, what is chosen."""
        path = path_to(code)
        result = []
        parent: Region | None = None
        for level in range(1, int(max(self.levels)) + 1):
            chosen = path[level - 1] if len(path) >= level else None
            rows = (
                Region.objects.current()
                .filter(level=level, parent=parent)
                .filter(_compatible_q(self.bounds, level))
            )
            choices = [(row.pk, row.short_name) for row in rows.order_by("name")]
            if chosen and chosen.pk not in dict(choices):  # an ended region that the record still has
                choices.append((chosen.pk, chosen.short_name))
            if (
                len(choices) == 1
                and not chosen
                and any(len(bound) >= len(choices[0][0]) for bound in self.bounds)
            ):
                chosen = Region.objects.get(pk=choices[0][0])
            result.append(
                {
                    "name": f"{name}_{level}",
                    "id": f"{attrs.get('id') or 'id_' + name}_{level}",
                    "label": Level(level).label,
                    "choices": choices,
                    "chosen": chosen.pk if chosen else "",
                    "required": level <= min(map(int, self.levels)) and self.is_required,
                    "fixed": bool(chosen) and len(choices) == 1,
                    "attrs": {key: text for key, text in attrs.items() if key not in ("id", "required")},
                }
            )
            if chosen is None:
                break
            parent = chosen
        return result


def _compatible_q(bounds: Iterable[str], level: int):
    """The condition for regions of one level that lie within a bound or above one."""
    condition = bounded_q(bounds)
    for bound in bounds:
        above = codes_down_to(bound)
        if len(above) >= level:
            condition |= Q(pk=above[level - 1])
    return condition


class RegionField(forms.Field):
    """A region of one of the given levels, within the regions of `for_user` (None: anybody, anywhere).

    Forms whose user is known later call `narrow(user)`. The value is a `Region` or None; a foreign or unknown code, an
    ended region and one of another level are each refused with words of their own.
    """

    widget = RegionWidget
    default_error_messages = {
        "unknown": _("There is no region with the code “%(code)s”."),
        "ended": _("%(region)s has ended; choose the region that follows it."),
        "level": _("Choose a region of the level %(levels)s; %(region)s is of the level %(level)s."),
        "foreign": _("%(region)s lies outside your regions."),
    }

    def __init__(
        self, *, level: Level | Iterable[Level] = Level.VILLAGE, for_user=None, right: str = "", **kwargs
    ):
        super().__init__(**kwargs)
        self.levels = tuple(sorted(map(Level, [level] if isinstance(level, int) else level)))
        self.right = right
        self.bounds: list[str] = [""]
        self._tell_widget()
        if for_user is not None:
            self.narrow(for_user)

    def narrow(self, user) -> None:
        """Accept and offer only the regions of this user."""
        self.bounds = bounds_of(user, self.right)
        self._tell_widget()

    def _tell_widget(self) -> None:
        # A select or a hidden input may stand in the widget's place.
        self.widget.levels, self.widget.bounds = self.levels, self.bounds

    def __deepcopy__(self, memo):
        copy = super().__deepcopy__(memo)
        copy.bounds = list(self.bounds)
        copy._tell_widget()
        return copy

    def prepare_value(self, value):
        return value.pk if isinstance(value, Region) else value

    def to_python(self, value) -> Region | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Region):
            return value
        code = str(value).strip()
        try:
            level_of(code)
            return Region.objects.get(pk=code)
        except (ValueError, Region.DoesNotExist):
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"code": code[:20]})

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        # Outside one's bounds comes first: what it is there is nobody's business.
        if not any(
            not bound or value.pk == bound or value.pk.startswith(f"{bound}.") for bound in self.bounds
        ):
            above = any(bound.startswith(f"{value.pk}.") for bound in self.bounds)
            if not (above and value.level not in self.levels):
                self._refuse("foreign", value)
        if value.level not in self.levels:
            self._refuse("level", value)
        if not value.is_current():
            self._refuse("ended", value)

    def _refuse(self, code: str, region: Region):
        raise ValidationError(
            self.error_messages[code],
            code=code,
            params={
                "region": full_names([region])[region.code],
                "levels": _t(" or ").join(str(level.label) for level in self.levels),
                "level": Level(region.level).label,
            },
        )

    def has_changed(self, initial, data):
        return (self.prepare_value(initial) or "") != (self.prepare_value(data) or "")
