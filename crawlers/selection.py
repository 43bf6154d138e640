"""Which entries of a listing are worth a request (pure)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from crawlers.errors import CatalogueError, PermanentError
from crawlers.folding import without_accents
from crawlers.freshness import is_old_entry, takes_baseline
from crawlers.listed_before import ListedBefore, SourceHistory
from crawlers.model import NO_MISSED_PAGES, Entry, MissedPages, SkipReason, Source, Window
from crawlers.retries import waiting_pages
from crawlers.sample import is_sampled
from crawlers.scripts import ARABIC, HAN, HAN_MARKS, HANGUL, HEBREW, KANA
from crawlers.urls import canonical_url

# Written without spaces between words. Korean is not, but particles are written with its words.
_UNSPACED = re.compile(f"[{HAN}{HAN_MARKS}{KANA}]")
# Prefixes are written in one word with a name: والصين. A page too many is judged later.
_ATTACHING = re.compile(f"[{ARABIC}{HEBREW}]{{3}}")
_TOKEN = re.compile(r"[^\W_]+")
_UNSPACED_OR_HANGUL = re.compile(f"[{HAN}{HAN_MARKS}{KANA}{HANGUL}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_HANGUL_TOKEN = re.compile(f"[{HANGUL}]+")
#: Syllables of a word in Hangul that is found inside others, since shorter ones are part of many.
_UNMISTAKABLE_SYLLABLES = 3
#: Shorter words take no plural: "us" is no plural of "u".
_PLURAL_MIN_CHARS = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """What to fetch, and how many entries were left out.

    The numbers add up: entries = to_fetch + baseline + known + skipped.
    """

    to_fetch: tuple[Entry, ...]
    #: Old entries of a source that is read for the first time, to fetch as far as there is room.
    baseline: tuple[Entry, ...] = ()
    #: Where entries to fetch were listed before, by their address as listed.
    former: Mapping[str, str] = field(default_factory=dict)
    #: Entries whose page we have already.
    known: int = 0
    #: Entries that the source's rules, the beat, their age or the window leave out.
    skipped_for: Mapping[SkipReason, int] = field(default_factory=dict)
    #: Of the skipped ones, those that name nothing of the beat.
    out_of_scope: tuple[Entry, ...] = ()
    #: The addresses, as listed, of entries to fetch that name nothing of the beat: one in a hundred of them.
    scope_sample: frozenset[str] = frozenset()
    #: How many of the known ones are such: an earlier crawl fetched them.
    known_sample: int = 0
    #: The canonical addresses of all entries that have one.
    addresses: frozenset[str] = frozenset()

    @property
    def skipped(self) -> int:
        """How many entries are left out."""
        return sum(self.skipped_for.values())


def select(
    entries: Sequence[Entry],
    source: Source,
    known: Collection[str],
    words: Sequence[str],
    now: datetime | None = None,
    window: Window | None = None,
    history: SourceHistory | None = None,
    missed: MissedPages = NO_MISSED_PAGES,
) -> Selection:
    """Choose the entries to fetch, in the order of the listing.

    `known` are canonical addresses that need no request. Where it maps them to the time of our last
    fetch, an entry that its listing dates after that, and not after `now`, has changed and is
    fetched again.

    Skipped are: a second entry with the same canonical address, entries whose page did not come and is
    asked for again later (it is among the `missed`, and not due), entries dated outside the `window`,
    addresses (as listed) in which the source's `url_pattern` is not found, and, for a source with
    `scope: broad`, entries whose own title and summary name none of `words`. An entry that comes
    with neither title nor summary is fetched, and so is one in a hundred of those that the scope leaves out,
    after the others: what comes of them tells what the scope loses.

    With the source's `history`, and without a window, entries that are too old to be news are skipped; those
    of a source that was never read are its baseline. An entry whose page the history knows under another
    address is known, and one that is listed under a new title has changed.

    Raises CatalogueError for a `url_pattern` that is no regular expression.
    """
    url_pattern = _compile_url_pattern(source)
    waiting = waiting_pages(missed.retries, now)
    if history is None:
        before = ListedBefore((), entries)
    else:
        before = ListedBefore(history.listed, entries, history.state.listed, now)
    known_pages = _KnownPages(known, before, now)
    chosen: dict[str, Entry] = {}
    baseline: dict[str, Entry] = {}
    unwanted: defaultdict[SkipReason, dict[str, Entry]] = defaultdict(dict)
    addresses: set[str] = set()
    known_count = known_sample = 0
    skipped: Counter[SkipReason] = Counter()
    for entry in entries:
        try:
            identity = canonical_url(entry.url)
        except PermanentError:
            skipped["no_address"] += 1
            continue
        addresses.add(identity)
        is_known = known_pages.is_known(entry, identity)
        reason = _why_unwanted(entry, source, url_pattern, words, window)
        if is_known and not known_pages.has_changed(entry, identity):
            known_count += 1
            known_sample += int(reason == "off_beat" and is_sampled(identity))
            continue
        if identity in waiting:
            reason = "asked_later"
        if identity in chosen or identity in baseline:
            skipped["repeated"] += 1
        elif reason is not None:
            skipped[reason] += 1
            unwanted[reason].setdefault(identity, entry)
        elif is_known or identity in missed.retries or not _is_too_old(entry, source, history, now, window):
            # Neither a change nor a page that is late is too old.
            chosen[identity] = entry
        elif history is not None and takes_baseline(history.state):
            baseline[identity] = entry
        else:
            skipped["too_old"] += 1
    out_of_scope = _without(unwanted["off_beat"], {*chosen, *baseline})
    sample = _scope_sample(out_of_scope, lambda entry: _is_too_old(entry, source, history, now, window))
    chosen |= sample
    skipped -= Counter({"off_beat": len(sample)})
    return Selection(
        to_fetch=tuple(chosen.values()),
        baseline=tuple(baseline.values()),
        former=_former_addresses(chosen, known_pages, before, addresses),
        known=known_count,
        known_sample=known_sample,
        skipped_for=skipped,
        out_of_scope=tuple(_without(out_of_scope, sample).values()),
        scope_sample=frozenset(map(_url_of, sample.values())),
        addresses=frozenset(addresses),
    )


def _former_addresses(
    chosen: Mapping[str, Entry], known_pages: _KnownPages, before: ListedBefore, listed_now: set[str]
) -> dict[str, str]:
    """Return where unknown entries that were chosen were listed before."""
    former = {}
    for identity, entry in chosen.items():
        address = before.former_address(entry, identity, listed_now)
        if address is not None and not known_pages.is_known(entry, identity):
            former[entry.url] = address
    return former


class _KnownPages:
    """What we have already, by the address of an entry or by what its listing says."""

    def __init__(self, known: Collection[str], before: ListedBefore, now: datetime | None) -> None:
        if not isinstance(known, set | frozenset | Mapping):
            known = frozenset(known)
        self._known = known
        self._fetched_at: Mapping[str, datetime] = known if isinstance(known, Mapping) else {}
        self._before = before
        self._now = now

    def is_known(self, entry: Entry, identity: str) -> bool:
        """Tell whether we have the page of an entry. `identity` is its canonical address."""
        return identity in self._known or self._before.last_look(entry, identity) is not None

    def has_changed(self, entry: Entry, identity: str) -> bool:
        """Tell whether a known page is listed as changed since we looked."""
        last_look = self._fetched_at.get(identity)
        if identity not in self._known:
            last_look = self._before.last_look(entry, identity)
        return _has_changed(entry, last_look, self._now) or self._before.has_new_title(entry, identity)


def _without(entries: Mapping[str, Entry], chosen: Collection[str]) -> dict[str, Entry]:
    """Return the entries that were not chosen after all.

    One that is listed twice may have words enough only once.
    """
    left = {}
    for identity, entry in entries.items():
        if identity not in chosen:
            left[identity] = entry
    return left


def _url_of(entry: Entry) -> str:
    return entry.url


def _scope_sample(out_of_scope: Mapping[str, Entry], is_too_old: Callable[[Entry], bool]) -> dict[str, Entry]:
    """Return the entries that are fetched all the same, to see what the scope loses."""
    sample = {}
    for identity, entry in out_of_scope.items():
        if is_sampled(identity) and not is_too_old(entry):
            sample[identity] = entry
    return sample


def names_one_of(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text names one of the words.

    A word in Latin, Cyrillic ... letters counts as a whole word, also in plural ("-s", "-es"), as
    a possessive ("Ottawa's") and after an elision (« l’ambassade »); a phrase may be joined by spaces
    or hyphens. A word with Chinese characters counts wherever it stands in the text.
    """
    lookup = _make_lookup(tuple(words))
    folded = without_accents(text).casefold()
    if any(word in folded for word in lookup.within):
        return True
    if any(token.startswith(lookup.beginnings) for token in _HANGUL_TOKEN.findall(folded)):
        return True
    tokens = _TOKEN.findall(_UNSPACED_OR_HANGUL.sub(" ", folded))
    return any(_is_named_at(tokens, start, lookup.phrases) for start in range(len(tokens)))


