"""Prints in half the room, with keys of 32 bits.

They are made again from the articles, since hashes are made in another way now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
AT_ONCE = 500


def upgrade() -> None:
    bind = op.get_bind()
    numbers = list(bind.execute(sa.text("SELECT article FROM prints ORDER BY article")).scalars())
    op.drop_table("posting")
    op.drop_table("prints")
    op.create_table(
        "prints",
        sa.Column("article", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("exact", sa.Text, nullable=False),
        sa.Column("key_count", sa.Integer, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article", name="pk_prints"),
        sa.ForeignKeyConstraint(["article"], ["articles.number"], name="fk_prints_article"),
    )
    op.create_index("ix_prints_exact", "prints", ["exact"])
    op.create_table(
        "posting",
        sa.Column("key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("article", sa.Integer, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "article", name="pk_posting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "frequent_keys",
        sa.Column("key", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("beyond", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_frequent_keys"),
    )
    for at in range(0, len(numbers), AT_ONCE):
        _print_again(bind, numbers[at : at + AT_ONCE])


def _print_again(bind: sa.Connection, numbers: list[int]) -> None:
    from pipelines.adapters.ledger.codec import ARTICLE_FACTS
    from pipelines.adapters.ledger.print_codec import pack_print, signed_keys
    from pipelines.adapters.ledger.schema import articles, posting, prints
    from pipelines.dedup import print_of
    from pipelines.dedup.lookup import lookup_keys

    query = sa.select(articles.c.number, articles.c.facts, articles.c.body).where(
        articles.c.number.in_(numbers)
    )
    rows, keys = [], []
    for row in bind.execute(query):
        facts = ARTICLE_FACTS.load(row.facts)
        text = print_of(facts.article.title, row.body, facts.route.boilerplate)
        mine = signed_keys(lookup_keys(text))
        rows.append(
            {"article": row.number, "exact": text.exact, "key_count": len(mine), "packed": pack_print(text)}
        )
        for key in mine:
            keys.append({"key": key, "article": row.number})
    bind.execute(sa.insert(prints), rows)
    if keys:
        bind.execute(sa.insert(posting), keys)
