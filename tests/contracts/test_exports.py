"""Every list that may leave as a file does, with and without a filter, under column names in words."""

import pytest
from django.test import RequestFactory
from wagtail.permissions import policy_registry

from tests.contracts.records import code_for, make
from tests.contracts.test_doors import ADMINS, EVERY_ADMIN, enter, holders, no_second_factor  # noqa: F401
from tests.factories import VILLAGE, officer

pytestmark = pytest.mark.django_db


def exporter(model, record):
    """An officer of the record's area who may take the list away, or None."""
    admin, policy = ADMINS[model], policy_registry.get_by_type(model)
    for role in holders(model, "view"):
        user = officer(role)
        if all(
            policy.user_has_permission_for_instance(user, right, record)
            for right in ("view", admin.export_right)
        ):
            return user
    return None


def filters_of(admin, user) -> list[str]:
    """A query for each filter with choices, with its first choice."""
    if admin.filterset_class is None:
        return []
    request = RequestFactory().get("/")
    request.user = user
    none = admin.model._default_manager.none()
    form = admin.filterset_class(data={}, queryset=none, request=request).form
    queries = []
    for name, field in form.fields.items():
        choices = [value for value, _label in getattr(field, "choices", ()) if str(value)]
        if choices:
            queries.append(f"{name}={choices[0]}")
    return queries


@EVERY_ADMIN
def test_what_may_leave_leaves(model, enter):  # noqa: F811
    admin = ADMINS[model]
    user = exporter(model, make(model, code_for(model, VILLAGE)))
    if user is None or not (admin.export_columns or admin.list_display):
        pytest.skip("nobody may take it away")
    client = enter(user)
    index = admin.url("index")
    if client.get(f"{index}?export=csv").status_code == 403:
        pytest.skip("nobody may take it away")
    for query in ("", "q=a", *filters_of(admin, user)):
        answer = client.get(f"{index}?export=csv&{query}")
        assert answer.status_code == 200, query
        header = b"".join(answer.streaming_content if answer.streaming else [answer.content])
        assert b"_" not in header.splitlines()[0], "columns are named in words"
