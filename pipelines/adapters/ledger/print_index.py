"""The prints of texts, and the inverted index of their lookup keys.

text print ──► lookup keys ──► articles that share enough of them ──► those that share more than phrases
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Float,
    Insert,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from pipelines.adapters.ledger.print_codec import pack_print, signed_keys, unpack_sketch
from pipelines.adapters.ledger.schema import frequent_keys, posting, prints
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.adapters.ledger.value_lists import listed_values, number_table, value_list
from pipelines.dedup import lookup
from pipelines.model import TextPrint

#: Of one article in so many the keys are counted, to learn which have become frequent. A key that
#: five hundred articles have is soon among them.
COUNTED_EVERY = 64
#: More than any article's number: the end of a key that is not frequent.
_NO_END = (1 << 31) - 1
#: Stands for the number of common keys where the whole text is the same.
_SAME_TEXT = 1 << 30
#: Times the limit: articles among which those with the most keys in common are chosen and put in order.
_TIES = 4


class PrintIndex:
    """The prints of all on-beat articles, by article number, within a decision."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # A decision needs a print's keys twice: to find others, and to be found.
        self._last_keys: tuple[TextPrint, list[int]] | None = None

    def find_similar(self, text: TextPrint, limit: int) -> list[int]:
        """Return the articles with the same text, then those that share keys, by number.

        Most keys in common come first, of as many the oldest article.
        """
        if not text.exact:
            return []
        rows = _sharing_keys.all_rows(self._connection, self._search_parameters(text, limit))
        same_text = set()
        for row in rows:
            if row.common == _SAME_TEXT:
                same_text.add(row.article)
        numbers = list(dict.fromkeys(row.article for row in rows))[:limit]
        others = []
        for number in numbers:
            if number not in same_text:
                others.append(number)
        similar = self._share_more_than_phrases(text, others)
        return [number for number in numbers if number in same_text or number in similar]

    def _search_parameters(self, text: TextPrint, limit: int) -> dict[str, Any]:
        keys = self._keys_of(text)
        return {
            **value_list(self._connection, keys),
            "exact": text.exact,
            "key_count": len(keys),
            "limit": limit,
            "ties": _TIES * limit,
            "least": lookup.LEAST,
            "share": lookup.LEAST_SHARE,
        }

    def _share_more_than_phrases(self, text: TextPrint, numbers: Sequence[int]) -> Sequence[int]:
        """Return which of these articles share longer passages; it reads their sketches."""
        if not numbers:
            return ()
        rows = _packed_prints.all_rows(self._connection, value_list(self._connection, numbers))
        packed = {}
        for row in rows:
            packed[row.article] = row.packed
        sketches = []
        for number in numbers:
            sketches.append((number, unpack_sketch(packed[number])))
        return lookup.near(text, sketches)

    def _keys_of(self, text: TextPrint) -> list[int]:
        """Return a print's lookup keys as they are stored."""
        if self._last_keys is None or self._last_keys[0] is not text:
            self._last_keys = text, signed_keys(lookup.lookup_keys(text))
        return self._last_keys[1]

    # -- writing --------------------------------------------------------------------------------------

    def write(self, number: int, before: TextPrint | None, text: TextPrint | None) -> None:
        """Replace the print that an article had `before`; None stands for no print."""
        if before == text:
            return
        old_keys = set(signed_keys(lookup.lookup_keys(before))) if before else set()
        new_keys = self._keys_of(text) if text else []
        self._delete_keys(number, old_keys.difference(new_keys))
        if text is None:
            self._connection.execute(delete(prints).where(prints.c.article == number))
            return
        row = {
            "article": number,
            "exact": text.exact,
            "key_count": len(new_keys),
            "packed": pack_print(text),
        }
        upsert_rows(self._connection, prints, [row], "article")
        self._insert_keys(number, [key for key in new_keys if key not in old_keys])

    def _delete_keys(self, number: int, keys: set[int]) -> None:
        if not keys:
            return
        gone = number_table(self._connection, keys)
        is_gone = posting.c.key.in_(select(gone.c.value))
        self._connection.execute(delete(posting).where(posting.c.article == number, is_gone))

    def _insert_keys(self, number: int, keys: Sequence[int]) -> None:
        if not keys:
            return
        connection = self._connection
        if connection.dialect.name == "sqlite":  # twice as quick as from a list that it has to read
            _INSERT_KEY.run_arranged(connection, zip(keys, repeat(number), strict=False))
        else:
            _insert_keys_statement.run(connection, {**value_list(connection, keys), "number": number})
        if number % COUNTED_EVERY == 0:
            limits = {"first": lookup.FIRST, "frequent": lookup.FREQUENT}
            _insert_frequent_keys.run(connection, value_list(connection, keys) | limits)


