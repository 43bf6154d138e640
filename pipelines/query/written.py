"""Parts of a query, written for a person who has not typed them."""

from __future__ import annotations

from pipelines.query.punctuation import QUOTES


def field_query(field: str, value: str) -> str:
    """Return the query for a field with a value, whatever signs the value holds."""
    protected = ""
    for char in value:
        # By its code: a quotation mark ends a phrase, also behind a backslash.
        if char in QUOTES or char == "\\":
            protected += f"\\u{ord(char):04x}"
        else:
            protected += char
    return f'{field}:"{protected}"'
