"""The database itself refuses to change or delete a move or an audit entry; an audit entry may be sealed, once."""

from django.db import migrations

KEPT = ("id", "chain", "at", "actor_id", "actor", "action", "model", "object_id", "region_code", "purpose", "detail")

SQLITE = f"""
CREATE TRIGGER ledger_transition_no_update BEFORE UPDATE ON ledger_transition
BEGIN SELECT RAISE(ABORT, 'ledger_transition is append only'); END;
CREATE TRIGGER ledger_transition_no_delete BEFORE DELETE ON ledger_transition
BEGIN SELECT RAISE(ABORT, 'ledger_transition is append only'); END;
CREATE TRIGGER ledger_auditentry_no_update BEFORE UPDATE ON ledger_auditentry
WHEN NOT (OLD.hash = '' AND NEW.hash <> '' AND {" AND ".join(f"NEW.{c} IS OLD.{c}" for c in KEPT)})
BEGIN SELECT RAISE(ABORT, 'ledger_auditentry is append only'); END;
CREATE TRIGGER ledger_auditentry_no_delete BEFORE DELETE ON ledger_auditentry
BEGIN SELECT RAISE(ABORT, 'ledger_auditentry is append only'); END;
"""
SQLITE_BACK = """
DROP TRIGGER ledger_transition_no_update;
DROP TRIGGER ledger_transition_no_delete;
DROP TRIGGER ledger_auditentry_no_update;
DROP TRIGGER ledger_auditentry_no_delete;
"""

POSTGRESQL = f"""
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER ledger_transition_no_change BEFORE UPDATE OR DELETE ON ledger_transition
FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_transition_no_truncate BEFORE TRUNCATE ON ledger_transition
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_auditentry_no_update BEFORE UPDATE ON ledger_auditentry
FOR EACH ROW WHEN (NOT (OLD.hash = '' AND NEW.hash <> ''
    AND ({", ".join(f"NEW.{c}" for c in KEPT)}) IS NOT DISTINCT FROM ({", ".join(f"OLD.{c}" for c in KEPT)})))
EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_auditentry_no_delete BEFORE DELETE ON ledger_auditentry
FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_auditentry_no_truncate BEFORE TRUNCATE ON ledger_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER ledger_transition_no_change ON ledger_transition;
DROP TRIGGER ledger_transition_no_truncate ON ledger_transition;
DROP TRIGGER ledger_auditentry_no_update ON ledger_auditentry;
DROP TRIGGER ledger_auditentry_no_delete ON ledger_auditentry;
DROP TRIGGER ledger_auditentry_no_truncate ON ledger_auditentry;
DROP FUNCTION ledger_append_only();
"""


def _run(sqlite: str, postgresql: str):
    def operation(apps, schema_editor):
        connection = schema_editor.connection
        if connection.vendor == "postgresql":
            schema_editor.execute(postgresql, params=None)
        else:
            # A trigger's body holds semicolons, which sqlparse would cut at: each statement starts a line.
            for statement in sqlite.replace("\nDROP ", "\n\0DROP ").replace("\nCREATE ", "\n\0CREATE ").split("\0"):
                if statement.strip():
                    schema_editor.execute(statement, params=None)

    return operation


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(_run(SQLITE, POSTGRESQL), _run(SQLITE_BACK, POSTGRESQL_BACK)),
    ]
