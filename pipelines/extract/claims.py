"""What a page says of itself: JSON-LD, meta tags, microdata, links. Gathered once, judged elsewhere.

Nothing here is believed yet: `times`, `authors`, `titles` and `identity` weigh these claims.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.extract.text import one_line

MAX_NODES = 20_000
"""JSON-LD objects looked at on a page; real pages have a few hundred."""

_ARTICLE_TYPE = re.compile(r"(?:article|posting|report|pressrelease|newsitem)$", re.I)
_PAGE_TYPE = re.compile(r"(?:webpage|creativework|videoobject|review|itempage)$", re.I)
_LISTED_UNDER = frozenset({"itemlistelement", "haspart", "mentions", "citation", "relatedlink", "comment", "about", "isbasedon", "ispartof", "video", "image"})  # fmt: skip
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", re.S
)
_SALVAGED = ("headline", "datePublished", "dateModified", "dateCreated", "articleBody", "inLanguage", "url")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one page. `meta` maps lower-case names and properties to their contents, in
    order; `article` is the JSON-LD object that describes this article (empty: none does)."""

    meta: Mapping[str, Sequence[str]]
    article: Node
    nodes: Mapping[str, Node] = field(default_factory=dict)
    """JSON-LD objects by their @id, so that references can be followed."""
    publisher: str | None = None
    canonical: str | None = None
    og_url: str | None = None
    lang: str | None = None

    def first(self, *names: str) -> str | None:
        """Return the first content that one of these meta names has, in the order of the names."""
        return next((content for name in names for content in self.meta.get(name, ()) if content), None)

    @property
    def site_names(self) -> tuple[str, ...]:
        """The names the site gives itself, most reliable first."""
        found = (
            self.first("og:site_name"),
            self.publisher,
            self.first("application-name"),
            self.first("apple-mobile-web-app-title"),
        )
        return tuple(dict.fromkeys(name for name in found if name))


