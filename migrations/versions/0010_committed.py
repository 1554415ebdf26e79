"""Steps commit to coded facts, batches to the end of the audit trail; entries are found by tag."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_OF_CASES = sa.text("length(entry) = 50")
_BEFORE = "case_id, type, what, made_on, digest, record, due_on, number, tag, commitment, position"
_KEPT = f"{_BEFORE}, erased_on, erasure".split(", ")
_NOW = [*_KEPT[:6], "facts", "inside", *_KEPT[6:]]


def upgrade() -> None:
    for name in ("facts", "inside"):
        op.add_column("log_steps", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("log_batches", sa.Column("trail", sa.Integer(), nullable=True))
    op.create_index("ix_log_steps_tag", "log_steps", ["tag"])
    op.create_index(
        "ix_log_entries_entry",
        "log_entries",
        ["entry"],
        sqlite_where=_OF_CASES,
        postgresql_where=_OF_CASES,
    )
    _keep(_NOW)


def downgrade() -> None:
    _keep(_KEPT)
    op.drop_index("ix_log_entries_entry", "log_entries")
    op.drop_index("ix_log_steps_tag", "log_steps")
    op.drop_column("log_batches", "trail")
    for name in ("inside", "facts"):
        op.drop_column("log_steps", name)


def _keep(columns: list[str]) -> None:
    """Let the database refuse to change these columns of steps, and no others."""
    postgresql = op.get_context().dialect.name == "postgresql"
    refusal = "BEGIN SELECT RAISE(ABORT, 'final'); END"
    if postgresql:
        refusal = "EXECUTE FUNCTION refuse_change()"
    op.execute(f"DROP TRIGGER log_steps_final{' ON log_steps' if postgresql else ''}")
    changed = " OR ".join(
        f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)" for name in columns
    )
    op.execute(
        f"CREATE TRIGGER log_steps_final BEFORE UPDATE OF {', '.join(columns)} ON log_steps"
        f" FOR EACH ROW WHEN ({changed}) {refusal}"
    )
