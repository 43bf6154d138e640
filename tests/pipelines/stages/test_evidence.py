"""An evidence pack proves what it holds, on any machine."""

from __future__ import annotations

import io
import json
import random
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from crawlers.batch import read_page
from crawlers.errors import PermanentError
from pipelines.bootstrap import App
from pipelines.stages.evidence import KEY_FILE, verify_evidence, write_evidence
from tests.contracts.ledger_values import ident
from tests.pipelines.web.room_server import an_app, fill, fill_with_hostile_text, write_batch


@pytest.fixture
def maplewire(tmp_path: Path) -> Iterator[App]:
    with an_app(tmp_path / "home") as app:
        fill(app)
        write_batch(app)
        yield app


def pack_of(maplewire: App, path: Path, story_id: str = "s1") -> Path:
    story = maplewire.ledger.story(story_id)
    assert story is not None
    with path.open("wb") as file:
        write_evidence(maplewire.parts, story, file, "1.0")
    return path


def changed(path: Path, name: str, content: bytes | None, *, added: str | None = None) -> Path:
    """Write a pack anew with one file changed, removed (None) or added."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as pack, zipfile.ZipFile(target, "w") as other:
        for entry in pack.namelist():
            if entry != name:
                other.writestr(entry, pack.read(entry))
            elif content is not None:
                other.writestr(entry, content)
        if added is not None:
            other.writestr(added, b"x")
    return target


def test_a_pack_holds_texts_pages_reasons_and_a_report(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")

    with zipfile.ZipFile(path) as pack:
        names = set(pack.namelist())
        page = json.loads(pack.read(f"pages/{ident(1)}.json"))
        report = pack.read("report.html").decode()
        (tmp_path / "pages.warc.gz").write_bytes(pack.read("pages.warc.gz"))
    assert {
        "report.html",
        "story.json",
        "manifest.json",
        "signature.json",
        f"texts/{ident(1)}-v1.txt",
    } <= names
    assert page["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "Growers were promised lower duties from March." in report
    assert b"As the page said it." in read_page(tmp_path / "pages.warc.gz", 0).body


def test_a_pack_is_verified_elsewhere(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")

    verified = verify_evidence(path)

    assert verified.story == "s1"
    assert verified.fingerprint == verify_evidence(pack_of(maplewire, tmp_path / "again.zip")).fingerprint


def test_the_same_evidence_gives_the_same_bytes_of_texts_and_report(maplewire: App, tmp_path: Path) -> None:
    first = zipfile.ZipFile(pack_of(maplewire, tmp_path / "a.zip"))
    second = zipfile.ZipFile(pack_of(maplewire, tmp_path / "b.zip"))

    for name in ("report.html", "story.json", f"pages/{ident(1)}.json"):
        assert first.read(name) == second.read(name)


def test_the_private_key_is_in_no_pack_and_private(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")
    key = maplewire.settings.home / KEY_FILE

    assert key.stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" in key.read_bytes()
    with zipfile.ZipFile(path) as pack:
        assert not any(b"PRIVATE KEY" in pack.read(name) for name in pack.namelist())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (f"texts/{ident(1)}-v1.txt", b"Another text", "was changed"),
        (f"texts/{ident(1)}-v1.txt", None, "is missing"),
        ("manifest.json", b"{}", "signature does not hold"),
        ("manifest.json", None, "no manifest.json"),
        ("signature.json", None, "no signature.json"),
        ("signature.json", b"[]", "no object"),
        ("signature.json", b"{", "cannot be read"),
        ("signature.json", b'{"public_key": "00", "signature": "00"}', "signature does not hold"),
        ("signature.json", b'{"public_key": "zz"}', "signature does not hold"),
    ],
)
def test_whatever_was_changed_is_told(
    maplewire: App, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    path = changed(pack_of(maplewire, tmp_path / "pack.zip"), name, content)

    with pytest.raises(PermanentError, match=told):
        verify_evidence(path)


def test_a_file_that_was_added_is_told(maplewire: App, tmp_path: Path) -> None:
    path = changed(pack_of(maplewire, tmp_path / "pack.zip"), "", None, added="texts/evil.txt")

    with pytest.raises(PermanentError, match="added after the pack was signed"):
        verify_evidence(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")
    with zipfile.ZipFile(path, "a") as pack:
        pack.writestr("report.html", b"another")

    with pytest.raises(PermanentError, match="two files of one name"):
        verify_evidence(path)


def repacked(maplewire: App, path: Path, entry: zipfile.ZipInfo, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a pack that was signed with one more file in it, as its maker could."""
    key = maplewire.settings.home / KEY_FILE
    pack_of(maplewire, path)
    with zipfile.ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    manifest = json.loads(files["manifest.json"])
    manifest["files"][entry.filename] = {"sha256": sha256(b"x").hexdigest(), "bytes": 1}
    files["manifest.json"] = json.dumps(manifest).encode()
    signing = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(signing, Ed25519PrivateKey)
    signature = json.loads(files["signature.json"])
    signature["signature"] = signing.sign(files["manifest.json"]).hex()
    files["signature.json"] = json.dumps(signature).encode()
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
        pack.writestr(entry, b"x", method)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt", "/etc/evil", "texts/../../evil", "texts\\..\\evil", "C:evil", "texts/\x1b[2Jevil",
        "texts//evil", "./evil", "REPORT.html", "texts/",
    ],
)  # fmt: skip
def test_a_name_that_leaves_the_folder_is_refused_though_it_is_signed(
    maplewire: App, tmp_path: Path, name: str
) -> None:
    entry = zipfile.ZipInfo("name")
    entry.filename = name
    path = repacked(maplewire, tmp_path / "pack.zip", entry)

    with pytest.raises(PermanentError) as told:
        verify_evidence(path)
    assert "\x1b" not in str(told.value)


