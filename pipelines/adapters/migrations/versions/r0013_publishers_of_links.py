"""Whose article a link is of.

So a story's articles of one publisher are counted. Links of before have none: what a story holds of
a publisher is counted from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("links", sa.Column("publisher_id", sa.Text()))
    op.create_index("ix_links_story_id_publisher_id", "links", ["story_id", "publisher_id"])
