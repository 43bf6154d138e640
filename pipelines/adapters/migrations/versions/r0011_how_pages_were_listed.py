"""How pages were listed, and at which other addresses articles were found.

Nothing is known of pages that were fetched before; their addresses are, as ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "listed_entries",
        sa.Column("id", row_id, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("entry_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text()),
        sa.Column("guid_key", sa.Text()),
        sa.Column("article_id", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listed_entries"),
        sa.UniqueConstraint("source_id", "entry_key", name="uq_listed_entries_source_id_entry_key"),
    )
    op.create_index("ix_listed_entries_source_id_at", "listed_entries", ["source_id", "at"])
    op.create_index("ix_listed_entries_guid_key", "listed_entries", ["guid_key"])
    op.create_table(
        "article_addresses",
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_id", name="pk_article_addresses"),
    )
