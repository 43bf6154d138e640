"""terms.yaml: who stands on which side of the beat, checked and compiled for matching."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawlers.errors import CatalogueError
from pipelines.text.folding import fold_in_place
from pipelines.text.name_matcher import (
    STEM_LETTERS,
    Match,
    Matcher,
    Spelling,
    clean,
    is_chinese,
    longest,
    words_of,
)

MAX_BYTES = 5 * 2**20
LANGUAGES = ("en", "fr", "zh-Hans", "zh-Hant")
SIGNALS = ("bilateral", "dealings", "sport", "diaspora", "roundup", "screen", "disaster")

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
_Word = Annotated[str, Field(min_length=1, max_length=120)]
_Words = tuple[_Word, ...]


# -- the file, as it must be written ------------------------------------------------------------------


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Spellings(_Strict):
    """Spellings by language. Chinese is written in both scripts."""

    en: _Words = ()
    fr: _Words = ()
    hans: _Words = Field(default=(), alias="zh-Hans")
    hant: _Words = Field(default=(), alias="zh-Hant")
    note: str | None = None

    @field_validator("en", "fr", "hans", "hant", mode="before")
    @classmethod
    def _a_list(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError("must be a list; write it in brackets: [name, name]")
        return value

    @field_validator("hans", "hant")
    @classmethod
    def _in_chinese(cls, value: _Words) -> _Words:
        for word in value:
            if not is_chinese(word):
                raise ValueError(f"«{word}» has no Chinese character; write it under en or fr")
        return value

    @field_validator("en", "fr")
    @classmethod
    def _in_latin_script(cls, value: _Words) -> _Words:
        for word in value:
            if is_chinese(word):
                raise ValueError(f"«{word}» is Chinese; write it under zh-Hans and zh-Hant")
            if not words_of(word):
                raise ValueError(f"«{word}» has no letter or digit; write a name")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> _Spellings:
        if not self.words():
            raise ValueError("has no name at all; write some under en, fr, zh-Hans or zh-Hant")
        if bool(self.hans) != bool(self.hant):
            missing = "zh-Hant" if self.hans else "zh-Hans"
            raise ValueError(f"has Chinese in one script only; write the same names under {missing} too")
        return self

    def words(self) -> _Words:
        return tuple(dict.fromkeys((*self.en, *self.fr, *self.hans, *self.hant)))


class _Names(_Spellings):
    """Names take no `*`: a broad feed's filter gets them as they are."""

    @field_validator("en", "fr", "hans", "hant")
    @classmethod
    def _whole(cls, value: _Words) -> _Words:
        for word in value:
            if "*" in word:
                raise ValueError(f"«{word}»: a name takes no *; write each form out")
        return value


class _Stems(_Spellings):
    """Words of which the last letters may vary (`expel*`)."""

    @field_validator("en", "fr")
    @classmethod
    def _long_enough(cls, value: _Words) -> _Words:
        for word in value:
            for part in words_of(word):
                if part.endswith("*") and len(part) - 1 < STEM_LETTERS:
                    raise ValueError(
                        f"«{word}»: too short for a *; write at least {STEM_LETTERS} letters before it"
                    )
        return value

    @field_validator("hans", "hant")
    @classmethod
    def _no_stem(cls, value: _Words) -> _Words:
        for word in value:
            if "*" in word:
                raise ValueError(f"«{word}»: Chinese words take no *; they match anywhere already")
        return value


class _Name(_Names):
    strength: Literal["strong", "weak"] = "strong"
    cased: bool = False
    role: str | None = None
    implies: _Id | None = None


class _Label(_Strict):
    en: str
    fr: str
    hans: str = Field(alias="zh-Hans")
    hant: str = Field(alias="zh-Hant")


class _Side(_Strict):
    id: _Id
    name: _Label
    names: Mapping[
        Literal["country", "demonym", "place", "person", "body", "company", "implied"], tuple[_Name, ...]
    ] = Field(min_length=1)


class _Other(_Names):
    id: _Id
    same_as: _Id | None = None
    cased: bool = False


class _Pair(_Names):
    between: tuple[_Id, _Id]


class _Topic(_Stems):
    id: _Id
    name: _Label


class _File(_Strict):
    sides: tuple[_Side, ...]
    others: tuple[_Other, ...] = ()
    pairs: tuple[_Pair, ...] = ()
    traps: tuple[_Names, ...] = ()
    signals: Mapping[
        Literal["bilateral", "dealings", "sport", "diaspora", "roundup", "screen", "disaster"], _Stems
    ] = {}
    topics: tuple[_Topic, ...] = ()


