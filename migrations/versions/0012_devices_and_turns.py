"""Browsers in which staff signed in before, and turns of times of load that were used."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "staff_devices",
        sa.Column("code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_devices_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_staff_devices")),
    )
    op.create_index(op.f("ix_staff_devices_account_id"), "staff_devices", ["account_id"])
    op.create_table(
        "used_turns",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_turns")),
    )


def downgrade() -> None:
    op.drop_table("used_turns")
    op.drop_index(op.f("ix_staff_devices_account_id"), table_name="staff_devices")
    op.drop_table("staff_devices")
