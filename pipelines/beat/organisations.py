"""The carriers and writers that datelines and credits name.

The organisations stand in `organisations.yaml`. A name is compared without case, punctuation or the form
of its accents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from crawlers.folding import without_accents
from pipelines.beat.outlets import Outlet
from pipelines.text.vocabulary import Phrases, Vocabulary, any_of, read_vocabulary


class _Names(Vocabulary):
    organisations: tuple[Outlet, ...]
    photo_agencies: Phrases


_FILE = read_vocabulary("pipelines.beat", "organisations.yaml", _Names)
NAMES = _FILE.organisations

_PHOTO_AGENCY = re.compile(any_of(_FILE.photo_agencies), re.IGNORECASE)

#: Characters. No organisation has a longer name, and most lines of a text are longer.
_LONGEST_NAME = 60
#: Characters at the end of a credit that are searched for a name. A line without an end is no credit.
_CREDIT_END = 200
#: Words, and characters of Chinese, of the longest name at the beginning of a text.
_MOST_WORDS = 5
_MOST_CHARACTERS = 10
_PUNCTUATION = re.compile(r"[\W_]+")
_GENITIVE = re.compile(r"['’](?=s\b)")
#: A letter, so that it stays where punctuation goes.
_KEPT_APOSTROPHE = "\u02bc"
_TAG_PART = re.compile(r"\s[-–—]\s|/")
_CREDIT_PART = re.compile(r"[,，/|;；]|\s[-–—]|\s{2,}")


def key_of(name: str) -> str:
    """Return the form in which names are compared."""
    # People's Daily of China is not Peoples Daily of Nigeria.
    with_genitive = _GENITIVE.sub(_KEPT_APOSTROPHE, without_accents(name).casefold())
    return _PUNCTUATION.sub("", with_genitive).removeprefix("the")


def is_photo_agency(name: str) -> bool:
    """Tell whether a name is that of an agency that lends pictures alone."""
    return _PHOTO_AGENCY.fullmatch(name.strip()) is not None


class Organisations:
    """The organisations that datelines and credits may name. Immutable."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        self._by_key: dict[str, Outlet] = {}
        self._by_tag: dict[str, Outlet] = {}
        self._by_host: dict[str, Outlet] = {}
        for outlet in outlets:
            self._by_key |= dict.fromkeys(map(key_of, outlet.spellings), outlet)
            self._by_tag |= dict.fromkeys(outlet.tags, outlet)
            self._by_host |= dict.fromkeys(outlet.hosts, outlet)

    def known(self, text: str) -> Outlet | None:
        """Return the organisation that a whole text names, or None."""
        if len(text) > _LONGEST_NAME:
            return None
        return self._by_key.get(key_of(text))

    def find_tagged(self, text: str) -> Outlet | None:
        """Return the organisation that a dateline names, or None.

        Full names count and short tags too, and what stands before a dash or slash: "CNW - Telbec".
        """
        text = text.strip()
        first_part = _TAG_PART.split(text)[0]
        return self.known(text) or self._by_tag.get(text) or self._by_key.get(key_of(first_part))

    def find_by_host(self, host: str) -> Outlet | None:
        """Return the organisation that runs a host, or None."""
        labels = host.lower().rstrip(".").split(".")
        # The last label alone is a top-level domain, which no organisation of ours runs.
        for position in range(len(labels) - 1):
            organisation = self._by_host.get(".".join(labels[position:]))
            if organisation:
                return organisation
        return None

    def find_at_start(self, text: str) -> Outlet | None:
        """Return the organisation whose name a text begins with, the longest one, or None."""
        words = text[:_LONGEST_NAME].split()
        for count in range(min(len(words), _MOST_WORDS), 0, -1):
            organisation = self.known(" ".join(words[:count]))
            if organisation:
                return organisation
        # Chinese has no spaces.
        for length in range(min(len(text), _MOST_CHARACTERS), 1, -1):
            organisation = self.known(text[:length]) if not text[:length].isascii() else None
            if organisation:
                return organisation
        return None

    def find_last_known(self, credit: str) -> Outlet | None:
        """Return the last organisation of a credit, or None.

        "Jo Smith, The Canadian Press" and "Jo Smith | Reuters | Jan. 5" name one.
        """
        for part in reversed(_CREDIT_PART.split(credit[-_CREDIT_END:])):
            organisation = self.known(part)
            if organisation:
                return organisation
        return None


#: Those that every beat knows.
EVERYWHERE = Organisations(NAMES)


@lru_cache(maxsize=8)
def organisations_of(outlets: tuple[Outlet, ...]) -> Organisations:
    """Return those that every beat knows, with a beat's own, which go before them."""
    if not outlets:
        return EVERYWHERE
    return Organisations((*NAMES, *outlets))
