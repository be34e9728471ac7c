"""What was sent stays: the database refuses changes to sealed versions, to their figures, and to closed reports (M-06)."""

from django.db import migrations

REPORT, VERSION, FIGURE, COPY = (
    "quarterly_quarterlyreport", "quarterly_reportversion", "quarterly_figure", "quarterly_reportcopy",
)  # fmt: skip
#: of a closed report only the version in force may change, to a newer one (a correction)
KEPT = ("id", "cycle_id", "tier", "region_id", "parent_id", "status", "status_since", "due_on", "first_sent_on", "number", "place_name")

SQLITE = [
    f"CREATE TRIGGER quarterly_figure_insert BEFORE INSERT ON {FIGURE} BEGIN "
    f"SELECT RAISE(ABORT, 'a sealed report version never changes') WHERE EXISTS "
    f"(SELECT 1 FROM {VERSION} v WHERE v.id = NEW.version_id AND v.sealed_at IS NOT NULL); END",
    f"CREATE TRIGGER quarterly_figure_update BEFORE UPDATE ON {FIGURE} BEGIN "
    f"SELECT RAISE(ABORT, 'a sealed report version never changes') WHERE EXISTS "
    f"(SELECT 1 FROM {VERSION} v WHERE v.id IN (OLD.version_id, NEW.version_id) AND v.sealed_at IS NOT NULL); END",
    f"CREATE TRIGGER quarterly_figure_delete BEFORE DELETE ON {FIGURE} BEGIN "
    f"SELECT RAISE(ABORT, 'a sealed report version never changes') WHERE EXISTS "
    f"(SELECT 1 FROM {VERSION} v WHERE v.id = OLD.version_id AND v.sealed_at IS NOT NULL); END",
    f"CREATE TRIGGER quarterly_version_update BEFORE UPDATE ON {VERSION} WHEN OLD.sealed_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'a sealed report version never changes'); END",
    f"CREATE TRIGGER quarterly_version_delete BEFORE DELETE ON {VERSION} WHEN OLD.sealed_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'a sealed report version never changes'); END",
    f"CREATE TRIGGER quarterly_report_update BEFORE UPDATE ON {REPORT} WHEN OLD.status IN ('closed', 'missed') "
    f"AND NOT ({' AND '.join(f'NEW.{name} IS OLD.{name}' for name in KEPT)} AND NEW.version_id >= OLD.version_id) "
    "BEGIN SELECT RAISE(ABORT, 'a closed quarter never changes'); END",
    f"CREATE TRIGGER quarterly_report_delete BEFORE DELETE ON {REPORT} WHEN OLD.status IN ('closed', 'missed') "
    "BEGIN SELECT RAISE(ABORT, 'a closed quarter never changes'); END",
    f"CREATE TRIGGER quarterly_copy_update BEFORE UPDATE ON {COPY} BEGIN SELECT RAISE(ABORT, 'copies are recorded for good'); END",
    f"CREATE TRIGGER quarterly_copy_delete BEFORE DELETE ON {COPY} BEGIN SELECT RAISE(ABORT, 'copies are recorded for good'); END",
]
SQLITE_NAMES = [statement.split()[2] for statement in SQLITE]

# Statement by statement where many rows come at once: a roll-up of millions of figures pays one look-up.
POSTGRESQL = [
    "CREATE FUNCTION quarterly_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'what was sent or closed never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE FUNCTION quarterly_refuse_if_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF EXISTS (SELECT 1 FROM touched f JOIN {VERSION} v ON v.id = f.version_id WHERE v.sealed_at IS NOT NULL) THEN "
    "RAISE EXCEPTION 'a sealed report version never changes' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NULL; END $$",
    f"CREATE TRIGGER quarterly_figure_insert AFTER INSERT ON {FIGURE} REFERENCING NEW TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION quarterly_refuse_if_sealed()",
    f"CREATE TRIGGER quarterly_figure_update AFTER UPDATE ON {FIGURE} REFERENCING OLD TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION quarterly_refuse_if_sealed()",
    f"CREATE TRIGGER quarterly_figure_moved AFTER UPDATE ON {FIGURE} REFERENCING NEW TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION quarterly_refuse_if_sealed()",
    f"CREATE TRIGGER quarterly_figure_delete AFTER DELETE ON {FIGURE} REFERENCING OLD TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION quarterly_refuse_if_sealed()",
    f"CREATE TRIGGER quarterly_version_change BEFORE UPDATE OR DELETE ON {VERSION} FOR EACH ROW "
    "WHEN (OLD.sealed_at IS NOT NULL) EXECUTE FUNCTION quarterly_refuse()",
    f"CREATE TRIGGER quarterly_report_update BEFORE UPDATE ON {REPORT} FOR EACH ROW WHEN (OLD.status IN ('closed', 'missed') "
    f"AND NOT (({', '.join(f'NEW.{n}' for n in KEPT)}) IS NOT DISTINCT FROM ({', '.join(f'OLD.{n}' for n in KEPT)}) "
    "AND NEW.version_id >= OLD.version_id)) EXECUTE FUNCTION quarterly_refuse()",
    f"CREATE TRIGGER quarterly_report_delete BEFORE DELETE ON {REPORT} FOR EACH ROW "
    "WHEN (OLD.status IN ('closed', 'missed')) EXECUTE FUNCTION quarterly_refuse()",
    f"CREATE TRIGGER quarterly_copy_change BEFORE UPDATE OR DELETE ON {COPY} FOR EACH ROW EXECUTE FUNCTION quarterly_refuse()",
]
POSTGRESQL_BACK = [
    *(f"DROP TRIGGER quarterly_figure_{name} ON {FIGURE}" for name in ("insert", "update", "moved", "delete")),
    f"DROP TRIGGER quarterly_version_change ON {VERSION}",
    *(f"DROP TRIGGER quarterly_report_{name} ON {REPORT}" for name in ("update", "delete")),
    f"DROP TRIGGER quarterly_copy_change ON {COPY}",
    "DROP FUNCTION quarterly_refuse_if_sealed()",
    "DROP FUNCTION quarterly_refuse()",
]


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL_BACK:
            schema_editor.execute(statement, params=None)
    else:
        for name in SQLITE_NAMES:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("quarterly", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
