"""The contract of SearchIndex, run against every index there is.

A further index joins by one line in `INDEXES`: a function that makes an empty one, ready for use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.adapters.sqlite_index import SqliteIndex
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Change, Document
from pipelines.ports import SearchIndex
from pipelines.query import Not, OneOf, Or, Query, parse
from pipelines.query.parser import MAX_LEVELS
from pipelines.stories.word_hints import word_hints
from tests.builders import NOON, a_document
from tests.contracts import awkward
from tests.contracts.answers import article_ids
from tests.contracts.searches import DOCUMENTS, NAMES, NOW, ODD, SEARCHES


def _sqlite(_: pytest.FixtureRequest, folder: Path) -> SearchIndex:
    made = SqliteIndex(folder / "index.sqlite")
    made.setup()
    return made


def _elastic(request: pytest.FixtureRequest, _: Path) -> SearchIndex:
    made: SearchIndex = request.getfixturevalue("elastic_index")
    made.rebuild([])
    return made


INDEXES: dict[str, Callable[[pytest.FixtureRequest, Path], SearchIndex]] = {
    "memory": lambda _, __: MemoryIndex(),
    "sqlite": _sqlite,
    "elasticsearch": _elastic,
}


@pytest.fixture(params=INDEXES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    made = INDEXES[request.param](request, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module", params=INDEXES)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    if request.param == "elasticsearch":
        made: SearchIndex = request.getfixturevalue("elastic_corpus")
    else:
        made = INDEXES[request.param](request, tmp_path_factory.mktemp("index"))
        made.write(_changes(*DOCUMENTS))
    yield made
    made.close()


def _changes(*documents: Document) -> list[Change]:
    return [Change(document.seq, document.id, document) for document in documents]


def _names_in(expected: str | frozenset[str]) -> set[str]:
    if isinstance(expected, str):
        return set(expected.split())
    return set(expected)


def _found(index: SearchIndex, query: str) -> set[str]:
    answer = index.search(parse(query, NOW), limit=1000)
    ids = article_ids(answer)
    assert len(ids) == len(set(ids)), "an article was found twice"
    assert answer.total == len(answer.stories)
    return set(ids)


# -- what is found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "expected"), SEARCHES + ODD, ids=[q[:40] for q, _ in SEARCHES + ODD])
def test_a_query_finds_exactly_these(corpus: SearchIndex, query: str, expected: str | frozenset[str]) -> None:
    names = _names_in(expected)
    assert names <= NAMES, "the expectation names a document that is not in the corpus"
    assert _found(corpus, query) == names


def test_one_of_several_values_is_enough(corpus: SearchIndex) -> None:
    """What readers tagged is asked for so: by the stories, thousands of them where there are."""
    wanted = sorted({document.story_id for document in DOCUMENTS})[:2]
    asked = OneOf("story", (*wanted, *(f"none{number}" for number in range(3000))))
    of_wanted = {document.id for document in DOCUMENTS if document.story_id in wanted}
    assert set(article_ids(corpus.search(Query("", asked), limit=1000))) == of_wanted
    others = {document.id for document in DOCUMENTS} - of_wanted
    assert set(article_ids(corpus.search(Query("", Not(asked)), limit=1000))) == others
    nothing = OneOf("story", ())
    assert not corpus.search(Query("", nothing), limit=10).total
    assert corpus.search(Query("", Or((nothing, asked))), limit=10).total == len(wanted)


def _nested(first: str, second: str, depth: int) -> str:
    """Return AND and OR inside each other, `depth` times each."""
    return f"{first} AND ({second} OR " * depth + "ottawa" + ")" * depth


@pytest.mark.parametrize("depth", [1, 4, 9, MAX_LEVELS // 2])
def test_a_query_nested_as_deep_as_is_allowed_is_answered(corpus: SearchIndex, depth: int) -> None:
    reference = MemoryIndex()
    reference.write(_changes(*DOCUMENTS))
    excluded = " AND ".join(f"NOT lang:x{number}" for number in range(9))
    for first, second in (("canola", "tariff"), ("lang:en", "NOT source:daily"), (excluded, "lang:fr")):
        query = parse(_nested(first, second, depth), NOW)
        assert article_ids(corpus.search(query, limit=100)) == article_ids(reference.search(query, limit=100))


def test_awkward_texts_and_queries(index: SearchIndex) -> None:
    """One index and one test for all: what is wrong is told together."""
    index.write(_changes(*awkward.DOCUMENTS))
    wrong = {}
    for text, expected in (*awkward.FOUND, *awkward.LONG):
        answer = index.search(parse(text, awkward.NOW), limit=100)
        found = sorted(int(id_[1:]) for id_ in article_ids(answer))
        if found != [int(number) for number in expected.split()]:
            wrong[text[:80]] = (found, expected)
    assert not wrong


def test_every_document_of_the_corpus_is_told_apart_by_some_query() -> None:
    told_apart: set[str] = set()
    for _, expected in SEARCHES:
        names = _names_in(expected)
        if len(names) < 9:
            told_apart |= names
    assert told_apart >= NAMES


# -- order, pages, options -----------------------------------------------------------------------------------


def test_stories_come_newest_first_and_ties_by_id(index: SearchIndex) -> None:
    later = NOON + timedelta(hours=1)
    index.write(
        _changes(
            a_document(1, story_id="b", published=NOON),
            a_document(2, story_id="a", published=NOON),
            a_document(3, story_id="c", published=None, collected=later),
            a_document(4, story_id="b2", published=NOON - timedelta(days=1)),
            a_document(
                5,
                story_id="b2",
                published=later + timedelta(microseconds=1),
                collected=later + timedelta(days=1),
            ),
        )
    )
    answer = index.search(parse("title"))
    assert [story for story, _ in answer.stories] == ["b2", "c", "a", "b"]
    assert [hit.article_id for hit in answer.stories[0][1]] == ["a5", "a4"]
    assert answer.stories[1][1][0].sort_time == later


def test_a_date_that_lies_ahead_sorts_as_the_time_of_collection(index: SearchIndex) -> None:
    index.write(
        _changes(
            a_document(1, story_id="ahead", published=NOON + timedelta(days=2), collected=NOON),
            a_document(2, story_id="later", published=NOON, collected=NOON + timedelta(hours=1)),
            a_document(3, story_id="last", published=None, collected=NOON + timedelta(minutes=1)),
        )
    )
    answer = index.search(parse("title"))
    assert [story for story, _ in answer.stories] == ["last", "ahead", "later"]


def test_a_story_is_placed_by_its_matching_articles_alone(index: SearchIndex) -> None:
    index.write(
        _changes(
            a_document(1, story_id="old", title="canola", published=NOON - timedelta(days=9)),
            a_document(2, story_id="old", title="wheat", published=NOON),
            a_document(3, story_id="mid", title="canola", published=NOON - timedelta(days=1)),
        )
    )
    answer = index.search(parse("canola"))
    assert [(story, len(hits)) for story, hits in answer.stories] == [("mid", 1), ("old", 1)]


def test_pages_join_to_the_whole_and_total_counts_stories_on_every_page(corpus: SearchIndex) -> None:
    query = parse("*:*")
    whole = corpus.search(query, limit=1000)
    pages = [corpus.search(query, limit=7, offset=offset) for offset in range(0, 49, 7)]
    joined: list[object] = []
    for page in pages:
        joined += page.stories
    assert tuple(joined) == whole.stories
    assert {page.total for page in pages} == {whole.total} == {len({d.story_id for d in DOCUMENTS})}
    assert corpus.search(query, limit=0).total == whole.total


def test_options_narrow_like_fields(corpus: SearchIndex) -> None:
    query = parse("*:*")
    chinese = corpus.search(query, lang="zh", limit=1000)
    assert chinese == corpus.search(parse("lang:zh"), limit=1000)
    assert corpus.search(query, lang="zh-HANT", limit=1000).total == 4
    for source in ("rivage", "Le Rivage de Québec"):
        assert corpus.search(query, source=source, limit=1000).total == 7


def test_since_compares_the_time_that_orders(corpus: SearchIndex) -> None:
    since = max(d.published for d in DOCUMENTS if d.published) - timedelta(days=1)
    answer = corpus.search(parse("*:*"), since=since, limit=1000)
    assert set(article_ids(answer)) == {"hyphens", "no-lang", "empty-body", "undated"}


# -- highlights --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name", "marked"),
    [
        ("tariffs", "canola-duty", "<mark>tariff</mark>"),
        ("china", "canola-duty", "<mark>China</mark>’s"),
        ("quebec", "fr-decomposed", "<mark>Que\u0301bec</mark>"),
        ("ambassade", "fr-canola", "L’<mark>ambassade</mark>"),
        ("习近平", "hant-xi", "<mark>習近平</mark>會見"),
        ("習近平", "hans-xi", "<mark>习近平</mark>会见"),
        ("油菜籽", "hans-canola", "加拿大<mark>油菜籽</mark>加征"),
        ("锂", "hans-lithium", "<mark>锂</mark>矿"),
        ('"strategic partnership"', "partnership", "a <mark>strategic partnership</mark>"),
        ('"wheat potash"~1', "near-close", "<mark>Wheat</mark> and <mark>potash</mark>"),
        ("lob*", "lobster", "<mark>Lobsters</mark> fly"),
        ("tech?ologies", "technology", "<mark>Technologies</mark> of"),
        ("title:lobster", "lobster", "<mark>Lobsters</mark> fly"),
        (
            "visas",
            "markup",
            "Q&amp;A: &lt;b&gt;<mark>visas</mark>&lt;/b&gt; &amp; &quot;<mark>visa</mark>-free&quot; entry",
        ),
        ("alert", "markup", "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;"),
    ],
)
def test_hits_are_marked_where_they_stand(corpus: SearchIndex, query: str, name: str, marked: str) -> None:
    passages: tuple[str, ...] = ()
    for _, hits in corpus.search(parse(query), limit=1000).stories:
        for hit in hits:
            if hit.article_id == name:
                passages = hit.highlights
    assert any(marked in passage for passage in passages), passages


def test_excluded_words_and_other_fields_are_not_marked(corpus: SearchIndex) -> None:
    answer = corpus.search(parse("lang:en title:lobster -canola"), limit=1000)
    ((_, (hit,)),) = answer.stories
    assert hit.highlights == ("<mark>Lobsters</mark> fly to Shanghai",)
    assert corpus.search(parse("lang:en"), limit=1).stories[0][1][0].highlights == ()


# -- writing -----------------------------------------------------------------------------------------------


def test_writing_again_changes_nothing(index: SearchIndex) -> None:
    for _ in range(2):
        index.write(_changes(*DOCUMENTS))
    assert index.count() == len(DOCUMENTS)
    assert _found(index, "canola") == {"canola-duty", "canola-update", "steel", "fr-canola"}


def test_an_older_write_never_replaces_a_newer_one(index: SearchIndex) -> None:
    new, old = a_document(1, seq=9, title="new canola"), a_document(1, seq=3, title="old wheat")
    index.write(_changes(new))
    index.write(_changes(old))
    assert (_found(index, "canola"), _found(index, "wheat")) == ({"a1"}, set())
    index.write([Change(4, "a1", None)])
    assert _found(index, "canola") == {"a1"}


def test_a_newer_write_replaces_every_trace_of_the_older(index: SearchIndex) -> None:
    index.write(
        _changes(a_document(1, seq=1, title="old wheat", body="习近平", origin="CGTN", topics=("wheat",)))
    )
    index.write(
        _changes(a_document(1, seq=2, title="new canola", body="加拿大", lang="fr", topics=("canola",)))
    )
    gone = ("wheat", "wh*", "w?eat", "习近平", "习", "origin:cgtn", "origin:*", "topic:wheat", "lang:en")
    assert [_found(index, query) for query in gone] == [set()] * len(gone)
    there = ("canola", "加拿大", "lang:fr", "topic:canola", "-origin:*")
    assert [_found(index, query) for query in there] == [{"a1"}] * len(there)
    assert index.count() == 1


def test_a_removal_lasts_against_an_older_write_and_yields_to_a_newer(index: SearchIndex) -> None:
    index.write(_changes(a_document(1, seq=1, title="canola")))
    index.write([Change(5, "a1", None)])
    assert (index.count(), _found(index, "canola"), _found(index, "*:*")) == (0, set(), set())
    index.write(_changes(a_document(1, seq=4, title="canola")))
    assert index.count() == 0
    index.write(_changes(a_document(1, seq=6, title="canola")))
    assert _found(index, "canola") == {"a1"}


def test_a_removal_that_comes_before_its_document_still_counts(index: SearchIndex) -> None:
    index.write([Change(5, "a1", None)])
    index.write(_changes(a_document(1, seq=2)))
    assert index.count() == 0


def test_the_newest_of_several_changes_in_one_batch_counts(index: SearchIndex) -> None:
    index.write(
        [
            Change(2, "a1", a_document(1, seq=2, title="second")),
            Change(1, "a1", a_document(1, seq=1, title="first")),
            Change(3, "a2", a_document(2, seq=3, title="gone")),
            Change(4, "a2", None),
        ]
    )
    assert _found(index, "*:*") == {"a1"}
    assert _found(index, "second") == {"a1"}


def test_a_document_that_moves_to_another_story_leaves_the_first(index: SearchIndex) -> None:
    document = a_document(1, seq=1, story_id="s1", title="canola")
    index.write(_changes(document))
    index.write(_changes(replace(document, seq=2, story_id="s2")))
    assert [story for story, _ in index.search(parse("canola")).stories] == ["s2"]


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "\U0001f1e8\U0001f1e6", "a" * 100_000, "中" * 50_000, "'" * 999]
)
def test_any_text_can_be_written_and_taken_out_again(index: SearchIndex, text: str) -> None:
    index.write(_changes(a_document(1, seq=1, title=text, body=text, authors=(text,), origin=text)))
    assert _found(index, "lang:en") == {"a1"}
    index.write([Change(2, "a1", None)])
    index.write(_changes(a_document(2, seq=3, title="canola")))
    assert _found(index, "NOT wheat") == {"a2"}


# -- rebuilding --------------------------------------------------------------------------------------------


def test_a_rebuild_replaces_everything(index: SearchIndex) -> None:
    index.write(_changes(a_document(1, seq=1, title="old")))
    batches = [_changes(a_document(2, seq=2, title="new")), _changes(a_document(3, seq=3, title="new"))]
    assert index.rebuild(iter(batches)) == 2
    assert (_found(index, "old"), _found(index, "new")) == (set(), {"a2", "a3"})


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index: SearchIndex) -> None:
    def failing() -> Iterator[list[Change]]:
        yield _changes(a_document(2, seq=2, title="new"))
        raise RuntimeError("the ledger went away")

    index.write(_changes(a_document(1, seq=1, title="old")))
    with pytest.raises(RuntimeError):
        index.rebuild(failing())
    assert (_found(index, "old"), _found(index, "new")) == ({"a1"}, set())
    assert index.rebuild([_changes(a_document(2, seq=2, title="new"))]) == 1
    assert _found(index, "new") == {"a2"}


def test_searches_are_answered_during_a_rebuild(index: SearchIndex) -> None:
    def watching() -> Iterator[list[Change]]:
        yield _changes(a_document(2, seq=2, title="new"))
        assert _found(index, "old") == {"a1"}
        assert _found(index, "new") == set()
        yield _changes(a_document(3, seq=3, title="new"))

    index.write(_changes(a_document(1, seq=1, title="old")))
    index.rebuild(watching())
    assert _found(index, "new") == {"a2", "a3"}


def test_setting_up_twice_changes_nothing_the_second_time(index: SearchIndex) -> None:
    index.write(_changes(a_document(1)))
    assert list(index.setup()) == []
    assert index.count() == 1


def test_facets_count_the_stories_of_each_value(index: SearchIndex) -> None:
    index.write(
        _changes(
            a_document(1, story_id="s1", lang="en", country="CA", topics=("canola", "trade")),
            a_document(2, story_id="s1", lang="zh-Hans", country="CN", topics=("canola",)),
            a_document(3, story_id="s2", lang="en", country="CA", topics=("canola",)),
            a_document(4, story_id="s3", lang="en", country="CA", body="Nothing of it."),
        )
    )

    found = index.facets(parse("topic:canola"), ("lang", "country", "topic"))

    assert found["country"] == {"ca": 2, "cn": 1}
    assert found["topic"] == {"canola": 2, "trade": 1}
    assert found["lang"] == {"en": 2, "zh": 1, "zh-hans": 1}
    assert list(found["country"]) == ["ca", "cn"]
    assert index.facets(parse("topic:canola"), ("country",), most=1) == {"country": {"ca": 2}}
    assert index.facets(parse("topic:nothing"), ("country",)) == {"country": {}}


LONG_URL = f"https://daily.example/{'a' * 5_000}?b=ü"
LONG_NAME = f"The {'very ' * 600}long Daily"


@pytest.mark.parametrize(
    "text",
    [
        f'url:"{LONG_URL}"',
        f'source:"{LONG_NAME}"',
        "url:https\\:\\/\\/daily.example\\/aaaa*",
        "source:the\\ very*",
    ],
    ids=["address", "name", "begin of an address", "begin of a name"],
)
def test_a_long_address_or_name_is_found_like_a_short_one(index: SearchIndex, text: str) -> None:
    long = a_document(1, url=LONG_URL, source_name=LONG_NAME)
    index.write(_changes(long, a_document(2, seq=2)))
    assert article_ids(index.search(parse(text))) == ["a1"]


def test_a_name_that_folds_to_more_than_a_server_takes_costs_no_article(index: SearchIndex) -> None:
    sign = "\ufdfa"
    hostile = a_document(1, source_name=sign * 5_000, url="https://daily.example/" + sign * 2_000)
    assert not index.write(_changes(hostile))
    assert article_ids(index.search(parse("title"))) == ["a1"]


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        (
            "potash NOT peat",
            ['NOT excludes the word after it; to search for the word “not”, write "not" in quotes'],
        ),
        ("xyzzyx NOT peat", ["“xyzzyx” is in no article"]),
        ("canolla", ["“canolla” is in no article; did you mean canola?"]),
        ("Canloa tariff", ["“canloa” is in no article; did you mean canola?"]),
        ("tarrifs -wheat", ["“tarrifs” is in no article; did you mean tariffs?"]),
        ('"canolla tariff"', ["“canolla” is in no article; did you mean canola?"]),
        ("title:embasy lang:fr", ["“embasy” is in no article; did you mean embassy?"]),
        ("xyzzyx", ["“xyzzyx” is in no article"]),
        ("canola source:nobody", []),
        ("-canolla tofu", ["“tofu” is in no article"]),
        ("油菜子", []),
        ("cano", ["“cano” is in no article"]),
        ("canol* source:nobody", []),
    ],
)
def test_of_a_word_that_no_article_has_the_nearest_is_named(
    index: SearchIndex, query: str, hints: list[str]
) -> None:
    titles = (
        "Canola tariffs bite",
        "An embassy reopens",
        "Canola and canopies",
        "油菜籽 关税",
        "Potash not peat",
    )
    documents = []
    for number, title in enumerate(titles, 1):
        documents.append(a_document(number, title=title, body="Nothing more."))
    index.write(_changes(*documents))
    parsed = parse(query, NOW)
    assert index.search(parsed).total == 0
    assert word_hints(index, parsed) == hints


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('"tariff tariff"~5', "near thrice"),
        ('"tariff tariff"~30', "near far thrice"),
        ('"tariff tariff tariff"~30', "thrice"),
        ('title:"tariff tariff"~5', ""),
        ("tariff NEAR/5 tariff", "near forms thrice"),
        ("tariff pre/30 tariff", "near far forms thrice"),
        ('"关税 关税"~6', "zh"),
        ('"加拿大 加拿大"~1', "touching"),
        ('-"tariff tariff"~5 tariff', "once far forms"),
    ],
)
def test_a_word_that_is_asked_for_twice_has_to_stand_there_twice(
    index: SearchIndex, query: str, ids: str
) -> None:
    bodies = {
        "once": "One tariff.",
        "near": "A tariff on a tariff.",
        "far": f"A tariff and {'more ' * 20}of a tariff.",
        "forms": "Tariffs upon a tariff.",
        "thrice": "A tariff, a tariff, and a tariff.",
        "zh": "关税，还有关税。",
        "touching": "加拿大 加拿大",
    }
    documents = []
    for number, (id_, body) in enumerate(bodies.items(), 1):
        documents.append(a_document(number, id=id_, title="News", body=body))
    index.write(_changes(*documents))
    expected = set(ids.split())
    parsed = parse(query, NOW)
    assert set(article_ids(index.search(parsed, limit=100))) == expected
    matched = Matcher([parsed]).match(documents)[0]
    assert {document.id for document in matched} == expected
