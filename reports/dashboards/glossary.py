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
            "In calendar days: the time from registration to closing, less the time in which the case waited for the family, summed and divided by the number of closed cases. Open cases do not count; weekends and holidays do."
        ),
    ),
    "kinds": (
        _("Kinds of complaints"),
        _(
            "Grievances, needs for a program, questions and suggestions, as the officer registered them. Women and men by the sex of the person on record; not stated where nobody is named."
        ),
    ),
    "concerns": (
        _("What grievances are about"),
        _(
            "Grievances by the category that the officer chose: quality, amount or time of what was received, the data in the register, or something else. Only grievances have one."
        ),
    ),
    "ppks": (
        _("Groups of people in need (PPKS)"),
        _(
            "The group of the person on the day of the case, by what the register says. Each person counts once, in the first group that fits, in the order of the table: a disability, an orphan or a child of 7 to 17 out of school, 60 years and more, hit by a disaster, a woman who heads a family, a family of decile 1 to 4. Not recorded: cases of nobody in the register."
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
    "statuses": (
        _("Status of handling"),
        _(
            "Each case stands in one of the three states that the public sees: in process until it is closed, refused where the program refused, else finished."
        ),
    ),
    "areas": (
        _("By area"),
        _(
            "The figures of the areas right below, each case where the family lives. The lines add up to the area above, but for cases that name no smaller area."
        ),
    ),
    "programs": (
        _("Programs with the most cases"),
        _("Cases about each program, by how far they are; cases about no program are left out."),
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
    "reach": (
        _("Reached"),
        _(
            "Of the households that seem eligible for a program, the share that receives it. Under coverage by area: units with a location, of all that there should be."
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
            "Reports of the newest quarter of the chosen months that is due, by tier and by the areas right below: on time are those first sent by their due date, missing are those past it and never sent."
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
    "compare": (
        _("Comparison"),
        _(
            "Each column counts one area or one period anew, with the same filters, by the same rules as the dashboard. Between two periods, what was registered in each is counted; a shorter period has fewer months to be registered in."
        ),
    ),
    "scorecard": (
        _("Poverty scorecard"),
        _(
            "The newest figure of each recorded indicator for the area with its year and source, beside the one before it and the figure of the area above. Its index is its place between the best (0) and the worst (100) of its limits; the mean of a dimension's indicators by weight is the sub-index, the mean of the sub-indices by weight the poverty index. Improving or worsening follows what the indicator says is better."
        ),
    ),
    "priority": (
        _("Priority of locations and programs"),
        _(
            "Each measure is put between 0, the best area or program of the list, and 1, the worst. The score of a location is the mean of the dimensions by weight, each the mean of its measures by weight; that of a program the mean of its measures; from 0 to 100. A measure without data is left out, and the weights of the others count. Open needs are all those registered up to the end of the chosen year, whatever their year; refusals and days are of that year."
        ),
    ),
    "budget_gap": (
        _("Budget gap"),
        _(
            "Open needs for a program times its unit cost a year: all needs still open that were registered up to the end of the chosen year, whatever their year. Refused ones are those registered in that year. Each need counts with the unit cost recorded for the region closest to the family, so the parts of an area add up to it; a program without one is left out and named."
        ),
    ),
    "what_if": (
        _("What if"),
        _(
            "Households of the register that meet the changed criteria against those that meet today's, by the same engine that tells families what they may be eligible for. Who is unknown counts on neither side. Budget: the difference times the unit cost, as if all eligible were served."
        ),
    ),
}
