"""Values that the database keeps: once written, nothing changes them, by mistake or on purpose."""

from sqlalchemy import DDL, Table, event
from sqlalchemy.schema import ExecutableDDLElement

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'final' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_TRIGGER = """
CREATE TRIGGER {table}_final BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW WHEN ({changed}) {refusal}
"""
_REFUSALS = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'final'); END",
    "postgresql": "EXECUTE FUNCTION refuse_change()",
}


def write_once(table: Table, *columns: str) -> None:
    """Let the database refuse to change these columns; an empty one may be filled, once.

    A statement that tries ends with an IntegrityError. Published figures rest on it: a case whose
    day moved could be counted in two quarters.
    """
    event.listen(table, "after_create", _build_statement(_FUNCTION, "postgresql"))
    changed = " OR ".join(
        f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)" for name in columns
    )
    for dialect, refusal in _REFUSALS.items():
        trigger = _TRIGGER.format(
            table=table.name, columns=", ".join(columns), changed=changed, refusal=refusal
        )
        event.listen(table, "after_create", _build_statement(trigger, dialect))


def _build_statement(text: str, dialect: str) -> ExecutableDDLElement:
    statement = DDL(text)  # type: ignore[no-untyped-call]
    return statement.execute_if(dialect=dialect)
