"""Known pages at new addresses: what earlier polls tell of an entry (pure).

    an entry at an address that nobody knows
      ├─ its guid led to a page before, under this title ───────► known
      ├─ it differs from a known one in a volatile parameter ───► known
      ├─ it differs from a known one of this title in a token of its path, and
      │  the last poll had it with this very time ──────────────► known
      └─ else ──► fetched; its text decides (`pipelines.ingest.same_article`)

Where nothing is certain the page is fetched: that costs a request, while a wrong guess would swallow an
article. What a fetch shows is remembered, so that the same is asked once and not at each poll.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.address_tokens import differ_in_one_token, without_tokens
from crawlers.model import Entry, FeedState, ListedAddress, ListedEntry
from crawlers.urls import page_id

#: So often a guid must have led to one and the same article, whatever else changed, to be believed.
_PROVEN = 3
#: Titles under which a page was fetched, from which a further one is no reason to look again: a feed that
#: writes a counter into each title would have all its pages fetched at each poll.
_TITLES = 4
#: Of two entries of one day with one title ("Weather") only the minute tells whether they are one.
_EXACT = frozenset({"minute", "second"})
_BELIEVED_FOR = timedelta(hours=12)

_Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What we know of a source when its listing is read."""

    state: FeedState
    #: The entries whose pages were fetched, the newest ones.
    listed: Sequence[ListedEntry] = field(default=())


class ListedBefore:
    """What earlier polls of a source tell of the entries that it lists now."""

    def __init__(
        self,
        before: Sequence[ListedEntry],
        now: Iterable[Entry] = (),
        last_poll: Sequence[ListedAddress] = (),
        at: datetime | None = None,
    ) -> None:
        self._tokens = _ChangingTokens(before, now, last_poll, at)
        self._volatile = volatile_parameters(before)
        self._doubtful_guids = _ambiguous_guids(now)
        self._by_address: defaultdict[str, list[ListedEntry]] = defaultdict(list)
        self._by_guid: defaultdict[str, list[ListedEntry]] = defaultdict(list)
        self._by_base: defaultdict[str, list[ListedEntry]] = defaultdict(list)
        self._by_article: defaultdict[str, list[ListedEntry]] = defaultdict(list)
        self._by_title: defaultdict[str, list[ListedEntry]] = defaultdict(list)
        for listed in before:
            self._by_address[listed.address].append(listed)
            if self._volatile:
                self._by_base[self._without_volatile(listed.address)].append(listed)
            if listed.title:
                self._by_title[listed.title].append(listed)
            if listed.guid:
                self._by_guid[listed.guid].append(listed)
            if listed.article_id:
                self._by_article[listed.article_id].append(listed)

    def last_look(self, entry: Entry, address: str) -> datetime | None:
        """Return when we looked at an entry's page, known under another address.

        None where the page may be new. `address` is the canonical one of the entry.
        """
        found = self._find(entry, address)
        if not found:
            return None
        return max(listed.at for listed in found)

    def has_new_title(self, entry: Entry, address: str) -> bool:
        """Tell whether an entry's title is new for its page."""
        pages = self._by_address.get(address) or self._find(entry, address)
        titles = set()
        for listed in pages:
            titles.add(listed.title)
            for other in self._by_article.get(listed.article_id or "", ()):
                titles.add(other.title)
        titles.discard("")
        if not entry.title or not titles:
            return False
        return entry.title not in titles and len(titles) < _TITLES

    def former_address(self, entry: Entry, address: str, listed_now: Collection[str]) -> str | None:
        """Return where an entry of the same title was listed, and is no more.

        The page may have moved: the old address tells, if it leads to the new one. None where several
        articles had that title. `address` is the entry's canonical one, `listed_now` are those of the whole
        listing.
        """
        found = self._by_title.get(entry.title, [])
        articles = {listed.article_id for listed in found}
        if len(articles) != 1 or any(listed.address in listed_now for listed in found):
            return None
        former = found[0].address
        if _path_of(former) == _path_of(address) or differ_in_one_token(former, address):
            # A parameter or a token changed: no site leads from one value to the next.
            return None
        return former

    def _find(self, entry: Entry, address: str) -> Sequence[ListedEntry]:
        if entry.guid and entry.guid not in self._doubtful_guids:
            found = self._by_guid.get(entry.guid, ())
            if found and _is_believed(found, entry, address):
                return found
        if self._volatile:
            found = self._by_base.get(self._without_volatile(address), ())
            if found:
                return found
        return self._tokens.find(entry, address)

    def _without_volatile(self, address: str) -> str:
        kept = []
        for name, value in _values_of(address):
            if name not in self._volatile:
                kept.append((name, value))
        return _with_values(address, kept)


