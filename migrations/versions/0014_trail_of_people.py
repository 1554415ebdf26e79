"""An index of what people did, for the page of it; what the operator does is told, too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

PEOPLE = sa.text("actor NOT IN ('reporter', 'system')")
TOLD_BEFORE = sa.text(
    "act IN ('account_made', 'account_invited', 'account_opened', 'account_closed',"
    " 'personal_key', 'founded', 'admitted', 'admitted_by_one', 'removed', 'removed_by_one',"
    " 'came_back', 'unit_key')"
)
TOLD = sa.text(
    "act IN ('account_made', 'account_invited', 'account_opened', 'account_closed',"
    " 'personal_key', 'founded', 'admitted', 'admitted_by_one', 'removed', 'removed_by_one',"
    " 'came_back', 'unit_key', 'recovery_key', 'auditor_added', 'release_corrected',"
    " 'release_given_up', 'release_moved')"
)


def upgrade() -> None:
    op.create_index(
        "ix_audit_people",
        "audit",
        ["actor", "number"],
        sqlite_where=PEOPLE,
        postgresql_where=PEOPLE,
    )
    _tell(TOLD)


def downgrade() -> None:
    op.drop_index("ix_audit_people", table_name="audit")
    _tell(TOLD_BEFORE)


def _tell(condition: sa.TextClause) -> None:
    op.drop_index("ix_audit_told", table_name="audit")
    op.create_index(
        "ix_audit_told", "audit", ["number"], sqlite_where=condition, postgresql_where=condition
    )
