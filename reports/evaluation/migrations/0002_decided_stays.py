"""A scheme that a round uses and an evaluation that is final stay as they are; the database sees to it (E-10)."""

from django.db import migrations

SCHEME, ROUND, EVALUATION = "evaluation_typologyscheme", "evaluation_evaluationround", "evaluation_evaluation"
USED = f"EXISTS (SELECT 1 FROM {ROUND} r WHERE r.scheme_id = OLD.id)"

SQLITE = {
    f"evaluation_scheme_{verb}": f"BEFORE {verb.upper()} ON {SCHEME} BEGIN "
    f"SELECT RAISE(ABORT, 'a scheme in use never changes') WHERE {USED}; END"
    for verb in ("update", "delete")
} | {
    f"evaluation_final_{verb}": f"BEFORE {verb.upper()} ON {EVALUATION} WHEN OLD.status = 'final' BEGIN "
    "SELECT RAISE(ABORT, 'a final evaluation never changes'); END"
    for verb in ("update", "delete")
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for name, rest in SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {rest}", params=None)
        return
    for function, condition in (("evaluation_scheme_stays", USED), ("evaluation_final_stays", "OLD.status = 'final'")):
        schema_editor.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            "RAISE EXCEPTION 'what was decided never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
            params=None,
        )
    schema_editor.execute(f"CREATE TRIGGER evaluation_scheme_stays BEFORE UPDATE OR DELETE ON {SCHEME} FOR EACH ROW EXECUTE FUNCTION evaluation_scheme_stays()", params=None)  # fmt: skip
    schema_editor.execute(f"CREATE TRIGGER evaluation_final_stays BEFORE UPDATE OR DELETE ON {EVALUATION} FOR EACH ROW EXECUTE FUNCTION evaluation_final_stays()", params=None)  # fmt: skip


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        return
    for name, table in (("evaluation_scheme_stays", SCHEME), ("evaluation_final_stays", EVALUATION)):
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
        schema_editor.execute(f"DROP FUNCTION {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
