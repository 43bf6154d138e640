"""What writing, searching and rebuilding a search index costs, on articles made up here.

The client's work is measured in CPU time of this process, beside a *bare bulk*: `client.bulk()` of the official client with the
same documents in requests of the same size, into an index of the same mapping, and nothing around it. It is measured in two ways.

from dicts   the dicts lie ready; the client makes the NDJSON and sends it. This is what any program has to do at least
from NDJSON  the bytes lie ready too, those that the adapter would send; what remains is copying them to a socket

Writing by the adapter starts from the article: it makes the dict, its JSON and the action line, chooses the month's index, looks at every
answer, and asks afterwards whether an article stands in two months. All go to the same node in turns, so that a busy
machine slows all. A few articles are written in each way beforehand: opening a connection and making the months' indices is
done once, and is no part of what an article costs.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.model import Change, Document, Relation, article_id
from pipelines.query import parse

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.ports import SearchIndex

BATCH = 500
"""Documents in one write, as in a run."""
ARTICLES = 5_000
WARMING = 60
"""Articles written beforehand; they fall into all months."""
MONTHS = 12
_START = datetime(2025, 2, 1, tzinfo=UTC)
_WORDS = {
    "en": "canola tariff minister trade growers prairie export beef pork potash lobster embassy visa students "
    "partnership steel dialogue market port rail inspectors science climate talks agreement delegation council",
    "fr": "colza droits ministre commerce producteurs prairies exportation ambassade visas étudiants partenariat "
    "stratégique acier marché dialogue chemin inspecteurs climat entretiens entente délégation conseil pêche",
    "zh-Hans": "油菜籽 关税 总理 贸易 农民 草原 出口 使馆 签证 学生 战略 伙伴 关系 钢铁 市场 对话 港口 铁路 科学 气候 会谈 协议 代表团",
    "zh-Hant": "油菜籽 關稅 總理 貿易 農民 草原 出口 使館 簽證 學生 戰略 夥伴 關係 鋼鐵 市場 對話 港口 鐵路 科學 氣候 會談 協議 代表團",
}
_NAMES = [
    "Maple",
    "Beaver",
    "Harbour",
    "Prairie",
    "Lantern",
    "Willow",
    "Summit",
    "Rivage",
    "Northern",
    "Jade",
    "Cedar",
    "Lotus",
]
SEARCHES = (
    "canola", "canola AND tariff*", '"strategic partnership" OR “战略伙伴”', "贸易", "關稅 AND lang:zh",
    "export* -lang:fr", "published:[2025-06-01 TO 2025-07-01] visa", '"talks market"~8', "*:*",
)  # fmt: skip


class Row(NamedTuple):
    """One line of the table: what was measured, the figure and its unit."""

    what: str
    figure: float
    unit: str


def made_up(number: int, seed: int = 1, months: int = MONTHS) -> Iterator[Document]:
    """Yield articles in four languages over these months, every fifth a copy in the story before; always the same."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    vocabulary = {lang: words.split() for lang, words in _WORDS.items()}
    story = first_seen = None
    for n in range(number):
        lang = chance.choice(tuple(vocabulary))
        words, between = vocabulary[lang], "" if lang.startswith("zh") else " "
        source = f"outlet-{chance.randrange(80)}"
        url = f"https://www.{source}.example/{seed}/{n}"
        published = _START + timedelta(seconds=chance.randrange(months * 30 * 86_400))
        is_copy = story is not None and chance.random() < 0.2
        if not is_copy:
            story, first_seen = f"s{article_id(url)}", published

        def text(length: int) -> str:
            return between.join(chance.choice(words) for _ in range(length))  # noqa: B023 - used at once

        yield Document(
            id=article_id(url),
            seq=n + 1,
            story_id=str(story),
            url=url,
            site=f"www.{source}.example",
            source=source,
            source_name=f"The {chance.choice(_NAMES)} {chance.choice(_NAMES)}",
            title=text(9).capitalize(),
            body="\n\n".join(text(45) + "." for _ in range(chance.randint(3, 12))),
            lang=lang,
            collected=published + timedelta(minutes=20),
            published=published,
            summary=text(20),
            authors=(f"{chance.choice(_NAMES)} {chance.choice(_NAMES)}",),
            origin="Lantern Global" if is_copy else None,
            relation=Relation.VERBATIM if is_copy else Relation.ORIGINAL,
            owner="private",
            country=chance.choice(("CA", "CN", "US", "HK")),
            topics=(chance.choice(("canola", "tariffs", "visas", "climate")),),
            score=round(chance.uniform(0.5, 1), 3),
            story_first_seen=first_seen,
        )


def changes_of(documents: Sequence[Document], size: int = BATCH) -> Iterator[list[Change]]:
    """Yield documents as the ledger hands them out, a batch at a time."""
    for at in range(0, len(documents), size):
        yield [Change(document.seq, document.id, document) for document in documents[at : at + size]]


