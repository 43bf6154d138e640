"""Made-up news: reports and their reprints.

    report ──► verbatim │ shortened │ edited │ embedded in a page of its own

Two in five articles are reprints.

Words are used as often as words are, and stock phrases recur from report to report, so that lookup keys are
as frequent as those of real news. The same seed gives the same stream.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

START = datetime(2026, 1, 1, tzinfo=UTC)

_SYLLABLES = (
    "ca", "no", "la", "ter", "ri", "fa", "mi", "si", "on", "bre",
    "ka", "lo", "ven", "tu", "pro", "de", "gra", "sel", "mon", "ti",
)  # fmt: skip
_VOCABULARY = 20_000
_PHRASES = 4_000

# Words of a report, log-normal as in real news: the median, the spread, and the bounds.
_MEDIAN_WORDS = 380.0
_SPREAD = 0.55
_SHORTEST = 60
_LONGEST = 1600

_SHARE_OF_REPRINTS = 0.4
_SHARE_OF_CHINESE = 0.2

# Only the last reports are still reprinted.
_REPRINTED_REPORTS = 400

# In an edited reprint one word in twenty-five is another.
_EDITED_WORDS = 0.04
_EDITED_CHINESE_PARAGRAPHS = 0.3

_TITLE_WORDS = 9
_NAMES = 12


@dataclass(frozen=True, slots=True)
class Made:
    """An article; `report` numbers the text that it carries."""

    number: int
    report: int
    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    lang: str
    at: datetime

    @property
    def body(self) -> str:
        """Return the paragraphs as one text."""
        return "\n\n".join(self.paragraphs)


def zipf_weights(number: int, *, flattened_by: int) -> list[float]:
    """Return the cumulated frequencies of words by rank.

    By Zipf's law the n-th word is used about 1/n as often as the first. Real texts are flatter at the
    top, which `flattened_by` imitates.
    """
    weights = []
    total = 0.0
    for rank in range(number):
        total += 1 / (rank + flattened_by)
        weights.append(total)
    return weights


class _Language:
    """A language that nobody speaks.

    `separator` stands between its words.
    """

    def __init__(self, chance: random.Random, words: Sequence[str], separator: str) -> None:
        self.separator = separator
        self._words = list(words)
        chance.shuffle(self._words)
        self._word_weights = zipf_weights(len(self._words), flattened_by=3)
        self._phrases = [self.draw_words(chance, chance.randint(3, 7)) for _ in range(_PHRASES)]
        # Phrases differ less in frequency than words do.
        self._phrase_weights = zipf_weights(_PHRASES, flattened_by=20)

    def draw_words(self, chance: random.Random, number: int) -> list[str]:
        """Return words, the usual ones more often."""
        return chance.choices(self._words, cum_weights=self._word_weights, k=number)

    def write_words(self, chance: random.Random, number: int, names: Sequence[str]) -> list[str]:
        """Return at least so many words.

        A text with stock phrases, names and numbers.
        """
        words: list[str] = []
        while len(words) < number:
            kind = chance.random()
            if kind < 0.06:
                words += chance.choices(self._phrases, cum_weights=self._phrase_weights)[0]
            elif kind < 0.12:
                words.append(chance.choice(names))
            elif kind < 0.14:
                words.append(str(chance.randrange(2, 9000)))
            else:
                words += self.draw_words(chance, chance.randint(2, 9))
        return words

    def write_title(self, chance: random.Random, names: Sequence[str]) -> str:
        """Return a headline."""
        return self.separator.join(self.write_words(chance, _TITLE_WORDS, names)).capitalize()

    def write_paragraph(self, chance: random.Random, names: Sequence[str]) -> str:
        """Return one to three sentences."""
        sentences = []
        for _ in range(chance.randint(1, 3)):
            sentences.append(self._write_sentence(chance, names))
        return " ".join(sentences)

    def _write_sentence(self, chance: random.Random, names: Sequence[str]) -> str:
        words = self.write_words(chance, chance.randint(9, 26), names)
        words[0] = words[0].capitalize()
        # Now and then the end is somebody's words.
        if chance.random() < 0.15:
            first_quoted = chance.randrange(len(words) // 2)
            words[first_quoted] = "“" + words[first_quoted]
            words[-1] += "”"
        if not self.separator:
            return "".join(words) + "。"
        return self.separator.join(words) + "."

    def length_of(self, paragraph: str) -> int:
        """Return the number of words of a paragraph.

        Two Chinese characters count as one.
        """
        if self.separator:
            return len(paragraph.split())
        return len(paragraph) // 2


def _make_languages(chance: random.Random) -> dict[str, _Language]:
    latin: list[str] = []
    for syllables in (2, 3, 4):
        # Fewer syllables for longer words, else there would be far too many.
        used = _SYLLABLES[: 24 - 3 * syllables]
        latin += map("".join, product(used, repeat=syllables))
    chance.shuffle(latin)
    # The first block of Han; which characters they are does not matter.
    characters = list(map(chr, range(0x4E00, 0x4E00 + 1800)))
    han = ["".join(chance.choices(characters, k=2)) for _ in range(_VOCABULARY)]
    return {"en": _Language(chance, latin[:_VOCABULARY], " "), "zh-Hans": _Language(chance, han, "")}


def stream(number: int, seed: int = 1, outlets: int = 80) -> Iterator[Made]:
    """Yield articles in order of appearance, a minute apart."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    languages = _make_languages(chance)
    recent: list[Made] = []
    for n in range(number):
        # Every draw moves the generator on: another order of these lines gives another stream.
        outlet = f"outlet-{chance.randrange(outlets)}"
        at = START + timedelta(minutes=n)
        if recent and chance.random() < _SHARE_OF_REPRINTS:
            # The newest are reprinted most.
            age = int(len(recent) * chance.random() ** 3)
            original = recent[-1 - age]
            yield _make_reprint(chance, languages[original.lang], original, n, outlet, at)
            continue
        lang = "en"
        if chance.random() < _SHARE_OF_CHINESE:
            lang = "zh-Hans"
        report = _make_report(chance, languages[lang], lang, n, outlet, at)
        recent = [*recent[-_REPRINTED_REPORTS:], report]
        yield report