def read_claims(tree: HtmlElement, url: str) -> Claims:
    """Gather what the page at `url` says of itself. Never raises: a broken claim is no claim."""
    meta = _meta(tree)
    nodes = list(_json_ld(tree))
    by_id = {node["@id"]: node for node, _ in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    titles = _shown_titles(tree, meta)
    article = _article_node(nodes, url, titles)
    publisher = _name(_follow(article.get("publisher"), by_id)) or next(
        (_name(node) for node, _ in nodes if _types(node) & {"newsmediaorganization", "website"}), None
    )
    canonical = _href(tree, "canonical")
    return Claims(
        meta=meta,
        article=article,
        nodes=by_id,
        publisher=publisher,
        canonical=canonical,
        og_url=next(iter(meta.get("og:url", ())), None),
        lang=_language(tree, meta, article),
    )


def resolve(value: object, claims: Claims) -> list[object]:
    """Return a JSON-LD value as a flat list, with @id references replaced by what they name."""
    values = value if isinstance(value, list) else [value]
    return [_follow(v, claims.nodes) for v in values[:100] if v is not None]


def text_of(value: object) -> str:
    """Return a JSON-LD text value as one string; objects and numbers give their name or nothing."""
    if isinstance(value, list):
        value = next((v for v in value if v), None)
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    return html.unescape(value).strip() if isinstance(value, str) else ""


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = one_line(html.unescape(element.get("content") or ""))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = (element.get(attribute) or "").strip().lower()
            if key and content:
                found.setdefault(key, []).append(content)
    return found


def _href(tree: HtmlElement, rel: str) -> str | None:
    for link in tree.iter("link"):
        if rel in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            return str(link.get("href")).strip()
    return None


def _language(tree: HtmlElement, meta: Mapping[str, Sequence[str]], article: Node) -> str | None:
    """Return the page's own word for its language, article before page, as it is written."""
    html_lang = next((e.get("lang") or e.get("xml:lang") for e in tree.iter("html")), None)
    claims = (
        text_of(article.get("inLanguage")),
        html_lang,
        *(
            next(iter(meta.get(k, ())), None)
            for k in ("og:locale", "content-language", "language", "dc.language")
        ),
    )
    return next((c.strip() for c in claims if c and c.strip()), None)


# -- JSON-LD --------------------------------------------------------------------------------------


def _json_ld(tree: HtmlElement) -> Iterator[tuple[Node, str]]:
    """Yield (object, property it stands under) for every JSON-LD object of the page, outer first."""
    budget = MAX_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        queue: list[tuple[object, str]] = [(_loads(script.text), "")]
        while queue and budget > 0:
            value, under = queue.pop(0)
            if isinstance(value, list):
                queue[:0] = [(v, under) for v in value[:1000]]
            elif isinstance(value, dict):
                budget -= 1
                yield value, under
                queue.extend(
                    (v, key.lower() if key != "@graph" else under)
                    for key, v in value.items()
                    if isinstance(v, (dict, list))
                )


def _loads(text: str) -> object:
    """Parse JSON as pages write it; where it cannot be repaired, return what can be read of it."""
    cleaned = _WRAPPING.sub("", _WRAPPING.sub("", text.strip()))
    for attempt in (text, cleaned, _TRAILING_COMMA.sub("", cleaned), html.unescape(cleaned)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvage(cleaned)


def _salvage(text: str) -> dict[str, Any]:
    """Return the plain values that broken JSON shows for an article, first mention of each."""
    node: dict[str, Any] = {}
    for key in _SALVAGED:
        if match := re.search(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.)*+)"', text):
            node[key] = match[1].replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n")
    if match := re.search(r'"author"\s*:\s*[\[{][^\]}]{0,500}?"name"\s*:\s*"((?:[^"\\]|\\.)*+)"', text):
        node["author"] = match[1]
    if type_ := re.search(r'"@type"\s*:\s*"(\w*(?:Article|Posting))"', text):
        node["@type"] = type_[1]
    return node


def _article_node(nodes: Sequence[tuple[Node, str]], url: str, titles: frozenset[str]) -> Node:
    """Return the object that describes this page's article.

    A page may list other articles too. The one that names this address or carries the shown
    title wins over the first; one that stands in a list of others counts least.
    """

    def rank(candidate: tuple[int, tuple[Node, str]]) -> tuple[float, int]:
        position, (node, under) = candidate
        score = 0.0
        if any(_ARTICLE_TYPE.search(t) for t in _types(node)):
            score += 4
        if under in _LISTED_UNDER:
            score -= 5
        if one_line(text_of(node.get("headline") or node.get("name"))).casefold() in titles:
            score += 3
        if _same_page(node, url):
            score += 2
        score += sum(key in node for key in ("datePublished", "author", "articleBody", "headline")) * 0.5
        return score, -position

    fitting = [
        c
        for c in enumerate(nodes)
        if any(_ARTICLE_TYPE.search(t) or _PAGE_TYPE.search(t) for t in _types(c[1][0]))
    ]
    if not fitting:
        return {}
    best = max(fitting, key=rank)
    return best[1][0] if rank(best)[0] > 0 else {}


def _same_page(node: Node, url: str) -> bool:
    main = node.get("mainEntityOfPage")
    named = (node.get("url"), node.get("@id"), main.get("@id") if isinstance(main, dict) else main)
    path = urlsplit(url).path.rstrip("/")
    return len(path) > 1 and any(
        isinstance(n, str) and n.split("?")[0].split("#")[0].rstrip("/").endswith(path) for n in named
    )


def _shown_titles(tree: HtmlElement, meta: Mapping[str, Sequence[str]]) -> frozenset[str]:
    shown = [*meta.get("og:title", ()), *(one_line(h.text_content()) for h in list(tree.iter("h1"))[:5])]
    return frozenset(one_line(t).casefold() for t in shown if t)


def _types(node: Node) -> set[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return {v.rsplit("/", 1)[-1].lower() for v in values if isinstance(v, str)}


def _follow(value: object, nodes: Mapping[str, Node]) -> object:
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return nodes.get(value["@id"], value)
    return value


def _name(value: object) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    return one_line(text_of(value)) or None
