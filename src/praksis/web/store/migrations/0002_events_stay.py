"""Events are never changed and never deleted: the database itself refuses, whoever asks.

A later migration that makes the table anew (SQLite does so to change a column) has to make the triggers again;
tests/web/store/test_work.py notices if it does not.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = (
    """CREATE TRIGGER store_event_stays BEFORE UPDATE ON store_event
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER store_event_is_kept BEFORE DELETE ON store_event
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$""",
    """CREATE TRIGGER store_event_stays BEFORE UPDATE OR DELETE ON store_event
    FOR EACH ROW EXECUTE FUNCTION store_refuse()""",
)


def guard_events(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    for statement in _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL:
        editor.execute(statement)


class Migration(migrations.Migration):
    """After the table, its guard."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guard_events, migrations.RunPython.noop)]
