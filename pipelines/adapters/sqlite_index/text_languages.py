# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""The languages of the texts in one generation."""

from __future__ import annotations

import sqlite3

from pipelines.text.languages import base_of


def languages_of_texts(connection: sqlite3.Connection, generation: int) -> frozenset[str]:
    """Return the languages in which there are texts, without script and region."""
    # From one value to the next: DISTINCT would read a row of every article.
    rows = connection.execute(
        f"""WITH RECURSIVE language (value) AS (
            SELECT min(value) FROM keywords_{generation} WHERE field = 'lang'
            UNION ALL
            SELECT (
                SELECT min(value) FROM keywords_{generation} WHERE field = 'lang' AND value > language.value
            )
            FROM language WHERE language.value IS NOT NULL
        )
        SELECT value FROM language WHERE value IS NOT NULL"""
    )
    return frozenset(base_of(value) for (value,) in rows)
