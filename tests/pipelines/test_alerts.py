"""What a mail says, and that nothing hostile gets into its headers or its HTML."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest

from pipelines.alerts import Match, compose, message_id, not_yet_mailed, route_label
from pipelines.model import (
    Alert,
    Hit,
    Link,
    OutboxMail,
    Outcome,
    Relation,
    Relevance,
    Route,
    SavedSearch,
    StoredArticle,
    Story,
)
from tests.builders import NOON, a_publisher, a_stamp, an_article

SEARCH = SavedSearch(
    "leaders", "Leaders’ meetings", '"strategic partnership" OR 会见', ("desk@newsroom.example",)
)


def a_stored(url: str = "https://wire.example/1", outlet: str = "North Wire", **fields: Any) -> StoredArticle:
    article = an_article(url, **{"title": "China, Canada share prospects", "published": a_stamp()} | fields)
    relevance = Relevance(True, 0.9, ("Both sides stand in the title.",))
    return StoredArticle(
        article, a_publisher(name=outlet), Route(), relevance, Outcome.NEW, "hash", story_id="s1"
    )


def a_story(*stored: StoredArticle, **fields: Any) -> Story:
    links = tuple(
        Link(
            s.article.id,
            Relation.VERBATIM if n else Relation.ORIGINAL,
            stored[0].article.id if n else None,
            0.97,
            0.0,
            (),
        )
        for n, s in enumerate(stored)
    )
    defaults: dict[str, Any] = {
        "id": "s1", "headline": stored[0].article.title, "lead_id": stored[0].article.id, "first_seen": NOON,
        "last_seen": NOON, "origin": "CGTN", "carrier": "GlobeNewswire", "kind": "paid_release", "links": links,
    }  # fmt: skip
    return Story(**defaults | fields)


def a_match(*stored: StoredArticle, highlight: str = "a new <mark>strategic partnership</mark>") -> Match:
    alert = Alert("leaders", "s1", "new", tuple(s.article.id for s in stored), ("It matches.",))
    return Match(alert, SEARCH, (Hit(stored[0].article.id, "s1", NOON, (highlight,)),))


def composed(
    *stored: StoredArticle, highlight: str = "a <mark>hit</mark>", **story: Any
) -> tuple[OutboxMail, EmailMessage]:
    mail = compose(
        a_match(*stored, highlight=highlight), a_story(*stored, **story), stored,
        mail_from="Maplewire <mw@desk.example>", now=NOON,
    )  # fmt: skip
    return mail, cast(EmailMessage, message_from_bytes(mail.message, policy=policy.default))


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_mail_says_what_where_from_why_and_every_copy() -> None:
    wire = a_stored()
    copy = a_stored("https://finance.example/9", "Market Ledger", title="Broad prospects")
    _, message = composed(wire, copy)
    for text in parts(message):
        for told in ("China, Canada share prospects", "Paid release of CGTN through GlobeNewswire", "Both sides stand in the title.",
                     "Market Ledger", "https://finance.example/9", "97% kept", "verbatim", "07:00 Ottawa", "20:00 Beijing"):  # fmt: skip
            assert told in text
    assert message["Subject"] == "[Leaders’ meetings] China, Canada share prospects"
    assert message["Auto-Submitted"] == "auto-generated"


def test_chinese_survives_headers_and_body() -> None:
    _, message = composed(a_stored(title="习近平会见加拿大总理卡尼", lang="zh-Hans"))
    assert "习近平会见加拿大总理卡尼" in message["Subject"]
    assert all("习近平会见加拿大总理卡尼" in text for text in parts(message))


def test_every_line_fits_what_a_mail_server_takes() -> None:
    mail, _ = composed(a_stored(title="长" * 900, body="x" * 5000))
    assert all(len(line) <= 998 for line in mail.message.split(b"\r\n"))


@pytest.mark.parametrize(
    "title", ["Hello\r\nBcc: all@desk.example", "Hello\nX-Evil: 1", "a\x00b\x1b[31m\u2028c"]
)
def test_a_title_cannot_add_headers(title: str) -> None:
    _, message = composed(a_stored(title=title), headline=title)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["To"] == "desk@newsroom.example"


def test_html_from_outside_stays_text() -> None:
    hostile = a_stored("https://evil.example/1", "<b>Outlet</b>", title="<script>alert(1)</script>")
    _, message = composed(hostile, highlight='<mark>hit</mark><img src=x onerror="alert(1)">')
    html = parts(message)[1]
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>Outlet" not in html
    assert "<mark>hit</mark>" in html


def test_only_web_addresses_become_links() -> None:
    _, message = composed(a_stored("javascript:alert(1)"))
    assert "javascript:" not in parts(message)[1]


def test_the_same_key_has_the_same_message_id_for_ever() -> None:
    first, message = composed(a_stored())
    again, _ = composed(a_stored())
    assert first.message == again.message or message["Message-ID"] == message_id(first.key, "desk.example")
    assert message["Message-ID"] == message_id("leaders:s1:new", "desk.example")


def test_keys_that_were_mailed_stay_silent() -> None:
    match = a_match(a_stored())
    other = replace(match, alert=replace(match.alert, story_id="s2"))
    assert not_yet_mailed([match, match, other], {"leaders:s1:new"}) == [other]
    assert not_yet_mailed([match, match], ()) == [match]


@pytest.mark.parametrize(
    ("origin", "carrier", "kind", "label"),
    [
        ("CGTN", "GlobeNewswire", "paid_release", "Paid release of CGTN through GlobeNewswire"),
        ("The Canadian Press", None, "agency", "Agency report of The Canadian Press"),
        (None, "CNW", "paid_release", "Paid release through CNW"),
        (None, None, "report", ""),
    ],
)
def test_the_label_says_where_the_text_comes_from(
    origin: str | None, carrier: str | None, kind: Any, label: str
) -> None:
    assert route_label(a_story(a_stored(), origin=origin, carrier=carrier, kind=kind)) == label
