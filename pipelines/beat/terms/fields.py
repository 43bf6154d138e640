"""The fields of terms.yaml: which there are, and of what type.

Whether a word can be a name in its language, and what two entries say of one thing, is checked in
`entry_checks`: there all mistakes of a file are found, also where a field has the wrong type.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from crawlers.checked_yaml import Place
from pipelines.beat.file_problems import UNKNOWN_FIELD
from pipelines.beat.label import UNKNOWN_LANGUAGE
from pipelines.beat.office_dates import first_day, last_day
from pipelines.text.languages import known_languages

#: Groups of words that tell how the sides are spoken of; a beat may have any of them.
SignalId: TypeAlias = Literal["bilateral", "dealings", "sport", "diaspora", "roundup", "screen", "disaster"]
SIGNALS: tuple[SignalId, ...] = get_args(SignalId)
#: What a name of a side can be the name of. `implied` speaks of the side without naming it (加方, Ottawa);
#: `thing` is a product, a law, a ship, and all that is nothing else.
NameKind: TypeAlias = Literal["country", "demonym", "place", "person", "body", "company", "thing", "implied"]

ID_PATTERN = r"^[a-z][a-z0-9-]{0,40}$"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
_Words: TypeAlias = tuple[Annotated[str, Field(min_length=1, max_length=120)], ...]


def _check_language(key: str) -> str:
    if key in known_languages():
        return key
    raise PydanticCustomError(UNKNOWN_FIELD, "unknown field")


def _give_language(value: object) -> object:
    """Return a name without its language as one of an unknown language."""
    if isinstance(value, str):
        return {UNKNOWN_LANGUAGE: value}
    return value


def _check_label_language(key: str) -> str:
    if key == UNKNOWN_LANGUAGE:
        return key
    return _check_language(key)


def _as_ids(value: object) -> object:
    """Return one id as a list of one."""
    if isinstance(value, str):
        return (value,)
    return value


_Language = Annotated[str, AfterValidator(_check_language)]
#: What a side or topic is called: one text, or texts by language.
Label = Annotated[
    Mapping[Annotated[str, AfterValidator(_check_label_language)], Annotated[str, Field(min_length=1)]],
    BeforeValidator(_give_language),
    Field(min_length=1),
]


class _Fields(BaseModel):
    # A mistyped field would be a rule that never works, so unknown ones are refused.
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpellingFields(_Fields):
    """Spellings by language: every field that has no name of its own is a language."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[_Language, _Words]

    note: str | None = None

    @property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Return the spellings by language, in the order of the file."""
        return self.__pydantic_extra__ or {}

    def list_words(self) -> tuple[str, ...]:
        """Return all spellings, each once."""
        words: list[str] = []
        for spellings in self.spellings.values():
            words += spellings
        return tuple(dict.fromkeys(words))


class NameFields(SpellingFields):
    """One name of a side, with its spellings."""

    strength: Literal["strong", "weak"] = "strong"
    #: Counts only with a capital letter, where the text has capitals at all.
    cased: bool = False
    #: The entry lists several of a kind, such as towns; those at one position are the same one.
    several: bool = False
    role: str | None = None
    #: The first and the last day on which a person has the office of `role`.
    held_from: Annotated[date | None, BeforeValidator(first_day)] = Field(default=None, alias="from")
    held_until: Annotated[date | None, BeforeValidator(last_day)] = Field(default=None, alias="until")
    implies: Annotated[tuple[Id, ...], BeforeValidator(_as_ids)] = ()


class SideFields(_Fields):
    """One side of the beat."""

    id: Id
    name: Label
    names: Mapping[NameKind, tuple[NameFields, ...]] = Field(min_length=1)


class OtherFields(SpellingFields):
    """A third party."""

    id: Id
    #: The id of the party of which this is another name.
    same_as: Id | None = None
    cased: bool = False


class PairFields(SpellingFields):
    """A name for two or more parties at once, such as Sino-Canadian."""

    between: tuple[Id, ...]


class TopicFields(SpellingFields):
    """A subject of the beat, with the words that show it."""

    id: Id
    name: Label


class TermsFile(_Fields):
    """The whole file."""

    sides: tuple[SideFields, ...] = ()
    others: tuple[OtherFields, ...] = ()
    pairs: tuple[PairFields, ...] = ()
    traps: tuple[SpellingFields, ...] = ()
    signals: Mapping[SignalId, SpellingFields] = {}
    topics: tuple[TopicFields, ...] = ()


def list_known_fields(group: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of a group as they are written, languages left out."""
    names = []
    for name, info in group.model_fields.items():
        names.append(info.alias or name)
    return tuple(names)


def has_languages(group: type[BaseModel]) -> bool:
    """Tell whether a group of fields holds spellings by language."""
    return issubclass(group, SpellingFields)


def find_group(place: Place) -> type[BaseModel]:
    """Return the group of fields that stands at a place of the file."""
    match place:
        case ("sides", int()):
            return SideFields
        case ("sides", int(), "names", _, int()):
            return NameFields
        case ("others", int()):
            return OtherFields
        case ("pairs", int()):
            return PairFields
        case ("topics", int()):
            return TopicFields
        case ("traps", int()) | ("signals", _):
            return SpellingFields
        case _:
            return TermsFile
