"""How the work of reading a text grows with its length: `make fuzz`, or python -m tests.growth.

every reader of texts × every kind of long text ──► CPU time at 10 k, 100 k, 1 M characters ──► growth

Ten times the text may take ten times the work, and a little more (n log n); whatever is quadratic takes a
hundred times. The suite holds the same readers and kinds to an end in time (`tests/test_growth.py`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crawlers.dates import read_date
from crawlers.errors import FeedUnreadable
from crawlers.feeds import parse_feed, parse_sitemap
from pipelines.dedup import decide, print_of
from pipelines.dedup.lookup import lookup_keys
from pipelines.dedup.overlap import compare
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.model import PageText, Relevance
from pipelines.query import PassageFinder, QueryError, parse
from pipelines.relevance import judge
from pipelines.revisions import doubt_of, edit_between
from pipelines.route import find_route
from pipelines.stories.event_print import event_print
from pipelines.text.folding import fold_for_search, fold_in_place, fold_typography, fold_with_positions
from pipelines.text.tokens import tokens
from tests.builders import NOON, a_publisher, an_article
from tests.usual_beat import usual_beat

#: What a long text is made of.
KINDS = {
    "letter": "a",
    "digits": "1",
    "Han": "加",
    "combining marks": "e\u0301",
    "only marks": "\u0301",
    "ligatures": "\ufdfa",
    "quotation marks": '"',
    "opening quotes": "“",
    "apostrophes": "l’",
    "opening brackets": "(",
    "commas": ",",
    "names": "Nadia Roy ",
    "capitals": "A ",
    "open tags": "<a",
    "closed tags": "<p>x</p>",
    "spaces": " ",
    "newlines": "\n",
    "sentences": "a. ",
    "lines": "a b\n",
    "hyphens": "-",
    "numbers": "1,000.5 ",
    "dates": "1 May 2026 ",
    "names of the beat": "China and Canada ",
    "ampersands": "&#",
}
SIZES = (10_000, 100_000, 1_000_000)
#: A size that follows one of this many CPU seconds is left out: growth shows before.
LONGEST_S = 8.0
#: Times the work that ten times the text may take. n log n is 13, caches and memory bring 20.
MOST_GROWTH = 30.0
#: CPU seconds below which a measure says nothing of growth.
LEAST_S = 0.05

Reader = Callable[[str], object]


def _print_event(text: str) -> object:
    beat = usual_beat()
    return event_print("s", text, text, "en", NOON, beat.terms, beat.event_rules)


def _read_feed(text: str) -> object:
    body = f"<rss><channel><item><title>{text}</title><link>https://a.example/1</link></item></channel></rss>"
    return _parse_listing(body.encode())


def _parse_listing(body: bytes) -> object:
    try:
        return parse_feed(body, url="https://a.example/", content_type=None, timezone="UTC", now=NOON)
    except FeedUnreadable as e:
        return e


def _read_sitemap(text: str) -> object:
    try:
        return parse_sitemap(
            text.encode(), url="https://a.example/", content_type=None, timezone="UTC", now=NOON
        )
    except FeedUnreadable as e:
        return e


def _parse_query(text: str) -> object:
    try:
        return parse(text, NOON)
    except QueryError as e:
        return e.pointing()


def _find_passages(text: str) -> object:
    finder = PassageFinder(parse("canola AND a OR 加拿大", NOON))
    return finder.passages(text[:500], text)


def _compare(text: str) -> object:
    return compare(print_of("A title", text), print_of("Another", text + " b c d e"))


def _decide(text: str) -> object:
    members = []
    for path, body in (("1", text), ("2", text + " b c d e")):
        article = an_article(f"https://daily.example/{path}", title=text[:300], body=body)
        relevance = Relevance(True, 0.9, (), ())
        judged = JudgedArticle(
            article, a_publisher(), find_route(article, a_publisher()), relevance, print_of("", body), path
        )
        members.append(judged.as_member(f"s{path}"))
    return decide(members[0], members[1:])


def _edit(text: str) -> object:
    return edit_between(PageText("A title", text), PageText("A title", f"b {text} c. d"))


READERS: dict[str, Reader] = {
    "fold_typography": fold_typography,
    "fold_for_search": fold_for_search,
    "fold_with_positions": fold_with_positions,
    "fold_in_place": fold_in_place,
    "tokens": tokens,
    "print_of": lambda text: print_of(text[:500], text),
    "print_of a title": lambda text: print_of(text, "a"),
    "lookup_keys": lambda text: lookup_keys(print_of("", text)),
    "compare": _compare,
    "decide": _decide,
    "judge": lambda text: judge(text[:500], text, "en", usual_beat().terms),
    "judge a title": lambda text: judge(text, "", "en", usual_beat().terms),
    "find_route": lambda text: find_route(an_article(body=text), a_publisher()),
    "edit_between": _edit,
    "doubt_of": lambda text: doubt_of(PageText("A title", text), PageText("A title", text[: len(text) // 2])),
    "parse": _parse_query,
    "passages": _find_passages,
    "event_print": lambda text: event_print(
        "s", text, text, "en", NOON, usual_beat().terms, usual_beat().event_rules
    ),
    "read_date": lambda text: read_date(text, now=NOON),
    "parse_feed": lambda text: _parse_listing(text.encode()),
    "parse_feed of a title": _read_feed,
    "parse_sitemap": _read_sitemap,
}


def text_of(kind: str, size: int) -> str:
    """Return a text of this kind, so many characters long."""
    unit = KINDS[kind]
    return (unit * (size // len(unit) + 1))[:size]


def cpu_seconds(reader: Reader, text: str) -> float:
    started = time.process_time()
    reader(text)
    return time.process_time() - started


def growths(name: str, kind: str, largest: int) -> Iterator[tuple[int, float, float]]:
    """Yield each size after the first, its CPU seconds, and its growth from the size before."""
    before = None
    for size in SIZES:
        if size > largest or (before and before > LONGEST_S):
            return
        spent = cpu_seconds(READERS[name], text_of(kind, size))
        if before is not None:
            yield size, spent, spent / max(before, LEAST_S / 10)
        before = spent


def _fuzz_mixes(name: str) -> None:
    """Read random mixes of all kinds: whatever is raised travels up, with the text."""
    pieces = st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 3_000))

    @settings(
        max_examples=20,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(pieces, max_size=12))
    def read_mix(mix: list[tuple[str, int]]) -> None:
        text = "".join(text_of(kind, size) for kind, size in mix)
        spent = cpu_seconds(READERS[name], text)
        assert spent < LONGEST_S, f"{len(text)} characters took {spent:.1f} s"

    read_mix()


def main(names: list[str]) -> int:
    """Measure these readers, or all; print what grows too fast; return 1 where something does."""
    failed = 0
    for name in names or READERS:
        for kind in KINDS:
            for size, spent, growth in growths(name, kind, SIZES[-1]):
                if spent > LEAST_S and growth > MOST_GROWTH:
                    failed = 1
                    sys.stdout.write(f"{name} × {kind}: {growth:.0f} times at {size:,} ({spent:.2f} s)\n")
        _fuzz_mixes(name)
        sys.stdout.write(f"{name}: measured\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
