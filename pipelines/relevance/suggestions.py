"""Names that recur beside a side of the beat and are in no list (pure).

    headlines ──► known names set aside ──► candidates ──► looked for everywhere, counted ──► Suggestion

Names age: a new minister is unknown until somebody writes the name into terms.yaml. Until then the reports
that name one side and that minister are left out, and their headlines are all that tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from crawlers.scripts import is_cjk
from pipelines.beat.terms import Terms
from pipelines.relevance.name_candidates import (
    GAP,
    candidates_in,
    has_title_case,
    is_name_word,
    recurring_parts,
    word_groups,
)
from pipelines.text.folding import fold_for_search
from pipelines.text.languages import base_of, known_languages
from pipelines.text.name_matcher import clean

#: Headlines with a name, other than one another, from which it is seen often.
LEAST_HEADLINES = 3
#: Of all headlines with a name, those that name a side too: what is as common elsewhere is not of the beat.
_LEAST_SHARE = 0.3
#: A longer name takes the place of a shorter one that it holds where it is this share of it.
_LONGER_SHARE = 0.6
#: Neighbours on each side of Chinese characters that recur without being part of a longer word.
_LEAST_NEIGHBOURS = 3
_YAML_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null"})
#: Headlines that a suggestion shows.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class SeenHeadline:
    """A headline, in the language that its page was found to be in."""

    title: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that is in no list."""

    #: As it is seen most often, then in other forms.
    forms: tuple[str, ...]
    #: The code under which terms.yaml has it; None where the page's language is none of those.
    language: str | None
    #: Headlines with it and a side of the beat.
    headlines: int
    #: The sides that those name, with how many do, the most frequent first.
    beside: Mapping[str, int]
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        """The form that is seen most often."""
        return self.forms[0]


@dataclass(frozen=True, slots=True)
class _ReadHeadline:
    """A headline with what may be a name in it."""

    headline: SeenHeadline
    sides: frozenset[str]
    #: The language without script and region; English where it is unknown.
    base: str
    #: The title with gaps in place of known names.
    rest: str
    names: tuple[str, ...]
    #: (the one before, the one behind) of Chinese characters that are a name if they recur.
    parts: Mapping[str, tuple[str, str]]


@dataclass
class _Seen:
    """What was counted of a candidate."""

    headlines: int = 0
    near: int = 0
    sides: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    #: As it stands where a longer form does not.
    forms: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    before: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    is_recurring_part: bool = True

    def add_near(self, read: _ReadHeadline) -> None:
        """Count a headline that names a side, too."""
        headline = read.headline
        self.near += 1
        self.sides.update(read.sides)
        self.languages[headline.lang or ""] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(headline.title)


def suggest_names(
    headlines: Iterable[SeenHeadline], terms: Terms, left_out: Iterable[str] = ()
) -> list[Suggestion]:
    """Return names seen often beside a side and in no list.

    The most frequent come first. A headline that is repeated counts once. `left_out` are names that are none
    of the beat: outlets.
    """
    read: dict[str, _ReadHeadline] = {}
    for headline in headlines:
        key = fold_for_search(headline.title)
        if key not in read:
            read[key] = _read_headline(headline, terms)
    without = _countries().union(map(fold_for_search, left_out))
    chiefs = _find_chiefs(read.values(), without)
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for one in read.values():
        _count_headline(one, chiefs, seen)
    found = {}
    for name, counted in seen.items():
        if _is_often(counted) and fold_for_search(name) not in without and not _is_word_of(name, terms):
            found[name] = counted
    suggestions = [_suggestion(name, found[name]) for name in _without_parts(found)]
    return sorted(suggestions, key=lambda one: (-one.headlines, one.name))


def _find_chiefs(read: Collection[_ReadHeadline], without: Collection[str]) -> dict[str, str]:
    """Return each form of a name, with the longer one that it stands for, or itself.

    Whoever is Olga Brandvik in one headline is Brandvik in others, where only one name ends so.
    """
    common = _common_words(read)
    chiefs: dict[str, str] = {}
    by_last_word: dict[str, set[str]] = defaultdict(set)
    for one in read:
        for name in one.names:
            trimmed = _without_common(name, common)
            if trimmed and is_name_word(trimmed, one.base) and fold_for_search(trimmed) not in without:
                chiefs[trimmed] = trimmed
                if " " in trimmed and is_name_word(trimmed.rpartition(" ")[2], one.base):
                    by_last_word[trimmed.rpartition(" ")[2]].add(trimmed)
    for word, longer in by_last_word.items():
        if len(longer) == 1:
            chiefs[word] = next(iter(longer))
    return chiefs


def _common_words(read: Collection[_ReadHeadline]) -> frozenset[str]:
    """Return the words that stand with a small letter more often than with a capital."""
    counts: Counter[str] = Counter()
    for one in read:
        if has_title_case(one.rest, one.base):
            continue
        for word in one.rest.replace(GAP, " ").split():
            if word.islower():
                counts[word] += 1
            elif word[0].isupper():
                counts[word.casefold()] -= 1
    common = set()
    for word, count in counts.items():
        if count > 0:
            common.add(word)
    return frozenset(common)


