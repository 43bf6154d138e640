"""The fields that the docs describe are those of the mapping, and their examples are found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.adapters.elastic_index.schema import component_templates, index_templates, mapping
from tests.elasticsearch.fixtures import Elastic
from tests.kibana.fields import leaves

DOCS = Path(__file__).parents[2] / "docs/elasticsearch.md"
HEADINGS = {
    "articles": "### Fields of an article",
    "stories": "### Fields of a story",
    "runs": "### Fields of a run, and of a source",
}
ROW = re.compile(
    r"\| `(?P<name>[^`]+)` \| (?P<type>[^|]+) \| (?P<meaning>[^|]+) \| (?:`(?P<example>.+)` )?\|"
)


class Field(NamedTuple):
    """A row of the reference."""

    type: str
    meaning: str
    example: Any


def described(kind: str) -> dict[str, Field]:
    """Return the fields that the docs describe."""
    section = DOCS.read_text("utf-8").split(HEADINGS[kind])[1].split("\n#")[0]
    found: dict[str, Field] = {}
    for line in section.splitlines():
        row = ROW.fullmatch(line)
        if row is None:
            continue
        example = None
        if row["example"]:
            example = json.loads(row["example"])
        found[row["name"]] = Field(row["type"], row["meaning"], example)
    return found


def mapped(kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields of the mapping; the tokens of our own search are one."""
    for name, each in leaves(mapping(kind)):
        if not name.startswith("words."):
            yield name, each
    if "words" in mapping(kind):
        yield "words", {"type": "object"}


def type_in_words(each: Mapping[str, Any]) -> str:
    if each["type"] == "alias":
        return f"alias of `{each['path']}`"
    forms = ", ".join(f"`.{form}`" for form in each.get("fields", {}))
    if forms:
        return f"{each['type']} with {forms}"
    return str(each["type"])


@pytest.mark.parametrize("kind", HEADINGS)
def test_the_docs_describe_every_field_with_its_type(kind: str) -> None:
    types = {name: field.type for name, field in described(kind).items()}
    assert types == {name: type_in_words(each) for name, each in mapped(kind)}


@pytest.mark.parametrize("kind", HEADINGS)
def test_every_field_has_a_meaning_and_all_but_aliases_an_example(kind: str) -> None:
    for name, field in described(kind).items():
        assert field.meaning.strip(), name
        is_derived = field.type.startswith("alias of") or name == "words"
        assert (field.example is None) is is_derived, name


@pytest.mark.parametrize("kind", HEADINGS)
def test_a_document_of_the_examples_is_taken_and_found_by_each_field(
    elastic: Elastic, elastic_prefix: str, kind: str
) -> None:
    for name, body in component_templates(elastic_prefix).items():
        elastic("PUT", f"/_component_template/{name}", body)
    elastic(
        "PUT",
        f"/_index_template/{elastic_prefix}-{kind}",
        index_templates(elastic_prefix)[f"{elastic_prefix}-{kind}"],
    )
    fields = described(kind)
    document = {name: field.example for name, field in fields.items() if field.example is not None}
    index = f"{elastic_prefix}-{kind}-000001"
    elastic("PUT", f"/{index}/_doc/1?refresh=true", document)
    for name, field in fields.items():
        if name == "words":
            continue
        target = re.sub(r"alias of `(.*)`", r"\1", field.type)
        example = fields.get(target, field).example
        for value in example if isinstance(example, list) else [example]:
            found = elastic("POST", f"/{index}/_search", {"query": {"match": {name: value}}})
            assert found["hits"]["total"]["value"] == 1, f"{name} is not found by {value!r}"
