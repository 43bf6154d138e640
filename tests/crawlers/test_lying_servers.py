"""Servers whose labels and numbers are wrong: what is there is read, and told."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import brotli
import pytest

from crawlers.batch import read_pages
from crawlers.crawl import CrawlSettings, crawl
from crawlers.model import CrawlResult, Page, Source
from crawlers.spiders.document_end import is_whole
from crawlers.spiders.packing import unpack
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web

TEXT = "<html><title>T</title><body>" + "<p>会见 a text of some length</p>" * 200 + "</body></html>"
PAGE = TEXT.encode()
LIMIT = 10 * 2**20


class RawServer:
    """A server that sends bytes as they are, and then closes the connection or stays silent."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self.root = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *args: object) -> None:
        self._stopping.set()
        self._socket.close()

    def answer(self, path: str, head: str, body: bytes, *, silent: bool = False) -> str:
        """Answer with these headers and nothing else."""
        self.answers[path] = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body
        if silent:
            self.silent.add(path)
        return self.root + path

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65_536)
                if not piece:
                    return
                head += piece
            path = head.split()[1].decode()
            self.asked.append(path)
            connection.sendall(self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
            if path in self.silent:
                self._stopping.wait(60)


def _crawl(sources: list[Source], folder: Path) -> tuple[CrawlResult, list[Page]]:
    settings = CrawlSettings(
        folder, "TestBot/1.0 (+https://bot.example)", ("127.0.0.1",), 0.0, answer_timeout_s=20.0
    )
    done = crawl(sources, {}, (), words={}, now=NOON, settings=settings)
    assert done is not None
    path, result = done
    return result, [page for _, page in read_pages(path)]


def _feed(root: str, paths: list[str]) -> bytes:
    items = "".join(f"<item><title>{path}</title><link>{root}{path}</link></item>" for path in paths)
    return f"<rss version='2.0'><channel><title>N</title>{items}</channel></rss>".encode()


HTML = "Content-Type: text/html; charset=utf-8"
CHUNK = f"{len(PAGE):x}\r\n".encode() + PAGE + b"\r\n"
#: By path: headers, body, and whether the server stays silent afterwards.
WHOLE: dict[str, tuple[str, bytes, bool]] = {
    "/too-long": (f"{HTML}\r\nContent-Length: {len(PAGE) + 500}", PAGE, False),
    "/too-long-silent": (f"{HTML}\r\nContent-Length: {len(PAGE) + 500}", PAGE, True),
    "/too-short": (f"{HTML}\r\nContent-Length: {len(TEXT)}", PAGE, False),
    "/too-short-silent": (f"{HTML}\r\nContent-Length: {len(TEXT) - 900}", PAGE, True),
    "/no-number": (f"{HTML}\r\nContent-Length: abc", PAGE, False),
    "/below-zero": (f"{HTML}\r\nContent-Length: -1", PAGE, False),
    "/two-lengths": (f"{HTML}\r\nContent-Length: 5\r\nContent-Length: {len(PAGE)}", PAGE, False),
    "/zero": (f"{HTML}\r\nContent-Length: 0", PAGE, True),
    "/unasked-answer": (
        f"{HTML}\r\nContent-Length: {len(PAGE)}", PAGE + b"HTTP/1.1 408 Request Timeout\r\n\r\n", False
    ),
    "/no-end": (f"{HTML}\r\nTransfer-Encoding: chunked", CHUNK, False),
    "/no-end-silent": (f"{HTML}\r\nTransfer-Encoding: chunked", CHUNK, True),
    "/chunk-too-long": (f"{HTML}\r\nTransfer-Encoding: chunked", b"ffff\r\n" + PAGE, False),
    "/no-length": (HTML, PAGE, False),
    "/packed-too-long": (
        f"{HTML}\r\nContent-Encoding: gzip\r\nContent-Length: 99999", gzip.compress(PAGE), True
    ),
    "/utf-8": (f"{HTML}\r\nContent-Encoding: utf-8\r\nContent-Length: {len(PAGE)}", PAGE, False),
    "/none": (f"{HTML}\r\nContent-Encoding: none\r\nContent-Length: {len(PAGE)}", PAGE, False),
    "/identity": (f"{HTML}\r\nContent-Encoding: identity\r\nContent-Length: {len(PAGE)}", PAGE, False),
    "/label-alone": (f"{HTML}\r\nContent-Encoding: gzip\r\nContent-Length: {len(PAGE)}", PAGE, False),
    "/unlabelled": (HTML, gzip.compress(PAGE), False),
    "/other-label": (f"{HTML}\r\nContent-Encoding: br", gzip.compress(PAGE), False),
    "/transfer": (f"{HTML}\r\nTransfer-Encoding: gzip", gzip.compress(PAGE), False),
    "/brotli-as-gzip": (f"{HTML}\r\nContent-Encoding: gzip", brotli.compress(PAGE), False),
    "/twice": (f"{HTML}\r\nContent-Encoding: gzip", gzip.compress(gzip.compress(PAGE)), False),
}  # fmt: skip
TORN: dict[str, tuple[str, bytes, bool]] = {
    "/torn": (f"{HTML}\r\nContent-Length: {len(PAGE)}", PAGE[:3000], False),
    "/torn-gzip": (f"{HTML}\r\nContent-Encoding: gzip", gzip.compress(PAGE)[:-12], False),
    "/torn-chunk": (f"{HTML}\r\nTransfer-Encoding: chunked", b"ffff\r\n" + PAGE[:3000], False),
}


def test_what_is_there_is_read_and_the_account_says_how_many_answers_were_wrong(tmp_path: Path) -> None:
    with RawServer() as server:
        for path, (head, body, silent) in (WHOLE | TORN).items():
            server.answer(path, head, body, silent=silent)
        feed = _feed(server.root, [*WHOLE, *TORN])
        url = server.answer("/feed.xml", f"Content-Type: text/xml\r\nContent-Length: {len(feed)}", feed)
        result, pages = _crawl([a_source(url=url)], tmp_path)
        (report,) = result.reports
        bodies = {page.url.removeprefix(server.root): page.body for page in pages}
        assert {path: len(body) for path, body in bodies.items()} == dict.fromkeys(WHOLE, len(PAGE))
        assert set(bodies.values()) == {PAGE}
        assert {(failure.kind, failure.reason) for failure in result.failures} == {
            ("temporary", "the answer was cut off")
        }
        assert server.asked.count("/torn") == 2
        problems = "\n".join(report.problems)
        assert "9 answers were not packed as their Content-Encoding says" in problems
        assert "9 answers ended before their announced end" in problems
        assert "6 answers had a wrong Content-Length" in problems


def test_listings_of_servers_with_wrong_numbers_are_read(tmp_path: Path) -> None:
    with ExitStack() as stack:
        sources = []
        for name in ("long", "silent", "short", "chunked", "gzip", "unlabelled", "torn"):
            server = stack.enter_context(RawServer())
            server.answer("/a", f"{HTML}\r\nContent-Length: {len(PAGE)}", PAGE)
            feed = _feed(server.root, ["/a"])
            kind = "Content-Type: application/rss+xml"
            heads = {
                "long": (f"{kind}\r\nContent-Length: {len(feed) + 9}", feed, False),
                "silent": (f"{kind}\r\nContent-Length: {len(feed) + 9}", feed, True),
                "short": (f"{kind}\r\nContent-Length: {len(feed) - 90}", feed, False),
                "chunked": (
                    f"{kind}\r\nTransfer-Encoding: chunked", f"{len(feed):x}\r\n".encode() + feed, False
                ),
                "gzip": (f"{kind}\r\nContent-Encoding: gzip", feed, False),
                "unlabelled": (kind, gzip.compress(feed), False),
                "torn": (f"{kind}\r\nContent-Length: {len(feed)}", feed[:-20], False),
            }  # fmt: skip
            head, body, silent = heads[name]
            sources.append(a_source(name, url=server.answer("/feed.xml", head, body, silent=silent)))
        result, _ = _crawl(sources, tmp_path)
        assert {report.source_id: report.fetched for report in result.reports} == {
            source.id: 1 for source in sources
        }
        assert all(len(report.problems) >= 1 for report in result.reports)
        torn = next(state for state in result.states if state.source_id == "torn")
        assert torn.body_hash is None


def _deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("pack", "labels", "is_wrong"),
    [
        (gzip.compress, ["gzip"], False),
        (gzip.compress, ["x-gzip"], False),
        (brotli.compress, ["br"], False),
        (zlib.compress, ["deflate"], False),
        (_deflate, ["deflate"], False),
        (lambda body: gzip.compress(brotli.compress(body)), ["br", "gzip"], False),
        (bytes, [], False),
        (bytes, ["utf-8"], True),
        (bytes, ["gzip", "utf-8"], True),
        (bytes, ["br"], True),
        (bytes, ["deflate"], True),
        (bytes, ["zstd"], True),
        (bytes, ["text/html"], True),
        (bytes, ["x-something"], True),
        (gzip.compress, ["deflate"], True),
        (gzip.compress, ["utf-8"], True),
        (gzip.compress, [], True),
    ],
)
@pytest.mark.parametrize(
    "body", [PAGE, b"<p>a", "User-agent: *\nDisallow: /\n".encode("utf-16"), b'{"a": 1}']
)
def test_what_a_body_is_decides_and_not_its_label(
    pack: Callable[[bytes], bytes], labels: list[str], is_wrong: bool, body: bytes
) -> None:
    if labels in (["text/html"], ["x-something"]) and not body.startswith((b"<", b"{")):
        pytest.skip("a word that nobody knows is no label only where a document begins")
    unpacked = unpack(pack(body), labels, LIMIT)
    assert (unpacked.body, unpacked.packing, unpacked.is_mislabelled) == (body, "", is_wrong)


