"""Who is made to answer for a sentence, and how (pure)."""

from __future__ import annotations

import re
from typing import NamedTuple

from crawlers.scripts import CAPITALS, HAN, is_cjk
from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.folding import fold_typography
from pipelines.text.vocabulary import any_word, key_by_word, part_by_spacing

_MANNERS = key_by_word(VOCABULARY.manners)
_PRONOUNS = frozenset(VOCABULARY.pronouns)
_SPACED_VERBS, _UNSPACED_VERBS = part_by_spacing(_MANNERS)
_LATIN_VERB = any_word(_SPACED_VERBS)
_CHINESE_VERB = any_word(_UNSPACED_VERBS)
_HELPING_VERB = "|".join(f"{verb} " for verb in VOCABULARY.helping_verbs)
_HELPING_VERB_BEHIND = "|".join(f"{verb} " for verb in VOCABULARY.helping_verbs_behind_a_quotation)
_NOT_SPEAKER = "|".join(rf"{word}\b" for word in VOCABULARY.words_that_end_a_speaker)
_LATIN_WORD = r"[^\W\d_][\w.'-]*"
_CAPITALISED_WORD = rf"[{CAPITALS}][\w.'-]*"
_SPEAKERS = (
    # "Foreign Minister Anita Anand has said", "M. Champagne a dit"
    re.compile(
        rf"(?P<who>(?:{_LATIN_WORD} ){{0,3}}{_LATIN_WORD}),? (?:{_HELPING_VERB})?(?P<verb>{_LATIN_VERB})\b",
        re.IGNORECASE,
    ),
    # "…", said Anand; « … », a dit Champagne
    re.compile(
        rf"[\"»,] (?:{_HELPING_VERB_BEHIND})?(?P<verb>{_LATIN_VERB}) "
        rf"(?P<who>{_CAPITALISED_WORD}(?: {_CAPITALISED_WORD}){{0,3}})"
    ),
    # "according to the ministry"
    re.compile(
        rf"\b(?:{any_word(VOCABULARY.according_to)}) "
        rf"(?P<who>{_LATIN_WORD}(?: (?!{_NOT_SPEAKER}){_LATIN_WORD}){{0,4}})(?P<verb>)",
        re.IGNORECASE,
    ),
    # 据新华社报道
    re.compile(
        rf"(?:{'|'.join(VOCABULARY.according_to_in_chinese)})(?P<who>[{HAN}·]{{2,10}}?)"
        rf"(?:{'|'.join(VOCABULARY.reported_in_chinese)})(?P<verb>)"
    ),
    # 王毅表示，
    re.compile(rf"(?P<who>[{HAN}·]{{2,4}})(?P<verb>{_CHINESE_VERB})(?=[，,：:“\"])"),
)
#: Characters by which a Chinese speaker is known: most names have two or three.
_CHINESE_NAME_LENGTH = 3


class Attribution(NamedTuple):
    """Who answers for a sentence, and how: "say", "deny", "claim" …

    `who` is the last word of the speaker's name, in small letters.
    """

    printed: str
    who: str
    manner: str


def find_attributions(sentence: str) -> list[Attribution]:
    """Return who says what a sentence states, each speaker and manner once."""
    found: dict[tuple[str, str], Attribution] = {}
    text = fold_typography(" ".join(sentence.split()))
    for pattern in _SPEAKERS:
        for match in pattern.finditer(text):
            who = _last_name(match["who"].strip())
            manner = _MANNERS.get(match["verb"].lower(), "say")
            # "said" is no speaker: two verbs may stand side by side.
            if who not in _MANNERS:
                printed = match.group().strip(' ",»，：:')
                found.setdefault((who, manner), Attribution(printed, who, manner))
    return list(found.values())


def _last_name(speaker: str) -> str:
    if " " in speaker:
        return speaker.split()[-1].lower()
    if is_cjk(speaker[0]):
        return speaker[-_CHINESE_NAME_LENGTH:]
    return speaker.lower()


def is_pronoun(attribution: Attribution) -> bool:
    """Return whether the speaker is named by a pronoun, which may stand for anybody."""
    return attribution.who in _PRONOUNS
