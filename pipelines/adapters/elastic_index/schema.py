"""The templates that the cluster keeps, from the files beside this one.

    analysis.json                  component template: analyzers, with the character folds filled in
    articles, stories, runs,       index templates: an explicit mapping each, `dynamic: strict`
      removed.json

`news-articles-*` (one index a year, or a month), `news-stories-*` and `news-runs-*` take their mapping from
here. Aliases are in no template: a generation that is being filled would answer searches before it is
complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from pipelines.text.analyzer import ANALYSIS_VERSION, ARTICLES
from pipelines.text.folding import character_folds

#: Grows with every change of a mapping: by it `setup` sees that an index has to be built again.
SCHEMA_VERSION = 7

KINDS = ("articles", "stories", "runs", "removed")
#: Folding parts running text here; in a keyword they stay. The char filter `breaks` does it for text.
KEPT_IN_KEYWORDS = ":_;"
#: Above the templates that Elasticsearch brings itself, which have 100.
#: https://www.elastic.co/docs/manage-data/data-store/templates
PRIORITY = 300


def component_templates(prefix: str = "news") -> dict[str, dict[str, Any]]:
    """Return name -> body of `PUT /_component_template/NAME`."""
    body = _read_template("analysis")
    analysis = body["template"]["settings"]["analysis"]
    analysis["char_filter"]["folds"]["mappings"] = list(fold_rules())
    analysis["filter"]["articles"]["articles"] = sorted(ARTICLES)
    return {f"{prefix}-analysis": body | {"version": SCHEMA_VERSION}}


def index_templates(prefix: str = "news") -> dict[str, dict[str, Any]]:
    """Return name -> body of `PUT /_index_template/NAME`.

    Install `component_templates` first.
    """
    found: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        found[f"{prefix}-{kind}"] = _index_template(kind, prefix)
    return found


def _index_template(kind: str, prefix: str) -> dict[str, Any]:
    body = _read_template(kind)
    body["template"]["mappings"]["_meta"] = {"schema": SCHEMA_VERSION, "analysis": ANALYSIS_VERSION}
    body["index_patterns"] = [f"{prefix}-{kind}-*"]
    body["composed_of"] = [f"{prefix}-{part}" for part in body["composed_of"]]
    body["priority"] = PRIORITY
    body["version"] = SCHEMA_VERSION
    return body


def mapping(kind: str) -> Mapping[str, Any]:
    """Return the fields of one kind of index."""
    properties: dict[str, Any] = _read_template(kind)["template"]["mappings"]["properties"]
    return properties


def fold_rules() -> Iterator[str]:
    """Yield the rules of a `mapping` char filter that folds as `fold_for_search` does.

    About 10,000 of them.
    """
    for char, folded in character_folds().items():
        if char not in KEPT_IN_KEYWORDS:
            yield f"{_escape_rule(char)}=>{_escape_rule(folded)}"


def _escape_rule(text: str) -> str:
    """Return text as a rule may hold it."""
    # The server trims rules, and reads `=>` and a backslash its own way.
    escaped = ""
    for char in text:
        if char.isalnum():
            escaped += char
        else:
            escaped += _code_units(char)
    return escaped


def _code_units(char: str) -> str:
    raw = char.encode("utf-16-be")
    return "".join(f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2))


def _read_template(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath("templates", f"{name}.json").read_text(encoding="utf-8")
    body: dict[str, Any] = json.loads(text)
    return body
