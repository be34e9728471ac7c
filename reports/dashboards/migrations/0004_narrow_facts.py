from django.db import migrations, models


def count_anew(apps, schema_editor):
    from reports.dashboards import facts

    facts.rebuild()


class Migration(migrations.Migration):
    """Facts by kind and sex, kind and status, and program and status: what the nation's page reads without the cube."""

    dependencies = [("dashboards", "0003_indicator_use")]

    operations = [
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
                    ("cube", "all filters"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(count_anew, migrations.RunPython.noop),
    ]
