"""Whether a page's new text may be believed (pure).

Error pages, paywalls and stumps never replace a good text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from pipelines.model import PageText
from pipelines.revisions.facts import count_words
from pipelines.revisions.report_lines import LONGEST_BODY, report_lines
from pipelines.text.page_notices import MISSING_ARTICLE, find_wall_in_text
from pipelines.text.tokens import tokens

#: Words from which a text is worth defending; a brief may shrink to any size.
_GOOD_TEXT = 80
#: Share of its former length below which a text was cut short, by a paywall or by a page that did not load.
_CUT_SHORT = 0.35
#: Share of its former length below which a page that asks for a subscription shows no whole text.
_BEHIND_WALL = 0.6
#: Words. An error page is short, however many links it has.
_LONGEST_ERROR_PAGE = 150
#: Characters from the beginning of a page, its headline included, that tell whether it is an error page.
_ERROR_HEAD = 400
#: Share of words that a stump may have of its own: an invitation to subscribe.
_OWN_WORDS = 0.2
#: Characters of the page that a reason quotes.
_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a new state of a page is not believed.

    An "error page" counts as a fetch that found nothing. A "wall" is never believed, nor is a "stump": the
    beginning of the text that was there. What is "cut short" in words of its own is believed when it still
    stands at a later fetch: a retraction is short, too.
    """

    kind: Literal["error page", "wall", "stump", "cut short", "another page"]
    why: str


def doubt_of(before: PageText, after: PageText) -> Doubt | None:
    """Return why the new state must not replace the one before, or None."""
    old_words = _words_of(before)
    new_words = _words_of(after)
    old_length = count_words(old_words)
    new_length = count_words(new_words)
    error = _find_error(before, after, new_length)
    if error:
        return Doubt("error page", f"the page shows an error (“{error}”)")
    if new_length < _BEHIND_WALL * old_length:
        wall = _describe_wall(before, after)
        if wall is not None:
            return Doubt("wall", wall)
    if old_length >= _GOOD_TEXT and new_length < _CUT_SHORT * old_length:
        why = f"the page shows {new_length:.0f} words where it had {old_length:.0f}"
        own_words = (Counter(new_words) - Counter(old_words)).total()
        if own_words <= _OWN_WORDS * len(new_words):
            return Doubt("stump", why)
        return Doubt("cut short", why)
    return None


def _describe_wall(before: PageText, after: PageText) -> str | None:
    """Return what a page asks for before it shows the text, or None."""
    words = find_wall_in_text(after.body[:LONGEST_BODY].split("\n"))
    if words is not None:
        return f"the page asks for something before it shows the text (“{words[:_LONGEST_QUOTE]}”)"
    # What stands beside the text on every page of a site says nothing of this one.
    is_new_beside = after.paywall == "beside" and before.paywall == "none"
    if after.paywall == "in text" or is_new_beside:
        return "the page asks for a payment or an account before it shows the text"
    return None


def _find_error(before: PageText, after: PageText, new_length: float) -> str | None:
    """Return the words by which a page is known as an error page, or None."""
    if new_length >= _LONGEST_ERROR_PAGE:
        return None
    head = f"{after.title}\n{after.body}"[:_ERROR_HEAD]
    match = MISSING_ARTICLE.search(head)
    # A report about error pages has the words in its headline from the beginning.
    if match is None or MISSING_ARTICLE.search(before.title):
        return None
    return match.group()[:_LONGEST_QUOTE]


def _words_of(text: PageText) -> list[str]:
    return tokens("\n".join(report_lines(text)))
