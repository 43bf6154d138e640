"""Whether a credited name is the page's own newsroom, somebody else, or nobody."""

from __future__ import annotations

import re

from crawlers.scripts import BASIC_HAN
from pipelines.beat.organisations import key_of
from pipelines.model import Publisher
from pipelines.route import clue_patterns
from pipelines.route.clue_words import WORDS

_CHINESE = re.compile(f"[{BASIC_HAN}]+")
_NOBODY = frozenset(map(key_of, WORDS.source_line.nobody))
_OWN_BEGINNING = WORDS.own_newsroom_beginning
_NEWSROOM_ENDINGS = WORDS.newsroom_endings
#: Characters. A remark in brackets may be longer, the name of an agency is not.
_LONGEST_TAG = 40


def is_own_newsroom(name: str, publisher: Publisher) -> bool:
    """Tell whether a name is that of the page's own newsroom.

    "CBC News" is CBC, and 环球时报社 is 环球时报.
    """
    credited, own = _plain_name(name), _plain_name(publisher.name)
    if not credited or not own:
        return False
    if _CHINESE.match(credited) and min(len(credited), len(own)) >= 2:
        return credited.startswith(own) or own.startswith(credited)
    # Whole words: "CBC" is not "CBCA".
    return f"{credited} ".startswith(f"{own} ") or f"{own} ".startswith(f"{credited} ")


def is_nobody_else(name: str, publisher: Publisher) -> bool:
    """Tell whether a credit names the page itself (本报) or nobody (the web)."""
    key = key_of(name)
    if not key or key in _NOBODY:
        return True
    return name.startswith(_OWN_BEGINNING) or is_own_newsroom(name, publisher)


def is_unknown_agency(tag: str, publisher: Publisher) -> bool:
    """Tell whether an unknown name in a dateline is an agency.

    It is not one where it is the page's own newsroom, or some paper's correspondent.
    """
    if clue_patterns.AGENCY_WORD.search(tag) is None or len(tag) > _LONGEST_TAG:
        return False
    if tag.startswith(_OWN_BEGINNING) or tag.endswith(_NEWSROOM_ENDINGS):
        return False
    # A wire's own name in its dateline is an agency all the same.
    return publisher.owner == "wire" or not is_own_newsroom(tag, publisher)


def _plain_name(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").split())
