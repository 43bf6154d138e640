"""Who corrected a story, and what else people say of stories.

Nobody was named before, and all that was said was about pairs of articles. The page of an article asks for
its account, which was looked for among all.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("said", sa.Column("by", sa.Text(), nullable=False, server_default=""))
    op.add_column("said", sa.Column("kind", sa.Text(), nullable=False, server_default="articles"))
    op.add_column("said", sa.Column("text", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_accounts_article_id", "accounts", ["article_id"])
