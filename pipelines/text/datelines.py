"""The dateline that opens a report, and credits of pictures (pure).

A dateline names the place where a reporter was. It says little of what the report is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from crawlers.scripts import BASIC_HAN, CAPITALS
from pipelines.text.vocabulary import Vocabulary, any_word, read_vocabulary

#: Characters of the place, with its date, before an agency.
_LONGEST_PLACE = 50


class DatelineWords(Vocabulary):
    """The words of `datelines.yaml`."""

    #: By language, which is for the reader of the file.
    agencies: Mapping[str, tuple[str, ...]]
    before_place: tuple[str, ...]
    behind_day: tuple[str, ...]
    credit_marks: tuple[str, ...]


WORDS = read_vocabulary("pipelines.text", "datelines.yaml", DatelineWords)

_AGENCY = rf"(?<!\w)(?:{any_word(chain.from_iterable(WORDS.agencies.values()))})(?!\w)"
_OPEN, _CLOSED = "(（［\\[【", ")）］\\]】"
_IN_BRACKETS = f"[^{_OPEN}{_CLOSED}\n]"

_DATELINE = re.compile(
    r"\s*(?:"
    # МОСКВА, 17 янв — РИА Новости. ...
    rf"[^\s—–-][^—–\n-]{{1,{_LONGEST_PLACE}}}\s[-–—]\s?{_AGENCY}\s?[.:]\s"
    # (Ottawa) Le ministre ...
    rf"|[(（][{CAPITALS}][\w .'’-]{{1,30}}[)）]\s"
    # OTTAWA — ... or OTTAWA, Jan. 17 (Reuters) - ...
    rf"|[{CAPITALS}][{CAPITALS} .'’-]{{2,40}}(?:,[^—–\n]{{0,50}}?)?(?:\s?[(/][^)/\n]{{2,40}}[)/])?"
    r"\s?(?:—|–|--|-)\s"
    # 新华社北京1月17日电
    rf"|(?:{any_word(WORDS.before_place)})?\s?[{BASIC_HAN}]{{2,6}}\d{{1,2}}月\d{{1,2}}日"
    rf"(?:{any_word(WORDS.behind_day)})"
    # (서울=연합뉴스)
    rf"|[{_OPEN}]{_IN_BRACKETS}{{1,30}}[=＝]{_IN_BRACKETS}{{1,30}}[{_CLOSED}]"
    # 【ワシントン共同】, ［東京 17日 ロイター］
    rf"|[【［]{_IN_BRACKETS}{{0,30}}?(?:{any_word(WORDS.agencies['ja'])}){_IN_BRACKETS}{{0,10}}[】］]"
    # Madrid, 17 ene (EFE).- ... or München (dpa/lby) - ...
    rf"|[^\s(（][^(（\n]{{1,{_LONGEST_PLACE}}}[(（]{_IN_BRACKETS}{{0,25}}?{_AGENCY}{_IN_BRACKETS}{{0,25}}[)）]"
    r"\s?(?:\.?\s?[-–—]+|:)\s?"
    r")"
)

#: A picture's credit.
CREDIT = re.compile(rf"[(（][^()（）]{{0,80}}(?:{any_word(WORDS.credit_marks)})[^()（）]{{0,80}}[)）]")


def end_of_dateline(text: str) -> int:
    """Return where the dateline that opens a text ends, 0 where there is none."""
    dateline = _DATELINE.match(text)
    return dateline.end() if dateline else 0