def _has_changed(entry: Entry, fetched_at: datetime | None, now: datetime | None) -> bool:
    """Tell whether a listing dates an entry after our last fetch.

    A date after `now` is an error of the listing and no sign of a change.
    """
    if fetched_at is None or now is None:
        return False
    latest = entry.updated or entry.published
    if entry.updated and entry.published:
        latest = max(entry.updated, entry.published)
    return latest is not None and fetched_at < latest <= now


def _why_unwanted(
    entry: Entry,
    source: Source,
    url_pattern: re.Pattern[str] | None,
    words: Sequence[str],
    window: Window | None,
) -> SkipReason | None:
    """Return why an entry is not asked for, None where it is."""
    if window and not _is_inside(entry, window):
        return "outside_window"
    if url_pattern and not url_pattern.search(entry.url):
        return "other_address"
    if source.scope == "broad" and not _may_be_on_beat(entry, words):
        return "off_beat"
    return None


def _is_too_old(
    entry: Entry,
    source: Source,
    history: SourceHistory | None,
    now: datetime | None,
    window: Window | None,
) -> bool:
    # Who names a window asks for the past.
    if history is None or now is None or window is not None:
        return False
    return is_old_entry(entry, source, history.state, now)


def _is_inside(entry: Entry, window: Window) -> bool:
    dated = entry.published or entry.updated
    # An entry without a date may be inside: its page will tell.
    return dated is None or window.holds(dated)


