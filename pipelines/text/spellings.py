"""How else a name is written, and what may be written in one word with it (pure).

    Müller      Mueller, Muller
    الصين       والصين, بالصين, للصين
    삼성전자       삼성전자가, 삼성전자에서는
    ヴェトナム      ベトナム

The letters that stand for one another are here. What is attached to a name is data: `languages.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from crawlers.scripts import HANGUL, KANA, SCRIPTS
from pipelines.text.folding import fold_in_place
from pipelines.text.languages import languages_in
from pipelines.text.vocabulary import any_word

#: Scripts that write words with spaces between them, but for Latin.
SPACED_SCRIPTS = ("Greek", "Cyrillic", "Hebrew", "Arabic", "Hangul")
#: Letters of the shortest name that may have something attached: shorter ones are parts of many words.
_SHORTEST_WITH_PREFIX = {"Hangul": 2}
_SHORTEST_ELSEWHERE = 3
#: Attached words that may follow one another: 삼성전자-에서-만-은.
_MOST_BEHIND = 3

_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HAS_KANA = re.compile(f"[{KANA}]")
_ENDS_IN_HANGUL = re.compile(f"[{HANGUL}]$")

# Each is written for the other where a keyboard or a law of spelling asks for it.
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_SOUNDS_OF_V = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴュ": "ビュ", "ヴ": "ブ"}


def latin_spellings(name: str) -> list[str]:
    """Return a composed name in small letters, and its other spellings.

    Text in which umlauts and ligatures are written out is found by the name with them. In the other direction
    only ligatures count: “oe” is an œ in French, but seldom an ö.
    """
    # Python makes two characters of the small İ.
    small = name.replace("İ", "I").lower()
    spellings = []
    for spelling in (small, _replace_each(small, _UMLAUTS)):
        spellings += [spelling, _replace_each(spelling, _LIGATURES)]
        for ligature, letters in _LIGATURES.items():
            spellings.append(spelling.replace(letters, ligature))
    return list(dict.fromkeys(spellings))


def written_forms(name: str) -> list[str]:
    """Return a name as it is and in its other spellings, as far as they can be listed.

    What may stand behind it in one word (삼성전자가) is left out.
    """
    if name.isascii():
        return [name]
    forms = [name, *kana_spellings(name)]
    if script_of_word(name) == "Latin" and not has_kana(name):
        for spelling in latin_spellings(name):
            if spelling != name.lower():
                forms.append(spelling)
    elif script_of_word(name) == "Arabic":
        first, space, rest = fold_in_place(name).partition(" ")
        for beginning, _lead in attached_beginnings(first):
            forms.append(beginning + space + rest)
    return list(dict.fromkeys(forms))


def kana_spellings(name: str) -> list[str]:
    """Return a name and its spellings without ヴ and without the dot between its parts."""
    spellings = []
    for spelling in (name, _replace_each(name, _SOUNDS_OF_V)):
        spellings += [spelling, spelling.replace("・", "")]
    return list(filter(None, dict.fromkeys(spellings)))


def _replace_each(text: str, replacements: dict[str, str]) -> str:
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def script_of_word(folded_word: str) -> str:
    """Return the script of a word's first letter; Latin where it has none of another."""
    for script in SPACED_SCRIPTS:
        if re.match(f"[{SCRIPTS[script]}]", folded_word):
            return script
    return "Latin"


def attached_beginnings(folded_word: str) -> Iterator[tuple[str, int]]:
    """Yield a name's first word with what may be written before it.

    Each comes with the number of characters before the name.
    """
    yield folded_word, 0
    script = script_of_word(folded_word)
    if len(folded_word.rstrip("*")) < _SHORTEST_WITH_PREFIX.get(script, _SHORTEST_ELSEWHERE):
        return
    for language in languages_in(script):
        for before in _folded(language.before):
            yield before + folded_word, len(before)
        for beginning, others in language.instead.items():
            if not folded_word.startswith(beginning):
                continue
            for other in _folded(others):
                # The last letter that stands in the place of the beginning counts as the name's.
                yield other + folded_word[len(beginning) :], len(other) - 1


def _folded(words: Iterable[str]) -> set[str]:
    return set(map(fold_in_place, words))


@cache
def particles() -> re.Pattern[str]:
    """Return what a word in Hangul may have behind a name, to be matched as a whole."""
    return re.compile(rf"(?:{_words_behind('Hangul')}){{1,{_MOST_BEHIND}}}")


@cache
def _katakana_behind() -> re.Pattern[str]:
    """Return what may follow a name in katakana: the end, or what is attached."""
    return re.compile(rf"(?:{_words_behind('Kana')})?(?![{_KATAKANA}])")


def _words_behind(script: str) -> str:
    words: list[str] = []
    for language in languages_in(script):
        words += language.behind
    return any_word(words)


def may_have_particles(folded_word: str) -> bool:
    """Tell whether a word ends in a script in which particles are written with names."""
    return _ENDS_IN_HANGUL.search(folded_word) is not None


def has_kana(name: str) -> bool:
    """Tell whether a name is written in kana, at least in part."""
    return _HAS_KANA.search(name) is not None


_KATAKANA_LETTER = re.compile(f"[{_KATAKANA}]")
_LATIN_LETTER = re.compile("[a-z0-9]")


def stands_alone(folded: str, start: int, end: int) -> bool:
    """Tell whether a name with kana at [start, end) is no part of a longer word.

    The text is folded. Katakana and Latin letters have a border. Hiragana has none: particles are written
    in it.
    """
    if start > 0:
        for letter in (_KATAKANA_LETTER, _LATIN_LETTER):
            if letter.match(folded, start) and letter.match(folded, start - 1):
                return False
    if _LATIN_LETTER.match(folded, end - 1):
        return not _LATIN_LETTER.match(folded, end)
    if _KATAKANA_LETTER.match(folded, end - 1):
        return _katakana_behind().match(folded, end) is not None
    return True
