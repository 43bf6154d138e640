"""The files of `kibana/`, read and checked: what a person may write in them.

Queries are in Lucene's language, the one of the command and of the saved searches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawlers.errors import CatalogueError

#: Never changed once released: by it an import finds what it replaces.
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,80}$")]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(min_length=1, max_length=600)]


class _File(BaseModel):
    # A mistyped key is a mistake, and not a wish that is passed over.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tag(_File):
    """A coloured mark by which Kibana groups saved objects."""

    id: Id
    name: Label
    description: Text
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class DataView(_File):
    """An index as Kibana sees it.

    `formats` are Kibana's own field formats, `words` a format that shows a value by a word of ours.
    """

    id: Id
    name: Label
    index: Label
    time_field: str
    labels: Mapping[str, Label] = {}
    words: Mapping[str, Mapping[str, Label]] = {}
    formats: Mapping[str, Mapping[str, Any]] = {}


class Filter(_File):
    """A switch beside the query: a value, one of several, or any value."""

    field: str
    # `is` alone is a word of Python.
    is_: str | int | bool | None = Field(default=None, alias="is")
    one_of: tuple[str, ...] = ()
    negate: bool = False

    @model_validator(mode="after")
    def _has_one_meaning(self) -> Self:
        if self.one_of and self.is_ is not None:
            raise ValueError("write is or one_of, not both")
        return self


class Search(_File):
    """A table of documents: its query, its columns and their order."""

    id: Id
    title: Label
    description: Text
    data_view: Id
    query: str = ""
    filters: tuple[Filter, ...] = ()
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    sort: Annotated[tuple[tuple[str, Literal["asc", "desc"]], ...], Field(min_length=1)]


class Case(_File):
    """One bar of a `filters` column: its name and the documents in it."""

    label: Label
    query: Annotated[str, Field(min_length=1)]


Bucket = Literal["date_histogram", "terms", "filters"]
Number = Literal[
    "count", "unique_count", "sum", "average", "median", "percentile", "min", "max", "last_value"
]


class Column(_File):
    """One column of a panel.

    `by` orders `terms` by another column, else they go by the alphabet. `only` counts some documents.
    `last_value` shows a field of the newest document by the date `latest_by`; nobody can filter by it.
    """

    op: Bucket | Number
    label: Label
    field: str | None = None
    type: Literal["string", "number", "date", "boolean"] | None = None
    size: Annotated[int, Field(ge=1, le=1_000)] = 10
    by: str | None = None
    ascending: bool = False
    other: bool = False
    #: Documents without the field have a row of their own. Kibana has it beside "other" alone.
    missing: bool = False
    cases: tuple[Case, ...] = ()
    percentile: Annotated[int, Field(ge=1, le=99)] = 90
    only: str | None = None
    latest_by: str | None = None
    #: A share from 0 to 1 is shown in percent.
    percent: bool = False

    @property
    def is_bucket(self) -> bool:
        return self.op in get_args(Bucket)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        takes_field = self.op not in ("count", "filters")
        if takes_field and self.field is None:
            raise ValueError(f"{self.op} needs a field")
        if not takes_field and self.field is not None:
            raise ValueError(f"{self.op} has no field")
        if bool(self.cases) != (self.op == "filters"):
            raise ValueError("cases belong to filters, and filters need them")
        if self.missing and not self.other:
            raise ValueError("missing needs other: true beside it")
        if self.only and self.is_bucket:
            raise ValueError("only is for numbers; narrow the panel by its query")
        if (self.latest_by is None) == (self.op == "last_value"):
            raise ValueError("latest_by is the date of last_value, and last_value needs it")
        return self


Series = Literal[
    "bar",
    "bar_stacked",
    "bar_horizontal",
    "bar_horizontal_stacked",
    "bar_percentage_stacked",
    "line",
    "area_stacked",
]


class XY(_File):
    """Bars, lines or areas over one column; `split` makes one for each value."""

    type: Literal["xy"]
    series: Series
    x: str
    y: Annotated[tuple[str, ...], Field(min_length=1)]
    split: str | None = None


class Table(_File):
    """Rows of values, `rows` a page, sorted by one column.

    One click on a value of the column `click` narrows the dashboard to it.
    """

    type: Literal["table"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    sort: str
    ascending: bool = False
    rows: Annotated[int, Field(ge=5, le=100)] = 10
    click: str | None = None


class Metric(_File):
    """One large number."""

    type: Literal["metric"]
    value: str


class Donut(_File):
    """The share of each value of a column in a ring."""

    type: Literal["donut"]
    by: str
    value: str


class Cloud(_File):
    """Words, the larger the higher their number."""

    type: Literal["cloud"]
    tag: str
    value: str


Chart = Annotated[XY | Table | Metric | Donut | Cloud, Field(discriminator="type")]


class Lens(_File):
    """A panel.

    Its columns go by ids of our own; the chart says which of them stands where.
    """

    id: Id
    title: Label
    description: Text
    data_view: Id
    query: str = ""
    columns: Annotated[Mapping[Id, Column], Field(min_length=1)]
    chart: Chart


class Control(_File):
    """A drop-down list that narrows the whole dashboard."""

    field: str
    title: Label
    data_view: Id


class Panel(_File):
    """A place on a dashboard, and what stands there, by its id."""

    # x, y, width, height on Kibana's grid of 48 columns.
    at: tuple[int, int, int, int]
    lens: Id | None = None
    search: Id | None = None

    @model_validator(mode="after")
    def _shows_one_thing(self) -> Self:
        if (self.lens is None) == (self.search is None):
            raise ValueError("write lens or search, one of them")
        return self


class Dashboard(_File):
    """Panels on one page, with the time that they show when it opens."""

    id: Id
    title: Label
    description: Text
    time_from: str
    #: 0: the dashboard is not refreshed by itself.
    refresh_s: Annotated[int, Field(ge=0)] = 0
    query: str = ""
    controls: tuple[Control, ...] = ()
    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]


Entry = Tag | DataView | Search | Lens | Dashboard
#: Folder of `kibana/` -> what its files hold; what is referred to comes first.
FOLDERS: Mapping[str, type[Entry]] = {
    "tags": Tag,
    "data-views": DataView,
    "searches": Search,
    "lens": Lens,
    "dashboards": Dashboard,
}


def read_files(folder: Path, of_beat: Path | None = None) -> list[Entry]:
    """Return all entries, by kind and then by file name, those of the beat last.

    `of_beat` is a folder of the same form, of which any part may be missing. Raises CatalogueError with one
    line for each mistake, naming the file and the field.
    """
    problems: list[str] = []
    found: list[Entry] = []
    files: dict[str, str] = {}  # id -> name of its file
    paths = list(_json_files(folder, problems))
    if of_beat is not None:
        for kind in FOLDERS:
            paths += sorted((of_beat / kind).glob("*.json"))
    for path in paths:
        name = f"{path.parent.name}/{path.name}"
        try:
            entry = FOLDERS[path.parent.name].model_validate_json(path.read_bytes())
        except ValidationError as e:
            for error in e.errors():
                problems.append(f"kibana/{name}: {_place_of(error)}{error['msg']}")
            continue
        if entry.id in files:
            problems.append(
                f"kibana/{name}: id {entry.id} is the one of kibana/{files[entry.id]}; choose another"
            )
        files[entry.id] = name
        found.append(entry)
    if problems:
        raise CatalogueError(problems)
    return found


def _json_files(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yield the files of each kind."""
    # A kind without any is a problem: the folder was moved, or packed without its files.
    for kind in FOLDERS:
        paths = sorted((folder / kind).glob("*.json"))
        if not paths:
            problems.append(f"{folder / kind}: no .json file in this folder")
        yield from paths


def _place_of(error: Mapping[str, Any]) -> str:
    """Return the field in which a mistake is, with a colon."""
    # A mistake of the whole file has none.
    if not error["loc"]:
        return ""
    return f"{'.'.join(map(str, error['loc']))}: "


def dumps(value: object) -> str:
    """Return JSON as Kibana keeps it inside a string.

    The same value gives the same text.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
