"""The bar of facts at a text: 来源：新华社 作者：李明, or Source: Xinhua | Editor: huaxia."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crawlers.scripts import BASIC_HAN
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import any_of

FactKind = Literal["source", "author", "editor", "photographer", "other"]

#: Characters of a line that may be a bar, and of the longest value.
_LONGEST_BAR = 240
_LONGEST_VALUE = 60
#: A longer line with a label in it is prose.
_EASTERN = frozenset(("zh", "ja", "ko"))
#: Where a value ends: a bar, the end of a sentence, a date, a time.
_VALUE_END = re.compile(
    r"[|｜丨•;；。\n]|\s[·•]\s|\s[-–—]\s|\d{4}\s?[-年/.]|\d{1,2}[:：]\d{2}|\(?\d{1,2}月\d"
)
_AROUND = " \u3000,，:：()（）[]【】<>《》“”\"'*-–—"
_HAN_BEGINNING = re.compile(f"[{BASIC_HAN}]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a bar: what it is about, and what it says."""

    kind: FactKind
    value: str


def _phrases(kinds: Mapping[str, Sequence[str]], *, eastern: bool) -> str:
    chosen: list[str] = []
    for language, phrases in kinds.items():
        if (language in _EASTERN) is eastern:
            chosen += phrases
    return any_of(chosen) if chosen else r"(?!)"


def _label_pattern() -> re.Pattern[str]:
    """Return the pattern of all labels; the group that is there names the kind."""
    words = AUTHOR_WORDS.info_bar
    kinds = {
        "photographer": words.photographer,
        "source": words.source,
        "editor": words.editor,
        "author": words.author,
        "other": words.other,
    }
    eastern = []
    western = []
    for kind, phrases in kinds.items():
        eastern.append(f"(?P<{kind}>{_phrases(phrases, eastern=True)})")
        western.append(f"(?P<w_{kind}>{_phrases(phrases, eastern=False)})")
    # 图片来源 is no 来源; a date may end where a label begins.
    before = rf"(?:(?<![{BASIC_HAN}A-Za-z])|(?<=[日分秒]))"
    return re.compile(
        rf"{before}(?:{'|'.join(eastern)})\s{{0,3}}[:：|｜丨/／]|(?<!\w)(?:{'|'.join(western)})\s?[:：]",
        re.IGNORECASE,
    )


_LABEL = _label_pattern()


def read_info_bar(lines: Iterable[str]) -> list[Fact]:
    """Return the facts of the bars among some lines, in order.

    A label may stand on a line of its own, above its value.
    """
    facts: list[Fact] = []
    awaiting: FactKind | None = None
    for line in lines:
        labels = [] if len(line) > _LONGEST_BAR else list(_LABEL.finditer(line))
        if not labels:
            if awaiting is not None:
                _add_fact(awaiting, line, facts)
            awaiting = None
            continue
        awaiting = None
        for position, label in enumerate(labels):
            end = labels[position + 1].start() if position + 1 < len(labels) else len(line)
            kind = _kind_of(label)
            if line[label.end() : end].strip():
                _add_fact(kind, line[label.end() : end], facts)
            elif position + 1 == len(labels):
                awaiting = kind
    return facts


def _kind_of(label: re.Match[str]) -> FactKind:
    name = label.lastgroup or "other"
    kind: FactKind = name.removeprefix("w_")  # type: ignore[assignment]
    return kind


def _add_fact(kind: FactKind, text: str, facts: list[Fact]) -> None:
    value = text.strip(_AROUND)
    end = _VALUE_END.search(value)
    if end:
        value = value[: end.start()].strip(_AROUND)
    # 来源：新华社 第一版: one name, and what stands behind a space is none.
    if kind == "source" and _HAN_BEGINNING.match(value):
        value = value.split()[0].strip(_AROUND)
    if value and len(value) <= _LONGEST_VALUE:
        facts.append(Fact(kind, value))
