"""Addresses that get nothing until a person resumes them.

And what people ordered of a mail: nobody has ordered anything before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paused_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_paused_addresses"),
    )
    op.add_column("outbox", sa.Column("notes", sa.Text(), nullable=False, server_default="[]"))
