"""The fields of the query language, and what each means on a document.

An index stores what these functions return and compares it with the leaves of a query; so a rule such
as "zh finds zh-Hans and zh-Hant" stands here once, as data: the document has both values.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from crawlers.model import Owner
from pipelines.model import Document, Relation, StoryKind
from pipelines.text.analyzer import keyword, plain_words, streams

FieldKind = Literal["text", "name", "keyword", "date", "number"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `parts` are the document's own fields that it looks into; `values` all it can have."""

    kind: FieldKind
    parts: tuple[str, ...]
    values: tuple[str, ...] = ()


def _fields(kind: FieldKind, names: str) -> dict[str, Field]:
    return {name: Field(kind, (name,)) for name in names.split()}


FIELDS: Mapping[str, Field] = {
    "text": Field("text", ("title", "body")),
    **_fields("text", "title body"),
    **_fields("name", "origin carrier author"),
    **_fields("keyword", "source site lang country topic url story"),
    "owner": Field("keyword", ("owner",), get_args(Owner)),
    "kind": Field("keyword", ("kind",), get_args(StoryKind)),
    "relation": Field("keyword", ("relation",), tuple(Relation)),
    **_fields("date", "published collected"),
    **_fields("number", "tier score"),
}
ALIASES = {"language": "lang", "topics": "topic", "authors": "author", "date": "published"}
DEFAULT = FIELDS["text"].parts

STEMMED = ("title", "body")
"""Parts with a main and a plain stream."""
NAMES = ("origin", "carrier", "author")
"""Parts with a plain stream alone."""
MATTERS = tuple(dict.fromkeys(part for field in FIELDS.values() for part in field.parts))
"""Every part of a document that a query can ask for."""

PLAIN = "_plain"
STREAMS = (*STEMMED, *(part + PLAIN for part in STEMMED), *NAMES)
"""Where tokens stand in an index: `title`, `body`, the plain forms of both, and the names."""

BETWEEN_NAMES = "¦"
"""A token between two authors that no query can name, so that a phrase never runs from one to the next."""


def canonical_name(typed: str) -> str | None:
    """Return the name of a field as typed in any case, or None where there is no such field."""
    name = keyword(typed)
    name = ALIASES.get(name, name)
    return name if name in FIELDS else None


def closest(typed: str, known: tuple[str, ...]) -> str | None:
    """Return what a misspelt word was probably meant to be."""
    found = difflib.get_close_matches(typed.casefold()[:50], known, n=1, cutoff=0.6)
    return found[0] if found else None


def keywords(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the folded values of each keyword field; none of them is empty.

    A source goes by id and by name, a language also by its first part, a site also by every domain above it.
    """
    labels = keyword(document.site).split(".")
    lang = keyword(document.lang or "")
    values = {
        "source": (keyword(document.source), keyword(document.source_name)),
        "site": tuple(".".join(labels[i:]) for i in range(len(labels))),
        "lang": (lang, lang.split("-")[0]),
        "country": (keyword(document.country or ""),),
        "topic": tuple(map(keyword, document.topics)),
        "url": (keyword(document.url),),
        "story": (keyword(document.story_id),),
        "owner": (keyword(document.owner or ""),),
        "kind": (keyword(document.kind),),
        "relation": (keyword(document.relation),),
    }
    return {field: tuple(dict.fromkeys(v for v in some if v)) for field, some in values.items()}


def names(document: Document) -> dict[str, tuple[str, ...]]:
    """Return what `origin`, `carrier` and `author` hold, as written."""
    return {
        "origin": (document.origin,) if document.origin else (),
        "carrier": (document.carrier,) if document.carrier else (),
        "author": document.authors,
    }


def quantities(document: Document) -> dict[str, datetime | float | None]:
    """Return the values that ranges compare; None where one is unknown."""
    return {
        "published": document.published,
        "collected": document.collected,
        "tier": document.tier,
        "score": document.score,
    }


def filled(document: Document) -> frozenset[str]:
    """Return the parts of a document that have a value, for `field:*`."""
    texts = {"title": document.title, "body": document.body}
    texts |= {name: "".join(some) for name, some in names(document).items()}
    found = {part for part, text in texts.items() if text.strip()}
    found |= {part for part, values in keywords(document).items() if values}
    return frozenset(found | {part for part, value in quantities(document).items() if value is not None})


def stream(part: str, plain: bool) -> str:
    """Return the stream in which a leaf's tokens are looked up."""
    return part + PLAIN if plain and part in STEMMED else part


def token_streams(title: str, body: str, name_parts: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the tokens of every stream of a document, in order."""
    found: dict[str, list[str]] = {}
    for part, text in zip(STEMMED, (title, body), strict=True):
        found[part], found[part + PLAIN] = streams(text)
    for part, some in name_parts.items():
        found[part] = _with_gaps([plain_words(name) for name in some])
    return found


def _with_gaps(token_lists: list[list[str]]) -> list[str]:
    gapped = [token for tokens in token_lists for token in (*tokens, BETWEEN_NAMES)]
    return gapped[:-1]


def sort_time(document: Document) -> datetime:
    """Return the time that a document is ordered by: when it was published, else when it was collected."""
    return document.published or document.collected
