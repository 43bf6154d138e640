"""The compiled parts of a beat in the data folder: no command compiles them again.

    HOME/cache/sources.json     the checked sources
               terms.json       the compiled terms
               topics.json      the ids of the terms' topics
               searches.json    the saved searches with their compiled queries

It may be deleted at any time. A file counts only for the very content of the beat's files of which it was
made, and for the very programs that made it: it begins with a hash of all these, and one of its own content.
One that is missing, broken, or can be neither read nor written is passed over in silence.

Searches are not kept where one of them asks for dates, since `now-7d` is compiled for the moment at
which it is read; nor where there are channels, whose addresses are secrets.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic

from crawlers.model import PollPolicy, Source
from crawlers.private_files import make_private_folder, open_private
from pipelines.beat.plain_values import PlainForm

if TYPE_CHECKING:
    # They bring all that reads terms and searches, which who asks for the sources does not need.
    from pipelines.beat.searches import Searches
    from pipelines.beat.terms import Terms

#: What sources and terms are made of, beside the programs. Terms take their languages from the sources.
_OF_TERMS = ("beat.yaml", "sources.yaml", "terms.yaml", "weights.yaml")
#: Likewise searches, beside those of the data folder.
_OF_SEARCHES = ("beat.yaml", "searches.yaml")
#: The folders with the programs and vocabularies that make them.
_PROGRAMS = (
    "crawlers",
    "pipelines/beat",
    "pipelines/beat/searches",
    "pipelines/beat/terms",
    "pipelines/model",
    "pipelines/query",
    "pipelines/text",
    "pipelines/text/analyzer",
)
_ENDINGS = (".py", ".yaml")
_ROOT = Path(__file__).resolve().parents[2]
#: The terms of a large beat take 1 MB.
_MOST_BYTES = 50_000_000
_OTHERS_MAY_WRITE = 0o022
_PLAIN_SOURCES = PlainForm((Source, PollPolicy))
_PLAIN_IDS = PlainForm(())


class BeatCache:
    """The compiled parts of one beat in a data folder."""

    def __init__(self, home: Path, beat: Path, own_searches: Path | None = None) -> None:
        self.folder = home / "cache"
        self._beat = beat
        self._terms = _CompiledFiles(home, self.folder, [beat / name for name in _OF_TERMS])
        files = [beat / name for name in _OF_SEARCHES]
        if own_searches is not None:
            files.append(own_searches)
        self._searches = _CompiledFiles(home, self.folder, files)

    def load_sources(self) -> tuple[Source, ...]:
        """Return the sources; they are read and kept where they are not yet.

        Raises CatalogueError with a line for each mistake in their file.
        """
        kept: tuple[Source, ...] | None = self._terms.find("sources", _PLAIN_SOURCES)
        if kept is not None:
            return kept
        # It brings all that checks a source.
        from crawlers.sources import load_sources

        sources = load_sources(self._beat / "sources.yaml")
        self._terms.keep("sources", sources, _PLAIN_SOURCES)
        return sources

    def find_topic_ids(self) -> tuple[str, ...] | None:
        """Return the ids of the terms' topics, None where they are not kept."""
        ids: tuple[str, ...] | None = self._terms.find("topics", _PLAIN_IDS)
        return ids

    def find_terms(self) -> Terms | None:
        """Return the terms, None where they are not kept."""
        from pipelines.beat.terms.plain_terms import PLAIN_TERMS

        terms: Terms | None = self._terms.find("terms", PLAIN_TERMS)
        return terms

    def keep_terms(self, terms: Terms) -> None:
        """Keep terms and their topics, where the data folder is there and ours."""
        from pipelines.beat.terms.plain_terms import PLAIN_TERMS

        self._terms.keep("terms", terms, PLAIN_TERMS)
        self._terms.keep("topics", tuple(topic.id for topic in terms.topics), _PLAIN_IDS)

    def find_searches(self) -> Searches | None:
        """Return the saved searches of beat and data folder, None where they are not kept."""
        from pipelines.beat.searches.plain_searches import PLAIN_SEARCHES

        searches: Searches | None = self._searches.find("searches", PLAIN_SEARCHES)
        return searches

    def keep_searches(self, searches: Searches) -> None:
        """Keep searches that mean the same at any time, in a data folder that is ours."""
        from pipelines.beat.searches.plain_searches import PLAIN_SEARCHES

        self._searches.keep("searches", searches, PLAIN_SEARCHES)


class _CompiledFiles:
    """What was compiled of some files, as it is kept in a folder."""

    def __init__(self, home: Path, folder: Path, compiled_of: Sequence[Path]) -> None:
        self._home = home
        self._folder = folder
        self._compiled_of = compiled_of

    def find(self, name: str, form: PlainForm) -> Any:
        """Return what a file keeps, None where it does not count."""
        try:
            # Before anything of the beat is read, for what may be kept afterwards.
            origin = self._origin
            heading, _, body = self._read(name).partition(b"\n")
            if heading != _heading(origin, body):
                return None
            return form.of_plain(json.loads(body))
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            return None

    def _read(self, name: str) -> bytes:
        with self._path_of(name).open("rb") as file:
            status = os.fstat(file.fileno())
            # What a command crawls stands in it, so it must be of who owns the data folder.
            is_ours = status.st_uid == self._home.stat().st_uid and not status.st_mode & _OTHERS_MAY_WRITE
            if not is_ours or status.st_size > _MOST_BYTES:
                return b""
            return file.read()

    def keep(self, name: str, value: Any, form: PlainForm) -> None:
        """Keep a value, where it has this form and the data folder is ours."""
        # A command that only reads makes no data folder, and leaves no files of its user in that of another.
        with contextlib.suppress(OSError, ValueError, TypeError):
            if self._home.stat().st_uid != os.geteuid():
                return
            # A file of the beat may have been changed while it was read.
            origin = self._hash_origin()
            if origin != self._origin:
                return
            body = json.dumps(form.to_plain(value), ensure_ascii=False, separators=(",", ":")).encode()
            make_private_folder(self._folder)
            self._write(self._path_of(name), b"%b\n%b" % (_heading(origin, body), body))

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file as a whole: another process finds the old one or the new one."""
        # Processes of several containers may have the same number.
        partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        try:
            with open_private(partial, "xb") as file:
                file.write(content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _path_of(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    @cached_property
    def _origin(self) -> str:
        """The hash of all that the values are made of, as it is when first asked for."""
        return self._hash_origin()

    def _hash_origin(self) -> str:
        parts = [sys.version, *_programs()]
        for path in self._compiled_of:
            # Messages name the files by their paths.
            parts += (str(path), _hash_of(path))
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _heading(origin: str, body: bytes) -> bytes:
    return f"{origin} {hashlib.sha256(body).hexdigest()}".encode()


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "none"


def _programs() -> Iterator[str]:
    """Yield what changes when a program of ours or a library does."""
    # Whatever is installed or removed, a name changes in the folder of the libraries.
    libraries = Path(pydantic.__file__).parents[1]
    yield f"{libraries} {libraries.stat().st_mtime_ns}"
    for folder in _PROGRAMS:
        files = []
        with os.scandir(_ROOT / folder) as entries:
            for entry in entries:
                if entry.name.endswith(_ENDINGS):
                    status = entry.stat()
                    files.append(f"{folder}/{entry.name} {status.st_size} {status.st_mtime_ns}")
        yield from sorted(files)
