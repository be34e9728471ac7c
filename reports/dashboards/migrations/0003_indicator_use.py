from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dashboards', '0002_case_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='indicator',
            name='use',
            field=models.CharField(choices=[('recorded', 'recorded by region and year, orders locations'), ('location', 'computed from the cases, orders locations'), ('program', 'computed from the cases, orders programs')], default='recorded', editable=False, max_length=10, verbose_name='where its figures come from'),
        ),
    ]
