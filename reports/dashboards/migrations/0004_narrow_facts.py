from django.db import migrations, models


class Migration(migrations.Migration):
    """Facts by kind and sex, kind and status, and program and status: what the nation's page reads without the cube; 0005 counts them."""

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
    ]
