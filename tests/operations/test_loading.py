"""Reference and demo data: loaded in the order of the floors, again only when something changed, twice without change."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from portal.accounts.models import User
from portal.operations.loading import World, digest, load, loaders
from portal.operations.models import Fact

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    """Rows of every table of ours, but for facts and what a load may add to logs."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("portal", "programs_catalog", "cases", "reports", "public_site")
        and model is not Fact
    }


def test_modules_come_in_the_order_of_the_floors_and_accounts_again_for_their_desks():
    labels = [label for label, _module in loaders("demo")]
    assert labels[0] == "accounts"
    assert labels.index("units") < labels.index("programs_catalog")
    assert labels[labels.index("programs_catalog") + 1] == "accounts"


def test_what_has_not_changed_is_not_loaded_again():
    said = []
    modules = loaders("reference")
    assert load("reference", again=False, tell=said.append) == len(modules)
    assert len(said) >= len(modules)
    assert load("reference", again=False, tell=said.append) == 0
    changed = modules[0][0]
    Fact.objects.filter(key=f"reference.{changed}").update(value="an older state")
    assert load("reference", again=False, tell=said.append) == 1
    assert Fact.objects.get(key=f"reference.{changed}").value == digest("reference", modules[0][1])


def test_a_second_load_adds_no_row(settings):
    settings.DEMO = True
    load("reference", again=True, tell=lambda text: None)
    call_command("demo")
    first = counts()
    assert first["accounts.User"] > 50
    load("reference", again=True, tell=lambda text: None)
    call_command("demo")
    assert counts() == first
    unmarked = {
        model._meta.label: found
        for model in apps.get_models()
        if any(field.name == "is_demo" for field in model._meta.fields)
        and any(
            module.__name__.startswith(model.__module__.rsplit(".models", 1)[0])
            for _l, module in loaders("demo")
        )
        and not any(label == model._meta.app_label for label, _m in loaders("reference"))
        and (found := model._default_manager.filter(is_demo=False).count())
    }
    assert unmarked == {}


def test_a_loader_that_fails_leaves_nothing(monkeypatch):
    _label, module = loaders("demo")[0]
    before = User.objects.count()

    def half(world):
        User.objects.create(username="half", name="Half")
        raise RuntimeError("the file ends here")

    monkeypatch.setattr(module, "load", half)
    with pytest.raises(RuntimeError):
        load("demo", again=True, tell=lambda text: None)
    assert User.objects.count() == before
    assert not Fact.objects.filter(key="demo.accounts").exists()


def test_the_world_draws_the_same_for_the_same_name():
    one, two = World(), World()
    assert one.random("cases").random() == two.random("cases").random()
    assert one.random("cases").random() != one.random("households").random()
    assert one.region("34.04").name == "Kabupaten Sleman"
    with pytest.raises(User.DoesNotExist):
        one.user("nobody.nowhere")


def test_no_demo_data_outside_a_demo_installation(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demo installation"):
        call_command("demo")
    assert not isinstance(User.objects.first(), models.Model)
