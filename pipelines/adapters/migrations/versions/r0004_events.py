"""Which stories tell of one event."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "event_prints",
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("story_id", name="pk_event_prints"),
    )
    op.create_table(
        "event_keys",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", "story_id", name="pk_event_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_keys_story_id", "event_keys", ["story_id"])
    op.create_table(
        "event_links",
        sa.Column("a", sa.Text, nullable=False),
        sa.Column("b", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("a", "b", name="pk_event_links"),
    )
    op.create_index("ix_event_links_b", "event_links", ["b"])
