"""Signing keys of people, rosters of bodies, and what was signed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("signing", sa.LargeBinary(length=32), nullable=True))
    op.add_column("audit", sa.Column("statement", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("signature", sa.LargeBinary(length=64), nullable=True))
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("signing", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("founder", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_roster_account_id")),
        sa.ForeignKeyConstraint(["body_code"], ["bodies.code"], name=op.f("fk_roster_body_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
    )
    op.create_index("ix_roster_body_code", "roster", ["body_code", "account_id"])
    op.create_table(
        "roster_acts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("signing", sa.LargeBinary(length=32), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roster_acts_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["body_code"], ["bodies.code"], name=op.f("fk_roster_acts_body_code")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_roster_acts")),
    )
    op.create_index("ix_roster_acts_body_code", "roster_acts", ["body_code"])
    op.create_table(
        "spent_statements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_statements")),
    )
    op.create_index(op.f("ix_spent_statements_spent_on"), "spent_statements", ["spent_on"])


def downgrade() -> None:
    for table in ("spent_statements", "roster_acts", "roster"):
        op.drop_table(table)
    with op.batch_alter_table("audit") as audit:
        audit.drop_column("signature")
        audit.drop_column("statement")
    op.drop_column("accounts", "signing")