def test_what_cannot_be_opened_keeps_its_label_and_nothing_grows_without_bound() -> None:
    assert unpack(b"???", ["pack200"], LIMIT).packing == "pack200"
    assert unpack(b"\x00\x01\x02" * 99, ["br"], LIMIT).packing == "br"
    assert unpack(b"", ["gzip"], LIMIT).body == b""
    bomb = gzip.compress(gzip.compress(b" " * 2**24))
    for labels in (["gzip"], [], ["utf-8"]):
        with pytest.raises(ValueError, match="exceeded"):
            unpack(bomb, labels, 2**20)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>a</html>",
        b"<html>a</HTML >\n<!-- cached -->",
        b"<rss></rss>",
        b"<a:feed xmlns:a='x'></a:feed>",
        b"<urlset></urlset>",
        "<rss></rss>".encode("utf-16"),
        b'{"items": []}',
        b"[]\n",
    ],
)
def test_a_document_with_its_end_is_whole(body: bytes) -> None:
    assert is_whole(body)


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>a", b"<rss><item></item>", b'{"items": [', b"text", b"[" * 99_999]
)
def test_a_document_without_its_end_is_not(body: bytes) -> None:
    assert not is_whole(body)


# -- cookies ------------------------------------------------------------------------------------------


@pytest.fixture
def wall() -> Iterator[Web]:
    """A site that sends on only those who bring its cookie back."""
    with Web() as web:
        for path in ("/a", "/b"):
            web.answer(
                path,
                Answer(302, headers={"Location": path, "Set-Cookie": "seen=1; Path=/"}),
                Answer(200, PAGE, {"Content-Type": "text/html"}),
            )
        yield web


