"""Events of answers and cases, corrections, decisions, closings and acts are never changed and never deleted.

The database refuses, whoever asks.

A later migration that makes such a table anew (SQLite does so to change a column) has to make the triggers again;
tests/web/store/test_work.py notices if it does not.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLES = ("store_event", "store_caseevent", "store_correction", "store_decision", "store_closing", "store_act")
_SQLITE = (
    """CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
)
_FUNCTION = """CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$"""
_POSTGRESQL = (
    """CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION store_refuse()""",
)


def guard_events(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    lite = editor.connection.vendor == "sqlite"
    if not lite:
        editor.execute(_FUNCTION)
    for table in _TABLES:
        for statement in _SQLITE if lite else _POSTGRESQL:
            editor.execute(statement.format(table=table))


class Migration(migrations.Migration):
    """After the tables, their guard."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard_events, migrations.RunPython.noop)]
