"""Which pages print texts of other stories inside their own.

Pages that are in a story already stay there: readers have had mail about it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carried_texts",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["articles.id"], name="fk_carried_texts_page_id"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_carried_texts_article_id"),
        sa.PrimaryKeyConstraint("page_id", "article_id", name="pk_carried_texts"),
    )
    op.create_index("ix_carried_texts_article_id", "carried_texts", ["article_id"])
