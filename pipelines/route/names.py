"""The carriers and writers that datelines and credits name.

The organisations stand in `names.yaml`. A name is compared without case, punctuation or the form
of its accents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from crawlers.folding import without_accents
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Release services distribute what others pay for; agencies and state media write themselves.
NameKind = Literal["release", "agency", "state_media"]


class Name(BaseModel):
    """One organisation: the name shown for it, its kind and its other spellings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: NameKind
    aliases: tuple[str, ...] = ()
    #: Short forms that count only inside a dateline's brackets or slashes, written exactly so.
    tags: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """All full names, the one that is shown first."""
        return (self.name, *self.aliases)


class _Names(Vocabulary):
    organisations: tuple[Name, ...]


NAMES = read_vocabulary("pipelines.route", "names.yaml", _Names).organisations

#: Characters. No organisation has a longer name, and most lines of a text are longer.
_LONGEST_NAME = 60
#: Characters at the end of a credit that are searched for a name. A line without an end is no credit.
_CREDIT_END = 200
_PUNCTUATION = re.compile(r"[\W_]+")
_TAG_PART = re.compile(r"\s[-–—]\s|/")
_CREDIT_PART = re.compile(r"[,，/|;；]|\s[-–—]|\s{2,}")


def key_of(name: str) -> str:
    """Return the form in which names are compared."""
    return _PUNCTUATION.sub("", without_accents(name).casefold()).removeprefix("the")


def _index_names(spellings_of: Callable[[Name], Sequence[str]]) -> dict[str, Name]:
    """Return the organisations by some of their spellings."""
    index = {}
    for organisation in NAMES:
        for spelling in spellings_of(organisation):
            index[spelling] = organisation
    return index


_BY_KEY = _index_names(lambda organisation: [key_of(name) for name in organisation.spellings])
_BY_TAG = _index_names(lambda organisation: organisation.tags)
_BY_HOST = _index_names(lambda organisation: organisation.hosts)


def known(text: str) -> Name | None:
    """Return the organisation that a whole text names, or None."""
    if len(text) > _LONGEST_NAME:
        return None
    return _BY_KEY.get(key_of(text))


def find_tagged(text: str) -> Name | None:
    """Return the organisation that a dateline names, or None.

    Full names count and short tags too, and what stands before a dash or slash: "CNW - Telbec".
    """
    text = text.strip()
    first_part = _TAG_PART.split(text)[0]
    return known(text) or _BY_TAG.get(text) or _BY_KEY.get(key_of(first_part))


def find_by_host(host: str) -> Name | None:
    """Return the organisation that runs a host, or None."""
    labels = host.lower().rstrip(".").split(".")
    # The last label alone is a top-level domain, which no organisation of ours runs.
    for position in range(len(labels) - 1):
        organisation = _BY_HOST.get(".".join(labels[position:]))
        if organisation:
            return organisation
    return None


def find_last_known(credit: str) -> Name | None:
    """Return the last organisation of a credit, or None.

    "Jo Smith, The Canadian Press" and "Jo Smith | Reuters | Jan. 5" name one.
    """
    for part in reversed(_CREDIT_PART.split(credit[-_CREDIT_END:])):
        organisation = known(part)
        if organisation:
            return organisation
    return None
