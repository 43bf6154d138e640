"""The forms of a word as one, by the rules of the text's language (pure).

    stems_in("fr")("nationaux")   fr¦national: what an index keeps of a word of a French text
    stems_of("nationaux")         all that a text of any language may keep of it: what a search asks for

A stem carries its language, so that French endings never join two English words: `new` is no form of
`news` because `rue` is one of `rues`. English stems carry none, and words of a language without rules
are taken as English ones. Whatever language a text is taken for, the word as it was written is found.

The rules are data: `stems.yaml`. They take the endings of grammar alone, not those that make other words
(import, important), so each is lighter than what its library does by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from snowballstemmer import stemmer as library_stemmer
from snowballstemmer.english_stemmer import EnglishStemmer

from pipelines.text.languages import base_of
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Stands between a language and a stem. No word holds it, and no index cuts a token there.
MARK: Final = "¦"
#: The language of words in Latin letters in texts of no known language.
_DEFAULT: Final = "en"
#: Letters of the longest word that is stemmed; longer ones are no words.
_LETTERS: Final = 40
#: Last letters of a stem in which its words may differ: cries and cry, baies and baie.
_CHANGED_LETTERS: Final = 2
#: Letters of the ending of a verb as dictionaries have it: -er.
_LETTERS_OF_INFINITIVE: Final = 2
#: Languages whose stems may lack letters from within a word: ge- in Dutch, the e of ae, oe and ue in German.
_CHANGED_INSIDE: Final = frozenset({"de", "nl"})
#: Stems are forgotten all at once when there are more.
_STEMS_KEPT: Final = 1 << 17

Stem = Callable[[str], str]


class StemRules(Vocabulary):
    """The rules of one language."""

    script: str
    library: str = ""
    endings: tuple[Mapping[str, str | int], ...] = ()
    words: Mapping[str, str] = {}
    forms: Mapping[str, str] = {}
    verbs: str = ""
    verb_endings: str = ""
    own: str = ""

    def irregular(self) -> dict[str, str]:
        """Return the forms that no rule knows, and their words."""
        found = dict(self.words)
        for word, forms in self.forms.items():
            found |= dict.fromkeys(forms.split(), word)
        for verb in self.verbs.split():
            for ending in self.verb_endings.split():
                found[verb[:-_LETTERS_OF_INFINITIVE] + ending] = verb
        return found


class StemFile(Vocabulary):
    """The rules of all languages, and the names that they leave alone."""

    names: str
    languages: Mapping[str, StemRules]


@cache
def _rules() -> StemFile:
    return read_vocabulary("pipelines.text.analyzer", "stems.yaml", StemFile)


class _InflectedEnglish(EnglishStemmer):  # type: ignore[misc]
    """Snowball's English stemmer without the steps that make one word of two.

    Steps 2 to 4 take -ation, -ive, -ant, -ity: organization would be organ.
    """

    def _EnglishStemmer__r_Step_2(self) -> bool:  # noqa: N802 - the library's own name
        return True

    def _EnglishStemmer__r_Step_3(self) -> bool:  # noqa: N802
        return True

    def _EnglishStemmer__r_Step_4(self) -> bool:  # noqa: N802
        return True


@cache
def _stem_by_rules(language: str) -> Stem:
    """Return what takes the endings from a word of a language."""
    rules = _rules().languages[language]
    if rules.endings:
        return lambda word: _without_endings(word, rules.endings)
    stemmer: Any = _InflectedEnglish() if language == _DEFAULT else library_stemmer(rules.library)
    stem: Stem = stemmer.stemWord
    return stem


def _without_endings(word: str, steps: tuple[Mapping[str, str | int], ...]) -> str:
    for step in steps:
        word = _without_ending(word, step, int(step["least"]))
    return word


def _without_ending(word: str, step: Mapping[str, str | int], least: int) -> str:
    # The longest ending comes first, so that a word ends in -eaux and not in -aux.
    for length in range(len(word) - least, 0, -1):
        other = step.get(word[-length:])
        if other is not None:
            return f"{word[:-length]}{other}"
    return word


class _Stems(dict[str, str]):
    """Stems of the words of one language, each worked out when it is first met."""

    def __init__(self, language: str) -> None:
        super().__init__()
        rules = _rules()
        own = rules.languages[language]
        self._mark = "" if language == _DEFAULT else f"{language}{MARK}"
        self._stem = _stem_by_rules(language)
        self._known = dict.fromkeys(f"{rules.names} {own.own}".split())
        self._forms = own.irregular()

    def __missing__(self, word: str) -> str:
        if len(self) >= _STEMS_KEPT:
            self.clear()
        stem = self._mark + self._stem_of(word)
        self[word] = stem
        return stem

    def _stem_of(self, word: str) -> str:
        if word in self._known or len(word) > _LETTERS:
            return word
        form = self._forms.get(word)
        if form is None:
            return self._stem(word)
        # The base form goes the way of every word: `agree` loses its e.
        return form if form in self._known else self._stem(form)


_stems_of_language = cache(_Stems)


class _StemsInText(dict[str, str]):
    """Stems of the words of a text, whose letters say by which rules they go."""

    def __init__(self, latin: str, cyrillic: str | None) -> None:
        super().__init__()
        self._latin = latin
        self._cyrillic = cyrillic

    def __missing__(self, word: str) -> str:
        if len(self) >= _STEMS_KEPT:
            self.clear()
        stem = self._stem_of(word)
        self[word] = stem
        return stem

    def _stem_of(self, word: str) -> str:
        script = _script_of(word)
        if script == "Latin":
            return _stems_of_language(self._latin)[word]
        if script == "Cyrillic" and self._cyrillic:
            return _stems_of_language(self._cyrillic)[word]
        return word


def stems_in(language: str | None) -> Stem:
    """Return what gives the stems of the folded words of a text in a language."""
    return _stems_in(base_of(language or ""))


@cache
def _stems_in(language: str) -> Stem:
    rules = _rules().languages.get(language)
    latin, cyrillic = _DEFAULT, None
    if rules is not None and rules.script == "Latin":
        latin = language
    elif rules is not None:
        cyrillic = language
    # A bound method, since each word of a text is looked up.
    return _StemsInText(latin, cyrillic).__getitem__


def stems_of(word: str) -> tuple[str, ...]:
    """Return the stems of a folded word in all languages, as texts may have it."""
    script = _script_of(word)
    found: list[str] = []
    if script != "Latin":
        found.append(word)
    for language, rules in _rules().languages.items():
        if rules.script == script:
            found.append(_stems_of_language(language)[word])
    return tuple(dict.fromkeys(found))


def language_of_stem(token: str) -> str:
    """Return the language that a stem carries.

    It is "" for English, and for a word that is no stem.
    """
    return token.rpartition(MARK)[0]


def signs_of_stem(token: str, text_language: str) -> tuple[str, ...]:
    """Return what words with this stem begin with.

    Each word of a text of this language begins with one of these. None are returned
    where such a text has no stem like this. A stem may differ from its words in its last
    letters. Words that the table leads to it are given whole.
    """
    language, _, stem = token.rpartition(MARK)
    if language not in ("", text_language):
        return ()
    if language in _CHANGED_INSIDE:
        return ("",)
    kept = max(len(stem) - _CHANGED_LETTERS, 1)
    return stem[:kept], *irregular_words(language or _DEFAULT).get(stem, ())


@cache
def irregular_words(language: str) -> dict[str, list[str]]:
    """Return the words of the table of a language by their stem."""
    stems = _stems_of_language(language)
    words: dict[str, list[str]] = {}
    for word in _rules().languages[language].irregular():
        stem = stems[word].rpartition(MARK)[2]
        words.setdefault(stem, []).append(word)
    return words


def languages_with_stems(script: str) -> tuple[str, ...]:
    """Return the languages that have rules for words in a script."""
    return tuple(language for language, rules in _rules().languages.items() if rules.script == script)


def _script_of(word: str) -> str | None:
    """Return the script of a word of letters alone, as far as one has rules."""
    if not word.isalpha():
        return None
    if word.isascii():
        return "Latin"
    if "\u0400" <= word[-1] <= "\u052f":
        return "Cyrillic"
    return None
