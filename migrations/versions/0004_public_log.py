"""The public log: steps of cases that it will have, its entries and tree, what it signed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WAITING = sa.text("position IS NULL")
FINAL = {
    "log_steps": (
        *("case_id", "type", "what", "made_on", "digest", "record", "due_on"),
        *("number", "tag", "commitment", "position", "erased_on", "erasure"),
    ),
    "log_entries": ("entry",),
    "log_nodes": ("hash",),
    "log_checkpoints": ("root", "note", "made_on"),
    "log_names": ("kind", "name"),
}


def upgrade() -> None:
    op.add_column("cases", sa.Column("log_key", sa.LargeBinary(length=80), nullable=True))
    # Whoever sends a form of these days again is told a promise too: the old rows have none.
    op.execute("DELETE FROM filings")
    op.add_column(
        "filings",
        sa.Column("promise", sa.LargeBinary(length=1024), nullable=False, server_default=""),
    )
    op.create_table(
        "log_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("erasure", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_steps")),
        sa.UniqueConstraint("position", name=op.f("uq_log_steps_position")),
        sa.UniqueConstraint("erasure", name=op.f("uq_log_steps_erasure")),
    )
    op.create_index("ix_log_steps_case_id", "log_steps", ["case_id"])
    op.create_index(
        "ix_log_steps_waiting",
        "log_steps",
        ["made_on", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    _create_log()
    for table, columns in FINAL.items():
        _let_stay(table, columns)


def _create_log() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_entries",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entries")),
    )
    op.create_table(
        "log_nodes",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_cosignatures",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=255), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=4), nullable=False),
        sa.Column("line", sa.String(length=4000), nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", "key_id", name=op.f("pk_log_cosignatures")),
    )
    op.create_table(
        "log_batches",
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("through", name=op.f("pk_log_batches")),
    )
    op.create_table(
        "log_names",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_names")),
    )
    op.create_index("ix_log_names_name", "log_names", ["kind", "name"])


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


def downgrade() -> None:
    for table in (
        *("log_names", "log_batches", "log_cosignatures", "log_checkpoints"),
        *("log_nodes", "log_entries", "log_head"),
    ):
        op.drop_table(table)
    op.drop_index("ix_log_steps_waiting", table_name="log_steps")
    op.drop_index("ix_log_steps_case_id", table_name="log_steps")
    op.drop_table("log_steps")
    op.drop_column("filings", "promise")
    op.drop_column("cases", "log_key")
