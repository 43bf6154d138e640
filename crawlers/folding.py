"""Letters without their accents (pure).

The folds of texts stand in `pipelines/text/folding.py`; this is the one that names, dates and the words
of a beat are compared by.
"""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """Return a text without accents and variants of width. Case stays.

    >>> without_accents("Québec ２０２６")
    'Quebec 2026'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    unmarked = "".join(char for char in decomposed if not unicodedata.combining(char))
    # Korean syllables were taken apart, too, and are put together again.
    return unicodedata.normalize("NFC", unmarked)