def _without_common(name: str, common: Collection[str]) -> str:
    """Return a name without common words at its ends; "" where none is left."""
    words = name.split(" ")
    while words and words[-1].casefold() in common:
        words.pop()
    while words and words[0].casefold() in common:
        words = words[1:]
    return " ".join(words)


def _read_headline(headline: SeenHeadline, terms: Terms) -> _ReadHeadline:
    sides, rest = _set_known_aside(clean(headline.title), terms)
    base = base_of(headline.lang) if headline.lang else "en"
    parts: dict[str, tuple[str, str]] = {}
    if base == "zh":
        for part, before, behind in recurring_parts(rest):
            parts[part] = (before, behind)
    names = tuple(dict.fromkeys(candidates_in(rest, headline.lang)))
    return _ReadHeadline(headline, frozenset(sides), base, rest, names, parts)


def _count_headline(read: _ReadHeadline, chiefs: Mapping[str, str], seen: dict[str, _Seen]) -> None:
    """Count what a headline has of the names of all headlines."""
    forms = []
    for form in dict.fromkeys([*read.names, *word_groups(read.rest)]):
        if form in chiefs:
            forms.append(form)
    found: dict[str, str] = {}
    for form in forms:
        if not any(other != form and _holds(other, form) for other in forms):
            found[chiefs[form]] = form
    if any(map(is_cjk, read.rest)):
        # Where words are not parted, the lengths of one name are chosen among later.
        for form in forms:
            found[form] = form
    for name in dict.fromkeys([*found, *read.parts]):
        counted = seen[name]
        counted.headlines += 1
        if name in found:
            counted.is_recurring_part = False
            counted.forms[found[name]] += 1
        else:
            before, behind = read.parts[name]
            counted.before.add(before)
            counted.behind.add(behind)
        if read.sides:
            counted.add_near(read)


def _set_known_aside(title: str, terms: Terms) -> tuple[set[str], str]:
    """Return the sides that a title names, and the title without known names.

    A gap stands in place of each.
    """
    scan = terms.scan(title)
    sides: set[str] = set()
    places = list(scan.traps)
    for name in scan.names:
        places.append((name.start, name.end))
        sides.update(party.id for party in name.meaning.parties)
    letters = list(title)
    for start, end in places:
        letters[start:end] = GAP * (end - start)
    return sides.intersection(terms.sides), "".join(letters)


def _is_word_of(name: str, terms: Terms) -> bool:
    """Tell whether a candidate is a word of a topic or of dealings."""
    whole = (0, len(name))
    return any((start, end) == whole for _, start, end in terms.scan(name).signals)


def _is_often(counted: _Seen) -> bool:
    if counted.near < LEAST_HEADLINES or counted.near / counted.headlines < _LEAST_SHARE:
        return False
    if not counted.is_recurring_part:
        return True
    # One headline in ever new words has one neighbour; a word that stands alone has many.
    return min(len(counted.before), len(counted.behind)) >= _LEAST_NEIGHBOURS


def _without_parts(found: Mapping[str, _Seen]) -> list[str]:
    """Return names that are no parts of others, nor rare longer forms."""
    chosen: list[str] = []
    for name in sorted(found, key=len, reverse=True):
        longer = []
        nearest = 0
        for other in chosen:
            if _holds(other, name):
                longer.append(other)
                nearest = max(nearest, found[other].near)
        if longer and nearest >= _LONGER_SHARE * found[name].near:
            continue
        for other in longer:
            chosen.remove(other)
        chosen.append(name)
    return chosen


def _holds(longer: str, shorter: str) -> bool:
    """Tell whether a name is a part of a longer one.

    It is one by whole words, or by any characters where words are not parted.
    """
    if any(map(is_cjk, shorter)):
        return shorter in longer
    return f" {shorter} " in f" {longer} "


@cache
def _countries() -> frozenset[str]:
    """Return the names of all countries, folded: they are third parties, and known."""
    from babel import Locale  # loaded only where names are suggested

    names: set[str] = set()
    for language in dict.fromkeys(map(base_of, known_languages())):
        names.update(map(fold_for_search, Locale(language).territories.values()))
    return frozenset(names)


def _suggestion(name: str, counted: _Seen) -> Suggestion:
    language = counted.languages.most_common(1)[0][0]
    beside = dict(counted.sides.most_common())
    # The most frequent first.
    forms = dict(counted.forms.most_common())
    forms.setdefault(name, 0)
    return Suggestion(tuple(forms), language or None, counted.near, beside, tuple(counted.examples))


def suggested_yaml(suggestions: Sequence[Suggestion], terms: Terms) -> Iterator[str]:
    """Yield lines for terms.yaml: an entry a name, with its headlines as comments.

    They stand under the side that they come up beside. To which side a name belongs, a person decides.
    """
    groups: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        groups.setdefault(next(iter(one.beside)), []).append(one)
    for side, group in groups.items():
        yield f"# beside {terms.labels.get(side, side)}; keep what is a name, under its own side"
        for one in group:
            for example in one.examples:
                yield f"  # {' '.join(example.split())}"
            forms = ", ".join(map(_quoted, one.forms))
            yield f"  - {{{one.language or 'en'}: [{forms}]}}  # {one.headlines} headlines"


def _quoted(name: str) -> str:
    # YAML reads a bare Yes as “true”.
    is_plain = name.replace(" ", "").isalpha() and name.casefold() not in _YAML_WORDS
    if is_plain:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
