"""States held back, rechecks to come, the history of stories, corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("article_versions", sa.Column("held", sa.Text))
    op.create_table(
        "looks",
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("due", TIME),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_looks"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_looks_article_id"),
    )
    op.create_index("ix_looks_due", "looks", ["due"])
    op.create_table(
        "history",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("material", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_history"),
    )
    op.create_index("ix_history_story_id", "history", ["story_id"])
    op.create_table(
        "said",
        sa.Column("number", ROW_ID, nullable=False),
        sa.Column("a", sa.Text, nullable=False),
        sa.Column("b", sa.Text, nullable=False),
        sa.Column("together", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("undone", TIME),
        sa.PrimaryKeyConstraint("number", name="pk_said"),
    )
    op.create_index("ix_said_a", "said", ["a"])
    op.create_index("ix_said_b", "said", ["b"])
