"""Reviews: whether the first one changed the decision. An index of the acts that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COUNTED = sa.text(
    "act IN ('erased', 'extended', 'overdue', 'recommended', 'recommendation answered',"
    " 'status conflict_hold')"
)


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_on IS NULL) = (changed IS NULL)", name=op.f("ck_reviews_decided")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reviews_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reviews")),
    )
    op.create_index(
        "ix_audit_counted",
        "audit",
        ["act", "done_on"],
        sqlite_where=COUNTED,
        postgresql_where=COUNTED,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_counted", table_name="audit")
    op.drop_table("reviews")