def _draw_names(chance: random.Random, language: _Language) -> list[str]:
    return [word.capitalize() for word in language.draw_words(chance, _NAMES)]


def _make_report(
    chance: random.Random, language: _Language, lang: str, number: int, outlet: str, at: datetime
) -> Made:
    names = _draw_names(chance, language)
    drawn = int(chance.lognormvariate(0, _SPREAD) * _MEDIAN_WORDS)
    wanted = min(max(drawn, _SHORTEST), _LONGEST)
    paragraphs: list[str] = []
    length = 0
    while length < wanted:
        paragraph = language.write_paragraph(chance, names)
        paragraphs.append(paragraph)
        length += language.length_of(paragraph)
    title = language.write_title(chance, names)
    return Made(number, number, outlet, title, tuple(paragraphs), lang, at)


def _make_reprint(
    chance: random.Random, language: _Language, original: Made, number: int, outlet: str, at: datetime
) -> Made:
    """Return a shortened, edited, embedded or verbatim copy."""
    paragraphs = list(original.paragraphs)
    title = original.title
    kind = chance.random()
    names = _draw_names(chance, language)
    # The other four in ten are verbatim.
    if kind < 0.3:
        kept = int(len(paragraphs) * chance.uniform(0.5, 0.9))
        paragraphs = paragraphs[: max(2, kept)]
    elif kind < 0.5:
        paragraphs = [_edit_paragraph(chance, language, paragraph) for paragraph in paragraphs]
        title = language.write_title(chance, names)
    elif kind < 0.6:
        # Half as much again of its own, before and after.
        own = []
        for _ in range(max(2, len(paragraphs) // 2)):
            own.append(language.write_paragraph(chance, names))
        paragraphs = [own[0], *paragraphs, *own[1:]]
    paragraphs.append(_boilerplate(language, outlet))
    return Made(number, original.report, outlet, title, tuple(paragraphs), original.lang, at)


def _boilerplate(language: _Language, outlet: str) -> str:
    """Return the line that an outlet prints under everything."""
    own_chance = random.Random(outlet)  # noqa: S311 - not a secret
    name = outlet.replace("-", " ").title()
    return f"{name} · {language.write_paragraph(own_chance, ['Desk'])}"


def _edit_paragraph(chance: random.Random, language: _Language, paragraph: str) -> str:
    """Change some words; in Chinese the punctuation."""
    if not language.separator:
        if chance.random() < _EDITED_CHINESE_PARAGRAPHS:
            return paragraph.replace("。", "；")
        return paragraph
    words = paragraph.split()
    for place in range(len(words)):
        if chance.random() < _EDITED_WORDS:
            words[place] = language.draw_words(chance, 1)[0]
    return " ".join(words)
