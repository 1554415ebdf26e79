"""The minute of a release, and what bodies say to published figures."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BEFORE = ("quarter", "version", "released_on")
FINAL = {
    "releases": (*BEFORE, "minutes_late"),
    "replies": (
        *("release_id", "area", "about", "body_code", "kk", "ru", "en", "written_on"),
        *("verdict", "decided_on", "number"),
    ),
}


def upgrade() -> None:
    _let_change("releases")
    op.add_column("releases", sa.Column("minutes_late", sa.Integer(), nullable=True))
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("kk", sa.Text(), nullable=False),
        sa.Column("ru", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_replies_release_id")
        ),
        sa.ForeignKeyConstraint(["body_code"], ["bodies.code"], name=op.f("fk_replies_body_code")),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_replies_author_id")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_replies_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("release_id", "number", name=op.f("uq_replies_release_id_number")),
    )
    for table, columns in FINAL.items():
        _let_stay(table, columns)


def _let_stay(table: str, columns: tuple[str, ...]) -> None:
    """Let the database refuse to change what stands in these columns."""
    refusal = "BEGIN SELECT RAISE(ABORT, 'final'); END"
    if op.get_context().dialect.name == "postgresql":
        refusal = "EXECUTE FUNCTION refuse_change()"
    changed = " OR ".join(
        f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)" for name in columns
    )
    op.execute(
        f"CREATE TRIGGER {table}_final BEFORE UPDATE OF {', '.join(columns)} ON {table}"
        f" FOR EACH ROW WHEN ({changed}) {refusal}"
    )


def _let_change(table: str) -> None:
    of_table = f" ON {table}" if op.get_context().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {table}_final{of_table}")


def downgrade() -> None:
    op.drop_table("replies")
    _let_change("releases")
    op.drop_column("releases", "minutes_late")
    _let_stay("releases", BEFORE)