# -- the file, compiled -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Party:
    """One who is named: a side of the beat or a third party. `strength` is 1 (strong) or 0.5 (weak)."""

    id: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for. `implied` are sides that it speaks of without naming them."""

    parties: tuple[Party, ...]
    implied: tuple[str, ...] = ()


_TRAP = "trap"


@dataclass(frozen=True, slots=True)
class Entity:
    """One entry of the beat, whatever the language it is named in: the key is its first spelling.

    `kind` is "person", "place", "company", ... of a side, "other" for a third party, "pair", "topic" or "signal".
    `is_bundle` tells that the entry holds several things of a kind (a list of towns); `role` is a person's office.
    """

    kind: str
    key: str
    is_bundle: bool = False
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the beat; `name` by language (en, fr, zh-Hans, zh-Hant)."""

    id: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """One name found in a text at characters [start, end), and what it stands for."""

    start: int
    end: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a text: names in order, stretches set aside by traps, and words that are signals.

    `signals` holds (signal or "topic:ID", start, end); they may overlap names and one another.
    """

    names: tuple[Named, ...]
    traps: tuple[tuple[int, int], ...]
    signals: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The compiled terms of a beat. Immutable; one copy serves all threads.

    `sides` are the ids of the two sides, `labels` the English name of each side and third party, `english` that of
    each Chinese one, for readers of the Latin alphabet.
    """

    sides: tuple[str, str]
    labels: Mapping[str, str]
    topics: tuple[Topic, ...]
    _side_words: Mapping[str, tuple[str, ...]]
    _matcher: Matcher = field(repr=False)
    _meanings: tuple[Meaning | str, ...] = field(repr=False)
    english: Mapping[str, str] = field(repr=False, default_factory=dict)
    _entities: tuple[Entity | None, ...] = field(repr=False, default=())

    def entities(self, text: str) -> tuple[tuple[Entity, int, int], ...]:
        """Return every entry that a `clean` text names, with its place, in order: the same in any language.

        Traps hold as in `scan`; at each place the longest name counts, signals and topics beside it.
        """
        traps: list[Match] = []
        found: list[tuple[Match, Entity]] = []
        for match in self._matcher.find(text):
            for n in match.form.means:
                if self._meanings[n] is _TRAP:
                    traps.append(match)
                elif (entity := self._entities[n]) is not None:
                    found.append((match, entity))
        traps = list(longest(traps))
        named: list[tuple[Entity, int, int]] = []
        end = 0
        for match, entity in found:
            if entity.kind in ("topic", "signal"):
                named.append((entity, match.start, match.end))
            elif (
                match.start >= end or (named and named[-1][1:] == (match.start, match.end))
            ) and not _is_spoiled(match, traps):
                named.append((entity, match.start, match.end))
                end = max(end, match.end)
        return tuple(named)

    def scan(self, text: str) -> Scan:
        """Find everything in a `clean` text, in one pass.

        A name counts where no trap overlaps it, or where it holds the whole trap (驻加大使 holds 加大).
        """
        names: list[tuple[Match, list[Meaning]]] = []
        traps: list[Match] = []
        signals: list[tuple[str, int, int]] = []
        for match in self._matcher.find(text):
            meanings = [self._meanings[n] for n in match.form.means]
            if name := [m for m in meanings if isinstance(m, Meaning)]:
                names.append((match, name))
            for signal in (m for m in meanings if isinstance(m, str)):
                if signal is _TRAP:
                    traps.append(match)
                else:
                    signals.append((signal, match.start, match.end))
        traps = list(longest(traps))
        named: list[Named] = []
        for match, name in names:
            if (not named or match.start >= named[-1].end) and not _is_spoiled(match, traps):
                named.append(Named(match.start, match.end, _joined(name)))
        return Scan(tuple(named), tuple((t.start, t.end) for t in traps), tuple(signals))


def _is_spoiled(name: Match, traps: Iterable[Match]) -> bool:
    return any(trap.start < name.end and name.start < trap.end and not _holds(name, trap) for trap in traps)


def _holds(name: Match, trap: Match) -> bool:
    return name.start <= trap.start and trap.end <= name.end


def _joined(meanings: Sequence[Meaning]) -> Meaning:
    """A spelling listed twice stands for all its meanings, each at its best strength."""
    if len(meanings) == 1:
        return meanings[0]
    best: dict[str, float] = {}
    for party in (p for m in meanings for p in m.parties):
        best[party.id] = max(party.strength, best.get(party.id, 0.0))
    implied = dict.fromkeys(s for m in meanings for s in m.implied)
    return Meaning(tuple(Party(k, v) for k, v in best.items()), tuple(implied))


