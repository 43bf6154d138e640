"""Names in Chinese, known by what stands beside them: it has no capitals (pure).

No word is cut, and the only names that are known are those of countries. Two characters beside a title,
an office or a place's ending stand for the name that they begin or end: 洛哥 for 摩洛哥外长, 青岛 for
青岛市. Words that are no names (有关部门, 主要城市) are found as well. They do no harm, since two texts of
one report have them both, and so have two reports of one form. Those that editors change are left out: they
stand in `chinese_names.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, compress, pairwise

from pipelines.text.vocabulary import Vocabulary, read_vocabulary

# Each is a part of a regular expression: words that stand beside a name.
_OFFICES = (
    "外交部长|外长|总统|总理|首相|主席|国王|大使|部长|省长|市长|县长|州长|书记|主任|局长|院长|校长|教授"
    "|董事长|总裁|经理|队长|教练|法官|议长|议员|发言人|领导人|负责人|先生|女士|同志|长官|常委|特使|秘书长|总干事|司令"
)
_HOUSES = (
    "气象台|海关|法院|检察院|公安|警方|网警|政府|消防|医院|大学|中学|小学|机场|火车站|银行|集团|公司|股份"
    "|有限|委员会|协会|学会|联合会|联盟|自治|论坛|大会|博览会|中央|预警|供电|供水|燃气|公交|地铁|统计局|教育局|交通局|博物馆|图书馆|体育|队|方"
)
_SAYING = "表示|指出|认为|强调|介绍|宣布|获得|担任|出任|逝世|以[0-9]"
_PLACES = "省(?![级略])|市(?![场值面价])|县|区(?![别分域块])|镇|乡|村|州|港口|口岸|岛|河|湖|山"
_BESIDE = f"{_OFFICES}|{_HOUSES}|{_SAYING}|{_PLACES}"
#: Characters that begin or end no name: particles, pronouns, prepositions.
_BEGIN_NO_NAME = "的了在和与及同向对将于是为他她它们这该本各全有无某位名个我你并还也又都已被把由从等或说称"
_END_NO_NAME = "的了在将于是为他们还也又并都则均曾已时前后"
_HAN = "一-鿿"
_FIRST_BESIDE = "".join(sorted({word[0] for word in _BESIDE.split("|")}))
# A name before the words that stand beside it. The words are tried only where one of their first characters
# is: otherwise all of them would be, at each place.
_NAME_BEFORE = re.compile(rf"(?=[{_FIRST_BESIDE}])(?<=([{_HAN}]{{2}}))(?={_BESIDE})")
_NAME_BEHIND = re.compile(rf"(?:{_OFFICES}|任命|被告人)([{_HAN}]{{2}})")
# A surname before the character that stands for a given name which is not printed, as in all news of the
# police.
_SOMEBODY = re.compile(rf"[{_HAN}]某(?![个些种一年月日时地处人事])")
_ORDINAL = re.compile(
    r"第?[零〇一二三四五六七八九十百千]+(?=周年|次会|届|期|批|轮)|第[零〇一二三四五六七八九十百千]+"
)


class NameWords(Vocabulary):
    """The words of `chinese_names.yaml`."""

    no_names: Mapping[str, tuple[str, ...]]
    sides: str


WORDS = read_vocabulary("pipelines.text", "chinese_names.yaml", NameWords)
_NO_NAMES = frozenset(chain.from_iterable(WORDS.no_names.values()))


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
    if pair[0] in _BEGIN_NO_NAME or pair[1] in _END_NO_NAME or pair in _NO_NAMES:
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
