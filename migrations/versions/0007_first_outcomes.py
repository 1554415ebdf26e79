"""Allegations keep the outcome of the first conclusion, which figures and the log are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("allegations", sa.Column("first_outcome", sa.String(length=40), nullable=True))
    # What is known of cases that were decided before: how they stand now.
    op.execute("UPDATE allegations SET first_outcome = outcome")
    refusal = "BEGIN SELECT RAISE(ABORT, 'final'); END"
    if op.get_context().dialect.name == "postgresql":
        refusal = "EXECUTE FUNCTION refuse_change()"
    op.execute(
        "CREATE TRIGGER allegations_final BEFORE UPDATE OF first_outcome ON allegations FOR EACH"
        " ROW WHEN (coalesce(NEW.first_outcome <> OLD.first_outcome,"
        f" OLD.first_outcome IS NOT NULL)) {refusal}"
    )


def downgrade() -> None:
    table = " ON allegations" if op.get_context().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER allegations_final{table}")
    op.drop_column("allegations", "first_outcome")
