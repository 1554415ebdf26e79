"""States of the log are signed once their entries are committed: until then there is no note."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_CHANGED = " OR ".join(
    f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)"
    for name in ("root", "note", "made_on")
)


def upgrade() -> None:
    _let_be_empty(nullable=True)


def downgrade() -> None:
    _let_be_empty(nullable=False)


def _let_be_empty(*, nullable: bool) -> None:
    """SQLite makes the table anew for it, and so loses the trigger that keeps its values."""
    with op.batch_alter_table("log_checkpoints") as table:
        table.alter_column("note", existing_type=sa.LargeBinary(), nullable=nullable)
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER log_checkpoints_final BEFORE UPDATE OF root, note, made_on"
            f" ON log_checkpoints FOR EACH ROW WHEN ({_CHANGED})"
            " BEGIN SELECT RAISE(ABORT, 'final'); END"
        )
