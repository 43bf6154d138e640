"""The archive of a backup: a .tar.gz that says what it holds, with checksums.

    manifest.json      the format, the version that wrote it, and of every other file its size and SHA-256
    ledger.sqlite      or ledger.dump
    searches.yaml      the data folder's own searches, where it has any
    settings.env       the settings that are not secret
    beat/…             the beat folder

An archive may come from anywhere, so nothing of it is believed: only the names above are taken, only ordinary
files, each once, of the size and the checksum that the manifest tells. `tar` never decides where a file goes.
It is unpacked piece by piece: `tarfile` itself would read a header of any length into memory, so it gets no
more bytes than a member and an honest header have.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, NonNegativeInt, ValidationError

from crawlers.errors import PermanentError

#: Raised when a newer Maplewire writes what this one could not read.
FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_LEDGER = "ledger.sqlite"
POSTGRES_LEDGER = "ledger.dump"
SEARCHES = "searches.yaml"
SETTINGS = "settings.env"
BEAT = "beat"
_SINGLE_FILES = frozenset({SQLITE_LEDGER, POSTGRES_LEDGER, SEARCHES, SETTINGS})
#: Bytes of a manifest: a beat of ten thousand files needs less.
_MANIFEST_LIMIT = 4_000_000
_BLOCK = 1 << 20
#: Bytes between two members: padding, and headers with a path of 4096 bytes, twice. So short a row of
#: headers in headers is no danger to Python's stack either.
_HEADER_LIMIT = 32_768
#: gzip makes nothing shorter than this many times.
_BEST_COMPRESSION = 1032
#: gzip's own default of 9 takes three times as long for a hundredth of the room.
_COMPRESSION = 4
_PRIVATE = 0o600


class StoredFile(BaseModel):
    """What the manifest tells of a file."""

    size: NonNegativeInt
    sha256: str


class Manifest(BaseModel):
    """What an archive says of itself."""

    format: int
    maplewire: str
    made: datetime
    ledger: Literal["sqlite", "postgresql"]
    files: dict[str, StoredFile]

    @property
    def ledger_file(self) -> str:
        """The name of the ledger in the archive."""
        if self.ledger == "sqlite":
            return SQLITE_LEDGER
        return POSTGRES_LEDGER


def describe_file(path: Path) -> StoredFile:
    """Return a file's size and checksum."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return StoredFile(size=path.stat().st_size, sha256=digest.hexdigest())


# -- writing --------------------------------------------------------------------------------------------


def write_archive(target: Path, manifest: Manifest, folder: Path) -> None:
    """Write the files of a manifest from a folder into an archive.

    It gets its name when it is complete and on the disk. Only its owner may read it.
    """
    partial = target.with_name(f".{target.name}.{uuid4().hex[:8]}.open")
    try:
        with _create_private(partial) as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION) as tar:
                _add_bytes(tar, manifest, manifest.model_dump_json(indent=1).encode())
                for name, stored in manifest.files.items():
                    with (folder / name).open("rb") as content:
                        tar.addfile(_member(name, stored.size, manifest), content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as e:
        raise PermanentError(f"{target}: cannot be written ({e.strerror}); choose another place") from e
    finally:
        partial.unlink(missing_ok=True)


def _add_bytes(tar: tarfile.TarFile, manifest: Manifest, content: bytes) -> None:
    tar.addfile(_member(MANIFEST, len(content), manifest), io.BytesIO(content))


def _member(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = _PRIVATE
    member.mtime = int(manifest.made.timestamp())
    return member


def _create_private(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE)
    return os.fdopen(descriptor, "wb")


# -- reading --------------------------------------------------------------------------------------------


def unpack_archive(archive: Path, folder: Path) -> Manifest:
    """Write an archive's files into an empty folder; return its manifest.

    Each is checked.

    Raises PermanentError where it is no backup, is damaged, was written by a newer Maplewire, or holds
    anything that a backup has not.
    """
    with _opened(archive) as (tar, unpacked):
        manifest = _read_manifest(archive, tar, unpacked)
        _require_room(archive, manifest, folder)
        missing = dict(manifest.files)
        while (member := _next_member(tar, unpacked)) is not None:
            stored = missing.pop(member.name, None)
            if stored is None or not _is_plain(member):
                raise _refusal(archive, f"holds {member.name!r}, which no backup has")
            if member.size != stored.size:
                raise _refusal(archive, f"holds {member.name!r} in another size than it says")
            content = _open_content(tar, member, unpacked)
            _write_checked(archive, content, stored, folder, member.name)
    if missing:
        raise _refusal(archive, f"has no {', '.join(sorted(missing))}")
    return manifest


class _BoundedStream(io.RawIOBase):
    """The unpacked bytes of an archive, as many as were allowed."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed
        self._allowed = 0

    def allow(self, size: int) -> None:
        """Let so many bytes be read from here on, and no more."""
        self._allowed = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer. Raises TarError where more is wanted than a backup has."""
        if self._allowed <= 0:
            raise tarfile.ReadError("a header is too long")
        view = memoryview(buffer)[: self._allowed]
        count = self._packed.readinto(view)
        self._allowed -= count
        return count


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[tarfile.TarFile, _BoundedStream]]:
    try:
        with gzip.open(archive, "rb") as packed:
            unpacked = _BoundedStream(packed)
            # tarfile looks at the first header as it opens.
            unpacked.allow(_HEADER_LIMIT)
            # As a stream: no member can point back to another.
            with tarfile.open(fileobj=unpacked, mode="r|") as tar:
                yield tar, unpacked
    except FileNotFoundError as e:
        raise PermanentError(f"{archive} does not exist; name an archive of `maplewire backup`") from e
    # ValueError and OverflowError: what tarfile says of numbers that no header should hold.
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, OverflowError) as e:
        raise _refusal(archive, f"cannot be read to its end ({e})") from e


