"""Every index finds words of every language, however they are spelled and written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.model import Change, Document
from pipelines.ports import SearchIndex
from pipelines.query import parse
from tests.builders import NOON, a_document
from tests.contracts.answers import article_ids
from tests.contracts.test_search_index import INDEXES
from tests.pipelines.text.reports import REPORTS


def _documents() -> Iterator[Document]:
    for number, (lang, reports) in enumerate(REPORTS.items(), 1):
        title, *body = reports[0]
        yield a_document(number, id=lang, lang=lang, title=title, body="\n\n".join(body))
    for number, (name, text) in enumerate(ODDLY_WRITTEN.items(), 100):
        yield a_document(number, id=name, lang=None, title=text, body="")


#: Texts that are written in another way than a reader types.
ODDLY_WRITTEN = {
    "vowels": "الصِّينُ تُعلن",
    "stretched": "بيـــان رسمي",
    "hamza": "أستراليا وإيران",
    "arabic-digits": "عام ٢٠٢٧",
    "russian-yo": "Артём Королёв",
    "accents-of-greek": "Ελλάδα και Κύπρος",
    "ukrainian-apostrophe": "Угода з В\u02bcєтнамом",
    "polish": "Żółć w Łodzi",
    "sharp-s": "Die Große Straße",
    "danish": "Ærø og Østersøen",
}


@pytest.fixture(scope="module", params=INDEXES)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = INDEXES[request.param](request, tmp_path_factory.mktemp("index"))
    made.write([Change(document.seq, document.id, document) for document in _documents()])
    yield made
    made.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("merluza", "es"),
        ("duenos", ""),
        ("tripulaciones AND anos", "es"),
        ("grosste", "de"),
        ("großte", "de"),
        ('"alte Gebaude"', "de"),
        ("Fischhalle", "de"),
        ("Halle", ""),
        ("autarquia OR camara", "pt"),
        ("struttura AND 4.200", "it"),
        ("vishal", "nl"),
        ("kjole", "nb"),
        ("kjøle", "nb"),
        ("forseningar", "sv"),
        ("wtorek", "pl"),
        ("najwieksza", "pl"),
        ("хека AND сутки", "ru"),
        ("дождем", "ru"),
        ("дождём", "ru"),
        ("дев'яносто", "ru uk"),
        ("дев’яносто", "ru uk"),
        ("рибальськ*", "uk"),
        ("الميناء", "ar"),
        ("إيريارتي", "ar"),
        ("ايريارتي", "ar"),
        ("市場", "ja"),
        ("メルルーサ", "ja"),
        ('"漁業協同組合"', "ja"),
        ("어시장", "ko"),
        ("협동조합", "ko"),
        ("선원", "ko"),
        ("الصين", "vowels"),
        ("بيان", "stretched"),
        ("استراليا", "hamza"),
        ("وايران", "hamza"),
        ("2027", "arabic-digits"),
        ("королев", "russian-yo"),
        ("Артем", "russian-yo"),
        ("артём", "russian-yo"),
        ("ελλαδα", "accents-of-greek"),
        ("ΚΎΠΡΟΣ", "accents-of-greek"),
        ("в'єтнамом", "ukrainian-apostrophe"),
        ("zolc lodzi", "polish"),
        ("strasse", "sharp-s"),
        ("aero OR aerø OR Ærø", "danish"),
        ("ostersoen", "danish"),
    ],
)
def test_a_word_is_found_in_its_language(corpus: SearchIndex, query: str, found: str) -> None:
    answer = corpus.search(parse(query, NOON), limit=100)
    assert sorted(article_ids(answer)) == found.split()
