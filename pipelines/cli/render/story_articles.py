"""How the articles of a story are printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.markup import escape
from rich.padding import Padding

from pipelines.cli.console import out
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import duration_words, minute_words
from pipelines.model import COPY_RELATIONS, Link, Relation, StoredArticle
from pipelines.revisions import same_headline
from pipelines.stories.pickup_delay import delay_s
from pipelines.stories.shared_passage import shared_passage
from pipelines.stories.view import StoryView, changed_after

# Columns to the right of the times, where the outlet stands.
_INDENT = 18
_INDENTED = (0, 0, 0, _INDENT)

_COLUMNS = ("appeared (UTC)", "outlet", "relation", "after", "kept / own", "version", "title", "address")

# Reasons shown for one copy.
_REASONS = 3

_NOT_KNOWN = "not known"


def print_articles(view: StoryView) -> None:
    """Print the articles in order of appearance.

    As blocks on a terminal, else a line each.
    """
    if out.is_terminal:
        _print_blocks(view)
    else:
        _print_lines(view)


def _print_blocks(view: StoryView) -> None:
    links = view.links()
    for stored in view.articles:
        link = links[stored.article.id]
        facts = [_relation_words(stored, link, view), _delay_sentence(stored, view)]
        if stored.version > 1:
            facts.append(f"version {stored.version}")
        line = " · ".join(filter(None, facts))
        out.print(f"{_appeared(stored):<16}  [bold]{escape(stored.publisher.name)}[/]  {escape(line)}")
        if stored.article.title != view.story.headline:
            out.print(Padding(escape(stored.article.title), _INDENTED))
        # In one piece, so that a terminal can make it a link.
        out.print(" " * _INDENT + escape(stored.article.url), style="blue")
        for reason in _reasons(stored, link, view):
            out.print(Padding(escape(reason), _INDENTED, style="dim"), soft_wrap=False)
        out.print()


def _print_lines(view: StoryView) -> None:
    links = view.links()
    rows = []
    for stored in view.articles:
        link = links[stored.article.id]
        shares = ""
        # Neither the original nor a report that a person put here is a copy.
        if link.relation in COPY_RELATIONS:
            shares = f"{link.kept:.0%} / {link.own:.0%}"
        rows.append((
            _appeared(stored),
            stored.publisher.name,
            _relation_words(stored, link, view),
            _delay_words(stored, view),
            shares,
            stored.version,
            stored.article.title,
            stored.article.url,
        ))  # fmt: skip
    print_table("", _COLUMNS, rows)
    out.print()
    # After the table: a reason is a sentence and would widen every row.
    for stored in view.articles:
        for reason in _reasons(stored, links[stored.article.id], view):
            out.print(f"{escape(stored.publisher.name)}: {escape(reason)}")


def _reasons(stored: StoredArticle, link: Link, view: StoryView) -> Sequence[str]:
    """Return why an article is in the story."""
    reasons: list[str] = []
    number = view.corrections.get(stored.article.id)
    if number is not None and link.of:
        reasons.append(
            f"put into this story by a person: correction {number} (maplewire story undo {number})"
        )
    reasons += link.why[:_REASONS]
    original = view.article(link.of)
    passage = shared_passage(stored, original) if original is not None else None
    if passage is not None:
        reasons.append(f"the longest passage reads: “{passage}”")
    if original is not None and changed_after(original, stored):
        reasons.append(
            f"measured on the original as it is now, version {original.version}: "
            "it was changed after this copy was fetched"
        )
    # A copy is here for its text; only the first article says why it is on the beat.
    if link.of is None:
        reasons += stored.relevance.why[:1]
    return reasons


def _relation_words(stored: StoredArticle, link: Link, view: StoryView) -> str:
    """Return an article's relation: "verbatim, retitled"."""
    words = [link.relation.value]
    if link.relation is Relation.REPORT:
        words = ["by a person"]
    is_original = link.relation is Relation.ORIGINAL
    if not is_original and not same_headline(stored.article.title, view.story.headline):
        words.append("retitled")
    gone = view.gone.get(stored.article.id)
    if gone is not None:
        words.append(f"gone {gone:%Y-%m-%d}")
    return ", ".join(words)


def _delay_words(stored: StoredArticle, view: StoryView) -> str:
    """Return a copy's delay: "24 minutes", "5 hours before".

    Empty for the original, "not known" where a page does not name the minute.
    """
    if stored is view.lead:
        return ""
    seconds = delay_s(stored, view.lead)
    if seconds is None:
        return _NOT_KNOWN
    words = duration_words(timedelta(seconds=abs(seconds)))
    # The original is the fullest text, and not always the first to appear.
    if seconds < 0:
        return f"{words} before"
    return words


def _delay_sentence(stored: StoredArticle, view: StoryView) -> str:
    """Return a copy's delay as a fact: "24 minutes later"."""
    words = _delay_words(stored, view)
    if words == _NOT_KNOWN:
        return "delay not known"
    if not words or words.endswith("before"):
        return words
    return f"{words} later"


def _appeared(stored: StoredArticle) -> str:
    """Return when a page was published, as exactly as it says."""
    stamp = stored.article.published
    if stamp is None:
        return f"collected {minute_words(stored.article.collected)}"
    if stamp.precision in ("day", "month", "year"):
        return f"{stamp.at:%Y-%m-%d}"
    return minute_words(stamp.at)