def _next_member(tar: tarfile.TarFile, unpacked: _BoundedStream) -> tarfile.TarInfo | None:
    unpacked.allow(_HEADER_LIMIT)
    return tar.next()


def _open_content(tar: tarfile.TarFile, member: tarfile.TarInfo, unpacked: _BoundedStream) -> IO[bytes]:
    # What follows is read with it, in whole blocks.
    unpacked.allow(member.size + _HEADER_LIMIT)
    content = tar.extractfile(member)
    assert content is not None, f"{member.name!r} is no ordinary file"
    return content


def _refusal(archive: Path, what: str) -> PermanentError:
    return PermanentError(f"{archive} is no backup, or is damaged: it {what}. Nothing was restored")


def _is_plain(member: tarfile.TarInfo) -> bool:
    """Tell whether a member is an ordinary file, and no link or folder."""
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()


def _read_manifest(archive: Path, tar: tarfile.TarFile, unpacked: _BoundedStream) -> Manifest:
    member = _next_member(tar, unpacked)
    if member is None or member.name != MANIFEST or not _is_plain(member):
        raise _refusal(archive, f"does not begin with {MANIFEST}")
    if member.size > _MANIFEST_LIMIT:
        raise _refusal(archive, f"has a {MANIFEST} that is too long")
    content = _open_content(tar, member, unpacked)
    try:
        manifest = Manifest.model_validate_json(content.read())
    except ValidationError as e:
        raise _refusal(archive, f"has a {MANIFEST} with {e.error_count()} unreadable fields") from e
    if manifest.format > FORMAT:
        raise PermanentError(
            f"{archive} was written by a newer Maplewire ({manifest.maplewire}): update Maplewire first"
        )
    _check_names(archive, manifest.files)
    if manifest.ledger_file not in manifest.files:
        raise _refusal(archive, "holds no ledger")
    return manifest


def _check_names(archive: Path, names: Mapping[str, StoredFile]) -> None:
    for name in names:
        parts = PurePosixPath(name).parts
        is_beat_file = len(parts) > 1 and parts[0] == BEAT and ".." not in parts
        # A path that is not written as PurePosixPath writes it has a stroke or a dot too many.
        is_plain_path = name == "/".join(parts) and name.isprintable()
        if not is_plain_path or not (is_beat_file or name in _SINGLE_FILES):
            raise _refusal(archive, f"names {name!r}, which no backup has")


def _require_room(archive: Path, manifest: Manifest, folder: Path) -> None:
    wanted = 0
    for stored in manifest.files.values():
        wanted += stored.size
    packed = archive.stat().st_size
    if wanted > packed * _BEST_COMPRESSION:
        raise _refusal(archive, f"says that {wanted} bytes are packed in its {packed}, which cannot be")
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise PermanentError(
            f"{archive} needs {wanted / 1e6:.0f} MB in {folder}, and {free / 1e6:.0f} MB are free: make room"
        )


def _write_checked(archive: Path, content: IO[bytes], stored: StoredFile, folder: Path, name: str) -> None:
    path = folder / name
    digest = hashlib.sha256()
    with _told_where_full(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = _create_private(path)
    with file:
        while block := content.read(_BLOCK):
            digest.update(block)
            with _told_where_full(path):
                file.write(block)
        with _told_where_full(path):
            file.flush()
            os.fsync(file.fileno())
    if digest.hexdigest() != stored.sha256:
        raise _refusal(archive, f"holds {name!r} with another content than it says")


@contextmanager
def _told_where_full(path: Path) -> Iterator[None]:
    """Tell what could not be written as such: the archive is not to blame."""
    try:
        yield
    except OSError as e:
        raise PermanentError(f"{path}: cannot be written ({e.strerror}). Nothing was restored") from e
