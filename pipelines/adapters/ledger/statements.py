"""Statements that are made and compiled once and run on the driver's own cursor.

A decision runs a dozen small statements. SQLAlchemy takes several times as long for leading each of them through its layers as the
database for doing it; compiled once, the same statement costs what the driver costs. The dialects, types and names are still
SQLAlchemy's, and trouble comes out as its exceptions.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Make = Callable[[str], Executable]


class _Compiled(NamedTuple):
    """What a driver needs of a statement: its text, the values that are part of it, and how others are made ready, given and read."""

    text: str
    own: Mapping[str, Any]
    ready: Mapping[str, Callable[[Any], Any]]
    given: Callable[[Values], Any]
    row: Callable[[Sequence[Any]], Any]

    def parameters(self, values: Values) -> Any:
        if self.own or self.ready:
            values = {**self.own, **values}
            for name, made_ready in self.ready.items():
                values[name] = made_ready(values[name])
        return self.given(values)


class Statement:
    """A statement by what makes it from a dialect's name. Its rows are tuples with the names of its columns."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, values: Values) -> list[Any]:
        with _Cursor(connection) as cursor:
            compiled = self._for(connection.dialect)
            cursor.execute(compiled.text, compiled.parameters(values))
            return [compiled.row(row) for row in cursor.fetchall()]

    def first(self, connection: Connection, values: Values) -> Any | None:
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def run(self, connection: Connection, *several: Values) -> None:
        with _Cursor(connection) as cursor:
            compiled = self._for(connection.dialect)
            rows = [compiled.parameters(values) for values in several]
            if len(rows) == 1:
                cursor.execute(compiled.text, rows[0])
            else:
                cursor.executemany(compiled.text, rows)

    def run_rows(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Run once for each row of values, which are in their places already: only where parameters have places."""
        with _Cursor(connection) as cursor:
            cursor.executemany(self._for(connection.dialect).text, rows)

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compiled(self._make(dialect.name), dialect)
        return known


def _compiled(statement: Executable, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    names = list(dict.fromkeys(compiled.bind_names.values()))
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    ready = {
        name: processor
        for name in names
        if (processor := binds[name].type.dialect_impl(dialect).bind_processor(dialect))
    }
    own = {name: value for name, value in compiled.params.items() if value is not None}
    given = _in_places(compiled.positiontup) if compiled.positiontup else _by_names(names)
    return _Compiled(str(compiled), own, ready, given, _reader(statement, dialect))


def _in_places(names: Sequence[str]) -> Callable[[Values], Any]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _by_names(names: Sequence[str]) -> Callable[[Values], Any]:
    return lambda values: {name: values[name] for name in names}


def _reader(statement: Executable, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of a driver's values: named, and of the types that its columns have."""
    if not isinstance(statement, Select):
        return tuple
    columns = list(statement.selected_columns)
    made: Callable[[Sequence[Any]], Any] = _named([column.name for column in columns])
    impls = [column.type.dialect_impl(dialect) for column in columns]
    readers = {n: reader for n, impl in enumerate(impls) if (reader := impl.result_processor(dialect, None))}
    if not readers:
        return made
    return lambda row: made([readers[n](value) if n in readers else value for n, value in enumerate(row)])


def _named(columns: Sequence[str]) -> Any:
    """Return what makes a tuple with these names; pydantic and typing have none for names that are data."""
    make: Any = namedtuple
    return make("Row", columns, rename=True)._make


class _Cursor:
    """The driver's cursor of an open transaction; its errors leave as SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._cursor.close()
        dialect = self._connection.dialect
        dbapi = dialect.loaded_dbapi
        if isinstance(error, dbapi.Error):
            lost = dialect.is_disconnect(error, None, None)
            if lost:
                self._connection.invalidate(error)
            told = DBAPIError.instance(
                None,
                None,
                error,
                dbapi.Error,
                hide_parameters=True,
                connection_invalidated=lost,
                dialect=dialect,
            )
            raise told from error
