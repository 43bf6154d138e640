"""What a page says of itself: JSON-LD, meta tags, links.

It is gathered once, and nothing is believed yet: `times`, `authors`, `titles` and `identity` weigh
these claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawlers.folding import read_references
from pipelines.extract.json_ld import (
    Node,
    PlacedNode,
    as_list,
    find_article_node,
    read_json_ld,
    text_of,
    types_of,
)
from pipelines.extract.text import one_line

#: The kinds of JSON-LD objects that carry the site's name.
_SITE_TYPES = frozenset({"newsmediaorganization", "website"})
_META_ATTRIBUTES = ("property", "name", "itemprop", "http-equiv")
_LANGUAGE_METAS = ("og:locale", "content-language", "language", "dc.language")
#: Values of a JSON-LD list that are followed.
_MOST_VALUES = 100
_MOST_HEADINGS = 5


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one page.

    `meta` maps lower-case names and properties to their contents, in order. `article` is the JSON-LD
    object that describes this article; it is empty where none does.
    """

    meta: Mapping[str, Sequence[str]]
    article: Node
    #: JSON-LD objects by their @id, so that references can be followed.
    nodes: Mapping[str, Node] = field(default_factory=dict)
    #: Elements with an itemprop or a property, in order; meta tags are among them.
    marked: Sequence[HtmlElement] = ()
    publisher: str | None = None
    canonical: str | None = None
    og_url: str | None = None
    #: The language as the page writes it: "fr-CA", "zh_TW".
    lang: str | None = None

    def first(self, name: str) -> str | None:
        """Return the first content of a meta tag, or None."""
        return _first_of(self.meta.get(name, ()))

    def elements_of(self, *names: str) -> list[HtmlElement]:
        """Return the elements whose itemprop is one of some names, in order."""
        return [element for element in self.marked if element.get("itemprop") in names]

    @property
    def site_names(self) -> tuple[str, ...]:
        """The names the site gives itself, most reliable first."""
        names = (
            self.first("og:site_name"),
            self.publisher,
            self.first("application-name"),
            self.first("apple-mobile-web-app-title"),
        )
        return tuple(dict.fromkeys(filter(None, names)))


def read_claims(tree: HtmlElement, url: str) -> Claims:
    """Return what the page at `url` says of itself.

    Never raises: a broken claim is no claim.
    """
    meta = _read_meta(tree)
    nodes = list(read_json_ld(tree))
    by_id = _index_by_id(nodes)
    article = find_article_node(nodes, url, _shown_titles(tree, meta))
    return Claims(
        meta=meta,
        article=article,
        nodes=by_id,
        marked=tree.xpath("//*[@itemprop or @property]"),
        publisher=_find_publisher(article, nodes, by_id),
        canonical=_find_link(tree, "canonical"),
        og_url=_first_of(meta.get("og:url", ())),
        lang=_find_language(tree, meta, article),
    )


def resolve(value: object, claims: Claims) -> list[object]:
    """Return a JSON-LD value as a flat list, with what its @id references name."""
    values = as_list(value)[:_MOST_VALUES]
    found: list[object] = []
    for item in values:
        if item is not None:
            found.append(_follow_reference(item, claims.nodes))
    return found


def _first_of(values: Iterable[str]) -> str | None:
    """Return the first value that is not empty, or None."""
    return next(filter(None, values), None)


def _read_meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    # Pages use the four attributes as they like: og:title stands in `name` as often as in `property`.
    for element in tree.iter("meta"):
        content = one_line(read_references(element.get("content") or ""))
        for attribute in _META_ATTRIBUTES:
            name = (element.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, []).append(content)
    return found


def _find_link(tree: HtmlElement, relation: str) -> str | None:
    for link in tree.iter("link"):
        address = (link.get("href") or "").strip()
        if address and relation in (link.get("rel") or "").lower().split():
            return str(address)
    return None


def _find_language(tree: HtmlElement, meta: Mapping[str, Sequence[str]], article: Node) -> str | None:
    """Return the language that the page claims, or None."""
    languages = [text_of(article.get("inLanguage"))]
    # The first one: broken pages have several.
    for element in tree.iter("html"):
        languages.append(element.get("lang") or element.get("xml:lang") or "")
        break
    for name in _LANGUAGE_METAS:
        languages.append(_first_of(meta.get(name, ())) or "")
    return _first_of(map(str.strip, languages))


def _shown_titles(tree: HtmlElement, meta: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the titles by which the page's own article is known, without case."""
    titles = list(meta.get("og:title", ()))
    for heading in list(tree.iter("h1"))[:_MOST_HEADINGS]:
        titles.append(one_line(heading.text_content()))
    found: set[str] = set()
    for title in titles:
        if title:
            found.add(one_line(title).casefold())
    return frozenset(found)


# -- JSON-LD --------------------------------------------------------------------------------------


def _index_by_id(nodes: Sequence[PlacedNode]) -> dict[str, Node]:
    index = {}
    for placed in nodes:
        id_ = placed.node.get("@id")
        # An object with nothing but its @id is a reference itself.
        if isinstance(id_, str) and len(placed.node) > 1:
            index[id_] = placed.node
    return index


def _find_publisher(article: Node, nodes: Sequence[PlacedNode], by_id: Mapping[str, Node]) -> str | None:
    """Return the article's publisher, else the site's name."""
    publisher = _name_of(_follow_reference(article.get("publisher"), by_id))
    if publisher:
        return publisher
    for placed in nodes:
        if types_of(placed.node) & _SITE_TYPES:
            return _name_of(placed.node)
    return None


def _follow_reference(value: object, nodes: Mapping[str, Node]) -> object:
    """Return the object that an @id reference names; other values as they are."""
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return nodes.get(value["@id"], value)
    return value


def _name_of(value: object) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    return one_line(text_of(value)) or None
