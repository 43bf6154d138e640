"""What a sentence states that a correction may touch: numbers, names, quotations, attribution, negation (pure).

Names in a Latin script are words with a capital inside a sentence. Chinese has no capitals: there a name is known by
what stands beside it (a title, a verb of saying) or by its ending (部, 公司, 省); a name without either is missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from pipelines.text.folding import fold_typography
from pipelines.text.tokens import tokens

_HAN = "㐀-䶿一-鿿豈-﫿"

# -- numbers ------------------------------------------------------------------------------------------

_AGO = re.compile(
    r"\b(?:\d+|an?) (?:second|minute|min|hour|hr|day)s? ago\b|\bil y a (?:\d+|une?) (?:minute|heure|jour)s?\b|\d+ ?(?:秒|分钟|分鐘|小时|小時|天)前",
    re.IGNORECASE,
)
_SPELLED = {
    word: str(value)
    for value, words in enumerate(
        (
            (), (), ("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"), ("six",),
            ("seven", "sept"), ("eight", "huit"), ("nine", "neuf"), ("ten", "dix"), ("eleven", "onze"),
            ("twelve", "douze"), ("thirteen", "treize"), ("fourteen", "quatorze"), ("fifteen", "quinze"),
            ("sixteen", "seize"), ("seventeen",), ("eighteen",), ("nineteen",), ("twenty", "vingt"),
        )
    )
    for word in words
} | {"thirty": "30", "trente": "30", "forty": "40", "fifty": "50", "dozen": "12", "hundred": "100", "half": "½"}  # fmt: skip
_SCALE = {
    "k": "e3", "thousand": "e3", "mille": "e3", "千": "e3", "万": "e4", "m": "e6", "mln": "e6", "million": "e6", "millions": "e6",
    "百万": "e6", "亿": "e8", "bn": "e9", "billion": "e9", "billions": "e9", "milliard": "e9", "milliards": "e9", "十亿": "e9",
    "trillion": "e12", "trillions": "e12", "万亿": "e12",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<figure>\d+(?:[.,  ’']\d{3}(?!\d))*(?:[.,]\d+)?)"
    r"(?:[ -]?(?P<scale>(?:thousand|mille|mln|millions?|bn|billions?|milliards?|trillions?)\b|百万|十亿|万亿|[千万亿]|(?:k|m)\b))?"
    rf"|(?P<word>\b(?:{'|'.join(_SPELLED)})\b)(?:[ -](?P<word_scale>thousand|mille|millions?|billions?|milliards?|trillions?)\b)?"
    r"|(?P<han>[一二两三四五六七八九十百千万亿零〇]+)(?=[个名人家项次年月日元件位场份天周号岁%％])",
    re.IGNORECASE,
)
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text in one notation, with how it prints them first: 14, fourteen and 十四 are one."""
    return Counter(value for value, _ in _numbers(text))


def numbers_printed(text: str) -> dict[str, str]:
    """Return how a text prints each of its numbers."""
    printed: dict[str, str] = {}
    for value, as_printed in _numbers(text):
        printed.setdefault(value, as_printed)
    return printed


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(_AGO.sub(" ", fold_typography(text))):
        scale = _SCALE.get((match["scale"] or match["word_scale"] or "").lower(), "")
        if match["figure"]:
            value = re.sub(r"[.,  ’'](?=\d{3}(?!\d))", "", match["figure"]).replace(",", ".")
        elif match["word"]:
            value = _SPELLED[match["word"].lower()]
        else:
            value = _han_number(match["han"])
        yield value + scale, match.group().strip()


def _han_number(text: str) -> str:
    """Return the value of a Chinese numeral; its scale stays apart as in 3万."""
    scale = ""
    while text and text[-1] in "万亿":
        text, scale = text[:-1], {"万": "e4", "亿": "e8"}[text[-1]]
    if not any(c in _HAN_UNITS for c in text):
        return "".join(str(_HAN_DIGITS[c]) for c in text if c in _HAN_DIGITS) + scale
    total, digit = 0, 0
    for c in text:
        if c in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[c]
            digit = 0
        else:
            digit = _HAN_DIGITS.get(c, 0)
    return str(total + digit) + scale


# -- dates --------------------------------------------------------------------------------------------

