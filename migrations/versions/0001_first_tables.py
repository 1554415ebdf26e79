"""First tables: bodies and keys, cases and sealed objects, staff, visits, figures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FINAL = {
    "cases": ("received_on", "concluded_on"),
    "verdicts": ("given_on",),
    "ledger": ("table_id", "day", "family", "quarter", "thousandths"),
    "releases": ("quarter", "version", "released_on"),
}
REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'final' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_case_id", ["case_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "bodies",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=5), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bodies")),
    )
    op.create_table(
        "filings",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("receipt", sa.LargeBinary(length=128), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_filings")),
    )
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filings_filed_on"), ["filed_on"], unique=False)

    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("counted", sa.LargeBinary(), nullable=True),
        sa.Column("manifest", sa.String(length=64), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("renewed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("quarter", "version", name=op.f("uq_releases_quarter_version")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("login_code", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_minute", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("login_code", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "visits",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visits")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "investigator",
                "head",
                "oversight",
                "administrator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body_code", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("totp", sa.LargeBinary(length=80), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=False),
        sa.Column("invitation", sa.LargeBinary(length=32), nullable=True),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("recipient", sa.String(length=2200), nullable=True),
        sa.Column("wrapped_identity", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["body_code"], ["bodies.code"], name=op.f("fk_accounts_body_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_table(
        "replaced_headers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(length=32), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_code"], ["bodies.code"], name=op.f("fk_replaced_headers_body_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_headers")),
        sa.UniqueConstraint(
            "object_id", "body_code", name=op.f("uq_replaced_headers_object_id_body_code")
        ),
    )
    op.create_table(
        "unit_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=2200), nullable=False),
        sa.Column("signing", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["body_code"], ["bodies.code"], name=op.f("fk_unit_keys_body_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_keys")),
        sa.UniqueConstraint("body_code", "epoch", name=op.f("uq_unit_keys_body_code_epoch")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("row_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("second_half", sa.LargeBinary(length=80), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=5), nullable=True),
        sa.Column("unit_code", sa.LargeBinary(length=16), nullable=True),
        sa.Column("leadership", sa.Boolean(), nullable=False),
        sa.Column("outside_police", sa.Boolean(), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("holder_id", sa.String(length=32), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "acknowledged",
                "assessment",
                "need_info",
                "routed",
                "in_review",
                "criminal_track",
                "extended",
                "decided",
                "review_requested",
                "reopened",
                "closed",
                "conflict_hold",
                "merged",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sealed_by", sa.String(length=7), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("record_key_1", sa.Integer(), nullable=False),
        sa.Column("record_key_2", sa.Integer(), nullable=False),
        sa.Column("record_key_3", sa.Integer(), nullable=False),
        sa.Column("record_key_4", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_cases_priority")),
        sa.ForeignKeyConstraint(["body_code"], ["bodies.code"], name=op.f("fk_cases_body_code")),
        sa.ForeignKeyConstraint(["holder_id"], ["accounts.id"], name=op.f("fk_cases_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("row_key", name=op.f("uq_cases_row_key")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_concluded_on", ["concluded_on"], unique=False)
        batch_op.create_index("ix_cases_holder_id", ["holder_id"], unique=False)
        batch_op.create_index(
            "ix_cases_queue", ["body_code", "open", "priority", "next_due_on", "id"], unique=False
        )
        batch_op.create_index("ix_cases_received_on", ["received_on"], unique=False)

    op.create_table(
        "key_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_key_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_key_copies_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key_id"], ["unit_keys.id"], name=op.f("fk_key_copies_unit_key_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_copies")),
        sa.UniqueConstraint(
            "unit_key_id", "account_id", name=op.f("uq_key_copies_unit_key_id_account_id")
        ),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("unit_code", sa.LargeBinary(length=16), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_links_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("account_id", "unit_code", name=op.f("uq_links_account_id_unit_code")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("tab_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_sessions_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "allegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subcategory", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_on IS NULL)", name=op.f("ck_allegations_decided")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_allegations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allegations")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_allegations_case_id_position")),
    )
    op.create_table(
        "clocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("deadline", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clocks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint(
            "case_id", "deadline", "started_on", name=op.f("uq_clocks_case_id_deadline_started_on")
        ),
    )
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.create_index("ix_clocks_due", ["met_on", "due_on"], unique=False)
        batch_op.create_index("ix_clocks_next", ["case_id", "met_on", "due_on"], unique=False)

    op.create_table(
        "criminal_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_criminal_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criminal_steps")),
        sa.UniqueConstraint("case_id", "stage", name=op.f("uq_criminal_steps_case_id_stage")),
    )
    op.create_table(
        "envelopes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("thread", sa.String(length=5), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=8), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_code"], ["bodies.code"], name=op.f("fk_envelopes_body_code")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_envelopes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sa.UniqueConstraint(
            "case_id", "thread", "seq", name=op.f("uq_envelopes_case_id_thread_seq")
        ),
    )
    op.create_table(
        "sign_offs",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_offs_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_sign_offs_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "manifest", "account_id", name=op.f("pk_sign_offs")),
    )
    op.create_table(
        "ledger",
        sa.Column("table_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("thousandths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("table_id", "day", name=op.f("pk_ledger")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("body_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["body_code"], ["bodies.code"], name=op.f("fk_notices_body_code")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "case_id",
            "body_code",
            "kind",
            "subject",
            name=op.f("uq_notices_case_id_body_code_kind_subject"),
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_body", ["body_code", "sent_on"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("no_substance", "erasure", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(granted IS NULL) = (answered_by IS NULL)", name=op.f("ck_proposals_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["accounts.id"], name=op.f("fk_proposals_answered_by")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_proposals_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proposals_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_open", ["granted", "case_id"], unique=False)

    op.create_table(
        "recusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("recused_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recusals_account_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recusals_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
        sa.UniqueConstraint("case_id", "account_id", name=op.f("uq_recusals_case_id_account_id")),
    )
    op.create_table(
        "status_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "acknowledged",
                "assessment",
                "need_info",
                "routed",
                "in_review",
                "criminal_track",
                "extended",
                "decided",
                "review_requested",
                "reopened",
                "closed",
                "conflict_hold",
                "merged",
                name="status",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_status_changes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_status_changes_case_id_position")),
    )
    op.create_table(
        "verdicts",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("respect", sa.Boolean(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_verdicts_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("envelope_id", sa.String(length=32), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["envelopes.id"], name=op.f("fk_attachments_envelope_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachments_envelope_id"), ["envelope_id"], unique=False
        )

    op.create_table(
        "sanctions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allegation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("imposed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allegation_id"], ["allegations.id"], name=op.f("fk_sanctions_allegation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
        sa.UniqueConstraint("allegation_id", "code", name=op.f("uq_sanctions_allegation_id_code")),
    )

    for table, columns in FINAL.items():
        _let_stay(table, columns)


def _let_stay(table: str, columns: tuple[str, ...]) -> None:
    """Let the database refuse to change what stands in these columns."""
    refusal = "BEGIN SELECT RAISE(ABORT, 'final'); END"
    if op.get_context().dialect.name == "postgresql":
        op.execute(REFUSE)
        refusal = "EXECUTE FUNCTION refuse_change()"
    changed = " OR ".join(
        f"coalesce(NEW.{name} <> OLD.{name}, OLD.{name} IS NOT NULL)" for name in columns
    )
    op.execute(
        f"CREATE TRIGGER {table}_final BEFORE UPDATE OF {', '.join(columns)} ON {table}"
        f" FOR EACH ROW WHEN ({changed}) {refusal}"
    )


def downgrade() -> None:
    op.drop_table("sanctions")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_envelope_id"))

    op.drop_table("attachments")
    op.drop_table("verdicts")
    op.drop_table("status_changes")
    op.drop_table("recusals")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_open")

    op.drop_table("proposals")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_body")

    op.drop_table("notices")
    op.drop_table("ledger")
    op.drop_table("sign_offs")
    op.drop_table("envelopes")
    op.drop_table("criminal_steps")
    with op.batch_alter_table("clocks", schema=None) as batch_op:
        batch_op.drop_index("ix_clocks_next")
        batch_op.drop_index("ix_clocks_due")

    op.drop_table("clocks")
    op.drop_table("allegations")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_account_id"))

    op.drop_table("staff_sessions")
    op.drop_table("links")
    op.drop_table("key_copies")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_received_on")
        batch_op.drop_index("ix_cases_queue")
        batch_op.drop_index("ix_cases_holder_id")
        batch_op.drop_index("ix_cases_concluded_on")

    op.drop_table("cases")
    op.drop_table("unit_keys")
    op.drop_table("replaced_headers")
    op.drop_table("accounts")
    op.drop_table("visits")
    op.drop_table("sign_in_attempts")
    op.drop_table("releases")
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_filings_filed_on"))

    op.drop_table("filings")
    op.drop_table("bodies")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_case_id")

    op.drop_table("audit")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
