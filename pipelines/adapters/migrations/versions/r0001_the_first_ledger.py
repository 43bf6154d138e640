"""The ledger as it began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _accounts_of_runs()
    _articles()
    _stories()
    _debts()


def _accounts_of_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("finished", TIME),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "feed_states",
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source_id", name="pk_feed_states"),
    )
    op.create_table(
        "batches",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_batches"),
        sa.UniqueConstraint("id", name="uq_batches_id"),
    )
    op.create_index("ix_batches_closed", "batches", ["closed"])
    op.create_table(
        "source_reports",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_reports"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_source_reports_run_id"),
    )
    op.create_index("ix_source_reports_run_id", "source_reports", ["run_id"])
    op.create_index("ix_source_reports_source_id_run_id", "source_reports", ["source_id", "run_id"])
    op.create_table(
        "accounts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("record", sa.Integer, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.Column("listed_url", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text),
        sa.Column("temporary", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("batch_id", "record", name="uq_accounts_batch_id_record"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_accounts_run_id"),
    )
    op.create_index("ix_accounts_run_id", "accounts", ["run_id"])
    op.create_index("ix_accounts_source_id_id", "accounts", ["source_id", "id"])
    op.create_index("ix_accounts_at", "accounts", ["at"])


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.Column("arrival", sa.BigInteger),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_articles"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
        sa.UniqueConstraint("seq", name="uq_articles_seq"),
        sa.UniqueConstraint("arrival", name="uq_articles_arrival"),
    )
    op.create_table(
        "article_versions",
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("collected", TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_article_versions"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_versions_article_id"),
    )
    op.create_table(
        "prints",
        sa.Column("article", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("exact", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article", name="pk_prints"),
        sa.ForeignKeyConstraint(["article"], ["articles.number"], name="fk_prints_article"),
    )
    op.create_index("ix_prints_exact", "prints", ["exact"])
    op.create_table(
        "posting",
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("article", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("key", "article", name="pk_posting"),
        sqlite_with_rowid=False,
    )


def _stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_table(
        "links",
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_links"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_links_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_links_story_id"),
    )
    op.create_index("ix_links_story_id", "links", ["story_id"])
    op.create_table(
        "story_redirects",
        sa.Column("old_id", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("old_id", name="pk_story_redirects"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_story_redirects_story_id"),
    )
    op.create_index("ix_story_redirects_story_id", "story_redirects", ["story_id"])


def _debts() -> None:
    op.create_table(
        "watermarks",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_watermarks"),
    )
    op.create_table(
        "outbox",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", TIME),
        sa.Column("sent_at", TIME),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_state_created", "outbox", ["state", "created"])
    op.create_table(
        "quarantine",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("batch_id", sa.Text),
        sa.Column("record", sa.Integer),
        sa.Column("replayed", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_batch_id_record", "quarantine", ["batch_id", "record"])
    op.create_index("ix_quarantine_replayed", "quarantine", ["replayed"])
