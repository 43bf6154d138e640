"""The fields of the query language, and what each means on a document.

An index stores what these functions return and compares it with the leaves of a query. So a rule such
as "zh finds zh-Hans and zh-Hant" stands here once, as data: the document has both values.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from crawlers.model import Owner
from pipelines.model import Document, Relation, StoryKind
from pipelines.text.analyzer import joined_streams, plain_words
from pipelines.text.folding import keyword

FieldKind = Literal["text", "name", "keyword", "date", "number"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language.

    `parts` are the document's own fields that it looks into; `values` are all that it can have,
    empty where the list is open.
    """

    kind: FieldKind
    parts: tuple[str, ...]
    values: tuple[str, ...] = ()


def _fields_of_kind(kind: FieldKind, names: str) -> dict[str, Field]:
    return {name: Field(kind, (name,)) for name in names.split()}


FIELDS: Mapping[str, Field] = {
    "text": Field("text", ("title", "summary", "body")),
    **_fields_of_kind("text", "title summary body"),
    **_fields_of_kind("name", "origin carrier author"),
    **_fields_of_kind("keyword", "source site lang country topic url story"),
    "owner": Field("keyword", ("owner",), get_args(Owner)),
    "kind": Field("keyword", ("kind",), get_args(StoryKind)),
    "relation": Field("keyword", ("relation",), tuple(Relation)),
    **_fields_of_kind("date", "published collected"),
    **_fields_of_kind("number", "tier score"),
    **_fields_of_kind("name", "credit"),
    **_fields_of_kind("keyword", "tag star"),
}
#: What readers said of stories. It is in the ledger and in no index, so that it counts at once: whoever
#: searches turns it into the stories first (`pipelines.stories.remarked`).
REMARK_FIELDS = ("tag", "star")
ALIASES = {
    "tags": "tag",
    "starred": "star",
    "language": "lang",
    "topics": "topic",
    "authors": "author",
    "credits": "credit",
    "date": "published",
    "standfirst": "summary",
}


def _parts_of_all_fields() -> tuple[str, ...]:
    parts: dict[str, None] = {}
    for name, field in FIELDS.items():
        if name not in REMARK_FIELDS:
            parts |= dict.fromkeys(field.parts)
    return tuple(parts)


#: Parts with a main and a plain stream.
STEMMED = ("title", "summary", "body")
#: Parts with a plain stream alone.
NAMES = ("origin", "carrier", "author", "credit")
#: Every part of a document that a query can ask for. An index stores their places: add at the end.
MATTERS = _parts_of_all_fields()

PLAIN = "_plain"
#: Where tokens stand in an index: the texts, the plain forms of each, and the names.
STREAMS = (*STEMMED, *(part + PLAIN for part in STEMMED), *NAMES)

#: A token between two authors that no query can name, so no phrase runs from one to the next.
BETWEEN_NAMES = "¦"

#: How like a known name a misspelt one has to be, from 0 to 1; difflib's own default.
_LIKENESS = 0.6


def canonical_name(typed: str) -> str | None:
    """Return the name of a field as typed in any case, or None."""
    name = keyword(typed)
    name = ALIASES.get(name, name)
    if name not in FIELDS:
        return None
    return name


def closest(typed: str, known: tuple[str, ...]) -> str | None:
    """Return what a misspelt word probably means, or None."""
    # difflib takes quadratic time, and a hostile query has a word of 20,000 characters.
    found = difflib.get_close_matches(typed.casefold()[:50], known, n=1, cutoff=_LIKENESS)
    return next(iter(found), None)


def keywords(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the folded values of each keyword field; none of them is empty.

    A source goes by id and by name, a language also by its first part, a site also by every domain
    above it.
    """
    lang = keyword(document.lang or "")
    language = lang.split("-")[0]
    values: dict[str, Iterable[str]] = {
        "source": (keyword(document.source), keyword(document.source_name)),
        "site": _domains_of(keyword(document.site)),
        "lang": (lang, language),
        "country": (keyword(document.country or ""),),
        "topic": map(keyword, document.topics),
        "url": (keyword(document.url),),
        "story": (keyword(document.story_id),),
        "owner": (keyword(document.owner or ""),),
        "kind": (keyword(document.kind),),
        "relation": (keyword(document.relation),),
    }
    return {field: _distinct_values(some) for field, some in values.items()}


def _domains_of(site: str) -> list[str]:
    """Return a site and every domain above it."""
    # So that site:gc.ca finds international.gc.ca.
    labels = site.split(".")
    return [".".join(labels[place:]) for place in range(len(labels))]


def _distinct_values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def texts(document: Document) -> dict[str, str]:
    """Return the running texts of a document."""
    return {"title": document.title, "summary": document.summary, "body": document.body}


def names(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the names that a document holds, as written."""
    return {
        "origin": _one_or_none(document.origin),
        "carrier": _one_or_none(document.carrier),
        "author": document.authors,
        "credit": document.credits,
    }


def _one_or_none(value: str | None) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,)


def quantities(document: Document) -> dict[str, datetime | float | None]:
    """Return the values that ranges compare; None is unknown."""
    return {
        "published": document.published,
        "collected": document.collected,
        "tier": document.tier,
        "score": document.score,
    }


def filled(document: Document, keyword_values: Mapping[str, tuple[str, ...]] | None = None) -> frozenset[str]:
    """Return the parts of a document that have a value.

    `keyword_values` are its keywords, where the caller has them already.
    """
    if keyword_values is None:
        keyword_values = keywords(document)
    # What `field:*` and `_exists_:field` ask for.
    found_texts = texts(document)
    for part, written in names(document).items():
        found_texts[part] = "".join(written)
    found: set[str] = set()
    for part, text in found_texts.items():
        if text.strip():
            found.add(part)
    for part, values in keyword_values.items():
        if values:
            found.add(part)
    for part, value in quantities(document).items():
        if value is not None:
            found.add(part)
    return frozenset(found)


def stream(part: str, plain: bool) -> str:
    """Return the stream in which a leaf's tokens are looked up."""
    # Names have one stream, and it is plain.
    if plain and part in STEMMED:
        return part + PLAIN
    return part


def token_streams(
    running_texts: Mapping[str, str], language: str | None, name_parts: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """Return the tokens of every stream of a document, in order."""
    joined = joined_token_streams(running_texts, language, name_parts)
    return {name: tokens.split() for name, tokens in joined.items()}


def joined_token_streams(
    running_texts: Mapping[str, str], language: str | None, name_parts: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return the same tokens with one space or more between them."""
    # An index takes them like this. To make lists of them would take a fifth more time.
    found: dict[str, str] = {}
    for part in STEMMED:
        found[part], found[part + PLAIN] = joined_streams(running_texts[part], language)
    for part, written in name_parts.items():
        found[part] = " ".join(_name_tokens(written))
    return found


def _name_tokens(written: Iterable[str]) -> list[str]:
    tokens: list[str] = []
    for name in written:
        tokens += plain_words(name)
        tokens.append(BETWEEN_NAMES)
    return tokens[:-1]


def sort_time(document: Document) -> datetime:
    """Return the time that a document is ordered by.

    A date that lay ahead when we saw the page would keep it on top until that day.
    """
    # Pages without a date are news of the moment at which we saw them.
    if document.published is None:
        return document.collected
    return min(document.published, document.collected)
