"""What something is called, by language (pure).

A beat need not name a thing in every language, so whoever shows a name asks for the nearest there is.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The language of a name that was written without one.
UNKNOWN_LANGUAGE = "und"


def name_in(names: Mapping[str, str], language: str = "en") -> str:
    """Return a name in a language, or in the one that comes nearest.

    That is the same language in another script (`zh` for `zh-Hans`), then English, then the first written.
    Returns "" where there is no name at all.
    """
    for wanted in (language, "en"):
        if wanted in names:
            return names[wanted]
        base = wanted.partition("-")[0]
        for written, name in names.items():
            if written.partition("-")[0] == base:
                return name
    return next(iter(names.values()), "")
