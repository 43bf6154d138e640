"""The fields of terms.yaml, and what their names must look like.

Each check returns the value, or raises with a message that says what to write. What one group alone cannot
know (an id that another part uses) is checked in `contradictions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.text.name_matcher import STEM_LETTERS, is_chinese, words_of

#: Groups of words that every beat has; terms.yaml says what each of them is for.
SignalId: TypeAlias = Literal["bilateral", "dealings", "sport", "diaspora", "roundup", "screen", "disaster"]
SIGNALS: tuple[SignalId, ...] = get_args(SignalId)
#: What a name of a side can be the name of. `implied` speaks of the side without naming it (加方, Ottawa).
NameKind: TypeAlias = Literal["country", "demonym", "place", "person", "body", "company", "implied"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
_Words: TypeAlias = tuple[Annotated[str, Field(min_length=1, max_length=120)], ...]


class _Fields(BaseModel):
    # A mistyped field would be a rule that never works, so unknown ones are refused.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SpellingFields(_Fields):
    """Spellings by language. Chinese is written in both scripts."""

    en: _Words = ()
    fr: _Words = ()
    hans: _Words = Field(default=(), alias="zh-Hans")
    hant: _Words = Field(default=(), alias="zh-Hant")
    note: str | None = None

    @field_validator("en", "fr", "hans", "hant", mode="before")
    @classmethod
    def _check_is_list(cls, value: object) -> object:
        # Pydantic would take a text for a tuple of its letters.
        if isinstance(value, str):
            raise ValueError("must be a list; write it in brackets: [name, name]")
        return value

    @field_validator("hans", "hant")
    @classmethod
    def _check_chinese(cls, value: _Words) -> _Words:
        for word in value:
            if not is_chinese(word):
                raise ValueError(f"«{word}» has no Chinese character; write it under en or fr")
        return value

    @field_validator("en", "fr")
    @classmethod
    def _check_latin(cls, value: _Words) -> _Words:
        for word in value:
            if is_chinese(word):
                raise ValueError(f"«{word}» is Chinese; write it under zh-Hans and zh-Hant")
            if not words_of(word):
                raise ValueError(f"«{word}» has no letter or digit; write a name")
        return value

    @model_validator(mode="after")
    def _check_complete(self) -> SpellingFields:
        if not self.list_words():
            raise ValueError("has no name at all; write some under en, fr, zh-Hans or zh-Hant")
        if bool(self.hans) != bool(self.hant):
            missing = "zh-Hant" if self.hans else "zh-Hans"
            raise ValueError(f"has Chinese in one script only; write the same names under {missing} too")
        return self

    def list_words(self) -> tuple[str, ...]:
        """Return all spellings, each once."""
        return tuple(dict.fromkeys((*self.en, *self.fr, *self.hans, *self.hant)))


class WholeNameFields(SpellingFields):
    """Names of which every form is written out.

    They take no `*`, because the filter of a general feed gets them as they are.
    """

    @field_validator("en", "fr", "hans", "hant")
    @classmethod
    def _check_no_star(cls, value: _Words) -> _Words:
        for word in value:
            if "*" in word:
                raise ValueError(f"«{word}»: a name takes no *; write each form out")
        return value


class StemFields(SpellingFields):
    """Words of which the last letters may vary (`expel*`)."""

    @field_validator("en", "fr")
    @classmethod
    def _check_length(cls, value: _Words) -> _Words:
        for word in value:
            for part in words_of(word):
                if part.endswith("*") and len(part) - 1 < STEM_LETTERS:
                    advice = f"write at least {STEM_LETTERS} letters before it"
                    raise ValueError(f"«{word}»: too short for a *; {advice}")
        return value

    @field_validator("hans", "hant")
    @classmethod
    def _check_no_star(cls, value: _Words) -> _Words:
        for word in value:
            if "*" in word:
                raise ValueError(f"«{word}»: Chinese words take no *; they match anywhere already")
        return value


class NameFields(WholeNameFields):
    """One name of a side, with its spellings."""

    strength: Literal["strong", "weak"] = "strong"
    #: Counts only with a capital letter, where the text has capitals at all.
    cased: bool = False
    role: str | None = None
    implies: Id | None = None


class LabelFields(_Fields):
    """What a side or topic is called, in each language."""

    en: str
    fr: str
    hans: str = Field(alias="zh-Hans")
    hant: str = Field(alias="zh-Hant")


class SideFields(_Fields):
    """One side of the beat."""

    id: Id
    name: LabelFields
    names: Mapping[NameKind, tuple[NameFields, ...]] = Field(min_length=1)


class OtherFields(WholeNameFields):
    """A third party."""

    id: Id
    #: The id of the party of which this is another name.
    same_as: Id | None = None
    cased: bool = False


class PairFields(WholeNameFields):
    """A name for two parties at once, such as Sino-Canadian."""

    between: tuple[Id, Id]


class TopicFields(StemFields):
    """A subject of the beat, with the words that show it."""

    id: Id
    name: LabelFields


class TermsFile(_Fields):
    """The whole file."""

    sides: tuple[SideFields, ...]
    others: tuple[OtherFields, ...] = ()
    pairs: tuple[PairFields, ...] = ()
    traps: tuple[WholeNameFields, ...] = ()
    signals: Mapping[SignalId, StemFields] = {}
    topics: tuple[TopicFields, ...] = ()


def list_known_fields() -> list[str]:
    """Return the names of all fields of all groups, as they are written."""
    names: set[str] = set()
    for group in (TermsFile, SideFields, NameFields, OtherFields, PairFields, TopicFields):
        for name, info in group.model_fields.items():
            names.add(info.alias or name)
    return sorted(names)
