"""Statements that are compiled once and run on the driver's own cursor.

A decision runs a dozen small statements. SQLAlchemy takes several times as long for leading each of
them through its layers as the database takes for doing it (docs/decisions/0011). Compiled once, the same
statement costs what the driver costs. The dialects, types and names are still SQLAlchemy's, and
failures leave as its exceptions.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable, Insert, Select, Table, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
#: Returns a statement for a dialect, by its name ("sqlite", "postgresql").
StatementMaker = Callable[[str], Executable]


class _CompiledStatement(NamedTuple):
    """What a driver needs of a statement."""

    text: str
    #: Values that are part of the statement, such as limits, by their parameters' names.
    constants: Mapping[str, Any]
    #: Turns a value into what the driver takes, by parameter; most need no such step.
    converters: Mapping[str, Callable[[Any], Any]]
    #: Puts values by name into the form that the driver wants: a tuple, or a dictionary.
    arrange: Callable[[Values], Any]
    #: Makes a row of the driver's values.
    make_row: Callable[[Sequence[Any]], Any]

    def parameters_of(self, values: Values) -> Any:
        if self.constants or self.converters:
            values = {**self.constants, **values}
            for name, convert in self.converters.items():
                values[name] = convert(values[name])
        return self.arrange(values)


class Statement:
    """A statement for every dialect; its rows are named tuples."""

    def __init__(self, make: StatementMaker) -> None:
        self._make = make
        self._compiled: dict[str, _CompiledStatement] = {}

    def all_rows(self, connection: Connection, values: Values) -> list[Any]:
        with _DriverCursor(connection) as cursor:
            compiled = self._compiled_for(connection.dialect)
            cursor.execute(compiled.text, compiled.parameters_of(values))
            return list(map(compiled.make_row, cursor.fetchall()))

    def first_row(self, connection: Connection, values: Values) -> Any | None:
        rows = self.all_rows(connection, values)
        return rows[0] if rows else None

    def run(self, connection: Connection, *several: Values) -> None:
        """Run once for each of these values."""
        with _DriverCursor(connection) as cursor:
            compiled = self._compiled_for(connection.dialect)
            parameters = list(map(compiled.parameters_of, several))
            if len(parameters) == 1:
                cursor.execute(compiled.text, parameters[0])
            else:
                cursor.executemany(compiled.text, parameters)

    def run_arranged(self, connection: Connection, parameters: Iterable[Sequence[Any]]) -> None:
        """Run once for each tuple of parameters, in the order of the driver.

        Only for SQLite, whose parameters have places and not names.
        """
        with _DriverCursor(connection) as cursor:
            cursor.executemany(self._compiled_for(connection.dialect).text, parameters)

    def _compiled_for(self, dialect: Dialect) -> _CompiledStatement:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = _compile_statement(self._make(dialect.name), dialect)
            self._compiled[dialect.name] = compiled
        return compiled


def _compile_statement(statement: Executable, dialect: Dialect) -> _CompiledStatement:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    converters = {}
    for bind, name in compiled.bind_names.items():
        converter = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if converter is not None:
            converters[name] = converter
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    if compiled.positiontup:
        arrange = _in_places(compiled.positiontup)
    else:
        arrange = _by_names(list(dict.fromkeys(compiled.bind_names.values())))
    make_row = _row_maker(statement, dialect)
    return _CompiledStatement(str(compiled), constants, converters, arrange, make_row)


def _in_places(names: Sequence[str]) -> Callable[[Values], Any]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def _by_names(names: Sequence[str]) -> Callable[[Values], Any]:
    return lambda values: {name: values[name] for name in names}


def _row_maker(statement: Executable, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a named row of a driver's values, each of its column's type."""
    if not isinstance(statement, Select):
        return tuple
    columns = list(statement.selected_columns)
    make_row = _row_class([column.name for column in columns])._make
    readers = {}
    for place, column in enumerate(columns):
        reader = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if reader is not None:
            readers[place] = reader
    if not readers:
        return make_row  # type: ignore[no-any-return]

    def make_converted_row(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, reader in readers.items():
            values[place] = reader(values[place])
        return make_row(values)

    return make_converted_row


def _row_class(columns: Sequence[str]) -> Any:
    """Return a named tuple class; `typing` has none for names that are data."""
    make_class: Any = namedtuple
    return make_class("Row", columns, rename=True)


class _DriverCursor:
    """The driver's cursor of an open transaction; its errors leave as SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._cursor.close()
        dialect = self._connection.dialect
        driver = dialect.loaded_dbapi
        if isinstance(error, driver.Error):
            is_lost = dialect.is_disconnect(error, None, None)
            if is_lost:
                self._connection.invalidate(error)
            raise DBAPIError.instance(
                None,
                None,
                error,
                driver.Error,
                hide_parameters=True,
                connection_invalidated=is_lost,
                dialect=dialect,
            ) from error


def insert_into(table: Table, dialect: str) -> Any:
    """Return an insert that can say what happens on a conflict.

    `dialect` is "sqlite" or "postgresql".
    """
    if dialect == "sqlite":
        return sqlite.insert(table)
    # Imported here: it takes 0.1 s to load, and most ledgers are of SQLite.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Values], *key: str) -> None:
    """Insert these rows, or give the row of the same key their other values."""
    if rows:
        _upsert_statement(table, tuple(rows[0]), key).run(connection, *rows)


@cache
def _upsert_statement(table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> Statement:
    def make_upsert(dialect: str) -> Insert:
        insert = insert_into(table, dialect)
        insert = insert.values({name: bindparam(name) for name in names})
        others = {}
        for name in names:
            if name not in key:
                others[name] = insert.excluded[name]
        upsert: Insert = insert.on_conflict_do_update(index_elements=key, set_=others)
        return upsert

    return Statement(make_upsert)


def table_row(table: Table, value: object, *, generated: str) -> dict[str, Any]:
    """Return a value's fields as a row; the database gives the one `generated`."""
    row = {}
    for column in table.c:
        if column.name != generated:
            row[column.name] = getattr(value, column.name)
    return row
