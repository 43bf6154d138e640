"""The ledger's tables, the same on SQLite and PostgreSQL.

Migrations create them; a test compares.

    runs ◄── accounts, source_reports      batches, feed_states       what was fetched, and the accounts
    skipped_entries                                                   what was listed and not fetched
    page_retries                                                      what is still to be fetched
    listed_entries, article_addresses                                as what and where pages were found
    articles ◄── prints, posting, versions, looks   frequent_keys    what we know of a page
    stories ◄── links ──► articles         story_redirects            how articles stand together
    articles ◄── carried_texts ──► articles                           which pages print texts of other stories
    event_prints, event_keys, event_links                             which stories tell of one event
    furniture                                                         what sites print around everything
    history, said, marks                                              what became of stories, and who said so
    watermarks, alerts, outbox, paused_addresses, quarantine          what we owe

A value that SQL never looks into is one JSON text (`facts`, `state`, `report`), written and read by
`codec`; what is searched, ordered or counted has a column of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from pipelines.adapters.stored_text import clean_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An instant to the microsecond, aware and in UTC, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        assert value.tzinfo is not None, f"{value} has no zone"
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        aware: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text from outside, without what some database cannot hold (see `stored_text`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else clean_text(value)


# SQLite numbers rows by itself only where the column is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")

# A run that was killed stays without `finished` for ever.
runs = Table(
    "runs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("mails", Integer, nullable=False),
    Column("note", CleanText),
)

feed_states = Table(
    "feed_states",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
)

# `number` is the order of adoption: open batches are processed oldest first. `started` is when the
# crawl began, `pages` and `failures` are what the accounts have to add up to.
batches = Table(
    "batches",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("path", CleanText, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Index(None, "closed"),
)

source_reports = Table(
    "source_reports",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("source_id", Text, nullable=False),
    Column("report", Text, nullable=False),
    Index(None, "run_id"),
    Index(None, "source_id", "run_id"),
)

# Pages that did not come and are asked for again (see `crawlers.retries`).
page_retries = Table(
    "page_retries",
    metadata,
    Column("address", CleanText, primary_key=True),
    Column("source_id", Text, nullable=False, index=True),
    Column("facts", Text, nullable=False),
)

# One row a page, and one a failed fetch (records below zero). `canonical_url` and `listed_url` are the
# addresses that need not be asked for again; `temporary` marks failures that may be.
accounts = Table(
    "accounts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("batch_id", Text, nullable=False),
    Column("record", Integer, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("source_id", Text, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("canonical_url", CleanText, nullable=False),
    Column("listed_url", CleanText),
    Column("outcome", Text, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("article_id", Text),
    Column("temporary", Boolean, nullable=False),
    Column("screened", Text),
    Column("at", UtcTime, nullable=False),
    Column("day", Text, nullable=False),
    # Characters of a text that was new, NULL for all other pages.
    Column("length", Integer),
    UniqueConstraint("batch_id", "record"),
    Index(None, "run_id"),
    Index(None, "source_id", "id"),
    Index(None, "at"),
    Index(None, "article_id"),
    # How the sources do is read from these two alone, and by every command that tells of them.
    Index("ix_accounts_volumes", "day", "source_id", "outcome", "at", "batch_id"),
    Index(
        "ix_accounts_lengths",
        "source_id",
        "at",
        "id",
        "length",
        # The migration says so to PostgreSQL, too; here its dialect would be loaded, in 0.1 s.
        sqlite_where=text("length IS NOT NULL"),
    ),
)

# What `scope: broad` left out, the newest of each source. `entry_id` stands for the address, of which an
# index of PostgreSQL could not hold a long one; `at` is when it was left out first.
skipped_entries = Table(
    "skipped_entries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("summary", CleanText, nullable=False),
    Column("language", CleanText),
    Column("published", UtcTime),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("source_id", "entry_id"),
    Index(None, "at"),
)

# How a fetched page was listed: a row for each title, guid and address. `entry_key` stands for the three, and
# `guid_key` for source and guid, of which an index of PostgreSQL could not hold a long one.
listed_entries = Table(
    "listed_entries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("entry_key", Text, nullable=False),
    Column("address", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("guid", CleanText),
    Column("guid_key", Text),
    Column("article_id", Text),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("source_id", "entry_key"),
    Index(None, "source_id", "at"),
    Index(None, "guid_key"),
)

# Other addresses of an article than its own, by their ids.
article_addresses = Table(
    "article_addresses",
    metadata,
    Column("address_id", Text, primary_key=True),
    Column("article_id", Text, nullable=False),
)

# `number` is short: prints and lookup keys refer to it, millions of times. `seq` and `arrival` are
# explained in `article_writer`; both are NULL for a page that was never on the beat.
articles = Table(
    "articles",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("outcome", Text, nullable=False),
    Column("content_hash", CleanText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, unique=True),
    Column("arrival", BigInteger, unique=True),
    Column("facts", Text, nullable=False),
    # Late in the row: whoever does not ask for it never reads its pages.
    Column("body", CleanText, nullable=False),
    # Behind the body, and read from its index alone, so that it costs no reader anything.
    Column("collected", UtcTime),
    Index(None, "collected", "arrival"),
)

# `held` says why a state was not believed; NULL for one that was shown.
versions = Table(
    "article_versions",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content_hash", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("body", CleanText, nullable=False),
    Column("collected", UtcTime, nullable=False),
    Column("held", CleanText),
)

# `due` is NULL once no look is left.
recheck_states = Table(
    "looks",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("due", UtcTime, index=True),
    Column("facts", Text, nullable=False),
)

# `exact` and `key_count` are what a search for copies looks at; the rest is one packed value.
prints = Table(
    "prints",
    metadata,
    Column("article", ForeignKey("articles.number"), primary_key=True, autoincrement=False),
    Column("exact", Text, nullable=False, index=True),
    Column("key_count", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

# The inverted index of lookup keys. No foreign key: a hundred checks an article buy nothing here.
posting = Table(
    "posting",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("article", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Keys that too many articles have: those before `beyond` count (see `dedup.lookup`).
frequent_keys = Table(
    "frequent_keys",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("beyond", Integer, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("facts", Text, nullable=False),
    # NULL for a story on the beat; else the outcome that a person's mark gives it.
    Column("kept_out", Text, index=True),
)

# An article is in one story. `position` is its place in the story's order.
links = Table(
    "links",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    # NULL for links of before it was kept.
    Column("publisher_id", Text),
    Index(None, "story_id", "publisher_id"),
)

# Pages that print the text of an article of another story inside their own. The stories of both are those of
# their links.
carried_texts = Table(
    "carried_texts",
    metadata,
    Column("page_id", ForeignKey("articles.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True, index=True),
    Column("facts", Text, nullable=False),
)

# Former stories. An id that was mailed or bookmarked goes on resolving.
story_redirects = Table(
    "story_redirects",
    metadata,
    Column("old_id", Text, primary_key=True),
    Column("story_id", ForeignKey("stories.id"), nullable=False, index=True),
)

# Tables keep the names that migrations gave them: this one, `looks` and `said` are older than ours.
site_boilerplate = Table(
    "furniture",
    metadata,
    Column("site", CleanText, primary_key=True),
    Column("facts", Text, nullable=False),
)

event_prints = Table(
    "event_prints",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("facts", Text, nullable=False),
)

event_keys = Table(
    "event_keys",
    metadata,
    Column("key", CleanText, primary_key=True),
    Column("story_id", Text, primary_key=True),
    Index(None, "story_id"),
    sqlite_with_rowid=False,
)

# `a` is the smaller id, so a pair of stories has one row.
event_links = Table(
    "event_links",
    metadata,
    Column("a", Text, primary_key=True),
    Column("b", Text, primary_key=True, index=True),
    Column("facts", Text, nullable=False),
)

# No foreign key: what happened to a story outlives it.
history = Table(
    "history",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("story_id", Text, nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("turn", Text, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("article_id", Text),
    Column("version", Integer),
    Column("material", Boolean, nullable=False),
)

# What was undone is kept, with the time. `kind` is "articles" for a correction, which is about two articles.
# All other kinds are words on a story `a`; those on events name another one, `b`, which is "" else.
corrections = Table(
    "said",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("a", Text, nullable=False, index=True),
    Column("b", Text, nullable=False, index=True),
    Column("together", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone", UtcTime),
    Column("by", CleanText, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default="articles"),
    Column("text", CleanText, nullable=False, server_default=""),
)

# What a person said of an article, with what was seen of it. No foreign key: it outlives the article.
marks = Table(
    "marks",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("article_id", Text, nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("lang", CleanText),
    Column("undone", UtcTime),
)

# How far each projection has come: the index, the alerts.
watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

# `key` is unique, so nothing is owed twice. A lease keeps two senders from sending one mail.
outbox = Table(
    "outbox",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("key", CleanText, nullable=False, unique=True),
    Column("recipients", Text, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("sent_at", UtcTime),
    Column("last_error", CleanText),
    Column("channel", CleanText, nullable=False),
    Column("answers", Text, nullable=False),
    Column("lease_owner", Text),
    Column("leased_until", UtcTime),
    Column("notes", Text, nullable=False, server_default="[]"),
    Index(None, "state", "created"),
)

# Recipients who get nothing until a person resumes them: refused by a server, or paused by hand.
paused_addresses = Table(
    "paused_addresses",
    metadata,
    Column("address", CleanText, primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("why", CleanText, nullable=False),
)

# What each saved search has to tell, or has told. No foreign key to stories: those are joined, and
# alerts keep their key.
alerts = Table(
    "alerts",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("key", CleanText, nullable=False, unique=True),
    Column("search_id", CleanText, nullable=False),
    Column("story_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("step", CleanText, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided", UtcTime, nullable=False),
    Column("day", Text, nullable=False),
    Column("due", UtcTime),
    Column("told", UtcTime),
    Column("mail", CleanText),
    Column("facts", Text, nullable=False),
    Index(None, "story_id"),
    Index(None, "state"),
    Index(None, "search_id", "told"),
    Index(None, "reason", "day"),
)

# `batch_id` and `record` say where the bytes are; both are NULL for what is no page of a batch.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("source_id", CleanText, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("stage", Text, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("batch_id", Text),
    Column("record", Integer),
    Column("replayed", UtcTime),
    Index(None, "batch_id", "record"),
    Index(None, "replayed"),
)
