"""How people's corrections of stories are printed."""

from __future__ import annotations

from typing import Any

from pipelines.cli.console import print_json_line, say
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.model import StoredArticle
from pipelines.ports import Ledger
from pipelines.text.iso_time import iso


def print_corrections(ledger: Ledger, *, as_json: bool) -> None:
    """Print a correction a line.

    Two articles, and whether they are one story.
    """
    if as_json:
        _print_labelled_pairs(ledger)
        return
    rows = []
    for correction in ledger.corrections():
        verdict = "apart"
        if correction.together:
            verdict = "one story"
        titles = (_outlet_and_title(ledger, correction.a), _outlet_and_title(ledger, correction.b))
        rows.append((correction.number, minute_words(correction.at), verdict, *titles))
    print_table("", ["number", "said (UTC)", "word", "article", "and article"], rows)
    if not rows:
        say("nobody has corrected a story; see: maplewire story merge --help")


def _print_labelled_pairs(ledger: Ledger) -> None:
    """Print labelled pairs, to measure a decider with.

    Those whose articles are both still stored.
    """
    for correction in ledger.corrections():
        a = ledger.article(correction.a)
        b = ledger.article(correction.b)
        if a is None or b is None:
            continue
        # A line each, with both texts: `maplewire dedup` and scorers read it without our ledger.
        print_json_line({
            "number": correction.number,
            "at": iso(correction.at),
            "together": correction.together,
            "a": _dedup_input(a),
            "b": _dedup_input(b),
        })  # fmt: skip


def _outlet_and_title(ledger: Ledger, article_id: str) -> str:
    stored = ledger.article(article_id)
    if stored is None:
        return article_id
    return f"{stored.publisher.name}: {stored.article.title}"


def _dedup_input(stored: StoredArticle) -> dict[str, Any]:
    """Return an article as `maplewire dedup` reads it."""
    article = stored.article
    published = None
    if article.published is not None:
        published = iso(article.published.at)
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "body": article.body,
        "published": published,
        "source": stored.publisher.id,
        "lang": article.lang,
    }
