"""What bodies say to their figures stands in one column, whatever languages the portal speaks."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BEFORE = ("kk", "ru", "en")
REPLIES = sa.table(
    "replies",
    *(sa.column(name) for name in ("id", *BEFORE, "texts")),
)


def upgrade() -> None:
    _let_change()
    op.add_column("replies", sa.Column("texts", sa.Text(), nullable=False, server_default="{}"))
    for row in op.get_bind().execute(sa.select(REPLIES)).mappings().all():
        texts = {language: row[language] for language in BEFORE if row[language]}
        _put(row["id"], texts=json.dumps(texts, ensure_ascii=False))
    with op.batch_alter_table("replies") as replies:
        replies.alter_column("texts", server_default=None, existing_type=sa.Text())
        for language in BEFORE:
            replies.drop_column(language)
    _let_stay(("texts",))


def downgrade() -> None:
    """Languages that came later are lost: there was no column for them."""
    _let_change()
    for language in BEFORE:
        op.add_column("replies", sa.Column(language, sa.Text(), nullable=False, server_default=""))
    for row in op.get_bind().execute(sa.select(REPLIES)).mappings().all():
        texts = json.loads(row["texts"])
        _put(row["id"], **{language: texts.get(language, "") for language in BEFORE})
    with op.batch_alter_table("replies") as replies:
        for language in BEFORE:
            replies.alter_column(language, server_default=None, existing_type=sa.Text())
        replies.drop_column("texts")
    _let_stay(BEFORE)


def _put(row: int, **values: str) -> None:
    op.get_bind().execute(sa.update(REPLIES).where(REPLIES.c.id == row).values(**values))


def _let_stay(texts: tuple[str, ...]) -> None:
    """Let the database refuse to change what was said and what was decided."""
    columns = (
        *("release_id", "area", "about", "body_code", *texts, "written_on"),
        *("verdict", "decided_on", "number"),
    )
    refusal = "BEGIN SELECT RAISE(ABORT, 'final'); END"
    if op.get_context().dialect.name == "postgresql":
        refusal = "EXECUTE FUNCTION refuse_change()"
    changed = " OR ".join(
        f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)" for name in columns
    )
    op.execute(
        f"CREATE TRIGGER replies_final BEFORE UPDATE OF {', '.join(columns)} ON replies"
        f" FOR EACH ROW WHEN ({changed}) {refusal}"
    )


def _let_change() -> None:
    of_table = " ON replies" if op.get_context().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER replies_final{of_table}")
