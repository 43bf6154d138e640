"""Pages that did not come and are asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_retries",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_page_retries"),
    )
    op.create_index("ix_page_retries_source_id", "page_retries", ["source_id"])
