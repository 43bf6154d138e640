"""Words that count: numbers, ordinals, days and months, in three languages (pure)."""

from __future__ import annotations

from collections.abc import Sequence


def _word_set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_CHINESE_NUMERALS = frozenset("〇零一二三四五六七八九十百千两")
#: Cardinals may count anything.
_CARDINALS = _word_set(
    "one two three four five six seven eight nine ten",
    "un deux trois quatre cinq sept huit neuf dix onze douze",
)
_MONTHS = _word_set(
    "january february march april may june july august september october november december",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
#: Words that count the parts of a series, besides figures.
_PARTS = _MONTHS | _word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth",
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth eleven twelve",
    "monday tuesday wednesday thursday friday saturday sunday",
    "spring summer autumn fall winter morning afternoon evening st nd rd th",
    "premier première deuxième second seconde troisième quatrième cinquième sixième septième huitième",
    "neuvième dixième onzième douzième treizième quatorzième quinzième",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "printemps été automne hiver matin soir er re e ème",
    "i ii iii iv v vi vii viii ix x",
)
#: Numbers that are years. "2000 dead" is told apart by what stands behind no better than by this.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_COUNTING = _PARTS | _CARDINALS
#: Words before and behind a number that make it an ordinal or a date.
_BEFORE_NUMBER = _MONTHS | _word_set(
    "part no nº number numéro partie semaine week day jour round issue episode épisode volume 第"
)
_BEHIND_NUMBER = _MONTHS | _word_set("st nd rd th er re e ème 批 期 轮 届 次 日 月 号 年 周")


def is_counting(token: str) -> bool:
    """Tell whether a token is a number, or a word that counts."""
    return token[0].isdigit() or token in _COUNTING or token[0] in _CHINESE_NUMERALS


def is_ordinal(title: Sequence[str], at: int) -> bool:
    """Tell whether a word counts a series or the days.

    Others count what happened: "14 dead".
    """
    word = title[at]
    if not is_counting(word):
        return False
    if word in _PARTS or _is_year(word):
        return True
    if at > 0 and title[at - 1] in _BEFORE_NUMBER:
        return True
    return at + 1 < len(title) and title[at + 1] in _BEHIND_NUMBER


def _is_year(token: str) -> bool:
    """Tell whether a number is a year of these times."""
    return token.isdigit() and _FIRST_YEAR <= int(token) <= _LAST_YEAR


def join_chinese_numbers(title: Sequence[str]) -> list[str]:
    """Return a title's tokens with each Chinese number as one.

    So 第 十 二 批 and 第 十 批 have the same length.
    """
    joined: list[str] = []
    for token in title:
        if token in _CHINESE_NUMERALS and joined and joined[-1][-1] in _CHINESE_NUMERALS:
            joined[-1] += token
        else:
            joined.append(token)
    return joined
