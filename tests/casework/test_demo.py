"""The demo's cases say what the services would have said."""

import pytest

from cases.casework.models import Case, Emergency, Remark
from portal.ledger.models import Transition
from portal.operations.loading import World, loaders

pytestmark = pytest.mark.django_db


def test_words_of_officers_lie_beside_the_log_and_an_emergency_has_its_cases(settings):
    settings.DEMO = True
    world = World()
    for which, labels in (
        ("reference", None),
        ("demo", ("accounts", "units", "programs_catalog", "households", "casework")),
    ):
        for label, module in loaders(which):
            if labels is None or label in labels:
                module.load(world)
    assert Case.objects.filter(is_demo=True).count() > 900 and Remark.objects.exists()
    log = Transition.objects.filter(model__in=("casework.case", "casework.referral"))
    assert log.exists() and not log.exclude(note="").exists()
    emergency = Emergency.objects.get()
    assert emergency.posts.exists() and emergency.cases.exists()
