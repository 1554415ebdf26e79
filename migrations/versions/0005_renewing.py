"""Releases remember how far the record keys of their cases are redrawn. Few rows, none changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("releases", sa.Column("renewed_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("releases", "renewed_until")
