"""Queries and filters in saved objects, checked against the fields of an index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.query import QueryError
from pipelines.query.lexeme import Lexeme
from pipelines.query.lexeme_order import ordered_lexemes
from tests.kibana.fields import NUMBERS, Fields
from tests.kibana.references import Json, Uses


def field_problems(name: str, fields: Fields) -> Iterator[str]:
    if name not in fields:
        yield f"there is no field {name}"


def query_problems(query: Json, fields: Fields | None) -> Iterator[str]:
    if (
        set(query) != {"language", "query"}
        or query["language"] != "lucene"
        or not isinstance(query["query"], str)
    ):
        yield f"a query is a text in the language lucene, not {query}"
    elif query["query"]:
        yield from _lucene(query["query"], fields)


# Kibana's queries name the fields of an index, so the lexer of our own language cannot cut them.
_TOKEN = re.compile(
    r"""\s+ | (?P<open>\() | (?P<close>\)) | (?P<and>AND\b) | (?P<or>OR\b) | (?P<not>NOT\b|-)
    | (?P<phrase>"[^"]*") | (?P<range>[\[{][^\]}]+\ TO\ [^\]}]+[\]}]) | (?P<compare>[<>]=?[^\s()]+)
    | (?P<field>[\w.]+:) | (?P<word>[^\s()":\[\]{}]+)""",
    re.VERBOSE,
)


def _lucene(text: str, fields: Fields | None) -> Iterator[str]:
    try:
        tokens = ordered_lexemes(text, _tokens(text), is_pasted=False)
    except QueryError as e:
        yield f"the query {text!r} does not parse: {e}"
        return
    if fields is None:
        return
    field = ""
    for before, token in pairwise([None, *tokens]):
        typed = text[token.start : token.end]
        if token.kind == "field" and typed != "_exists_:":
            field = typed.rstrip(":")
            yield from field_problems(field, fields)
        elif before is not None and text[before.start : before.end] == "_exists_:":
            yield from field_problems(typed, fields)
        elif token.kind in ("range", "compare") and fields.get(field) not in {*NUMBERS, "date"}:
            yield f"{field} has no order for a range"


def _tokens(text: str) -> Iterator[Lexeme]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"{text[at]!r} fits nothing", text, at)
        at = match.end()
        if match.lastgroup:
            yield Lexeme(match.lastgroup, *match.span(), (match[0],))


#: Type of a filter -> the clause by which Kibana asks for it.
CLAUSES = {"phrase": "match_phrase", "phrases": "bool", "exists": "exists"}


def filter_problems(filters: Sequence[Json], used: Uses, prefix: str) -> Iterator[str]:
    for place, one in enumerate(filters):
        meta = one["meta"]
        name = f"{prefix}.filter[{place}].meta.index"
        if meta.get("indexRefName") != name or "index" in meta:
            yield f"the filter on {meta.get('key')} has to name its data view as {name}"
        fields = used.view(name).fields
        yield from field_problems(meta["key"], fields)
        if not _is_saved_by_kibana(one):
            yield f"the filter on {meta['key']} is none that Kibana saves"
        yield from _clause_problems(meta, one["query"])


def _is_saved_by_kibana(one: Json) -> bool:
    meta = one["meta"]
    in_app = one.get("$state") == {"store": "appState"}
    return in_app and meta["key"] == meta["field"] and meta["disabled"] is False


def _clause_problems(meta: Json, query: Json) -> Iterator[str]:
    """Compare what a filter shows with what it asks."""
    key = meta["key"]
    if CLAUSES.get(meta["type"]) not in query:
        yield f"the filter on {key} is of type {meta['type']} and asks something else"
    elif meta["type"] == "phrase" and query["match_phrase"] != {key: meta["params"]["query"]}:
        yield f"the filter on {key} shows one value and asks for another"
