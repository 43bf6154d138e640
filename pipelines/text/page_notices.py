"""What a page says in place of an article, or before the rest of one (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from crawlers.challenges import begins_with_request, find_request
from pipelines.text.vocabulary import (
    Phrases,
    PhrasesByLanguage,
    Vocabulary,
    any_of,
    pattern_of,
    read_vocabulary,
)

#: Characters. A longer line is a paragraph of a report, which may speak of paywalls.
_LONGEST_WALL = 300
_LONGEST_NOTICE_TITLE = 100


#: At the beginning of a phrase.
_MAY_BE_MISSING = re.compile(r"^\[[^\[\]]*\]")


class NoticeWords(Vocabulary):
    """All words of `page_notices.yaml`."""

    paywalls: PhrasesByLanguage
    sign_in_questions: Phrases
    missing_pages: Phrases
    notice_titles: PhrasesByLanguage
    missing_articles: Phrases
    error_codes: Phrases


def _surely_said(phrase: str) -> str:
    """Return a phrase without what may be missing at its beginning."""
    return _MAY_BE_MISSING.sub("", phrase)


def _in_small_letters(*groups: Phrases) -> Iterator[list[str]]:
    for phrases in groups:
        yield list(map(str.lower, phrases))


WORDS = read_vocabulary("pipelines.text", "page_notices.yaml", NoticeWords)

#: A short text with one of these shows no article. Found anywhere.
MISSING_PAGE = re.compile(any_of(WORDS.missing_pages), re.IGNORECASE)
#: What an article that was there is no more. Found anywhere.
MISSING_ARTICLE = re.compile(
    rf"{any_of(WORDS.missing_pages, WORDS.missing_articles)}|\b{any_of(WORDS.error_codes)}\b", re.IGNORECASE
)
#: A whole title, but for the name of the site behind or before it.
_NOTICE_TITLE = re.compile(rf"{any_of(WORDS.notice_titles)}[\s.…!?。！？:：]*", re.IGNORECASE)
_TITLE_PART = re.compile(r"\s*[|｜_»·]\s*|\s+[-–—]\s+|[-–—](?=[^\x00-\x7f])")
#: Words and characters of a site's name. What is longer is a headline: « Maintenance – le pont ferme ».
_LONGEST_SITE_WORDS = 4
_LONGEST_SITE_CHARS = 40


class _WallPhrases:
    """Phrases that are found anywhere in a line, in small letters.

    Each line of each page is searched, and to leave the case to the pattern takes more than twice as long.
    """

    def __init__(self, *groups: Phrases) -> None:
        lowered = list(_in_small_letters(*groups))
        #: Any of them.
        self.any = re.compile(any_of(*lowered))
        #: Each by itself. One after the other they are searched for in half the time of all at once: a search
        #: leaps to the letters that one phrase begins with, but not to those of twenty.
        self._each = tuple(re.compile(pattern_of(_surely_said(phrase))) for phrase in chain(*lowered))

    def find(self, lines: Sequence[str]) -> str | None:
        """Return the words of the first line that has some, or None."""
        text = "\n".join(lines).lower()
        # A space of a phrase may be the end of a line here, but not in one line.
        if not any(pattern.search(text) for pattern in self._each):
            return None
        for line in lines:
            match = self.any.search(line.lower())
            if match:
                return line[match.start() : match.end()]
        return None


#: A payment or an account is asked for, in a line of the page.
_PAYWALL = _WallPhrases(*WORDS.paywalls.values())
#: The same, in a line of the text.
_WALL_IN_TEXT = _WallPhrases(*WORDS.paywalls.values(), WORDS.sign_in_questions)


def find_wall_in_text(lines: Iterable[str]) -> str | None:
    """Return the words by which lines of a text ask for something first, or None."""
    short = _short_lines(lines)
    return _WALL_IN_TEXT.find(short) or find_request("\n".join(short))


def find_wall_on_page(lines: Iterable[str]) -> str | None:
    """Return the words by which lines around a text ask for a payment, or None.

    Fewer words count than in the text: many pages ask everybody to sign in.
    """
    return _PAYWALL.find(_short_lines(lines))


def find_notice_title(title: str) -> str | None:
    """Return the part of a title that is one of a notice, or None.

    The other parts are the name of a site: no headline has more than a few words beside a notice.
    """
    if len(title) > _LONGEST_NOTICE_TITLE:
        return None
    parts = [part.strip() for part in _TITLE_PART.split(title)]
    for part in (title, *parts):
        if part and _NOTICE_TITLE.fullmatch(part.strip()):
            others = [other for other in parts if other != part]
            return part.strip() if all(map(_may_be_site, others)) else None
    return None


def _may_be_site(part: str) -> bool:
    return len(part) <= _LONGEST_SITE_CHARS and len(part.split()) <= _LONGEST_SITE_WORDS


def is_wall_line(line: str) -> bool:
    """Tell whether a line begins by asking for something before it shows the text."""
    if len(line) > _LONGEST_WALL:
        return False
    return _WALL_IN_TEXT.any.match(line.lower()) is not None or begins_with_request(line)


def _short_lines(lines: Iterable[str]) -> list[str]:
    short = []
    for line in lines:
        if len(line) <= _LONGEST_WALL:
            short.append(line)
    return short
