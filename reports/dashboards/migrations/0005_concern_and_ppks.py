from django.db import migrations, models

from reports.dashboards.facts import drop_trigger_sql, trigger_sql


def drop(apps, schema_editor):
    for statement in drop_trigger_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def create(apps, schema_editor):
    for statement in trigger_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def count_anew(apps, schema_editor):
    from reports.dashboards import facts

    facts.rebuild()


class Migration(migrations.Migration):
    """Count what grievances are about and the groups of people in need too (D-08), in the transaction of each change."""

    dependencies = [("dashboards", "0004_narrow_facts"), ("casework", "0002_subject_group")]

    operations = [
        migrations.RunPython(drop, migrations.RunPython.noop),
        migrations.AddField(
            model_name="casedelta",
            name="concern",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="casedelta",
            name="ppks",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AlterField(
            model_name="casefact",
            name="facet",
            field=models.CharField(
                choices=[
                    ("status", "status"),
                    ("kind", "kind"),
                    ("program", "program"),
                    ("kindsex", "kind and sex"),
                    ("kindstat", "kind and status"),
                    ("progstat", "kind, program and status"),
                    ("ppks", "group of people in need (PPKS)"),
                    ("ppksprog", "group of people in need (PPKS) and program"),
                    ("concern", "what grievances are about"),
                    ("cube", "all filters"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="casefact", name="key", field=models.CharField(blank=True, max_length=60)
        ),
        # The cases are counted with their triggers in place: no change falls between.
        migrations.RunPython(create, drop),
        migrations.RunPython(count_anew, migrations.RunPython.noop),
    ]
