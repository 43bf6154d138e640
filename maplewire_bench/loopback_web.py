"""A news web on loopback: some hosts, each with a feed and its pages, served by a process of its own.

    python -m maplewire_bench.loopback_web HOSTS PAGES

It prints the port of each host on a line when all listen, and ends with its standard input. All answers lie
ready, so that what is measured is the one who asks.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from maplewire_bench.made_up_pages import pages_of_news
from maplewire_bench.stream import Made

_ROBOTS = b"User-agent: *\nAllow: /\n"


class Host:
    """One host: its answers by path."""

    def __init__(self, news: list[tuple[Made, bytes]]) -> None:
        self._news = news
        self._answers = {b"/robots.txt": _answer(_ROBOTS, "text/plain")}

    def publish(self, port: int) -> None:
        """Make the feed, which names the port, and the pages."""
        now = format_datetime(datetime.now(UTC))
        items = []
        for made, page in self._news:
            url = f"http://127.0.0.1:{port}/{made.number}.html"
            items.append(
                f"<item><title>{escape(made.title)}</title><link>{url}</link><pubDate>{now}</pubDate></item>"
            )
            self._answers[f"/{made.number}.html".encode()] = _answer(page, "text/html; charset=utf-8")
        feed = f'<rss version="2.0"><channel><title>Host {port}</title>{"".join(items)}</channel></rss>'
        self._answers[b"/feed"] = _answer(feed.encode(), "application/rss+xml")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1]
                writer.write(self._answers.get(path) or _answer(b"", "text/plain", "404 Not Found"))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _answer(body: bytes, content_type: str, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve_news(hosts: int, pages: int) -> None:
    """Serve so many hosts with so many pages in all until standard input ends."""
    news = list(pages_of_news(pages))
    ports = []
    for number in range(hosts):
        host = Host(news[number::hosts])
        server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        host.publish(port)
        ports.append(port)
    print(*ports, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve_news(int(sys.argv[1]), int(sys.argv[2])))