def side_words(terms: Terms) -> Mapping[str, tuple[str, ...]]:
    """Return each side's names in all languages and scripts, as written in terms.yaml.

    For a rough filter of a general feed: match Latin ones as whole words, Chinese ones anywhere. It knows
    no traps; `sides_named` does.
    """
    return terms._side_words


def sides_named(text: str, terms: Terms) -> frozenset[str]:
    """Return the sides that a text names or implies, traps left out."""
    meanings = [n.meaning for n in terms.scan(clean(text)).names]
    named = {p.id for m in meanings for p in m.parties} | {s for m in meanings for s in m.implied}
    return frozenset(named & set(terms.sides))


# -- reading ------------------------------------------------------------------------------------------


def load_terms(path: Path) -> Terms:
    """Read and compile a terms.yaml. Raises CatalogueError with one line for each mistake."""
    raw = _read(path)
    try:
        file = _File.model_validate(raw)
    except ValidationError as e:
        raise CatalogueError(
            [f"{path}: {_where(error['loc'], raw)}: {_advice(error)}" for error in e.errors()]
        ) from None
    if problems := [f"{path}: {p}" for p in _contradictions(file)]:
        raise CatalogueError(problems)
    return _compiled(file)


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CatalogueError(
                [f"{path}: is larger than {MAX_BYTES >> 20} MiB; a beat needs some hundred names"]
            )
        # The C reader takes a tenth of the time; it is there wherever PyYAML comes as a wheel.
        return yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except FileNotFoundError:
        raise CatalogueError(
            [f"{path}: no such file; a beat needs a terms.yaml with sides, signals and topics"]
        ) from None
    except (OSError, UnicodeDecodeError) as e:
        raise CatalogueError([f"{path}: cannot be read: {e}; save it as UTF-8 text"]) from e
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CatalogueError(
            [f"{path}{line}: is no YAML: {getattr(e, 'problem', None) or e}; correct this line"]
        ) from e


def _where(loc: tuple[int | str, ...], raw: Any) -> str:
    """Return the place of a mistake as a person finds it: `sides[china].names.person[3] (Wang Yi).role`."""
    parts, node = "", raw
    for step in loc:
        node = _child(node, step)
        if isinstance(step, int):
            parts += (
                f"[{node['id']}]" if isinstance(node, dict) and "id" in node else f"[{step + 1}]{_hint(node)}"
            )
        elif step not in ("[key]",):
            parts += f".{step}" if parts else step
    return parts or "the file"


def _child(node: Any, step: int | str) -> Any:
    try:
        return node[step]
    except (KeyError, IndexError, TypeError):
        return None


def _hint(node: Any) -> str:
    if isinstance(node, dict):
        first = next((node[k][0] for k in LANGUAGES if isinstance(node.get(k), list) and node[k]), None)
        return f" ({first})" if first else ""
    return f" («{node}»)" if isinstance(node, str) else ""


_FIELDS = sorted(
    {f.alias or n for m in (_File, _Side, _Name, _Other, _Pair, _Topic) for n, f in m.model_fields.items()}
)


def _advice(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(error["loc"][-1]), _FIELDS, n=1)
        return "is no field here; " + (
            f"write {close[0]}" if close else f"known fields: {', '.join(_FIELDS)}"
        )
    if kind == "missing":
        return "is missing; write it"
    if kind == "literal_error":
        return f"write {context['expected']} (found {error['input']!r})"
    if kind == "string_pattern_mismatch":
        return f"{error['input']!r} is no id; write lower-case letters, digits and hyphens, a letter first"
    if kind == "string_type":
        return (
            f"write text; put {error['input']!r} in quotes (YAML reads no, yes and numbers as something else)"
        )
    if kind == "bool_type" or kind == "bool_parsing":
        return "write true or false"
    if kind in ("tuple_type", "list_type"):
        return "must be a list; write it in brackets: [name, name]"
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return f"must have fields, as in {{en: [name], fr: [nom]}}; found {str(error['input'])[:60]!r}"
    if kind == "string_too_short":
        return "is empty; write a word or take it out"
    if kind == "value_error":
        return str(context["error"])
    return f"{error['msg']}; found {str(error['input'])[:60]!r}"


