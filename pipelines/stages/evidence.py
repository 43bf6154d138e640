"""The evidence pack: one story with all its proof.

One zip that can be checked anywhere.

    report.html            to read: the route, the texts, the versions, the reasons
    story.json             the same for programs, as docs/json.md says
    texts/ARTICLE-vN.txt   every version of every text, as kept
    pages/ARTICLE.json     address, headers, times and hash of the page as it came
    pages.warc.gz          the pages themselves
    manifest.json          the hash of each file, and when and by what the pack was made
    signature.json         an Ed25519 signature of the manifest, with the public key

Who trusts the key trusts the pack: `maplewire evidence verify` prints its fingerprint. The private key lies
in the data folder and never in a pack.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from crawlers.batch import BatchWriter, read_page
from crawlers.errors import PermanentError
from crawlers.model import CrawlResult, Page
from crawlers.private_files import make_private_folder, open_private
from pipelines.beat.organisations import organisations_of
from pipelines.extract.text import one_line
from pipelines.model import StoredArticle, Story
from pipelines.stages.context import RunContext
from pipelines.stages.evidence_report import evidence_report
from pipelines.stories.story_json import story_view_json
from pipelines.stories.view import StoryView, compare_copies, read_story
from pipelines.text.iso_time import iso

KEY_FILE = "evidence.pem"
MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
_FORMAT = "maplewire evidence 1"
#: The time of every file of a pack: the same evidence gives the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
#: Bounds of a pack that is verified: it may come from anybody.
_MOST_FILES = 20_000
_MOST_BYTES = 2 * 1024**3
_BLOCK = 1 << 20
_FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True)
class VerifiedPack:
    """What a pack that holds true says of itself."""

    story: str
    headline: str
    made: str
    files: int
    #: Of the public key: compare it with what the maker of the pack told you.
    fingerprint: str


# -- making ----------------------------------------------------------------------------------------


def write_evidence(context: RunContext, story: Story, out: IO[bytes], version: str) -> int:
    """Write the pack of a story; return how many files it has.

    `version` is that of Maplewire.
    A page whose batch is gone is named in the report, and its texts are there all the same.
    """
    organisations = organisations_of(context.beat.outlets)
    view = read_story(context.ledger, story, organisations, with_nearest=False)
    made = context.clock.now()
    edits = compare_copies(context.ledger, view)
    files: dict[str, bytes] = {"story.json": _json(story_view_json(view, edits))}
    files |= _text_files(context, view)
    pages = _read_pages(context, view)
    for article_id, page in pages.items():
        files[f"pages/{article_id}.json"] = _json(_page_facts(page))
    if pages:
        files["pages.warc.gz"] = _warc_of(pages, made)
    files["report.html"] = evidence_report(context, view, edits, set(pages), made).encode()
    manifest = _json(_manifest(story, files, made, version))
    files[MANIFEST] = manifest
    files[SIGNATURE] = _json(_sign(_private_key(context.home), manifest))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(files):
            pack.writestr(zipfile.ZipInfo(name, _ZIP_TIME), files[name], zipfile.ZIP_DEFLATED)
    return len(files)


def _text_files(context: RunContext, view: StoryView) -> dict[str, bytes]:
    """Return every version of every text."""
    files = {}
    for stored in view.articles:
        article = stored.article
        files[_text_name(article.id, stored.version)] = _text(article.title, article.body)
        for version in context.ledger.versions(article.id):
            files[_text_name(article.id, version.number)] = _text(version.title, version.body)
    return files


def _text_name(article_id: str, number: int) -> str:
    return f"texts/{article_id}-v{number}.txt"


def _text(title: str, body: str) -> bytes:
    return f"{title}\n\n{body}\n".encode("utf-8", "replace")


def _read_pages(context: RunContext, view: StoryView) -> dict[str, Page]:
    """Return the pages that are still in their batches, by article id."""
    pages = {}
    for stored in view.articles:
        page = read_kept_page(context, stored)
        if page is not None:
            pages[stored.article.id] = page
    return pages


def read_kept_page(context: RunContext, stored: StoredArticle) -> Page | None:
    """Return the page of an article as it came, None where its batch is gone."""
    account = context.ledger.account_of(stored.article.id)
    if account is None or account.record < 0:
        return None
    name = context.ledger.batch_path(account.batch_id)
    if name is None:
        return None
    with context.batches.reading(name) as path:
        if path is None:
            return None
        try:
            return read_page(path, account.record)
        except PermanentError:
            return None


def _page_facts(page: Page) -> dict[str, Any]:
    return {
        "url": page.url,
        "requested_url": page.requested_url,
        "status": page.status,
        "headers": dict(page.headers),
        "fetched": iso(page.fetched_at),
        "bytes": len(page.body),
        "sha256": hashlib.sha256(page.body).hexdigest(),
    }


def _warc_of(pages: Mapping[str, Page], made: datetime) -> bytes:
    """Return the pages as a batch, which Maplewire and other tools read."""
    with tempfile.TemporaryDirectory() as folder:
        with BatchWriter(Path(folder), "evidence") as writer:
            for page in pages.values():
                writer.write(page)
            path = writer.finish(CrawlResult("evidence", made, made, (), (), pages=len(pages)))
        return path.read_bytes()


def _manifest(story: Story, files: Mapping[str, bytes], made: datetime, version: str) -> dict[str, Any]:
    listed = {}
    for name in sorted(files):
        listed[name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "bytes": len(files[name])}
    return {
        "format": _FORMAT,
        "story": story.id,
        "headline": story.headline,
        "made": iso(made.replace(microsecond=0)),
        "maplewire": version,
        "files": listed,
    }


def _json(shape: Any) -> bytes:
    return orjson.dumps(shape, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


# -- signing ---------------------------------------------------------------------------------------


def _private_key(home: Path) -> Ed25519PrivateKey:
    """Return the key of a data folder; it is made where there is none."""
    path = home / KEY_FILE
    if path.exists():
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError) as e:
            raise PermanentError(f"{path} is no key; put the right one there, or remove it") from e
        if not isinstance(key, Ed25519PrivateKey):
            raise PermanentError(f"{path} is no Ed25519 key; put the right one there, or remove it")
        return key
    made = Ed25519PrivateKey.generate()
    make_private_folder(home)
    with open_private(path, "wb") as file:
        file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def _sign(key: Ed25519PrivateKey, manifest: bytes) -> dict[str, str]:
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "algorithm": "Ed25519",
        "public_key": public.hex(),
        "signature": key.sign(manifest).hex(),
        "fingerprint": fingerprint_of(public),
    }


def fingerprint_of(public: bytes) -> str:
    """Return the name of a public key that people compare: pairs of hex digits."""
    digest = hashlib.sha256(public).hexdigest()[: 2 * _FINGERPRINT_BYTES]
    pairs = [digest[place : place + 4] for place in range(0, len(digest), 4)]
    return " ".join(pairs)


# -- verifying -------------------------------------------------------------------------------------


def verify_evidence(path: Path) -> VerifiedPack:
    """Check every hash and the signature of a pack.

    Nothing is unpacked. Raises PermanentError that says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            return _verify(pack)
    except FileNotFoundError as e:
        raise PermanentError(f"{path} does not exist; name an evidence pack") from e
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError) as e:
        raise PermanentError(f"{path} is damaged or no evidence pack: {e}") from e


