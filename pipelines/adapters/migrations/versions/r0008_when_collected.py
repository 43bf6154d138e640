"""When an article was collected, in a column that can be searched.

Before, whoever asked for a day's articles read all that there are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    op.add_column("articles", sa.Column("collected", sa.DateTime(timezone=True)))
    bind = op.get_bind()
    numbers = list(bind.execute(sa.text("SELECT number FROM articles ORDER BY number")).scalars())
    for start in range(0, len(numbers), AT_ONCE):
        _fill_in(bind, numbers[start : start + AT_ONCE])
    op.create_index("ix_articles_collected_arrival", "articles", ["collected", "arrival"])


def _fill_in(bind: sa.Connection, numbers: list[int]) -> None:
    from pipelines.adapters.ledger.codec import ARTICLE_FACTS
    from pipelines.adapters.ledger.schema import articles

    query = sa.select(articles.c.number, articles.c.facts).where(articles.c.number.in_(numbers))
    rows = []
    for row in bind.execute(query):
        collected = ARTICLE_FACTS.load(row.facts).article.collected
        rows.append({"of_number": row.number, "collected": collected})
    bind.execute(sa.update(articles).where(articles.c.number == sa.bindparam("of_number")), rows)
