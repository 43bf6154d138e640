"""`maplewire extract`, `judge` and `dedup`, on files.

They fit as pipes: each takes the lines of the one before. A line keeps the fields that it came with.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import tee
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import complain, print_json_line
from pipelines.text.counts import counted


def extract(paths: Annotated[list[Path], typer.Argument(help=".html, .html.gz or .warc.gz files.")]) -> None:
    """Extract saved pages to JSON lines, one article a line.

    Example: maplewire extract saved/*.html | maplewire judge - --only-relevant | maplewire dedup -
    """
    from pipelines.extract import extract_paths

    # Saved pages have no time of collection; relative dates in them count from now.
    failed = 0
    for line in _with_ids(extract_paths(paths, datetime.now(UTC))):
        if line.get("error"):
            failed += 1
        # A page without an article has a line too, so that lines and pages can be matched.
        print_json_line(line)
    if failed:
        complain(f"{counted(failed, 'page')} gave no article; “error” says why")
        raise typer.Exit(1)


def judge(
    file: Annotated[
        Path, typer.Argument(help="JSON lines of {id, title, text or body, lang?}; - for standard input.")
    ],
    only_relevant: Annotated[
        bool, typer.Option("--only-relevant", help="Print only texts that are on the beat.")
    ] = False,
) -> None:
    """Judge whether texts are on the beat.

    Prints each line with {id, relevant, borderline, score, why} added.
    """
    from pipelines.relevance import judge_lines

    with open_app(reading=True) as maplewire:
        # The beat's terms decide, so another MAPLEWIRE_BEAT gives other answers.
        texts, to_judge = tee(read_json_lines(file))
        for text, verdict in zip(texts, judge_lines(to_judge, maplewire.beat.terms), strict=True):
            if verdict["relevant"] or not only_relevant:
                print_json_line({**text, **verdict})


def dedup(
    file: Annotated[
        Path, typer.Argument(help="JSON lines of {id, url, title, body, …}; - for standard input.")
    ],
) -> None:
    """Group texts into stories, and stories into events.

    The rules are those of a run. Prints {id, cluster, relation, of, why, related} a line.
    """
    from pipelines.beat.organisations import organisations_of
    from pipelines.stories.text_file import EventWords, cluster_lines

    with open_app(reading=True) as maplewire:
        # What an event is about is known by the names of the beat.
        words = EventWords(maplewire.beat.terms, maplewire.beat.event_rules)
        organisations = organisations_of(maplewire.beat.outlets)
        for line in cluster_lines(_articles_of(read_json_lines(file)), words, organisations):
            print_json_line(line)


def _with_ids(lines: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each line with an id: its address, or its path where it has none.

    A number follows where a page was saved more than once.
    """
    seen: Counter[str] = Counter()
    for line in lines:
        name = str(line.get("url") or line["path"])
        seen[name] += 1
        id_ = name
        if seen[name] > 1:
            id_ = f"{name} ({seen[name]})"
        yield {"id": id_, **line}


def _articles_of(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the lines that hold an article; say how many do not."""
    without = 0
    for line in lines:
        if line.get("error") and not line.get("body"):
            without += 1
        else:
            yield line
    if without:
        complain(f"{counted(without, 'line holds', 'lines hold')} no article and cannot be grouped")


def read_json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file, one a line.

    Raises CatalogueError that names the line that cannot be read.
    """
    if str(file) == "-":
        yield from _parse_json_lines("standard input", sys.stdin)
        return
    # Read line by line: such a file may be larger than memory.
    try:
        with file.open(encoding="utf-8-sig") as lines:
            yield from _parse_json_lines(str(file), lines)
    except OSError as e:
        raise CatalogueError([f"{file}: cannot be read ({e.strerror}); name another file"]) from e
    except UnicodeDecodeError as e:
        raise CatalogueError([f"{file}: is not UTF-8 (byte {e.start}); save it as UTF-8"]) from e


def _parse_json_lines(name: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        # Files that were put together often have empty lines in between.
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as e:
            if "\0" in line:
                problem = "holds a zero byte, as files in UTF-16 do; save it as UTF-8"
                raise CatalogueError([f"{name}:{number}: {problem}"]) from e
            raise CatalogueError([f"{name}:{number}: not JSON: {e}"]) from e
        except RecursionError as e:
            problem = "brackets go too deep inside each other; write a flat object"
            raise CatalogueError([f"{name}:{number}: {problem}"]) from e
        if not isinstance(row, dict):
            raise CatalogueError([f'{name}:{number}: must be an object such as {{"id": …, "title": …}}'])
        yield row