def test_a_link_is_refused_though_it_is_signed(maplewire: App, tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("texts/link.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = repacked(maplewire, tmp_path / "pack.zip", entry)

    with pytest.raises(PermanentError, match="is no plain file"):
        verify_evidence(path)


def test_a_file_that_may_take_any_memory_to_unpack_is_refused(maplewire: App, tmp_path: Path) -> None:
    path = repacked(maplewire, tmp_path / "pack.zip", zipfile.ZipInfo("texts/a.txt"), zipfile.ZIP_LZMA)

    with pytest.raises(PermanentError, match="is packed in another way"):
        verify_evidence(path)


def test_something_in_front_of_or_behind_a_pack_is_refused(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")
    content = path.read_bytes()
    path.write_bytes(b"#!/bin/sh\nevil\n" + content)
    with pytest.raises(PermanentError, match="besides its files"):
        verify_evidence(path)
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a") as pack:
        pack.comment = b"signed by somebody else"
    with pytest.raises(PermanentError, match="besides its files"):
        verify_evidence(path)


def test_a_damaged_byte_anywhere_is_told_in_a_sentence(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")
    content = path.read_bytes()
    chance = random.Random(5)
    refused = 0
    for _ in range(200):
        damaged = bytearray(content)
        damaged[chance.randrange(len(content))] ^= 0xFF
        path.write_bytes(damaged)
        try:
            verify_evidence(path)
        except PermanentError:
            refused += 1
    # A byte of a time changes nothing that is said.
    assert refused > 150


def test_what_a_pack_says_of_itself_reaches_no_terminal_as_it_is(maplewire: App, tmp_path: Path) -> None:
    story = maplewire.ledger.story("s1")
    assert story is not None
    path = tmp_path / "pack.zip"
    with path.open("wb") as file:
        write_evidence(
            maplewire.parts, replace(story, headline="\x1b[2J\u202eCanola\nsigned with  0000"), file, "1"
        )

    assert "Canola" in verify_evidence(path).headline
    assert verify_evidence(path).headline.isprintable()


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all" * 100])
def test_what_is_no_pack_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(content)

    with pytest.raises(PermanentError, match="damaged or no evidence pack"):
        verify_evidence(path)


def test_a_cut_pack_says_so(maplewire: App, tmp_path: Path) -> None:
    path = pack_of(maplewire, tmp_path / "pack.zip")
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(PermanentError):
        verify_evidence(path)


def test_without_its_pages_a_pack_has_the_texts_all_the_same(tmp_path: Path) -> None:
    with an_app(tmp_path / "home") as maplewire:
        fill(maplewire)
        path = pack_of(maplewire, tmp_path / "pack.zip")

    with zipfile.ZipFile(path) as pack:
        assert "pages.warc.gz" not in pack.namelist()
        assert "its page is not kept any more" in pack.read("report.html").decode()
    assert verify_evidence(path).files


def test_hostile_texts_do_nothing_in_the_report(tmp_path: Path) -> None:
    with an_app(tmp_path / "home") as maplewire:
        fill_with_hostile_text(maplewire)
        path = pack_of(maplewire, tmp_path / "pack.zip")

    report = zipfile.ZipFile(io.BytesIO(path.read_bytes())).read("report.html").decode()
    assert "<script" not in report
    assert 'onerror="' not in report
    assert "&lt;script&gt;" in report
