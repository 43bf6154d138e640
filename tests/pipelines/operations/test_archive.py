"""What a backup's archive may hold, and what is refused before anything changes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawlers.errors import PermanentError
from pipelines.operations.backup.archive import (
    Manifest,
    describe_file,
    unpack_archive,
    write_archive,
)
from tests.builders import NOON

LEDGER = b"not read here"


def described(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def manifest_json(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "format": 1,
        "maplewire": "0.1.0",
        "made": NOON.isoformat(),
        "ledger": "sqlite",
        "files": {"ledger.sqlite": described(LEDGER)},
    }
    return json.dumps(values | changes).encode()


def member(name: str, content: bytes, **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def pack(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


def refused(tmp_path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> str:
    """Return why an archive is refused, after a look that nothing was written outside of its folder."""
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    archive = pack(tmp_path / "b.tar.gz", *members)
    with pytest.raises(PermanentError) as caught:
        unpack_archive(archive, folder)
    outside = [path for path in tmp_path.rglob("*") if folder not in path.parents and path.is_file()]
    assert outside == [archive]
    assert not [path for path in folder.rglob("*") if path.is_symlink() or path.name == "passwd"]
    return str(caught.value)


def test_an_archive_comes_back_as_it_was_written(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "beat" / "more").mkdir(parents=True)
    target.mkdir()
    files = {"ledger.sqlite": LEDGER, "beat/terms.yaml": b"terms", "beat/more/中文.txt": b"text"}
    for name, content in files.items():
        (source / name).write_bytes(content)
    stored = {name: describe_file(source / name) for name in files}
    written = Manifest(format=1, maplewire="1", made=NOON, ledger="sqlite", files=stored)
    write_archive(tmp_path / "b.tar.gz", written, source)
    assert unpack_archive(tmp_path / "b.tar.gz", target) == written
    assert {name: (target / name).read_bytes() for name in files} == files


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "beat/../../x",
        "beat/./x",
        "beat//x",
        "beat",
        "run.lock",
        "",
        "beat/a\x1bb",
        "beat/..",
    ],
)
def test_a_name_that_no_backup_has_is_refused(tmp_path: Path, name: str) -> None:
    files = {"ledger.sqlite": described(LEDGER), name: described(b"x")}
    told = refused(
        tmp_path,
        member("manifest.json", manifest_json(files=files)),
        member("ledger.sqlite", LEDGER),
        member(name or "nothing", b"x"),
    )
    assert "which no backup has" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE],
)
def test_links_devices_and_folders_are_refused(tmp_path: Path, kind: bytes) -> None:
    files = {"ledger.sqlite": described(LEDGER), "beat/x": described(b"")}
    told = refused(
        tmp_path,
        member("manifest.json", manifest_json(files=files)),
        member("beat/x", b"", type=kind, linkname="/etc/passwd"),
        member("ledger.sqlite", LEDGER),
    )
    assert "which no backup has" in told


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ([member("ledger.sqlite", LEDGER)], "does not begin with manifest.json"),
        ([member("manifest.json", b"{}")], "unreadable fields"),
        ([member("manifest.json", manifest_json(files={}))], "holds no ledger"),
        ([member("manifest.json", manifest_json())], "has no ledger.sqlite"),
        (
            [member("manifest.json", manifest_json()), member("ledger.sqlite", b"another one!!")],
            "another content",
        ),
        ([member("manifest.json", manifest_json()), member("ledger.sqlite", LEDGER + b"+")], "another size"),
        (
            [member("manifest.json", manifest_json())] + 2 * [member("ledger.sqlite", LEDGER)],
            "which no backup has",
        ),
        ([member("manifest.json", manifest_json(format=2, maplewire="9.0"))], "newer Maplewire (9.0)"),
        (
            [member("manifest.json", manifest_json(files={"ledger.sqlite": {"size": 10**18, "sha256": ""}}))],
            "which cannot be",
        ),
    ],
)
def test_what_is_no_whole_backup_is_refused(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], told: str
) -> None:
    assert told in refused(tmp_path, *members)


def header(kind: bytes, content: bytes = b"", name: str = "././@PaxHeader") -> bytes:
    """A header as `tarfile` would never write it, with what follows it."""
    info, _ = member(name, content, type=kind)
    return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


def pax_record(name: str, value: str) -> bytes:
    rest = f" {name}={value}\n".encode()
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length += 1
    return str(length).encode() + rest


def number(value: int) -> bytes:
    """A size in base 256, which may be negative."""
    return (value % (1 << 88) | 1 << 95).to_bytes(12, "big")


def with_size(value: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    head = bytearray(header(kind, name="ledger.sqlite"))
    head[124:136] = number(value)
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head):06o}\0 ".encode()
    return bytes(head)


MIB = 1 << 20
#: What no program writes that makes backups, after the manifest. The numbers are counts of bytes.
HOSTILE_TARS = {
    "a pax header of 1 GB": (with_size(1 << 30, tarfile.XHDTYPE), bytes(MIB), 1024),
    "a global pax header of 1 GB": (with_size(1 << 30, tarfile.XGLTYPE), bytes(MIB), 1024),
    "a long name of 1 GB": (with_size(1 << 30, tarfile.GNUTYPE_LONGNAME), b"a" * MIB, 1024),
    "a long link of 1 GB": (with_size(1 << 30, tarfile.GNUTYPE_LONGLINK), b"a" * MIB, 1024),
    "a negative pax header": (with_size(-1024, tarfile.XHDTYPE), bytes(MIB), 1),
    "a negative size": (with_size(-1024), bytes(MIB), 1),
    "a size of 88 bits": (with_size((1 << 87) - 1), bytes(MIB), 1),
    "a hundred thousand pax headers": (b"", header(tarfile.XHDTYPE), 100_000),
    "a hundred thousand long names": (b"", header(tarfile.GNUTYPE_LONGNAME), 100_000),
    "a sparse map without end": (header(tarfile.GNUTYPE_SPARSE), b"\1" * MIB, 64),
    "a size in a pax header": (
        header(tarfile.XHDTYPE, pax_record("size", str(1 << 40))),
        header(tarfile.REGTYPE, name="ledger.sqlite"),
        1,
    ),
    "a negative size in a pax header": (
        header(tarfile.XHDTYPE, pax_record("size", "-512")),
        header(tarfile.REGTYPE, name="ledger.sqlite"),
        1,
    ),
    "a size that is no number": (
        header(tarfile.XHDTYPE, pax_record("size", "9" * 10_000)),
        header(tarfile.REGTYPE, name="ledger.sqlite"),
        1,
    ),
    "a file of holes": (
        header(
            tarfile.XHDTYPE,
            pax_record("GNU.sparse.realsize", str(len(LEDGER)))
            + pax_record("GNU.sparse.map", f"{len(LEDGER)},0")
            + pax_record("GNU.sparse.size", str(len(LEDGER))),
        ),
        header(tarfile.REGTYPE, name="ledger.sqlite"),
        1,
    ),
    "records that say a wrong length": (header(tarfile.XHDTYPE, b"99999999999 a=b\n"), bytes(MIB), 1),
    "records of digits": (header(tarfile.XHDTYPE, b"1" * 20_000), bytes(MIB), 1),
}


@pytest.mark.parametrize("name", HOSTILE_TARS)
def test_a_hostile_archive_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    begin, repeated, count = HOSTILE_TARS[name]
    archive = tmp_path / "b.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as packed:
        packed.write(header(tarfile.REGTYPE, manifest_json(), "manifest.json"))
        packed.write(begin)
        for _ in range(count):
            packed.write(repeated)
    (tmp_path / "folder").mkdir()
    tracemalloc.start()
    try:
        with pytest.raises(PermanentError, match="no backup, or is damaged"):
            unpack_archive(archive, tmp_path / "folder")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB
    assert list((tmp_path / "folder").iterdir()) == []


def test_headers_before_the_manifest_are_refused_in_little_memory(tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    with gzip.open(archive, "wb", compresslevel=1) as packed:
        packed.write(with_size(1 << 30, tarfile.XHDTYPE))
        for _ in range(256):
            packed.write(bytes(MIB))
    (tmp_path / "folder").mkdir()
    tracemalloc.start()
    try:
        with pytest.raises(PermanentError, match="a header is too long"):
            unpack_archive(archive, tmp_path / "folder")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB


def test_long_names_of_a_beat_come_back(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    target.mkdir()
    name = "beat/" + "/".join(["名" * 80] * 5) + "/terms.yaml"
    (source / name).parent.mkdir(parents=True)
    files = {"ledger.sqlite": LEDGER, name: b"terms"}
    for path, content in files.items():
        (source / path).write_bytes(content)
    stored = {path: describe_file(source / path) for path in files}
    written = Manifest(format=1, maplewire="1", made=NOON, ledger="sqlite", files=stored)
    write_archive(tmp_path / "b.tar.gz", written, source)
    assert unpack_archive(tmp_path / "b.tar.gz", target) == written
    assert (target / name).read_bytes() == b"terms"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-30] + bytes(30),
        lambda _: b"",
        lambda _: b"\x1f\x8b nothing",
        lambda _: gzip.compress(b"no tar" * 500),
    ],
    ids=["cut off", "damaged", "empty", "no gzip", "no tar"],
)
def test_a_damaged_file_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    archive = pack(
        tmp_path / "b.tar.gz", member("manifest.json", manifest_json()), member("ledger.sqlite", LEDGER)
    )
    archive.write_bytes(spoil(archive.read_bytes()))
    (tmp_path / "folder").mkdir()
    with pytest.raises(PermanentError, match="no backup, or is damaged"):
        unpack_archive(archive, tmp_path / "folder")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="does not exist"):
        unpack_archive(tmp_path / "b.tar.gz", tmp_path)
