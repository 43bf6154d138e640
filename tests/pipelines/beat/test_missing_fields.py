"""A field that must be there and is not: the message gives an example."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from crawlers.errors import CatalogueError
from crawlers.source_fields import SourceFields
from crawlers.sources import load_sources
from pipelines.beat import event_rules, outlets, site_rules
from pipelines.beat.file_problems import FIELD_EXAMPLES
from pipelines.beat.searches.fields import ChannelFields, SearchFields
from pipelines.beat.site_rules import load_site_rules
from pipelines.beat.terms import fields as terms


def models_of(module: object) -> list[type[BaseModel]]:
    found = []
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, BaseModel):
            found.append(value)
    return found


def required_of(model: type[BaseModel]) -> list[str]:
    found = []
    for name, info in model.model_fields.items():
        if info.is_required():
            found.append(info.alias or name)
    return found


MODELS = [SearchFields, ChannelFields]
for module in (event_rules, outlets, site_rules, terms):
    MODELS += models_of(module)


@pytest.mark.parametrize("model", MODELS)
def test_each_field_that_must_be_there_has_an_example(model: type[BaseModel]) -> None:
    for name in required_of(model):
        assert name in FIELD_EXAMPLES, name


def test_a_rule_without_its_day_is_told_how_a_day_is_written(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules:\n  - site: news.example\n    page: rules/x.html\n    gives: {title: Salt}\n")
    with pytest.raises(CatalogueError) as caught:
        load_site_rules(file)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{file}:2: rules[1].until: is missing; write it, as in “until: 2")


def test_a_source_without_its_fields_is_told_an_example_of_each(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text("sources:\n  - language: en\n")
    with pytest.raises(CatalogueError) as caught:
        load_sources(file)
    told = "\n".join(caught.value.problems)
    for name in required_of(SourceFields):
        assert f"write “{name}: " in told
    assert "…" not in told
