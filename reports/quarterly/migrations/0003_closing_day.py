"""A quarter closes by itself on its day (M-06)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0002_published_versions_stay'),
        ('quarterly', '0002_sealed_stays'),
    ]

    operations = [
        migrations.AddField(
            model_name='reportingcycle',
            name='closes_on',
            field=models.DateField(blank=True, help_text='From this day the quarter closes by itself, once the national report has been sent. Empty: by hand.', null=True, verbose_name='closes on'),
        ),
        migrations.AddConstraint(
            model_name='reportingcycle',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on', None), ('closes_on__gte', models.F('due_nation')), _connector='OR'), name='quarter_closes_after_its_last_due_date'),
        ),
    ]
