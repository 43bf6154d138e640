"""Made-up news for measuring stories: reports in English and Chinese, and reprints of them that are told apart by number.

    report ──► verbatim │ shortened │ edited │ embedded in a page of its own      two in five articles are reprints

Words are used as often as words are, and stock phrases recur from report to report, so that lookup keys are as frequent as those
of real news. The same seed gives the same stream.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product

_SYLLABLES = "ca no la ter ri fa mi si on bre ka lo ven tu pro de gra sel mon ti".split()  # noqa: SIM905
_WORDS, _PHRASES = 20_000, 4_000
_LENGTH, _SPREAD, _SHORTEST, _LONGEST = 380.0, 0.55, 60, 1600
"""Words of a report: the median and the spread (of a log-normal distribution), and the bounds."""
_REPRINTED = 0.4
_FRESH = 400
"""Reports back that are still reprinted."""
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """An article of the stream; `report` numbers the text that it carries."""

    number: int
    report: int
    outlet: str
    title: str
    paragraphs: tuple[str, ...]
    lang: str
    at: datetime

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


class _Tongue:
    """A language that nobody speaks."""

    def __init__(self, chance: random.Random, words: Sequence[str], between: str) -> None:
        self._words = list(words)
        chance.shuffle(self._words)
        self._often = list(accumulate(1 / (n + 3) for n in range(len(self._words))))
        self.between = between
        self._phrases = [self._draw(chance, chance.randint(3, 7)) for _ in range(_PHRASES)]
        self._phrases_often = list(accumulate(1 / (n + 20) for n in range(_PHRASES)))

    def _draw(self, chance: random.Random, k: int) -> list[str]:
        return chance.choices(self._words, cum_weights=self._often, k=k)

    def words(self, chance: random.Random, k: int, names: Sequence[str]) -> list[str]:
        words: list[str] = []
        while len(words) < k:
            kind = chance.random()
            if kind < 0.06:
                words += chance.choices(self._phrases, cum_weights=self._phrases_often)[0]
            elif kind < 0.12:
                words.append(chance.choice(names))
            elif kind < 0.14:
                words.append(str(chance.randrange(2, 9000)))
            else:
                words += self._draw(chance, chance.randint(2, 9))
        return words

    def paragraph(self, chance: random.Random, names: Sequence[str]) -> str:
        return " ".join(self._sentence(chance, names) for _ in range(chance.randint(1, 3)))

    def _sentence(self, chance: random.Random, names: Sequence[str]) -> str:
        words = self.words(chance, chance.randint(9, 26), names)
        words[0] = words[0].capitalize()
        if chance.random() < 0.15:
            at = chance.randrange(len(words) // 2)
            words[at], words[-1] = "“" + words[at], words[-1] + "”"
        return self.between.join(words) + ("." if self.between else "。")


def _tongues(chance: random.Random) -> dict[str, _Tongue]:
    latin = ["".join(parts) for n in (2, 3, 4) for parts in product(_SYLLABLES[: 24 - 3 * n], repeat=n)]
    chance.shuffle(latin)
    han = [
        "".join(chance.choices([chr(c) for c in range(0x4E00, 0x4E00 + 1800)], k=2)) for _ in range(_WORDS)
    ]
    return {"en": _Tongue(chance, latin[:_WORDS], " "), "zh-Hans": _Tongue(chance, han, "")}


def stream(number: int, seed: int = 1, outlets: int = 80) -> Iterator[Made]:
    """Yield articles in order of appearance, a minute apart."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    tongues = _tongues(chance)
    recent: list[Made] = []
    for n in range(number):
        outlet = f"outlet-{chance.randrange(outlets)}"
        at = START + timedelta(minutes=n)
        if recent and chance.random() < _REPRINTED:
            original = recent[-1 - int(len(recent) * chance.random() ** 3)]
            yield _reprint(chance, tongues[original.lang], original, n, outlet, at)
            continue
        lang = "zh-Hans" if chance.random() < 0.2 else "en"
        made = _report(chance, tongues[lang], lang, n, outlet, at)
        recent = [*recent[-_FRESH:], made]
        yield made


def _names(chance: random.Random, tongue: _Tongue) -> list[str]:
    return [word.capitalize() for word in tongue._draw(chance, 12)]


def _report(chance: random.Random, tongue: _Tongue, lang: str, n: int, outlet: str, at: datetime) -> Made:
    names = _names(chance, tongue)
    wanted = min(max(int(chance.lognormvariate(0, _SPREAD) * _LENGTH), _SHORTEST), _LONGEST)
    paragraphs: list[str] = []
    length = 0
    while length < wanted:
        paragraphs.append(tongue.paragraph(chance, names))
        length += len(paragraphs[-1].split()) if tongue.between else len(paragraphs[-1]) // 2
    title = tongue.between.join(tongue.words(chance, 9, names)).capitalize()
    return Made(n, n, outlet, title, tuple(paragraphs), lang, at)


def _reprint(
    chance: random.Random, tongue: _Tongue, original: Made, n: int, outlet: str, at: datetime
) -> Made:
    parts = list(original.paragraphs)
    title = original.title
    kind = chance.random()
    names = _names(chance, tongue)
    if kind < 0.3:
        parts = parts[: max(2, int(len(parts) * chance.uniform(0.5, 0.9)))]
    elif kind < 0.5:
        parts = [_edited(chance, tongue, part) for part in parts]
        title = tongue.between.join(tongue.words(chance, 9, names)).capitalize()
    elif kind < 0.6:
        own = [tongue.paragraph(chance, names) for _ in range(max(2, len(parts) // 2))]
        parts = [own[0], *parts, *own[1:]]
    furniture = f"{outlet.replace('-', ' ').title()} · {tongue.paragraph(random.Random(outlet), ['Desk'])}"  # noqa: S311
    return Made(n, original.report, outlet, title, (*parts, furniture), original.lang, at)


def _edited(chance: random.Random, tongue: _Tongue, paragraph: str) -> str:
    """Put another word in the place of one in twenty-five."""
    if not tongue.between:
        return paragraph.replace("。", "；") if chance.random() < 0.3 else paragraph
    words = paragraph.split()
    for at in range(len(words)):
        if chance.random() < 0.04:
            words[at] = tongue._draw(chance, 1)[0]
    return " ".join(words)
