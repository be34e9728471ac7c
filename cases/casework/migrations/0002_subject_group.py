from django.db import migrations, models
from django.utils import timezone

CHUNK = 2000


def fill(apps, schema_editor):
    """The group that each person belonged to on the day of the case, by what the register says today."""
    from cases.households.groups import group_of

    Case = apps.get_model("casework", "Case")
    rows = Case.objects.exclude(person=None).values_list(
        "pk",
        "opened_at",
        "person__sex",
        "person__born_on",
        "person__is_head",
        "person__conditions",
        "person__household__decile",
        "person__household__conditions",
    )
    waiting = []

    def write():
        Case.objects.bulk_update(waiting, ["subject_group"])
        waiting.clear()

    for pk, opened_at, sex, born_on, is_head, conditions, decile, house in rows.iterator(chunk_size=CHUNK):
        group = group_of(
            sex=sex,
            born_on=born_on,
            is_head=is_head,
            decile=decile,
            conditions=conditions,
            household_conditions=house,
            on=timezone.localtime(opened_at).date(),
        )
        waiting.append(Case(pk=pk, subject_group=group))
        if len(waiting) == CHUNK:
            write()
    write()


class Migration(migrations.Migration):
    """Copy the group of people in need (PPKS) onto the case, so that it can be counted without the person (D-08)."""

    dependencies = [("casework", "0001_initial"), ("households", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="subject_group",
            field=models.CharField(
                blank=True,
                choices=[
                    ("child_disab", "Child with a disability"),
                    ("disabled", "Person with a disability"),
                    ("orphan", "Orphan"),
                    ("child_out", "Child out of school"),
                    ("elderly", "Elderly person"),
                    ("disaster", "Victim of a disaster"),
                    ("woman_head", "Woman who heads a family"),
                    ("poor", "Poor or vulnerable family (decile 1 to 4)"),
                    ("other", "None of these groups"),
                ],
                default="",
                editable=False,
                max_length=12,
                verbose_name="group of people in need (PPKS)",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