def test_a_source_keeps_cookies_if_it_asks_for_it_and_no_other_does(tmp_path: Path, wall: Web) -> None:
    with Web() as other:
        other.page("/c")
        other.answer("/d", Answer(302, headers={"Location": wall.url("/a")}))
        sources = [
            a_source("kept", url=wall.feed("/feed.xml", ["/a", "/b"]), cookies=True),
            a_source("other", url=other.feed("/feed.xml", ["/c", wall.url("/e")])),
        ]
        wall.page("/e")
        _, pages = _crawl(sources, tmp_path)
        assert len(pages) == 4
        brought = [request.headers["Cookie"] for request in wall.requests if request.path == "/a"]
        assert brought == [None, "seen=1"]
        assert all(request.headers["Cookie"] is None for request in wall.requests if request.path == "/e")


def test_a_header_with_letters_that_none_may_have_ends_no_crawl(tmp_path: Path) -> None:
    odd = {"Content-Type": "text/html", "X-Note": 'été; name="é"'}
    with Web() as web:
        web.answer("/odd", Answer(200, PAGE, odd))
        web.page("/good")
        _, pages = _crawl([a_source(url=web.feed("/feed.xml", ["/odd", "/good"]))], tmp_path)
    assert len(pages) == 2


def test_a_circle_that_sets_a_cookie_ends_at_once_with_the_advice(tmp_path: Path) -> None:
    with Web() as web:
        for path in ("/a", "/b"):
            web.answer(path, Answer(302, headers={"Location": path, "Set-Cookie": "seen=1; Path=/"}))
        web.answer("/c", Answer(302, headers={"Location": "/d", "Set-Cookie": "seen=1"}))
        web.answer("/d", Answer(302, headers={"Location": "/c"}))
        result, _ = _crawl([a_source(url=web.feed("/feed.xml", ["/a", "/b", "/c"]))], tmp_path)
        assert [web.asked(path) for path in ("/a", "/b", "/c", "/d")] == [1, 1, 1, 1]
        assert all("write cookies: true" in failure.reason for failure in result.failures)
        assert any(problem.startswith("3 pages did not come") for problem in result.reports[0].problems)


def test_redirects_are_mended_like_links_and_the_guard_sees_where_they_lead(tmp_path: Path) -> None:
    with Web() as web, Web("127.0.0.2") as inside:
        web.page("/target")
        inside.page("/secret")
        places = {
            "/backslash": "\\target",
            "/slashes": f"///{web.root.removeprefix('http://')}/target",
            "/one-slash": f"http:/{web.root.removeprefix('http://')}/target",
            "/inside": f"http:\\\\{inside.root.removeprefix('http://')}\\secret",
            "/inside-slashes": f"////{inside.root.removeprefix('http://')}/secret",
        }
        for path, place in places.items():
            web.answer(path, Answer(302, headers={"Location": place}))
        result, pages = _crawl([a_source(url=web.feed("/feed.xml", list(places)))], tmp_path)
        assert {page.url for page in pages} == {web.url("/target")}
        assert sorted(failure.url.removeprefix(web.root) for failure in result.failures) == [
            "/inside", "/inside-slashes"
        ]  # fmt: skip
        assert inside.requests == []