class _ChangingTokens:
    """Knows pages again whose addresses have a token that changes from poll to poll."""

    def __init__(
        self,
        before: Sequence[ListedEntry],
        now: Iterable[Entry],
        last_poll: Sequence[ListedAddress],
        at: datetime | None,
    ) -> None:
        self._at = at
        self._before = _by_token_key(before)
        self._listed_now: Counter[tuple[str, str]] = Counter()
        for entry in now:
            key = _token_key(entry.url, entry.title)
            if key is not None:
                self._listed_now[key] += 1
        #: What the last poll had: addresses without their tokens, and the times of their entries.
        self._last_poll: set[tuple[str, datetime]] = set()
        for page in last_poll:
            masked = without_tokens(page.address)
            if masked is not None and page.published is not None:
                self._last_poll.add((masked, page.published))

    def find(self, entry: Entry, address: str) -> Sequence[ListedEntry]:
        """Return how the page of an entry was listed, at addresses with other tokens.

        Nothing where the listing has several such entries now, or several articles had that title.
        """
        key = _token_key(address, entry.title)
        if key is None or self._listed_now[_token_key(entry.url, entry.title) or key] > 1:
            return ()
        found = self._before.get(key, [])
        articles = set()
        for listed in found:
            articles.add(listed.article_id)
        if len(articles) != 1 or None in articles:
            return ()
        if entry.published is None:
            is_believed = self._are_believed(found)
        else:
            is_exact = entry.published_precision in _EXACT
            is_believed = is_exact and (key[0], entry.published) in self._last_poll
        return found if is_believed else ()

    def _are_believed(self, found: Sequence[ListedEntry]) -> bool:
        """Tell whether an entry without a time is taken for the page that was listed so.

        It is where that page was seen at several addresses, and looked at lately: tomorrow there may be
        another of that title.
        """
        addresses = {listed.address for listed in found}
        last_look = max(listed.at for listed in found)
        return len(addresses) > 1 and self._at is not None and self._at - last_look < _BELIEVED_FOR


def _token_key(address: str, title: str) -> tuple[str, str] | None:
    """Return an address without its tokens, and a title; None where one is missing."""
    masked = without_tokens(address)
    if masked is None or not title:
        return None
    return masked, title


def _by_token_key(before: Sequence[ListedEntry]) -> Mapping[tuple[str, str], list[ListedEntry]]:
    found: defaultdict[tuple[str, str], list[ListedEntry]] = defaultdict(list)
    for listed in before:
        key = _token_key(listed.address, listed.title)
        if key is not None:
            found[key].append(listed)
    return found


def volatile_parameters(before: Sequence[ListedEntry]) -> frozenset[str]:
    """Return the parameters of a source's addresses that say nothing of the page.

    One is volatile where addresses that differ in it led to one article, or where the page of an address
    names itself without it; and where it never told one article from another.
    """
    volatile: set[str] = set()
    telling: set[str] = set()
    alike: defaultdict[tuple[str, tuple[str, ...]], list[ListedEntry]] = defaultdict(list)
    for listed in before:
        values = _values_of(listed.address)
        if values and listed.article_id:
            volatile |= _left_out_by_page(listed, values)
            alike[_path_of(listed.address), _names_of(values)].append(listed)
    for entries in alike.values():
        volatile |= _changed_within_an_article(entries)
        telling |= _telling_articles_apart(entries)
    return frozenset(volatile - telling)


def _left_out_by_page(listed: ListedEntry, values: _Values) -> set[str]:
    """Return the parameters without which the page names itself."""
    if page_id(_with_values(listed.address, ())) == listed.article_id:
        return set(_names_of(values))
    left_out = set()
    for name in _names_of(values):
        others = []
        for pair in values:
            if pair[0] != name:
                others.append(pair)
        if page_id(_with_values(listed.address, others)) == listed.article_id:
            left_out.add(name)
    return left_out


def _changed_within_an_article(entries: Sequence[ListedEntry]) -> set[str]:
    """Return the parameters that had several values for one article."""
    seen: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)
    for listed in entries:
        for name, value in _values_of(listed.address):
            seen[listed.article_id, name].add(value)
    return {name for (_, name), values in seen.items() if len(values) > 1}


def _telling_articles_apart(entries: Sequence[ListedEntry]) -> set[str]:
    """Return the parameters in whose value alone the addresses of two articles differ."""
    articles: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for listed in entries:
        values = _values_of(listed.address)
        for name in _names_of(values):
            others = []
            for pair in values:
                if pair[0] != name:
                    others.append(pair)
            articles[name, _with_values(listed.address, others)].add(listed.article_id)
    return {name for (name, _), ids in articles.items() if len(ids) > 1}


def _ambiguous_guids(now: Iterable[Entry]) -> set[str]:
    """Return the guids that one listing gives to entries of several titles."""
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for entry in now:
        if entry.guid:
            titles[entry.guid].add(entry.title)
    return {guid for guid, named in titles.items() if len(named) > 1}


def _is_believed(found: Sequence[ListedEntry], entry: Entry, address: str) -> bool:
    """Tell whether a guid that is known means the same page at this address.

    Guids are reused: by a site that numbers the items of each list, or that gives one to all.
    """
    articles = {listed.article_id for listed in found}
    paths = {_path_of(listed.address) for listed in found}
    has_same_title = any(entry.title and listed.title == entry.title for listed in found)
    is_one_article = len(articles) == 1 and None not in articles
    if has_same_title and _path_of(address) in paths:
        return True
    # Another path under the same title is fetched once. Where it was the same article, so will be the next.
    if has_same_title and is_one_article and len(paths) > 1:
        return True
    return is_one_article and len(found) >= _PROVEN


def _path_of(address: str) -> str:
    return _with_values(address, ())


def _values_of(address: str) -> _Values:
    return tuple(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def _names_of(values: _Values) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in values))


def _with_values(address: str, values: Sequence[tuple[str, str]]) -> str:
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(values), ""))
