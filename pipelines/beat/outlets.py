"""outlets.yaml: organisations that the credits of a beat's reports name.

Agencies, release services and state media that the world knows are known to every beat
(`pipelines/beat/organisations.yaml`). A beat adds those of its own countries and trade in the same form.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from crawlers.checked_yaml import YamlDocument, read_yaml
from pipelines.beat.file_problems import FileProblems

#: Release services distribute what others pay for; agencies and state media write themselves.
#: Governments publish; their releases are no advertisement.
OutletKind = Literal["release", "agency", "state_media", "government"]

_Text = Annotated[str, Field(min_length=1, max_length=80)]


class Outlet(BaseModel):
    """One organisation: the name shown for it, its kind and its other spellings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Text
    kind: OutletKind
    aliases: tuple[_Text, ...] = ()
    #: Short forms that count only inside a dateline's brackets or slashes, written exactly so.
    tags: tuple[_Text, ...] = ()
    hosts: tuple[_Text, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """All full names, the one that is shown first."""
        return (self.name, *self.aliases)


class _OutletsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    outlets: tuple[Outlet, ...]


def load_outlets(path: Path) -> tuple[Outlet, ...]:
    """Return the outlets of a beat; a file that is not there has none.

    Raises CatalogueError with one line for each mistake: `FILE:LINE: FIELD: what is wrong`.
    """
    if not path.exists():
        return ()
    document = read_yaml(path)
    problems = FileProblems(document)
    file = problems.check_model(_OutletsFile, lambda: ("outlets", *Outlet.model_fields))
    _check_spellings(file, document, problems)
    problems.raise_if_any()
    return file.outlets


def _check_spellings(file: _OutletsFile, document: YamlDocument, problems: FileProblems) -> None:
    """Report spellings that two outlets have, and hosts that are addresses."""
    owners: dict[str, int] = {}
    for position, outlet in enumerate(file.outlets):
        for spelling in (*outlet.spellings, *outlet.tags):
            first = owners.setdefault(spelling.casefold(), position)
            if first != position:
                line = document.find_line(("outlets", first))
                text = f"“{spelling}” is a name of the outlet in line {line} too; keep it in one of them"
                problems.add(("outlets", position), text)
        for number, host in enumerate(outlet.hosts):
            if "/" in host or "." not in host:
                place = ("outlets", position, "hosts", number)
                problems.add(place, f"“{host}” is no host; write it as news.example, without https://")
