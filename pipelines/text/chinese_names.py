"""Names in Chinese, known by what stands beside them: it has no capitals (pure).

No word is cut, and the only names that are known are those of countries. Two characters beside a title,
an office or a place's ending stand for the name that they begin or end: 洛哥 for 摩洛哥外长, 青岛 for
青岛市. Words that are no names (有关部门, 主要城市) are found as well. They do no harm, since two texts of
one report have them both, and so have two reports of one form. Those that editors change are left out.

All words stand in `chinese_names.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, compress, pairwise

from pipelines.text.vocabulary import Phrases, Vocabulary, any_of, read_vocabulary


class NameWords(Vocabulary):
    """The words of `chinese_names.yaml`, where each is explained."""

    offices: Phrases
    before_person: Phrases
    bodies: Phrases
    sayings: Phrases
    #: The ending of a place, and the characters that make another word of it.
    places: Mapping[str, str]
    begin_no_name: str
    end_no_name: str
    not_behind_somebody: str
    counted: Phrases
    no_names: Mapping[str, tuple[str, ...]]
    sides: str


WORDS = read_vocabulary("pipelines.text", "chinese_names.yaml", NameWords)
_NO_NAMES = frozenset(chain.from_iterable(WORDS.no_names.values()))
#: Stored prints hold names that were found with it: another range would part them from new ones.
_HAN = "\u4e00-\u9fff"
_NUMERALS = "零〇一二三四五六七八九十百千"


def _any_place() -> str:
    """Return the pattern of how places end, where no other word begins."""
    endings = []
    for ending, others in WORDS.places.items():
        endings.append(f"{ending}(?![{others}])" if others else ending)
    return "|".join(endings)


def _name_before() -> re.Pattern[str]:
    """Return the pattern of two characters before words that stand behind names."""
    words = (*WORDS.offices, *WORDS.bodies, *WORDS.sayings, *WORDS.places)
    first = "".join(sorted({word[0] for word in words}))
    behind = f"{any_of(WORDS.offices, WORDS.bodies, WORDS.sayings)}|{_any_place()}"
    # The words are tried only where one of their first characters is: otherwise all of them would be, at
    # each place.
    return re.compile(rf"(?=[{first}])(?<=([{_HAN}]{{2}}))(?={behind})")


_NAME_BEFORE = _name_before()
_NAME_BEHIND = re.compile(rf"{any_of(WORDS.offices, WORDS.before_person)}([{_HAN}]{{2}})")
# A surname before the character that stands for a given name which is not printed, as in all news of the
# police.
_SOMEBODY = re.compile(rf"[{_HAN}]某(?![{WORDS.not_behind_somebody}])")
_ORDINAL = re.compile(rf"第?[{_NUMERALS}]+(?={any_of(WORDS.counted)})|第[{_NUMERALS}]+")


@cache
def _country_beginnings() -> frozenset[str]:
    """Return the first two characters of every country's name."""
    from babel import Locale  # loaded with the first Chinese text

    beginnings = set()
    for code, name in Locale("zh").territories.items():
        # The others are numbers: continents and regions.
        if code.isalpha() and len(name) > 1:
            beginnings.add(name[:2])
    return frozenset(beginnings)


def _is_name(pair: str, behind: str) -> bool:
    """Tell whether two characters may be a name's.

    `behind` is the character that follows.
    """
    if pair[0] in WORDS.begin_no_name or pair[1] in WORDS.end_no_name or pair in _NO_NAMES:
        return False
    return behind != "方" or pair[1] not in WORDS.sides


def names_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands for a name, and ordinal numbers (第十二), each with its start.

    The text is in simplified characters.
    """
    for pattern in (_NAME_BEFORE, _NAME_BEHIND):
        for match in pattern.finditer(text):
            pair = match[1]
            if not _is_name(pair, text[match.end(1) : match.end(1) + 1]):
                continue
            yield match.start(1), pair
    # In C: each pair of characters of a text is looked up.
    pairs = list(map("".join, pairwise(text)))
    yield from compress(enumerate(pairs), map(_country_beginnings().__contains__, pairs))
    for pattern in (_SOMEBODY, _ORDINAL):
        for match in pattern.finditer(text):
            yield match.start(), match[0]