def _verify(pack: zipfile.ZipFile) -> VerifiedPack:
    _check_bounds(pack)
    manifest_bytes = _read_small(pack, MANIFEST)
    manifest = _read_json(manifest_bytes, MANIFEST)
    signature = _read_json(_read_small(pack, SIGNATURE), SIGNATURE)
    fingerprint = _check_signature(manifest_bytes, signature)
    listed = manifest.get("files")
    if manifest.get("format") != _FORMAT or not isinstance(listed, dict):
        raise PermanentError(f"{MANIFEST} is none of “{_FORMAT}”")
    problems = _wrong_files(pack, listed)
    if problems:
        raise PermanentError("; ".join(problems))
    return VerifiedPack(
        one_line(str(manifest.get("story"))),
        one_line(str(manifest.get("headline"))),
        one_line(str(manifest.get("made"))),
        len(listed),
        fingerprint,
    )


def _check_bounds(pack: zipfile.ZipFile) -> None:
    entries = pack.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise PermanentError("this pack is larger than any evidence is; it is not read")
    # Some file systems take two names for one that differ in their letters' case alone.
    if len({name.casefold() for name in names}) != len(names):
        raise PermanentError("this pack holds two files of one name: nobody knows which one was signed")
    if pack.comment or min((entry.header_offset for entry in entries), default=0):
        raise PermanentError("this pack holds something besides its files, which nobody signed")
    problems = []
    for entry in entries:
        problem = _problem_of_entry(entry)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise PermanentError("; ".join(problems))


def _problem_of_entry(entry: zipfile.ZipInfo) -> str | None:
    """Say why a file of a pack is not to be unpacked, else None."""
    shown = ascii(entry.orig_filename)
    parts = entry.orig_filename.split("/")
    is_plain = entry.orig_filename.isprintable() and not set(entry.orig_filename) & set("\\:")
    if not is_plain or not parts[0] or {"", ".", ".."} & set(parts):
        return f"{shown} is no name of a file inside the folder of a pack; do not unpack it"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return f"{shown} is no plain file; do not unpack it"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"{shown} is packed in another way than Maplewire does; do not unpack it"
    return None


def _read_small(pack: zipfile.ZipFile, name: str) -> bytes:
    try:
        with pack.open(name) as file:
            content = file.read(_BLOCK * 16)
    except KeyError as e:
        raise PermanentError(f"this pack has no {name}: it is no evidence pack, or was tampered with") from e
    return content


def _read_json(content: bytes, name: str) -> dict[str, Any]:
    try:
        shape = orjson.loads(content)
    except orjson.JSONDecodeError as e:
        raise PermanentError(f"{name} cannot be read: {e}") from e
    if not isinstance(shape, dict):
        raise PermanentError(f"{name} cannot be read: it is no object")
    return shape


def _check_signature(manifest: bytes, signature: Mapping[str, Any]) -> str:
    """Return the fingerprint of the key.

    Raises PermanentError where the signature does not hold.
    """
    try:
        public = bytes.fromhex(str(signature.get("public_key")))
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(str(signature.get("signature"))), manifest)
    except (ValueError, InvalidSignature) as e:
        raise PermanentError(
            f"the signature does not hold: {MANIFEST} was changed after it was signed"
        ) from e
    return fingerprint_of(public)


def _wrong_files(pack: zipfile.ZipFile, listed: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the files, one sentence each."""
    problems = []
    names = set(pack.namelist()) - {MANIFEST, SIGNATURE}
    for name in sorted(names - listed.keys()):
        problems.append(f"{name} was added after the pack was signed")
    for name in sorted(listed):
        facts = listed[name]
        if name not in names:
            problems.append(f"{name} is missing")
        elif not isinstance(facts, dict) or _hash_of(pack, name) != facts.get("sha256"):
            problems.append(f"{name} was changed after the pack was signed")
    return problems


def _hash_of(pack: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with pack.open(name) as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()
