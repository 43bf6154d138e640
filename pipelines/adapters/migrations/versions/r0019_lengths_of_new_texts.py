"""How long new texts were when they came, beside their accounts.

It was worked out from the texts themselves, which took seconds for weeks of a large beat.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_FILL = """
UPDATE accounts
SET length = (SELECT nullif(length(body), 0) FROM articles WHERE articles.id = accounts.article_id)
WHERE outcome IN ('new', 'copy', 'borderline') AND batch_id NOT LIKE 'backfill-%'
"""


def upgrade() -> None:
    op.add_column("accounts", sa.Column("length", sa.Integer(), nullable=True))
    op.execute(sa.text(_FILL))
    op.create_index("ix_accounts_volumes", "accounts", ["day", "source_id", "outcome", "at", "batch_id"])
    op.create_index(
        "ix_accounts_lengths",
        "accounts",
        ["source_id", "at", "id", "length"],
        sqlite_where=sa.text("length IS NOT NULL"),
        postgresql_where=sa.text("length IS NOT NULL"),
    )
