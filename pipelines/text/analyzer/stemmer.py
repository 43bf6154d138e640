"""The stem of a word, as Lucene's PorterStemFilter gives it (pure)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

#: Stems are forgotten all at once when there are more.
_STEMS_KEPT = 1 << 17

# The endings from which Porter's first step makes `-bli` and `-logi`.
_ENDING = re.compile(r"(bl|log)(?:[yi](?:s|ed|ing)?|ies)$")
_LENGTHENED = {"bl": "ble", "log": "log"}
# A vowel followed by a consonant: Porter's measure above zero.
_SYLLABLE = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y).*?(?:[^aeiouy]|(?<=[aeiou])y)")


@cache
def _porter_stemmer() -> Any:
    from snowballstemmer import stemmer  # loads every language, so only when a word is stemmed

    return stemmer("porter")


class _Stems(dict[str, str]):
    """Stems by word, each worked out when its word is first met."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _STEMS_KEPT:
            self.clear()
        stemmed = _stem_of(word)
        self[word] = stemmed
        return stemmed


#: Returns the stem of a folded word. A bound method, since each word of a text is looked up.
stem = _Stems().__getitem__


def _stem_of(word: str) -> str:
    """Return the stem of a folded word.

    Snowball's "porter" keeps to the paper. Lucene follows Porter's own program, which departs from it
    in three points: words of one or two letters stay, `-bli` becomes `-ble`, and `-logi` becomes
    `-log`. The last two are done beforehand.
    """
    if len(word) <= 2 or not word[-1].isascii():
        return word
    ending = _ENDING.search(word)
    if ending:
        head = word[: ending.start()]
        if _SYLLABLE.search(head):
            word = head + _LENGTHENED[ending[1]]
    stemmed: str = _porter_stemmer().stemWord(word)
    return stemmed
