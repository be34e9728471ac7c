from django.db import migrations

from reports.dashboards.facts import drop_trigger_sql, trigger_sql


def create(apps, schema_editor):
    for statement in trigger_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in drop_trigger_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Count every change of a case in the transaction that makes it."""

    dependencies = [("dashboards", "0001_initial"), ("casework", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
