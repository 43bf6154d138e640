"""JSON-LD of a page, and the object that is the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.folding import read_references
from pipelines.extract.text import one_line

#: JSON-LD objects looked at on a page; real pages have a few hundred.
MAX_NODES = 20_000
#: Items of one list that are looked at.
_MOST_ITEMS = 1_000

_ARTICLE_TYPE = re.compile(r"(?:article|posting|report|pressrelease|newsitem)$", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"(?:webpage|creativework|videoobject|review|itempage)$", re.IGNORECASE)
#: Properties under which other articles stand.
_LISTED_UNDER = frozenset(
    {
        "itemlistelement",
        "haspart",
        "mentions",
        "citation",
        "relatedlink",
        "comment",
        "about",
        "isbasedon",
        "ispartof",
        "video",
        "image",
    }
)
#: Properties that show that an object describes an article in full.
_TELLING_KEYS = ("datePublished", "author", "articleBody", "headline")

# Comments, CDATA marks and semicolons around the JSON.
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_SALVAGED_KEYS = (
    "headline",
    "datePublished",
    "dateModified",
    "dateCreated",
    "articleBody",
    "inLanguage",
    "url",
)
# Possessive, so that a long text without its closing quote is read once.
_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_SALVAGED_AUTHOR = re.compile(rf'"author"\s*:\s*[\[{{][^\]}}]{{0,500}}?"name"\s*:\s*{_QUOTED}')
_SALVAGED_TYPE = re.compile(r'"@type"\s*:\s*"(\w*(?:Article|Posting))"')

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A JSON-LD object and the property it stands under.

    The property is in lower case, and "" for the outermost object.
    """

    node: Node
    under: str


def read_json_ld(tree: HtmlElement) -> Iterator[PlacedNode]:
    """Yield every JSON-LD object of the page, outer ones first, `MAX_NODES` at most."""
    budget = MAX_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        for placed in _walk_objects(_load_json(script.text)):
            if budget <= 0:
                return
            budget -= 1
            yield placed


def types_of(node: Node) -> set[str]:
    """Return the types of an object in lower case, without their schema's address."""
    types = set()
    for name in as_list(node.get("@type")):
        if isinstance(name, str):
            types.add(name.rsplit("/", 1)[-1].lower())
    return types


def as_list(value: Any) -> list[Any]:
    """Return a JSON-LD value as a list."""
    if isinstance(value, list):
        return value
    return [value]


def text_of(value: object) -> str:
    """Return a JSON-LD value as text: an object's name, and "" for a number."""
    if isinstance(value, list):
        value = next(filter(None, value), None)
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    return read_references(value).strip() if isinstance(value, str) else ""


def _walk_objects(value: object) -> Iterator[PlacedNode]:
    """Yield the objects of one script, outer ones first."""
    queue: list[tuple[object, str]] = [(value, "")]
    while queue:
        current, under = queue.pop(0)
        if isinstance(current, list):
            # The items of a list take its place.
            queue[:0] = [(item, under) for item in current[:_MOST_ITEMS]]
        elif isinstance(current, dict):
            yield PlacedNode(current, under)
            for key, inner in current.items():
                if isinstance(inner, (dict, list)):
                    # A graph is only a list of objects: they stand where it stands.
                    queue.append((inner, under if key == "@graph" else key.lower()))


# -- broken JSON ----------------------------------------------------------------------------------


def _load_json(text: str) -> object:
    """Return JSON as pages write it, or what can be read of it."""
    cleaned = _WRAPPING.sub("", _WRAPPING.sub("", text.strip()))
    for attempt in (text, cleaned, _TRAILING_COMMA.sub("", cleaned), read_references(cleaned)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvage_values(cleaned)


def _salvage_values(text: str) -> dict[str, Any]:
    """Return the plain values that broken JSON has for an article, each one's first."""
    node: dict[str, Any] = {}
    for key in _SALVAGED_KEYS:
        match = re.search(rf'"{key}"\s*:\s*{_QUOTED}', text)
        if match:
            node[key] = match[1].replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n")
    author = _SALVAGED_AUTHOR.search(text)
    if author:
        node["author"] = author[1]
    type_ = _SALVAGED_TYPE.search(text)
    if type_:
        node["@type"] = type_[1]
    return node


# -- the article ----------------------------------------------------------------------------------


def find_article_node(nodes: Sequence[PlacedNode], url: str, titles: frozenset[str]) -> Node:
    """Return the object that is this page's article, or {}.

    A page may list other articles too. The one that names this address or carries a shown title wins
    over the first; one that stands in a list of others counts least. `titles` are without case.
    """
    best: Node = {}
    best_rank = 0.0
    for placed in nodes:
        if not _may_be_article(placed.node):
            continue
        rank = _rank_node(placed, url, titles)
        # Of two with one rank the first one is taken.
        if rank > best_rank:
            best, best_rank = placed.node, rank
    return best


def _may_be_article(node: Node) -> bool:
    types = types_of(node)
    return any(map(_ARTICLE_TYPE.search, types)) or any(map(_PAGE_TYPE.search, types))


def _rank_node(placed: PlacedNode, url: str, titles: frozenset[str]) -> float:
    """Return how well an object fits the page."""
    # The numbers only set the order of the reasons.
    node = placed.node
    rank = 0.0
    if any(map(_ARTICLE_TYPE.search, types_of(node))):
        rank += 4
    if placed.under in _LISTED_UNDER:
        rank -= 5
    if one_line(text_of(node.get("headline") or node.get("name"))).casefold() in titles:
        rank += 3
    if _names_address(node, url):
        rank += 2
    for key in _TELLING_KEYS:
        if key in node:
            rank += 0.5
    return rank


def _names_address(node: Node, url: str) -> bool:
    """Tell whether an object names the path of this page."""
    path = urlsplit(url).path.rstrip("/")
    # The home page's path ends every address.
    if len(path) <= 1:
        return False
    page = node.get("mainEntityOfPage")
    if isinstance(page, dict):
        page = page.get("@id")
    for address in (node.get("url"), node.get("@id"), page):
        if isinstance(address, str) and address.split("?")[0].split("#")[0].rstrip("/").endswith(path):
            return True
    return False
