"""Figures that fill themselves from meetings, officers, trainings, money and data proposals, against plain SQL."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from cases.households.models import UpdateProposal
from portal.staffing.models import Appointment, Attendance, Training
from portal.staffing.reference import load as load_positions
from portal.units.models import CoordinationBody, Funding, Meeting
from reports.monitoring.models import Instrument
from reports.monitoring.reference import load
from reports.quarterly import services
from tests.factories import AppointmentFactory, HouseholdFactory
from tests.quarterly.places import (
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    NARRATIVE,
    PANGGUNGHARJO,
    SLEMAN,
    Province,
    figures,
    moment,
)

pytestmark = pytest.mark.django_db


def scalar(sql: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def filled(diy, code):
    services.save_answers(report=diy.report(code), answers=NARRATIVE, by=diy.author(code))
    return figures(diy.report(code))


def met(day: str, held: bool = True, **whose) -> Meeting:
    return Meeting.objects.create(
        title="Rapat", agenda="Keluhan", date=dt.date.fromisoformat(day), was_held=held, **whose
    )


@pytest.mark.rule("K-03")
def test_meetings_that_were_held_feed_the_report_of_their_tier(diy):
    bodies = {
        code: CoordinationBody.objects.create(kind=kind, region_id=code, name=f"Tim {code}")
        for code, kind in ((None, "coordination_team"), (DIY, "tkpk"), (SLEMAN, "technical_team"))
    }
    for code in (CATURTUNGGAL, SLEMAN):
        met("2026-07-01", unit=diy.units[code])
        met("2026-09-30", unit=diy.units[code])
        met("2026-06-30", unit=diy.units[code])
        met("2026-10-01", unit=diy.units[code])
        met("2026-08-01", held=False, unit=diy.units[code])
    met("2026-08-05", body=bodies[SLEMAN])
    met("2026-08-06", body=bodies[DIY])
    met("2026-08-07", body=bodies[None])
    met("2026-05-07", body=bodies[None])
    sql = "select count(*) from units_meeting where was_held and date between '2026-07-01' and '2026-09-30' and "
    assert filled(diy, CATURTUNGGAL)["meetings", ""] == 2
    assert filled(diy, CATURTUNGGAL)["meetings", ""] == scalar(sql + "region_id = %s", CATURTUNGGAL)
    assert filled(diy, SLEMAN)["meetings", ""] == scalar(sql + "region_id = %s", SLEMAN) == 3
    assert filled(diy, DIY)["meetings", ""] == scalar(sql + "region_id = %s", DIY) == 1
    # The Coordination Team's own meeting of the three months; without one the nation's report says nothing was held.
    assert filled(diy, None)["meetings", ""] == scalar(sql + "region_id is null") == 1
    assert filled(diy, CONDONGCATUR)["meetings", ""] == 0


@pytest.mark.rule("S-16")
def test_officers_who_were_trained_and_facilitators_in_office_are_counted(diy):
    load_positions()
    first, second, gone = (
        AppointmentFactory(in_office=True, unit=diy.units[SLEMAN], region_id=village)
        for village in (CATURTUNGGAL, CONDONGCATUR, "34.04.07.2003")
    )
    start = dt.date(2024, 1, 1)
    Appointment.objects.filter(pk__in=(first.pk, second.pk, gone.pk)).update(starts_on=start, ends_on=None)
    Appointment.objects.filter(pk=gone.pk).update(status="ended", ends_on=dt.date(2026, 8, 31))
    for index, ends in enumerate(("2026-07-03", "2026-09-29", "2026-10-02")):
        training = Training.objects.create(
            title=f"Pelatihan {index}", method="training", starts_on=dt.date(2026, 7, 1),
            ends_on=dt.date.fromisoformat(ends), organizer="Dinas Sosial", region_id=SLEMAN,
        )  # fmt: skip
        Attendance.objects.create(training=training, officer=first.officer)
        if index == 2:
            Attendance.objects.create(training=training, officer=second.officer)
    found = filled(diy, SLEMAN)
    # Twice in a training is one officer; the third training ended after the quarter.
    assert found["trained", ""] == 1
    assert found["trained", ""] == scalar(
        "select count(distinct a.officer_id) from staffing_attendance a join staffing_training t on t.id = a.training_id "
        "where t.ends_on between '2026-07-01' and '2026-09-30'"
    )
    assert found["facilitators", ""] == 2
    assert found["facilitators", ""] == scalar(
        "select count(distinct officer_id) from staffing_appointment where position_id = 'facilitator' and starts_on <= '2026-09-30' "
        "and (ends_on is null or ends_on >= '2026-09-30') and status in ('active', 'ended')"
    )


def test_money_of_the_year_and_proposals_of_the_quarter_are_counted_once(diy):
    for year, amount in ((2026, 100), (2025, 7)):
        for use in ("operations_slrt", "facilities"):
            Funding.objects.create(
                unit=diy.units[SLEMAN], year=year, source="apbd_regency", use=use, budgeted=amount, spent=amount // 4
            )  # fmt: skip
    household = HouseholdFactory(region_id=CATURTUNGGAL)
    for village, day in (
        (CATURTUNGGAL, "2026-07-01 00:00"), (CATURTUNGGAL, "2026-09-30 23:59"), (CATURTUNGGAL, "2026-10-01 00:00"),
        ("34.04.07.2003", "2026-08-01"), (PANGGUNGHARJO, "2026-08-01"),
    ):  # fmt: skip
        UpdateProposal.objects.create(
            kind="change", household=household, region_id=village, proposed_by=diy.secretariat, created_at=moment(day)
        )  # fmt: skip
    village, regency = filled(diy, CATURTUNGGAL), filled(diy, SLEMAN)
    assert (regency["budget", ""], regency["spent", ""], regency["spent_share", ""]) == (200, 50, 25)
    assert regency["budget", ""] == scalar(
        "select sum(budgeted) from units_funding where year = 2026 and unit_id = %s", diy.units[SLEMAN].pk
    )
    assert village["data_updates", ""] == 2
    assert regency["data_updates", ""] == 1  # only the village that has no report of its own


def test_another_figure_than_the_counted_one_needs_an_explanation(diy):
    met("2026-08-01", unit=diy.units[CATURTUNGGAL])
    with pytest.raises(ValidationError) as refusal:
        diy.send(CATURTUNGGAL, meetings="3")
    assert set(refusal.value.error_dict) == {"meetings"}
    services.send_report(
        report=diy.report(CATURTUNGGAL), by=diy.author(CATURTUNGGAL), explanations={"meetings": "Dua rapat belum dicatat."}
    )  # fmt: skip
    version = diy.report(CATURTUNGGAL).version
    assert figures(diy.report(CATURTUNGGAL), version)["meetings", ""] == 3
    assert version.coverage["counted"] == {"meetings": "1.00"}
    # Cases are never corrected by hand.
    services.save_answers(
        report=diy.report(CONDONGCATUR), answers=NARRATIVE | {"received": "9"}, by=diy.author(CONDONGCATUR)
    )
    assert figures(diy.report(CONDONGCATUR))["received", ""] == 0


def test_explanations_are_asked_beside_the_figures_and_shown_to_the_reviewer(diy, client):
    met("2026-08-01", unit=diy.units[CATURTUNGGAL])
    for _time in range(12):
        diy.case(CATURTUNGGAL, "2026-05-05", "2026-05-06")
    before = Province.__new__(Province)
    before.__dict__.update(diy.__dict__)
    before.cycle = services.open_cycle(quarter=diy.quarter.previous())
    before.pass_on(CATURTUNGGAL)
    diy.write(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    report = diy.report(CATURTUNGGAL)
    page = client.get(reverse("quarterly_quarterlyreport_modeladmin_write", args=[report.pk]))
    assert page.status_code == 200
    assert {"explanation-received", "explanation-closed"} <= {f.name for f in page.context["form"].unusual}
    assert "1" in page.context["form"].fields["meetings"].help_text
    answer = client.post(
        reverse("quarterly_quarterlyreport_modeladmin_write", args=[report.pk]),
        NARRATIVE | {"meetings": "2", "explanation-meetings": "Satu rapat luput dicatat.",
                     "explanation-received": "Kantor pindah selama dua bulan."},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    send = reverse("quarterly_quarterlyreport_modeladmin_send_puskesos", args=[report.pk])
    form = client.get(send).context["form"]
    assert form["explanation-received"].value() == "Kantor pindah selama dua bulan."
    answer = client.post(
        send,
        {"seen": form["seen"].value(), "checked": "on", "explanation-received": "Kantor pindah.",
         "explanation-closed": "Idem."},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    client.force_login(diy.manager[SLEMAN])
    text = client.get(
        reverse("quarterly_quarterlyreport_modeladmin_inspect", args=[report.pk])
    ).content.decode()
    assert "Kantor pindah." in text and "Satu rapat luput dicatat." in text
    assert diy.report(CATURTUNGGAL).version.figures.get(key="meetings", item="").value == Decimal(2)


def test_a_new_version_of_the_core_follows_ours_and_leaves_an_office_its_own():
    load()
    instrument = Instrument.objects.get(code="laporan-triwulan")
    assert [v.number for v in instrument.versions.order_by("number")] == [1, 2]
    assert not instrument.version_on(dt.date(2025, 12, 31)).parsed["meetings"].source
    assert instrument.version_on(dt.date(2026, 3, 31)).parsed["meetings"].source == "meetings.held"
    load()
    assert instrument.versions.count() == 2
