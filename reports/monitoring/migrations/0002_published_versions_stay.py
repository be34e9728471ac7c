"""The database itself refuses to change or delete a published version of an instrument (M-02)."""

from django.db import migrations

KEPT = ("id", "instrument_id", "number", "definition", "digest", "valid_from", "published_at")
TABLE = "monitoring_instrumentversion"


def same() -> str:
    return " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION monitoring_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'a published instrument version never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER monitoring_published_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN (OLD.status <> 'draft' AND NOT (NEW.status <> 'draft' AND {same()})) EXECUTE FUNCTION monitoring_published_stays()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER monitoring_published_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.status <> 'draft') EXECUTE FUNCTION monitoring_published_stays()"
        )
    else:
        equal = same().replace("IS NOT DISTINCT FROM", "IS")
        refuse = "BEGIN SELECT RAISE(ABORT, 'a published instrument version never changes'); END"
        schema_editor.execute(
            f"CREATE TRIGGER monitoring_published_no_update BEFORE UPDATE ON {TABLE} "
            f"WHEN OLD.status <> 'draft' AND NOT (NEW.status <> 'draft' AND {equal}) {refuse}"
        )
        schema_editor.execute(
            f"CREATE TRIGGER monitoring_published_no_delete BEFORE DELETE ON {TABLE} WHEN OLD.status <> 'draft' {refuse}"
        )


def drop(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER monitoring_published_no_update{on}")
    schema_editor.execute(f"DROP TRIGGER monitoring_published_no_delete{on}")
    if on:
        schema_editor.execute("DROP FUNCTION monitoring_published_stays()")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
