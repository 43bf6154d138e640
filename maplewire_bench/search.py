"""What a search costs, beside FTS5 as it is and Elasticsearch's own `query_string`.

    raw FTS5       one table of title, summary and body in SQLite, with its own tokenizer; the best twenty
                   with a snippet, and the number of all. That tokenizer (`unicode61`) makes one token of a
                   word, and of a whole clause of Chinese, in which it so finds no word; it stems nothing
    same page      the same table, asked for what our page has: the newest twenty stories, their number, all
                   of their articles with time and address, the title marked, and a snippet
    query_string   the same articles in the same Elasticsearch, asked in Lucene's syntax with highlights

Ours finds all forms and spellings of a word, groups articles into stories, counts those and marks passages.
Both are asked the same in turns, in one process, so that a busy machine slows all alike. The articles are
made up; their words are as frequent as words are, and their days are spread over a year.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from maplewire_bench.cpu_time import cpu_s, least_cpu_s, summary_of
from maplewire_bench.index_tables import ReadyTokens, tokens_of
from maplewire_bench.made_up_articles import changes_of
from maplewire_bench.raw_full_text import RawFullText
from maplewire_bench.row import Row
from maplewire_bench.spread_articles import spread_articles
from pipelines.adapters.sqlite_index import SqliteIndex
from pipelines.model import Change
from pipelines.ports import SearchIndex
from pipelines.query import parse

#: Documents of one write.
_BATCH = 500
#: Shares of all articles that have a word, for words from rare to very common.
_SHARES = (0.0001, 0.001, 0.005, 0.02, 0.1, 0.3)
#: From this share on a word is very common.
_VERY_COMMON = 0.1
_SCRIPTS = ("Latin letters", "Chinese")
#: A word costs less than the clock and its neighbours disturb.
_WORD_ASKED_TIMES = 10
_SHOWN = 20
_MANY = 1_000
_NOW_DAY = "2025-10-01"


def bench_search(
    articles: int,
    url: str | None = None,
    *,
    api_key: str | None = None,
    ca_certs: Path | str | None = None,
) -> list[Row]:
    """Measure searches over so many made-up articles on SQLite.

    With the URL of an Elasticsearch, on that too.
    """
    with tempfile.TemporaryDirectory() as folder:
        index = SqliteIndex(Path(folder, "index.sqlite"))
        index.setup()
        with closing(index), closing(RawFullText(Path(folder, "raw.sqlite"))) as raw:
            with closing(ReadyTokens(Path(folder, "ready.sqlite"))) as ready:
                rows = list(_measure_writing(index, raw, ready, articles))
            words = _words_by_share(raw, articles)
            rows += _measure_words(index, raw, words)
            rows += _measure_queries(index, _queries(words))
    if url is not None:
        # Imported where it is needed: most measure without a node, and without its client.
        from maplewire_bench.search_on_node import bench_search_on_node

        asked = list(_queries(words).values())
        rows += bench_search_on_node(url, articles, asked, api_key=api_key, ca_certs=ca_certs)
    return rows


class _Writing:
    """Writes the same articles into our index and raw FTS5, and adds up the CPU time.

    `tokens` and `fts5` are two parts of ours, measured by themselves: to make the tokens, and to write them.
    """

    def __init__(self, index: SearchIndex, raw: RawFullText, ready: ReadyTokens) -> None:
        self._index = index
        self._raw = raw
        self._ready = ready
        #: CPU seconds by what was done, in which texts.
        self._spent_s: defaultdict[tuple[str, str], float] = defaultdict(float)

    def write(self, changes: Sequence[Change]) -> None:
        """Write a batch: the Chinese by itself, which raw FTS5 does not cut into words."""
        changes_by_script: dict[str, list[Change]] = {script: [] for script in _SCRIPTS}
        for change in changes:
            changes_by_script[_script_of(change)].append(change)
        for script, some in changes_by_script.items():
            self._spent_s["ours", script] += cpu_s(partial(self._index.write, some))
            self._spent_s["raw", script] += cpu_s(partial(self._raw.write, some))
            self._raw.write_pages(some)
            # Their words are known by now.
            self._spent_s["tokens", script] += cpu_s(partial(tokens_of, some))
            self._spent_s["fts5", script] += cpu_s(partial(self._ready.write, tokens_of(some)))

    def rows(self, articles: int) -> Iterator[Row]:
        """Yield the cost of an article."""
        names = {
            "ours": "writing, CPU an article",
            "tokens": "of it, making tokens of known words",
            "fts5": "of it, FTS5 with two streams of tokens",
            "raw": "writing into raw FTS5, CPU an article",
        }
        total_s: defaultdict[str, float] = defaultdict(float)
        for (done, _), spent_s in self._spent_s.items():
            total_s[done] += spent_s
        yield Row("articles", articles, "")
        for done, name in names.items():
            yield Row(name, 1e6 * total_s[done] / articles, "µs")
        yield Row("writing, to raw FTS5", total_s["ours"] / total_s["raw"], "×")
        for script in _SCRIPTS:
            ratio = self._spent_s["ours", script] / self._spent_s["raw", script]
            yield Row(f"writing {script}, to raw FTS5", ratio, "×")


def _script_of(change: Change) -> str:
    document = change.document
    if document is not None and document.lang is not None and document.lang.startswith("zh"):
        return "Chinese"
    return "Latin letters"


def _measure_writing(
    index: SearchIndex, raw: RawFullText, ready: ReadyTokens, articles: int
) -> Iterator[Row]:
    writing = _Writing(index, raw, ready)
    for changes in changes_of(list(spread_articles(articles)), _BATCH):
        writing.write(changes)
    return writing.rows(articles)


def _words_by_share(raw: RawFullText, articles: int) -> Mapping[float, str]:
    """Return a word for each share of the articles."""
    frequencies = raw.frequencies()
    words: dict[float, str] = {}
    for share in _SHARES:
        wanted = share * articles
        words[share] = min(frequencies, key=lambda word: (abs(frequencies[word] - wanted), word))
    return words


def _measure_words(index: SearchIndex, raw: RawFullText, words: Mapping[float, str]) -> Iterator[Row]:
    """Ask for single words, of both."""
    for share, word in words.items():
        query = parse(word)
        works = (
            partial(index.search, query, limit=_SHOWN),
            partial(raw.search, word, _SHOWN),
            partial(raw.search_stories, word, _SHOWN),
        )
        ours_s, raw_s, page_s = _least_in_turns(works)
        kind = "a very common word" if share >= _VERY_COMMON else "a word"
        yield Row(f"{kind}, in {share:.2%} of all", 1e3 * ours_s, "ms")
        yield Row(f"{kind}, in {share:.2%} of all, raw FTS5", 1e3 * raw_s, "ms")
        yield Row(f"{kind}, in {share:.2%} of all, to raw FTS5", ours_s / raw_s, "×")
        yield Row(f"{kind}, in {share:.2%} of all, raw FTS5 with the same page", 1e3 * page_s, "ms")
        yield Row(f"{kind}, in {share:.2%} of all, to the same page", ours_s / page_s, "×")


def _least_in_turns(works: Sequence[Callable[[], object]]) -> list[float]:
    """Return the CPU time of the quickest call of each, called in turns."""
    costs_s: list[list[float]] = []
    for _ in range(_WORD_ASKED_TIMES):
        costs_s.append([cpu_s(work) for work in works])
    return [min(some) for some in zip(*costs_s, strict=True)]


def _queries(words: Mapping[float, str]) -> Mapping[str, str]:
    """Return queries of every kind that people ask, by what they are."""
    rare, seldom, usual, frequent, common, _ = words.values()
    return {
        "a rare word": rare,
        "a usual word": usual,
        "a common word": common,
        "two words": f"{frequent} {common}",
        "one or the other": f"{usual} OR {frequent} OR {seldom}",
        "one without the other": f"{frequent} NOT {common}",
        "a phrase": f'"{frequent} {common}"',
        "nearness": f"{frequent} NEAR/5 {common}",
        "a beginning": f"{usual[:4]}*",
        "a pattern": f"{usual[:3]}*{usual[-1]}",
        "in titles": f"title:{frequent}",
        "of a language": f"{frequent} lang:en",
        "of a source": f"{common} source:outlet-7",
        "of a country, without an owner": f"{frequent} country:CA NOT owner:state",
        "since a day": f"{common} published:>={_NOW_DAY}",
        "groups": f"({usual} OR {frequent}) AND (lang:zh OR country:CN)",
        "everything": "*:*",
    }


def _measure_queries(index: SearchIndex, queries: Mapping[str, str]) -> list[Row]:
    rows: list[Row] = []
    costs_ms: list[float] = []
    for name, text in queries.items():
        query = parse(text)
        costs_ms.append(1e3 * least_cpu_s(partial(index.search, query, limit=_SHOWN)))
        rows.append(Row(f"query: {name}", costs_ms[-1], "ms"))
    many = parse(queries["a common word"])
    many_ms = 1e3 * least_cpu_s(partial(index.search, many, limit=_MANY))
    rows += summary_of("all queries", costs_ms)
    rows.append(Row(f"{_MANY:,} stories at once", many_ms, "ms"))
    return rows
