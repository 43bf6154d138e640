"""What `scope: broad` left out is kept, so that a person can look at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "skipped_entries",
        sa.Column("id", row_id, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_skipped_entries"),
        sa.UniqueConstraint("source_id", "entry_id", name="uq_skipped_entries_source_id_entry_id"),
    )
    op.create_index("ix_skipped_entries_at", "skipped_entries", ["at"])
