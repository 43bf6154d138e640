"""How long after its original a copy appeared (pure)."""

from __future__ import annotations

from pipelines.model import StoredArticle

# Only pages that name at least the minute can be told apart by their delay.
_EXACT_PRECISIONS = ("second", "minute")


def delay_s(stored: StoredArticle, lead: StoredArticle | None) -> int | None:
    """Return the seconds from an original to its copy.

    None for the original, and where one of the two pages does not name the minute.
    """
    if lead is None or stored is lead:
        return None
    copied, first = stored.article.published, lead.article.published
    if copied is None or first is None:
        return None
    if copied.precision not in _EXACT_PRECISIONS or first.precision not in _EXACT_PRECISIONS:
        return None
    return round((copied.at - first.at).total_seconds())
