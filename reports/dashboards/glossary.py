"""How each figure is computed, in the reader's words; the glossary page shows it, and a test asks that none is missing."""

from django.utils.translation import gettext_lazy as _

GLOSSARY = {
    "cases": (
        _("Complaints and needs"),
        _("Cases registered in the chosen months in the area, by where the family lives."),
    ),
    "in_process": (_("In process"), _("Of these cases, those that are not closed at the moment of looking.")),
    "finished": (_("Finished"), _("Of these cases, those closed with any outcome but a refusal.")),
    "refused": (_("Refused"), _("Of these cases, those closed because the program refused.")),
    "mean_days": (
        _("Average handling time"),
        _(
            "The sum of the time from registration to closing, divided by the number of closed cases; open cases do not count."
        ),
    ),
    "year_before": (_("A year before"), _("The same figure for the same months of the year before.")),
    "slrt_cover": (
        _("SLRT coverage"),
        _("Regencies and cities whose SLRT has its location set, of all in the area."),
    ),
    "puskesos_cover": (
        _("Puskesos coverage"),
        _("Villages whose Puskesos has its location set, of all in the area."),
    ),
    "level": (
        _("Central and regional programs"),
        _(
            "Cases about a program, by the level that manages the program; cases without a program are left out."
        ),
    ),
    "sector": (_("Kind of program"), _("Cases about a program, by the sector of the program.")),
    "access": (
        _("Access to programs"),
        _("Households of the register with an enrolment in force on the day of counting, per program."),
    ),
    "overlap": (
        _("Overlap of programs"),
        _("Households that receive both programs of a pair on the day of counting."),
    ),
    "targeting": (
        _("Targeting of programs"),
        _(
            "Exclusion: households that meet a program's criteria and are not enrolled. Inclusion: households that are enrolled and certainly do not meet them."
        ),
    ),
    "proposals": (
        _("Proposals to the register"),
        _(
            "Proposals to change or add data of the register, made in the chosen months, by where they are now."
        ),
    ),
    "gap": (
        _("Service gap"),
        _(
            "Needs for a program that were registered in the chosen months, those of them still open, and households that meet the program's criteria, beside those that are enrolled. Eligible, not served: the eligible less those of them that are enrolled. By area the programs are added up."
        ),
    ),
    "map": (
        _("Map"),
        _(
            "The areas right below, each by the figure chosen above; the five steps hold about as many areas each. Per thousand households: cases by the households of the register."
        ),
    ),
    "timeliness": (
        _("Reports in time"),
        _(
            "Reports of the last quarter that is due, by tier: on time are those first sent by their due date, missing are those past it and never sent."
        ),
    ),
    "posts": (
        _("Officers in post"),
        _(
            "Appointments in force today. Women by the sex on record; from the work area are those who lived there when appointed. One supervisor per district and one facilitator per village is the ideal; areas without one are counted."
        ),
    ),
    "money": (
        _("Money of the units"),
        _(
            "What the units of the area recorded as budgeted and spent for the last year of the period, by source."
        ),
    ),
    "facilities": (
        _("Equipment and rooms"),
        _("What the units of the area have, and what of it works; rooms but for those badly damaged."),
    ),
}
