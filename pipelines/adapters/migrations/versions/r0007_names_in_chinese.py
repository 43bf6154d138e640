"""Names in the prints of Chinese texts, which had none.

Without them an old text and its new copy would seem to tell of different people.
"""

from __future__ import annotations

import re
from dataclasses import replace

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT_ONCE = 500
_CHINESE = re.compile("[一-鿿]")


def upgrade() -> None:
    bind = op.get_bind()
    numbers = list(bind.execute(sa.text("SELECT article FROM prints ORDER BY article")).scalars())
    for at in range(0, len(numbers), AT_ONCE):
        _name_again(bind, numbers[at : at + AT_ONCE])


def _name_again(bind: sa.Connection, numbers: list[int]) -> None:
    """Add names; shingles and lookup keys stay as they are.

    What a site repeats was left out of those.
    """
    from pipelines.adapters.ledger.codec import ARTICLE_FACTS
    from pipelines.adapters.ledger.print_codec import pack_print, unpack_print
    from pipelines.adapters.ledger.schema import articles, prints
    from pipelines.dedup import print_of

    query = (
        sa.select(articles.c.facts, articles.c.body, prints)
        .join(prints, prints.c.article == articles.c.number)
        .where(articles.c.number.in_(numbers))
    )
    rows = []
    for row in bind.execute(query):
        if _CHINESE.search(row.body):
            facts = ARTICLE_FACTS.load(row.facts)
            names = print_of(facts.article.title, row.body, facts.route.boilerplate).names
            text = replace(unpack_print(row.exact, row.packed), names=names)
            rows.append({"of": row.article, "packed": pack_print(text)})
    if rows:
        bind.execute(sa.update(prints).where(prints.c.article == sa.bindparam("of")), rows)
