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
            "Needs for a program that were registered in the chosen months and have not ended with enrolment or an alternative."
        ),
    ),
}
