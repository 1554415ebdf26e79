"""Who has shown their key since a sign-in was given, and an index of what people are told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TOLD = sa.text(
    "act IN ('account_made', 'account_invited', 'account_opened', 'account_closed',"
    " 'personal_key', 'founded', 'admitted', 'admitted_by_one', 'removed', 'removed_by_one',"
    " 'came_back', 'unit_key')"
)


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_audit_told", "audit", ["number"], sqlite_where=TOLD, postgresql_where=TOLD)


def downgrade() -> None:
    op.drop_index("ix_audit_told", table_name="audit")
    op.drop_column("accounts", "proven")
