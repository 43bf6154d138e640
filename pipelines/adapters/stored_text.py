r"""Text that every store can hold.

PostgreSQL refuses NUL. No UTF-8 holds a lone surrogate, half of a character, which a page may
spell in its JSON as "\ud83d". Each becomes U+FFFD on its way into a store.
"""

from __future__ import annotations

from typing import Any

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean_text(text: str) -> str:
    """Return `text` without NUL and lone surrogates; a pair becomes its character."""
    if "\0" in text:
        text = text.replace("\0", _REPLACEMENT)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def clean_plain(value: Any) -> Any:
    """Return a plain value, such as JSON has, with every text in it clean.

    Dictionaries, lists, tuples and sets are copied; any other value stays as it is.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        found = {}
        for key, item in value.items():
            found[clean_plain(key)] = clean_plain(item)
        return found
    if isinstance(value, list | tuple | frozenset):
        return type(value)([clean_plain(item) for item in value])
    return value