_ENGLISH = (
    ("month", "January February March April May June July August September October November December"),
    ("month", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    ("day", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
)  # fmt: skip
_FRENCH = (
    ("month", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("day", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
)
_DATES = {
    word: (kind, number)
    for kind, words in (*_ENGLISH, *_FRENCH)
    for number, word in enumerate(words.split(), 1)
} | {"Sept": ("month", 9)}
"""English ones by their capital, since reporters may march; Chinese dates are numbers."""
_DATE = re.compile(rf"\b(?:{'|'.join(sorted(_DATES, key=len, reverse=True))})\b")


def dates(text: str) -> dict[tuple[str, int], str]:
    """Return the months and days of the week that a text names, each with how it prints it first."""
    found: dict[tuple[str, int], str] = {}
    for match in _DATE.finditer(text):
        found.setdefault(_DATES[match.group()], match.group())
    return found


# -- names --------------------------------------------------------------------------------------------

_WORD = re.compile(rf"[^\W\d_{_HAN}]+(?:['’.-][^\W\d_{_HAN}]+)*")
_NO_NAME = frozenset(
    """
    i the a an he she it they we you his her its their our in on at of for to from by with and but or if when while as after before
    mr mrs ms miss dr sir madam president premier prime minister ministre foreign trade finance deputy former chief secretary ambassador
    spokesperson spokesman spokeswoman official officials police m mme mm le la les l un une des du il elle ils elles on
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()  # noqa: SIM905 -- a list of strings would fill a page
)
_SAYING = r"(?:said|says|told|added|noted|warned|denied|claimed|admitted|alleged|confirmed|announced|declared|stated|wrote|argued|insisted)"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文习"
_HAN_TITLE = "部长|总理|主席|总统|外长|大使|省长|市长|书记|主任|局长|司长|行长|院长|校长|教授|博士|先生|女士|记者|发言人|议员|将军|法官|律师|总裁|董事长|经理|会长|秘书长"
_HAN_NAMES = (
    re.compile(rf"[{_HAN}]{{1,8}}(?:·[{_HAN}]{{1,8}})+"),
    re.compile(rf"(?<=[{_HAN}])(?:(?<=部长)|(?<=总理)|(?<=主席)|(?<=总统)|(?<=外长)|(?<=大使)|(?<=省长)|(?<=市长)|(?<=书记)|(?<=主任)|(?<=局长)|(?<=发言人)|(?<=议员)|(?<=教授)|(?<=记者))"
               rf"[{_HAN}]{{2,4}}?(?=(?:[在说称向和与对将于日今昨就是的也，,。、]|表示|指出|强调|宣布|会见|认为|介绍|$))"),
    re.compile(rf"[{_SURNAMES}][{_HAN}]{{1,2}}(?={_HAN_TITLE}|表示|指出|强调|说[，：:]|称[，：:]|[（(])"),
    re.compile(rf"[{_HAN}]{{2,6}}(?:省|市|县|集团|公司|大学|银行|委员会|法院|研究院|协会|出版社)"),
)  # fmt: skip


class Name(NamedTuple):
    """A name as printed and the folded words by which it is the same as another."""

    printed: str
    words: frozenset[str]


def capitalised(text: str) -> frozenset[str]:
    """Return the words that a text writes with a capital inside its sentences: what may be a name at their head."""
    return frozenset(
        match.group().lower() for match in _WORD.finditer(text) if not _opens(text, match.start()) and match.group()[0].isupper()
    )  # fmt: skip


def _opens(text: str, start: int) -> bool:
    """Return whether a word stands where a sentence or a quotation begins, where any word has a capital."""
    before = text[max(0, start - 3) : start].rstrip()[-1:]
    return not before or before in ".!?…:;\"“«‘'(—–-•|"


def names(sentence: str, known: Collection[str]) -> list[Name]:
    """Return the names of a sentence. `known` are words seen with a capital inside sentences."""
    if sentence.isupper():
        return []
    text = " ".join(sentence.split())
    found: list[Name] = []
    for run in _runs(text, known):
        words = frozenset(
            w.removesuffix("'s").removesuffix("'") for w in (fold_typography(x).lower() for x in run.split())
        )
        if kept := words - _NO_NAME:
            found.append(Name(run, kept))
    folded = fold_typography(text)
    for pattern in _HAN_NAMES:
        found += [Name(m.group(), frozenset((m.group(),))) for m in pattern.finditer(folded)]
    return found


def _runs(text: str, known: Collection[str]) -> Iterator[str]:
    """Yield stretches of capitalised words side by side."""
    run: list[str] = []
    last = -2
    for match in _WORD.finditer(text):
        word = match.group()
        follows = match.start() == last + 1 and text[last] == " "
        is_name = word[0].isupper() and (
            follows or not _opens(text, match.start()) or _begins_name(text, match, known)
        )
        if run and (not is_name or not follows):
            yield " ".join(run)
            run = []
        if is_name:
            run.append(word)
            last = match.end()
        else:
            last = -2
    if run:
        yield " ".join(run)


def _begins_name(text: str, match: re.Match[str], known: Collection[str]) -> bool:
    """Return whether the first word of a sentence is a name: it is one elsewhere, or it speaks ("Analysts said" is nobody)."""
    word = match.group().lower()
    if word in _NO_NAME:
        return False
    rest = text[match.end() : match.end() + 30]
    if word in known:
        return True
    speaks = re.match(rf" (?P<second>[A-ZÀ-Þ][\w’'-]+ )?{_SAYING}\b", rest)
    return speaks is not None and (speaks["second"] is not None or not word.endswith("s"))


# -- quotations ---------------------------------------------------------------------------------------

_QUOTED = re.compile(r'"([^"\n]{4,2000})"')
_LEAST_QUOTED = 3
"""Words (two Chinese characters are one) from which quotation marks hold a statement and not a term."""


class Quotation(NamedTuple):
    printed: str
    key: tuple[str, ...]


def quotations(line: str) -> list[Quotation]:
    """Return what stands in quotation marks in a paragraph."""
    found = (Quotation(m[1].strip(), tuple(tokens(m[1]))) for m in _QUOTED.finditer(fold_typography(line)))
    return [q for q in found if _weight(q.key) >= _LEAST_QUOTED]


def _weight(key: tuple[str, ...]) -> float:
    return sum(0.5 if len(word) == 1 and word > "\u303f" else 1.0 for word in key)


def weight(key: tuple[str, ...]) -> float:
    """Return the length of a sentence in words; two Chinese characters are one."""
    return _weight(key)


# -- attribution and negation -------------------------------------------------------------------------

_PRONOUN = frozenset("he she they it who il elle ils elles qui".split())  # noqa: SIM905
_MANNER = {
    "deny": "denied denies deny nie nié nient démenti dément 否认",
    "admit": "admitted admits admit reconnu reconnaît avoué 承认",
    "claim": "claimed claims claim alleged alleges allege prétendu prétend 声称 宣称",
    "accuse": "accused accuses accuse accusé 指责 指控 谴责 condemned condemns condamné",
    "confirm": "confirmed confirms confirm confirmé confirme 证实 确认",
    "warn": "warned warns warn averti avertit 警告",
    "say": (
        "said says say saying told tells added adds noted notes stated states explained explains dit déclaré affirmé indiqué "
        "ajouté précisé expliqué souligné affirme indique déclare ajoute précise 表示 指出 强调 说 称 介绍 告诉"
    ),
}
_MANNERS = {word: manner for manner, words in _MANNER.items() for word in words.split()}
_LATIN_VERB = "|".join(sorted((w for w in _MANNERS if w.isascii() or w[0] < "\u3000"), key=len, reverse=True))
_HAN_VERB = "|".join(sorted((w for w in _MANNERS if w[0] > "\u3000"), key=len, reverse=True))
_SPEAKERS = (
    re.compile(rf"(?P<who>(?:[^\W\d_][\w.'-]* ){{0,3}}[^\W\d_][\w.'-]*),? (?:a |ont |has |have |had )?(?P<verb>{_LATIN_VERB})\b", re.IGNORECASE),
    re.compile(rf"[\"»,] (?:a |ont )?(?P<verb>{_LATIN_VERB}) (?P<who>[A-ZÀ-Þ][\w.'-]*(?: [A-ZÀ-Þ][\w.'-]*){{0,3}})"),
    re.compile(r"\b(?:according to|selon|d'après) (?P<who>[^\W\d_][\w.'-]*(?: (?!that\b|who\b|qui\b)[^\W\d_][\w.'-]*){0,4})(?P<verb>)", re.IGNORECASE),
    re.compile(rf"据(?P<who>[{_HAN}·]{{2,10}}?)(?:报道|消息|称|透露|统计|介绍)(?P<verb>)"),
    re.compile(rf"(?P<who>[{_HAN}·]{{2,4}})(?P<verb>{_HAN_VERB})(?=[，,：:“\"])"),
)  # fmt: skip


class Attribution(NamedTuple):
    """Who is made to answer for a sentence, and how: "say", "deny", "claim" …"""

    printed: str
    who: str
    manner: str


def attributions(sentence: str) -> list[Attribution]:
    """Return who says what a sentence tells, the speaker by the last word of the name."""
    found: dict[tuple[str, str], Attribution] = {}
    text = fold_typography(" ".join(sentence.split()))
    for pattern in _SPEAKERS:
        for match in pattern.finditer(text):
            who = match["who"].strip()
            last = who.split()[-1].lower() if " " in who else who[-3:] if who[0] > "\u3000" else who.lower()
            manner = _MANNERS.get(match["verb"].lower(), "say")
            if last not in _MANNERS:
                found.setdefault((last, manner), Attribution(match.group().strip(' ",»，：:'), last, manner))
    return list(found.values())


def is_pronoun(attribution: Attribution) -> bool:
    return attribution.who in _PRONOUN


_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|neither|nor|without|cannot|\w+n't|ne|n'(?=\w)|pas|jamais|aucune?|ni|sans)\b|并?未(?=[^来])|没有?|不(?!过|仅|但|断|同)|并非|从未|尚未|无法",
    re.IGNORECASE,
)
_PAIRED_NEGATION = re.compile(
    r"\b(?:ne|n')\s*([\w' ]{1,40}?)\b(pas|jamais|aucune?|plus|rien)\b", re.IGNORECASE
)


def negations(sentence: str) -> int:
    """Return how often a sentence denies; French "ne … pas" counts once."""
    text = _PAIRED_NEGATION.sub(r"\1 \2", fold_typography(sentence))
    return len(_NEGATION.findall(text))
