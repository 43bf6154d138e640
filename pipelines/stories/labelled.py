"""Marks as training data: labelled texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.model import Mark
from pipelines.ports import Ledger


def labelled_texts(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield a labelled text for each article that is marked.

    It is {id, title, text, lang, label, url, at, by, note}. The word that holds comes with the text that the
    person saw. They come in the order of the articles' first marks.
    """
    holding: dict[str, Mark] = {}
    for mark in ledger.marks():
        holding[mark.article_id] = mark
    for mark in holding.values():
        stored = ledger.article(mark.article_id)
        yield {
            "id": mark.article_id,
            "title": mark.title,
            "text": mark.text,
            "lang": mark.lang,
            "label": mark.label.value,
            "url": None if stored is None else stored.article.url,
            "at": mark.at.isoformat(),
            "by": mark.by,
            "note": mark.note,
        }
