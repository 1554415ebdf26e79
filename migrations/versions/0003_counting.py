"""Indexes for figures: of the few rows that they ask for, and one of clocks that covers more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FEW = {
    "ix_status_changes_transfers": "status = 'routed'",
    "ix_status_changes_reopenings": "status = 'reopened'",
}


def upgrade() -> None:
    for name, condition in FEW.items():
        op.create_index(
            name,
            "status_changes",
            ["case_id", "changed_on", "status"],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    op.drop_index("ix_clocks_next", table_name="clocks")
    op.create_index("ix_clocks_next", "clocks", ["case_id", "met_on", "due_on", "deadline"])
    op.create_index("ix_verdicts_given_on", "verdicts", ["given_on"])


def downgrade() -> None:
    op.drop_index("ix_verdicts_given_on", table_name="verdicts")
    op.drop_index("ix_clocks_next", table_name="clocks")
    op.create_index("ix_clocks_next", "clocks", ["case_id", "met_on", "due_on"])
    for name in FEW:
        op.drop_index(name, table_name="status_changes")