# -- statements ---------------------------------------------------------------------------------------


@Statement
def _sharing_keys(dialect: str) -> Select[Any]:
    """Select articles of the same text, and those that share keys; one may come twice."""
    same = (
        select(prints.c.article, literal(_SAME_TEXT).label("common"))
        .where(prints.c.exact == bindparam("exact"))
        .order_by(prints.c.article)
        .limit(bindparam("limit"))
        .subquery()
    )
    found = union_all(select(same), select(_with_enough_keys(_with_common_keys(dialect)))).subquery()
    return select(found.c.article, found.c.common).order_by(found.c.common.desc(), found.c.article)


def _with_common_keys(dialect: str) -> Subquery:
    """Select articles that share keys, most first, some more than asked for."""
    wanted, common = listed_values(dialect, Integer), func.count()
    end = func.coalesce(frequent_keys.c.beyond, _NO_END)
    return (
        select(posting.c.article, common.label("common"))
        .select_from(wanted)
        .outerjoin(frequent_keys, frequent_keys.c.key == wanted.c.value)
        .join(posting, (posting.c.key == wanted.c.value) & (posting.c.article < end))
        .group_by(posting.c.article)
        .having(common >= bindparam("least"))
        .order_by(common.desc(), posting.c.article)
        .limit(bindparam("ties"))
        .subquery()
    )


def _with_enough_keys(near: Subquery) -> Subquery:
    """Select those of `near` that share enough of the shorter text's keys."""
    is_shorter = prints.c.key_count < bindparam("key_count")
    fewer_keys = case((is_shorter, prints.c.key_count), else_=bindparam("key_count"))
    return (
        select(near.c.article, near.c.common)
        .join(prints, prints.c.article == near.c.article)
        .where(near.c.common >= bindparam("share", type_=Float()) * fewer_keys)
        .order_by(near.c.common.desc(), near.c.article)
        .limit(bindparam("limit"))
        .subquery()
    )


@Statement
def _packed_prints(dialect: str) -> Select[Any]:
    numbers = select(listed_values(dialect, Integer).c.value)
    return select(prints.c.article, prints.c.packed).where(prints.c.article.in_(numbers))


_INSERT_KEY = Statement(
    lambda _: insert(posting).values(key=bindparam("key"), article=bindparam("article"))
)  # fmt: skip


@Statement
def _insert_keys_statement(dialect: str) -> Insert:
    rows = select(listed_values(dialect, Integer).c.value, bindparam("number", type_=BigInteger()))
    return insert(posting).from_select(["key", "article"], rows)


@Statement
def _insert_frequent_keys(dialect: str) -> Insert:
    """Insert which of these keys have become frequent, and where those that count end."""
    key = listed_values(dialect, Integer).c.value
    is_known = select(frequent_keys.c.key).where(frequent_keys.c.key == key).exists()
    is_frequent = _article_at(key, "frequent").is_not(None)
    rows = select(key, _article_at(key, "first")).where(~is_known, is_frequent)
    return insert(frequent_keys).from_select(["key", "beyond"], rows)


def _article_at(key: Any, offset: str) -> Any:
    """Return as SQL the article that follows so many with this key, or NULL."""
    same_key = posting.alias()
    numbers = select(same_key.c.article).where(same_key.c.key == key).order_by(same_key.c.article)
    return numbers.limit(1).offset(bindparam(offset)).scalar_subquery()
