"""Title and lead of a report, without credits and captions (pure)."""

from __future__ import annotations

import re
import unicodedata

from crawlers.scripts import HAN
from pipelines.stories.event_words import WORDS
from pipelines.text.folding import beginning_by_folded_length, fold_typography
from pipelines.text.languages import base_of
from pipelines.text.name_matcher import clean
from pipelines.text.sentences import sentences_of
from pipelines.text.vocabulary import any_word, part_by_spacing

#: Characters of a body that are read.
LEAD_CHARS = 900
#: A third is enough for Chinese, which says as much with it.
CHINESE_LEAD_CHARS = LEAD_CHARS // 3
#: Characters of a title that are read; no page shows a longer one.
TITLE_CHARS = 500


def _any_credit() -> str:
    spaced, unspaced = part_by_spacing(WORDS.credits)
    return rf"(?:\b(?:{any_word(spaced)})\b|{any_word(unspaced)})"


#: (The Canadian Press/Sean Kilpatrick)
_CREDIT = re.compile(rf"\([^()]{{0,80}}{_any_credit()}[^()]{{0,80}}\)", re.IGNORECASE)
_CREDIT_WORDS = re.compile(_any_credit(), re.IGNORECASE)
_CAPTION = re.compile(any_word(WORDS.captions), re.IGNORECASE)
_HAN = re.compile(f"[{HAN}]")
_PLAIN_MARKS = str.maketrans("“”„«»「」『』‘’", '"' * 9 + "''")
_ADDRESS = re.compile(r"https?://\S+")
#: Characters of a sentence; a longer one is cut.
_LONGEST_SENTENCE = 600


def plain_title(title: str) -> str:
    """Return a title as it is compared."""
    return _plain(beginning_by_folded_length(title, TITLE_CHARS))


def plain_lead(body: str, lang: str | None) -> str:
    """Return the beginning of a body as it is compared, without captions and credits."""
    most = CHINESE_LEAD_CHARS if base_of(lang or "") == "zh" else LEAD_CHARS
    text = _plain(beginning_by_folded_length(body, most))
    lines = []
    for line in text.split("\n"):
        sentences = []
        for sentence in sentences_of(line, _LONGEST_SENTENCE):
            if not _CAPTION.search(sentence):
                sentences.append(sentence)
        lines.append(" ".join(sentences))
    return "\n".join(lines)


def simplified(text: str, lang: str | None) -> str:
    """Return a text in simplified characters, as the words of events are written.

    It keeps its length. A Japanese text stays as it is, since its characters are its own.
    """
    if base_of(lang or "zh") != "zh":
        return text
    folded = fold_typography(text)
    return folded if len(folded) == len(text) else text


def _fold_marks(text: str) -> str:
    """Return a text with plain quotation marks; Chinese characters stay."""
    if not _HAN.search(text):
        return fold_typography(text)
    return unicodedata.normalize("NFKC", text).translate(_PLAIN_MARKS)


def _plain(text: str) -> str:
    text = clean(_fold_marks(text))
    text = _ADDRESS.sub(" ", text)
    text = _CREDIT.sub(" ", text)
    return _CREDIT_WORDS.sub(" ", text)