def _compile_url_pattern(source: Source) -> re.Pattern[str] | None:
    if source.url_pattern is None:
        return None
    try:
        return re.compile(source.url_pattern)
    except (re.error, OverflowError, RecursionError) as e:
        raise CatalogueError([f'source "{source.id}": url_pattern: {e}; write a regular expression']) from e


def _may_be_on_beat(entry: Entry, words: Sequence[str]) -> bool:
    text = f"{entry.title}\n{entry.summary}"
    return not text.strip() or names_one_of(text, words)


# -- words ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Words as they are looked for.

    Some anywhere in the text, some at the beginning of a token, phrases by their first token.
    """

    within: tuple[str, ...]
    #: Of words in Hangul: 삼성전자 for 삼성전자가.
    beginnings: tuple[str, ...]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]


# A run asks for the same words with every entry of every listing.
@lru_cache(maxsize=16)
def _make_lookup(words: tuple[str, ...]) -> _Lookup:
    within: set[str] = set()
    beginnings: set[str] = set()
    phrases: dict[str, set[tuple[str, ...]]] = {}
    for word in words:
        folded = without_accents(word).casefold().strip()
        if _UNSPACED.search(folded) or _ATTACHING.search(folded):
            within.add(folded)
            continue
        tokens = tuple(_TOKEN.findall(folded))
        if _HANGUL.search(folded):
            # A phrase is looked for by its longest word: whether the others follow is for the judge to see.
            longest = max(tokens, key=len)
            (within if len(longest) >= _UNMISTAKABLE_SYLLABLES else beginnings).add(longest)
            continue
        for first in _first_tokens(tokens):
            phrases.setdefault(first, set()).add(tokens)
    # Sorted, so that two runs do the same in the same order.
    sorted_phrases = {}
    for first, found in phrases.items():
        sorted_phrases[first] = tuple(sorted(found))
    return _Lookup(tuple(sorted(within)), tuple(sorted(beginnings)), sorted_phrases)


def _first_tokens(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tokens with which a phrase can begin in a text."""
    # A phrase of one word is also named by its plurals.
    if len(tokens) == 1:
        return (tokens[0], *_plurals_of(tokens[0]))
    return tokens[:1]


def _is_named_at(tokens: list[str], start: int, phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> bool:
    for phrase in phrases.get(tokens[start], ()):
        end = start + len(phrase)
        if end > len(tokens) or tuple(tokens[start : end - 1]) != phrase[:-1]:
            continue
        # The last word of a phrase may be a plural: "trade deals".
        if tokens[end - 1] in (phrase[-1], *_plurals_of(phrase[-1])):
            return True
    return False


def _plurals_of(word: str) -> tuple[str, ...]:
    if len(word) < _PLURAL_MIN_CHARS:
        return ()
    return (word + "s", word + "es")