def bench_index(
    url: str,
    *,
    api_key: str | None = None,
    ca_certs: str | None = None,
    articles: int = ARTICLES,
    months: int = MONTHS,
) -> list[Row]:
    """Measure an Elasticsearch, in indices and templates of their own, which are removed at the end."""
    from elasticsearch import Elasticsearch

    from pipelines.adapters.elastic_index import ElasticIndex

    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    index = ElasticIndex(url, api_key=api_key, ca_certs=ca_certs, prefix=prefix)
    trust: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
    client = Elasticsearch(url, api_key=api_key, request_timeout=120, **trust)
    documents = list(made_up(articles, months=months))
    warming = list(made_up(WARMING, seed=0, months=months))
    try:
        index.setup()
        rows = _writing(index, client, f"{prefix}-articles-bare", warming, documents)
        rows += _searching(index)
        rows += _rebuilding(index, documents)
    finally:
        _forget(client, prefix)
        client.close()
        index.close()
    return rows


def _writing(
    index: SearchIndex,
    client: Elasticsearch,
    bare: str,
    warming: Sequence[Document],
    documents: Sequence[Document],
) -> list[Row]:
    """Write every batch twice: plainly into `bare`, which has the same mapping, and by the adapter.

    The plain way is in turns a bulk of ready lines and a bulk of ready dicts.
    """
    from pipelines.adapters.elastic_index.documents import Operation, article_operation, bulk_body

    def into_bare(operation: Operation) -> bytes:
        return operation.action(bare, require_alias=False)

    spent = {"lines": 0.0, "dicts": 0.0, "write": 0.0}
    written = dict.fromkeys(spent, 0)
    seconds = 0.0

    def measure(what: str, work: Callable[[], object], number: int) -> None:
        since = time.process_time()
        work()
        spent[what] += time.process_time() - since
        written[what] += number

    send: Callable[..., object] = client.bulk  # it takes ready lines as they are, its annotation only dicts

    def ready_dicts(changes: Sequence[Change]) -> Callable[[], object]:
        dicts = [part for change in changes for part in _action_and_source(change, bare)]
        return partial(client.bulk, operations=dicts)

    def ready_lines(changes: Sequence[Change]) -> Callable[[], object]:
        return partial(send, body=bulk_body([article_operation(one) for one in changes], into_bare))

    client.indices.create(index=bare)
    for changes in changes_of(warming):
        ready_dicts(changes)()
        ready_lines(changes)()
        index.write(changes)
    size = min(BATCH, (len(documents) + 1) // 2)  # of few articles too some are written in either way
    for turn, changes in enumerate(changes_of(documents, size)):
        what, ready = ("dicts", ready_dicts) if turn % 2 else ("lines", ready_lines)
        measure(what, ready(changes), len(changes))
        started = time.perf_counter()
        measure("write", partial(index.write, changes), len(changes))
        seconds += time.perf_counter() - started
    client.indices.delete(index=bare)
    each = {what: 1e6 * spent[what] / max(written[what], 1) for what in spent}
    return [
        Row("articles", len(documents), ""),
        Row("writing by the adapter, CPU an article", each["write"], "µs"),
        Row("bare bulk, the client makes NDJSON of ready dicts", each["dicts"], "µs"),
        Row("bare bulk of ready NDJSON, only sent", each["lines"], "µs"),
        Row("writing, to a bare bulk", each["write"] / each["dicts"], "×"),
        Row("writing, to a bare bulk of ready NDJSON", each["write"] / each["lines"], "×"),
        Row("articles written a second", len(documents) / seconds, ""),
    ]


def _action_and_source(change: Change, index: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from pipelines.adapters.elastic_index.documents import article_source

    assert change.document is not None, "made-up articles are never removed"
    action = {"_index": index, "_id": change.article_id, "version": change.seq, "version_type": "external"}
    return {"index": action}, article_source(change.document)


def _searching(index: SearchIndex) -> list[Row]:
    """Ask each query a few times; the median and the slowest."""
    took = []
    for text in SEARCHES * 5:
        query = parse(text, datetime(2026, 3, 1, tzinfo=UTC))
        started = time.perf_counter()
        index.search(query)
        took.append(time.perf_counter() - started)
    took.sort()
    started = time.perf_counter()
    everything = index.search(parse("*:*"), limit=0)
    deepest = index.search(parse("*:*"), limit=10, offset=max(0, everything.total - 10))
    assert len(deepest.stories) == min(10, everything.total), "the last page is not whole"
    return [
        Row("a search, median", took[len(took) // 2] * 1e3, "ms"),
        Row("a search, slowest", took[-1] * 1e3, "ms"),
        Row("counting all stories and the last page", (time.perf_counter() - started) * 1e3, "ms"),
    ]


def _rebuilding(index: SearchIndex, documents: Sequence[Document]) -> list[Row]:
    started = time.perf_counter()
    written = index.rebuild(changes_of(documents))
    seconds = time.perf_counter() - started
    assert written == len(documents), f"{written} of {len(documents)} articles are there after a rebuild"
    return [Row("articles rebuilt a second", written / seconds, "")]


def _forget(client: Elasticsearch, prefix: str) -> None:
    names = list(client.indices.get_alias(index=f"{prefix}-*").body)
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)
    quiet = client.options(ignore_status=404)
    quiet.indices.delete_index_template(name=f"{prefix}-*")
    quiet.cluster.delete_component_template(name=f"{prefix}-*")
