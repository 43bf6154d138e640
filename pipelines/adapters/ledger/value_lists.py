"""Any number of values as a table that a query may join.

One parameter holds them all, as JSON on SQLite and as an array on PostgreSQL: no limit on their
number, and one prepared statement for any number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, FromClause, Integer, Text, bindparam, column, func

from pipelines.adapters.stored_text import clean_text


def text_table(connection: Connection, values: Iterable[str]) -> FromClause:
    """Return these texts as a table with the column `value`, each once."""
    return _value_table(connection, [clean_text(value) for value in dict.fromkeys(values)], Text())


def number_table(connection: Connection, values: Iterable[int]) -> FromClause:
    """Return these numbers as a table with the column `value`."""
    return _value_table(connection, list(values), BigInteger())


def _value_table(
    connection: Connection, values: list[str] | list[int], column_type: Text | BigInteger
) -> FromClause:
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(values))
        return each.table_valued(column("value", column_type), name="given")
    array = bindparam("given", values, type_=ARRAY(column_type), unique=True)
    return func.unnest(array).table_valued(column("value", column_type), name="given").render_derived()


def listed_values(dialect: str, column_type: type[Integer] | type[Text]) -> FromClause:
    """Return the parameter of `value_list` as a table with the column `value`.

    For statements that are made once.
    """
    value = column("value", column_type())
    if dialect == "sqlite":
        return func.json_each(bindparam("listed", type_=Text())).table_valued(value, name="listed")
    element = BigInteger() if column_type is Integer else column_type()
    array = bindparam("listed", type_=ARRAY(element))
    return func.unnest(array).table_valued(value, name="listed").render_derived()


def value_list(connection: Connection, values: Iterable[int] | Iterable[str]) -> dict[str, Any]:
    """Return the parameter that a statement with `listed_values` is run with."""
    distinct = list(dict.fromkeys(values))
    return {"listed": json.dumps(distinct) if connection.dialect.name == "sqlite" else distinct}
