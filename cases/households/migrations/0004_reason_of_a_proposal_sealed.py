"""The reason that the register gives for a refusal lies encrypted, as the remarks beside it do; old ones are sealed here."""

import django.db.models.functions.comparison
import django.db.models.lookups
from django.db import migrations, models

import portal.fields

CONTEXT = "households.updateproposal.reason"
BATCH = 1000


def _each(apps, change):
    """Write `change(reason)` over every reason; the field is plain text at this point."""
    proposals = apps.get_model("households", "UpdateProposal").objects
    last = 0
    while rows := list(
        proposals.filter(pk__gt=last).exclude(reason="").order_by("pk").values_list("pk", "reason")[:BATCH]
    ):
        for pk, reason in rows:
            proposals.filter(pk=pk).update(reason=change(reason))
        last = rows[-1][0]


def seal(apps, schema_editor):
    _each(apps, lambda reason: portal.fields.encrypt(reason, context=CONTEXT))


def open_again(apps, schema_editor):
    _each(apps, lambda reason: portal.fields.decrypt(reason, context=CONTEXT))


class Migration(migrations.Migration):
    dependencies = [("households", "0003_words_beside_proposals")]

    operations = [
        migrations.RemoveConstraint("updateproposal", "refused_proposal_says_why"),
        migrations.AlterField(
            "updateproposal", "reason", models.TextField("reason of the outcome", blank=True, default="")
        ),
        migrations.RunPython(seal, open_again),
        migrations.AlterField(
            "updateproposal",
            "reason",
            portal.fields.EncryptedTextField(
                "reason of the outcome", blank=True, default="", editable=False
            ),
        ),
        migrations.AddConstraint(
            "updateproposal",
            models.CheckConstraint(
                condition=models.Q(("status", "refused"), _negated=True)
                | models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.comparison.Cast("reason", models.TextField()), ""
                    ),
                    _negated=True,
                ),
                name="refused_proposal_says_why",
            ),
        ),
    ]
