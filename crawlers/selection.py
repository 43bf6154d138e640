"""Which entries of a listing are worth a request (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import Entry, Source, Window
from crawlers.scripts import HAN, HAN_MARKS, KANA
from crawlers.urls import canonical_url

# Written without spaces between words. Korean is not: it has spaces, so its words are tokens.
_UNSPACED = re.compile(f"[{HAN}{HAN_MARKS}{KANA}]")
_TOKEN = re.compile(r"[^\W_]+")
_PLURAL_MIN_CHARS = 3
"""Shorter words take no plural: "us" is no plural of "u"."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to fetch, and the account of the rest: entries = to_fetch + known + skipped."""

    to_fetch: tuple[Entry, ...]
    known: int = 0
    skipped: int = 0


def select(
    entries: Sequence[Entry],
    source: Source,
    known: Collection[str],
    words: Sequence[str],
    now: datetime | None = None,
    window: Window | None = None,
) -> Selection:
    """Choose the entries to fetch, in the order of the listing.

    `known` are canonical addresses that need no request. Where it maps them to the time we last looked,
    an entry that its listing dates after that, and not after `now`, has changed and is fetched again. What does not match the source's
    `url_pattern` (searched in the address as listed) is skipped, and so is a second entry with the
    same canonical address. Of a source with `scope: broad` only those entries are fetched whose own title or
    summary names one of `words`; an entry that comes with neither title nor summary gets the benefit
    of the doubt. With a `window`, entries that are dated outside it are skipped. Raises CatalogueError for a `url_pattern` that is no regular expression.
    """
    pattern = _pattern(source)
    known = known if isinstance(known, set | frozenset | Mapping) else frozenset(known)
    looked_at = known if isinstance(known, Mapping) else {}
    chosen: dict[str, Entry] = {}
    n_known = n_skipped = 0
    for entry in entries:
        try:
            identity = canonical_url(entry.url)
        except PermanentError:
            n_skipped += 1
            continue
        if identity in known and not _has_changed(entry, looked_at.get(identity), now):
            n_known += 1
        elif (
            identity in chosen
            or (window and not _is_inside(entry, window))
            or (pattern and not pattern.search(entry.url))
            or (source.scope == "broad" and not _may_be_on_beat(entry, words))
        ):
            n_skipped += 1
        else:
            chosen[identity] = entry
    return Selection(tuple(chosen.values()), n_known, n_skipped)


def names_one_of(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text names one of the words, whatever the case and the accents.

    A word in Latin, Cyrillic ... letters counts as a whole word, also in plural ("-s", "-es"), as
    a possessive ("Ottawa's") and after an elision (« l’ambassade »); a phrase may be joined by spaces
    or hyphens. A word with Chinese characters counts wherever it stands in the text.
    """
    lookup = _lookup(tuple(words))
    folded = _fold(text)
    if any(word in folded for word in lookup.within):
        return True
    tokens = _TOKEN.findall(_UNSPACED.sub(" ", folded))
    return any(_is_named_at(tokens, start, lookup.phrases) for start in range(len(tokens)))


def _has_changed(entry: Entry, looked_at: datetime | None, now: datetime | None) -> bool:
    """Tell whether a listing dates an entry after our last look; a date ahead of us is no news but an error."""
    dated = max((at for at in (entry.updated, entry.published) if at), default=None)
    return dated is not None and looked_at is not None and now is not None and looked_at < dated <= now


def _is_inside(entry: Entry, window: Window) -> bool:
    dated = entry.published or entry.updated
    return dated is None or window.holds(dated)


def _pattern(source: Source) -> re.Pattern[str] | None:
    if source.url_pattern is None:
        return None
    try:
        return re.compile(source.url_pattern)
    except (re.error, OverflowError, RecursionError) as e:
        raise CatalogueError([f'source "{source.id}": url_pattern: {e}; write a regular expression']) from e


def _may_be_on_beat(entry: Entry, words: Sequence[str]) -> bool:
    text = f"{entry.title}\n{entry.summary}"
    return not text.strip() or names_one_of(text, words)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Words as they are looked for: substrings, and phrases by their first token."""

    within: tuple[str, ...]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]


@lru_cache(maxsize=16)
def _lookup(words: tuple[str, ...]) -> _Lookup:
    within: set[str] = set()
    phrases: dict[str, set[tuple[str, ...]]] = {}
    for word in words:
        folded = _fold(word).strip()
        if _UNSPACED.search(folded):
            within.add(folded)
        elif tokens := tuple(_TOKEN.findall(folded)):
            # By the first token; a phrase of one token is also found by its plurals.
            firsts = [tokens[0]] if len(tokens) > 1 else [tokens[0], *_plurals(tokens[0])]
            for first in firsts:
                phrases.setdefault(first, set()).add(tokens)
    return _Lookup(tuple(sorted(within)), {first: tuple(sorted(p)) for first, p in phrases.items()})


def _is_named_at(tokens: list[str], start: int, phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> bool:
    for phrase in phrases.get(tokens[start], ()):
        end = start + len(phrase)
        last = tokens[end - 1] if end <= len(tokens) else None
        if tuple(tokens[start : end - 1]) == phrase[:-1] and last in (phrase[-1], *_plurals(phrase[-1])):
            return True
    return False


def _plurals(word: str) -> tuple[str, ...]:
    return (word + "s", word + "es") if len(word) >= _PLURAL_MIN_CHARS else ()


def _fold(text: str) -> str:
    """Drop case, accents and width, which writers use or leave out as they please."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