def _contradictions(file: _File) -> Iterator[str]:
    """Yield what each part alone cannot know: unknown and repeated ids, names claimed by both sides."""
    sides = [s.id for s in file.sides]
    if len(sides) != 2:
        yield f"sides: a beat has two sides, found {len(sides)}; write one list entry for each"
    known = {*sides, *(o.id for o in file.others)}
    for what, ids in (
        ("sides", sides),
        ("others", [o.id for o in file.others]),
        ("topics", [t.id for t in file.topics]),
    ):
        for repeated in sorted({i for i in ids if ids.count(i) > 1}):
            yield f"{what}[{repeated}]: is used twice; give each its own id"
    for clash in sorted({o.id for o in file.others} & set(sides)):
        yield f"others[{clash}]: is the id of a side; give it another id"
    for missing in (s for s in SIGNALS if s not in file.signals):
        yield f"signals: {missing} is missing; write it with the words that mean it"
    for other in file.others:
        if other.same_as is not None and other.same_as not in known:
            yield f"others[{other.id}].same_as: {other.same_as} is not known; write one of {', '.join(sorted(known))}"
    for n, pair in enumerate(file.pairs, 1):
        for unknown in (p for p in pair.between if p not in known):
            yield f"pairs[{n}] ({pair.words()[0]}).between: {unknown} is not known; write one of {', '.join(sorted(known))}"
    yield from _side_contradictions(file, sides)


def _side_contradictions(file: _File, sides: list[str]) -> Iterator[str]:
    owner: dict[str, str] = {}
    for side in file.sides:
        for kind, names in side.names.items():
            for name in names:
                place = f"sides[{side.id}].names.{kind} ({name.words()[0]})"
                if name.implies is not None and (name.implies not in sides or name.implies == side.id):
                    yield f"{place}.implies: write the other side: {', '.join(s for s in sides if s != side.id)}"
                for word in name.words():
                    if owner.setdefault(fold_in_place(word), side.id) != side.id:
                        yield f"{place}: «{word}» is a name of {owner[fold_in_place(word)]} too; a name has one side (or write it under pairs)"


def _compiled(file: _File) -> Terms:
    meanings: list[Meaning | str] = []
    forms: list[Spelling] = []
    for spellings, meaning, cased in _entries(file):
        forms.extend(Spelling(w, (len(meanings),), cased) for w in spellings.words())
        meanings.append(meaning)
    one, two = (s.id for s in file.sides)
    others = {o.id: o.words()[0] for o in file.others if not o.same_as}
    return Terms(
        sides=(one, two),
        labels=MappingProxyType({s.id: s.name.en for s in file.sides} | others),
        topics=tuple(Topic(t.id, MappingProxyType(t.name.model_dump(by_alias=True))) for t in file.topics),
        _side_words=MappingProxyType({s.id: _words_of_side(s) for s in file.sides}),
        _matcher=Matcher(forms),
        _meanings=tuple(meanings),
        english=MappingProxyType(dict(_in_english(file))),
        _entities=tuple(_entities(file)),
    )


def _in_english(file: _File) -> Iterator[tuple[str, str]]:
    """Yield (Chinese, English) of every name that has both: side by side in lists of one length, else the first."""
    named = [name for side in file.sides for names in side.names.values() for name in names]
    for name in [*named, *file.others]:
        for chinese in (name.hans, name.hant):
            if len(chinese) == len(name.en):
                yield from zip(chinese, name.en, strict=True)
            elif name.en:
                yield from ((word, name.en[0]) for word in chinese)


def _entries(file: _File) -> Iterator[tuple[_Spellings, Meaning | str, bool]]:
    """Yield each entry with what it stands for and whether it asks for a capital."""
    for side in file.sides:
        for name in (n for names in side.names.values() for n in names):
            strength = 1.0 if name.strength == "strong" else 0.5
            yield (
                name,
                Meaning((Party(side.id, strength),), (name.implies,) if name.implies else ()),
                name.cased,
            )
    for other in file.others:
        yield other, Meaning((Party(other.same_as or other.id),)), other.cased
    for pair in file.pairs:
        yield pair, Meaning((Party(pair.between[0]), Party(pair.between[1]))), False
    for trap in file.traps:
        yield trap, _TRAP, False
    for signal, words in file.signals.items():
        yield words, signal, False
    for topic in file.topics:
        yield topic, f"topic:{topic.id}", False


def _entities(file: _File) -> Iterator[Entity | None]:
    """Yield what each entry is, in the order of `_entries`."""
    for side in file.sides:
        for kind, names in side.names.items():
            for name in names:
                bundle = kind == "place" and len(name.en) >= 3 and len(name.en) == len(name.hans)
                yield Entity(kind, f"{side.id}:{name.words()[0]}", bundle, name.role)
    yield from (Entity("other", other.same_as or other.id) for other in file.others)
    yield from (Entity("pair", pair.words()[0]) for pair in file.pairs)
    yield from (None for _ in file.traps)
    yield from (Entity("signal", signal) for signal in file.signals)
    yield from (Entity("topic", topic.id) for topic in file.topics)


def _words_of_side(side: _Side) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for names in side.names.values() for n in names for w in n.words()))
