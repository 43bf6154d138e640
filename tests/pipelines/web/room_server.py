"""A reading room that runs: uvicorn in a thread, on a free port of loopback, over real files."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from crawlers.batch import BatchWriter
from pipelines.adapters.clock import FixedClock
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.model import (
    ArticleVersion,
    Evidence,
    Link,
    Outcome,
    PageAccount,
    PageHeldBack,
    Quarantined,
    Relation,
    Relevance,
    Route,
    StoryChange,
    StoryEvent,
    WordKind,
)
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from pipelines.stories.person_words import remark
from pipelines.web.server import RoomServer
from tests.builders import NOON, a_page, a_publisher, a_stamp
from tests.contracts.ledger_values import (
    MINUTE,
    a_mail,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    ident,
    page,
    take,
)
from tests.usual_beat import usual_beat

LATER = NOON + 60 * MINUTE

#: What somebody hostile writes into everything that can be written.
HOSTILE = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">\'"><svg/onload=window.hacked=1>'
    "{{ 7*7 }}{% raw %}"
)


@contextmanager
def open_room(maplewire: App, **options: Any) -> Iterator[httpx.Client]:
    """Serve Maplewire's pages; give a client that asks them."""
    server = RoomServer(maplewire, "127.0.0.1", 0, **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
            _wait_until_it_answers(client)
            yield client
    finally:
        server.stop()
        thread.join(20)


def send(room: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """Send a form as a page of the room would, with its token."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', room.get("/story/s1").text)
    assert found is not None
    return room.post(path, data={"token": found[1], **fields})


def _wait_until_it_answers(client: httpx.Client) -> None:
    # The port listens already; what is waited for is the first answer.
    for _ in range(100):
        try:
            client.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


def an_app(home: Path, **settings: Any) -> App:
    """Return Maplewire in a folder of its own, an hour after the articles came."""
    maplewire = App(Settings(home=home, **settings), FixedClock(LATER))
    maplewire.__dict__["beat"] = usual_beat()
    return maplewire


PAGE = """<html><head><title>Canola talks open</title><base href="https://evil.example/">
<script>window.top.hacked=1</script><style>@import "https://evil.example/x.css";</style>
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="stylesheet" href="https://evil.example/x.css"></head>
<body onload="window.top.hacked=1" style="background:url(https://evil.example/y)">
<h1>Canola talks open</h1><p>As the page said it.</p><img src="https://evil.example/p.png" onerror="hacked=1">
<iframe src="https://evil.example/f"></iframe><form action="https://evil.example/g"><input name=a></form>
<a href="javascript:hacked=1">here</a><a href="https://evil.example/l" ping="https://evil.example/q">there</a>
<svg><script>hacked=1</script></svg>
<math><mtext><table><mglyph><style><img src=x onerror=hacked=1></table></math>
<video src="https://evil.example/v" autoplay></video><object data="https://evil.example/o"></object>
</body></html>"""


def write_batch(maplewire: App, body: str = PAGE) -> None:
    """Keep the pages of the articles 1 to 4 in a batch, where their accounts say that they are."""
    with BatchWriter(maplewire.settings.batch_dir, "b") as writer:
        for number in range(5):
            writer.write(a_page(page(number), body, headers={"content-type": "text/html; charset=utf-8"}))
        writer.finish(a_result("b"))
    maplewire.ledger.adopt(a_result("b"), "b.warc.gz", 1)


def fill(maplewire: App) -> None:
    """Fill a ledger: a release with two copies, one of which changed; a report in French beside them."""
    ledger = maplewire.ledger
    ledger.start_run(NOON)
    route = Route(
        "CGTN",
        "GlobeNewswire",
        "paid_release",
        evidence=(Evidence("dateline", "(GLOBE NEWSWIRE)", "paragraph 1"),),
    )
    body = "Canola talks open in Beijing on Friday.\n\nGrowers were promised lower duties from March."
    first = a_stored(1, title="Canola talks open", body=body, published=a_stamp(), route=route)
    facts = {"origin": "CGTN", "carrier": "GlobeNewswire", "kind": "paid_release", "languages": ("en",)}
    take(ledger, a_page_placed(first, a_story("s1", 1, **facts)))
    copied = a_stored(
        2, title="Canola: talks", body=body, published=a_stamp(NOON + 24 * MINUTE), outcome=Outcome.COPY,
        publisher=a_publisher("gazette", name="The Gazette"),
    )  # fmt: skip
    take(ledger, a_page_placed(copied, a_story("s1", 1, 2, **facts)))
    cut = body.partition("\n")[0]
    short = a_stored(
        3, title="Talks", body=cut, outcome=Outcome.COPY, publisher=a_publisher("herald", name="The Herald")
    )
    links = a_story("s1", 1, 2, 3).links
    kept_half = replace(links[2], relation=Relation.SHORTENED, kept=0.5)
    story = a_story("s1", 1, 2, 3, **facts | {"links": (*links[:2], kept_half)})
    change = StoryEvent(
        "s1", NOON + MINUTE, StoryChange.UPDATE, "number changed: 5 → 7", ident(1), 2, material=True
    )
    take(ledger, a_page_placed(short, story, history=(change,)))
    french = a_stored(4, title="Le canola revient", body="Les droits sur le canola baissent en mars.")
    facts = {"headline": "Le canola revient", "languages": ("fr",)}
    take(ledger, a_page_placed(french, a_story("s4", 4, **facts)))
    message = b"Subject: Canola\nTo: desk@newsroom.example\n\nCanola talks open\n"
    mail = a_mail(
        "canola:s1:new", subject="Canola talks open", message=message, to=("desk@newsroom.example",)
    )
    ledger.enqueue([mail], "digests", 1)
    ledger.keep_aside([Quarantined(0, "daily", page(7), "extract", "no text was found", NOON)])
    index_changes(maplewire.parts, RunProblems())


def fill_with_hostile_text(maplewire: App) -> None:
    """Fill a ledger with markup in every field that comes from outside."""
    ledger = maplewire.ledger
    ledger.start_run(NOON)
    stored = a_stored(
        1, title=HOSTILE, body=f"canola {HOSTILE}\n\n{HOSTILE}",
        publisher=a_publisher("daily", name=HOSTILE),
        route=Route(HOSTILE, HOSTILE, "paid_release", evidence=(Evidence("dateline", HOSTILE, HOSTILE),)),
        relevance=Relevance(True, 0.9, (HOSTILE,), ("canola",)),
    )  # fmt: skip
    article = replace(
        stored.article,
        url="javascript:window.hacked=1//",
        summary=HOSTILE,
        authors=(HOSTILE,),
        published=a_stamp(zone=HOSTILE, provenance=HOSTILE),
        provenance={HOSTILE: HOSTILE},
        flags=(HOSTILE,),
        lang='en"><script>window.hacked=1</script>',
    )
    stored = replace(stored, article=article)
    link = Link(ident(1), Relation.ORIGINAL, None, 1.0, 0.0, (HOSTILE,))
    story = a_story(
        "s1", 1, headline=HOSTILE, origin=HOSTILE, carrier=HOSTILE, kind="paid_release", links=(link,),
        languages=('en"><script>window.hacked=1</script>',), topics=(HOSTILE,),
    )  # fmt: skip
    line = StoryEvent("s1", NOON, StoryChange.UPDATE, HOSTILE, ident(1), 1, material=True)
    take(ledger, a_page_placed(stored, story, record=1, history=(line,)))
    mail = a_mail(f"k:{HOSTILE}", to=(HOSTILE,), subject=HOSTILE, message=f"Subject: x\n\n{HOSTILE}".encode())
    ledger.enqueue([mail, a_mail("plain", subject=HOSTILE, message=f"\n{HOSTILE}".encode())], "digests", 1)
    ledger.mark_mail_failed("plain", HOSTILE, None)
    remark(ledger, NOON, "s1", WordKind.NOTE, HOSTILE, HOSTILE)
    ledger.keep_aside([Quarantined(0, HOSTILE, HOSTILE, HOSTILE, HOSTILE, NOON)])
    held = ArticleVersion(2, "hash", HOSTILE, HOSTILE, NOON + MINUTE, HOSTILE)
    account = PageAccount("b", 9, "daily", page(1), Outcome.UNCHANGED, "held back", ident(1))
    take(ledger, PageHeldBack(account, ident(1), held))
    index_changes(maplewire.parts, RunProblems())
