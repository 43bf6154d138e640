"""Names that recur beside a side of the beat and are in no list (pure).

    headlines ──► known names set aside ──► candidates ──► counted, near each side ──► Suggestion

Names age: a new minister is unknown until somebody writes the name into terms.yaml. Until then the reports
that name one side and that minister are left out, and their headlines are all that tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from crawlers.scripts import is_cjk
from pipelines.beat.terms import Terms
from pipelines.relevance.name_candidates import GAP, candidates_in, recurring_parts
from pipelines.text.folding import fold_for_search
from pipelines.text.languages import base_of, known_languages
from pipelines.text.name_matcher import clean

#: Headlines with a name, other than one another, from which it is seen often.
LEAST_HEADLINES = 3
#: Of all headlines with a name, those that name a side too: what is as common elsewhere is not of the beat.
_LEAST_SHARE = 0.3
#: A longer form takes the place of a shorter one that it holds where it is this share of it.
_LONGER_SHARE = 0.6
#: Neighbours on each side of Chinese characters that recur without being part of a longer word.
_LEAST_NEIGHBOURS = 3
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

    #: As it is seen most often, then in longer forms.
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


@dataclass
class _Seen:
    """What was counted of a candidate."""

    headlines: int = 0
    near: int = 0
    sides: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    before: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    is_recurring_part: bool = True


def suggest_names(
    headlines: Iterable[SeenHeadline], terms: Terms, left_out: Iterable[str] = ()
) -> list[Suggestion]:
    """Return names seen often beside a side and in no list.

    The most frequent come first. A headline that is repeated counts once. `left_out` are names that are none
    of the beat: outlets.
    """
    seen: dict[str, _Seen] = defaultdict(_Seen)
    told: set[str] = set()
    for headline in headlines:
        key = fold_for_search(headline.title)
        if key not in told:
            told.add(key)
            _count_headline(headline, terms, seen)
    without = set(map(fold_for_search, left_out))
    without |= _countries()
    found = {}
    for name, counted in seen.items():
        if _is_often(counted) and fold_for_search(name) not in without and not _is_word_of(name, terms):
            found[name] = counted
    suggestions = []
    for name, longer in _without_parts(found).items():
        suggestions.append(_suggestion(name, longer, found[name]))
    return sorted(suggestions, key=lambda one: (-one.headlines, one.name))


def _count_headline(headline: SeenHeadline, terms: Terms, seen: dict[str, _Seen]) -> None:
    title = clean(headline.title)
    sides, rest = _set_known_aside(title, terms)
    base = base_of(headline.lang) if headline.lang else ""
    names = dict.fromkeys(candidates_in(rest, headline.lang))
    parts: dict[str, tuple[str, str]] = {}
    if base == "zh":
        for part, before, behind in recurring_parts(rest):
            parts[part] = (before, behind)
    for name in dict.fromkeys([*names, *parts]):
        counted = seen[name]
        counted.headlines += 1
        if name in names:
            counted.is_recurring_part = False
        else:
            before, behind = parts[name]
            counted.before.add(before)
            counted.behind.add(behind)
        if not sides:
            continue
        counted.near += 1
        counted.sides.update(sides)
        counted.languages[headline.lang or ""] += 1
        if len(counted.examples) < EXAMPLES:
            counted.examples.append(headline.title)


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


def _without_parts(found: Mapping[str, _Seen]) -> dict[str, tuple[str, ...]]:
    """Return names that are no parts of others, each with its longer forms."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in sorted(found, key=len, reverse=True):
        longer = [other for other in chosen if _holds(other, name)]
        if any(found[other].near >= _LONGER_SHARE * found[name].near for other in longer):
            continue
        for other in longer:
            # Brandvik is seen far more often than Olga Brandvik: one entry has both.
            del chosen[other]
        chosen[name] = tuple(longer)
    return chosen


def _holds(longer: str, shorter: str) -> bool:
    """Tell whether a name is a part of a longer one.

    It is one by whole words, or by any characters where words are not parted.
    """
    if any(is_cjk(letter) for letter in shorter):
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


def _suggestion(name: str, longer: tuple[str, ...], counted: _Seen) -> Suggestion:
    language = counted.languages.most_common(1)[0][0]
    beside = dict(counted.sides.most_common())
    return Suggestion((name, *longer), language or None, counted.near, beside, tuple(counted.examples))


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
    if name.replace(" ", "").isalpha():
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
