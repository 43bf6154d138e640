"""The port's `Ledger` on SQLAlchemy Core: one method, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from crawlers.model import CrawlResult, FeedState, FetchFailure
from pipelines.adapters.ledger import relating
from pipelines.adapters.ledger.codec import (
    ADDRESSES,
    ALERT,
    ANSWERS,
    FEED_STATE,
    FURNITURE,
    LOOK,
    REPORT,
    AlertFacts,
    from_json,
    to_json,
)
from pipelines.adapters.ledger.deciding import SqlDeciding, account_row, look_row
from pipelines.adapters.ledger.opening import WRITER_LOCK, open_engine, tidied, transaction, translated
from pipelines.adapters.ledger.rows import (
    article_rows,
    document_from,
    documents,
    joined_into,
    read_article,
    read_looks,
    read_pages,
    read_stories,
    read_story,
    read_versions,
    resolve,
    stored_of,
    texts,
    upsert,
)
from pipelines.adapters.ledger.schema import (
    accounts,
    alerts,
    articles,
    batches,
    feed_states,
    furniture,
    history,
    links,
    looks,
    outbox,
    quarantine,
    runs,
    said,
    source_reports,
    watermarks,
)
from pipelines.adapters.projection import (
    answered,
    clean_text,
    cleaned,
    farther,
    latest,
    moved,
    newer_state,
    source_accounts,
    story_document_of,
)
from pipelines.dedup import learnt
from pipelines.model import (
    Alert,
    AlertState,
    Answer,
    ArticleVersion,
    Change,
    Correction,
    Document,
    EventPrint,
    OpenBatch,
    OutboxMail,
    Outcome,
    PageAccount,
    PageParagraphs,
    Quarantined,
    RecheckState,
    RelatedStory,
    RunReport,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryChange,
    StoryDocument,
    StoryEvent,
)
from pipelines.ports import Decisions

Counts = dict[str, dict[Outcome, int]]


def open_ledger(url: str) -> SqlLedger:
    """Open the ledger at `sqlite:///PATH` or `postgresql://…`, made or brought up to date where needed.

    Raises PermanentError where there is none and cannot be one (a wrong URL, a path that cannot be written, a
    file that is no database, a ledger of a newer version), TemporaryError where it is locked or away.
    """
    return SqlLedger(*open_engine(url))


class SqlLedger:
    """What we know and what we owe, in a database. Use `open_ledger`; `name` stands in error messages.

    One process may use it from several threads. A decision in this process waits for one in another; a
    second one *inside* the first would wait for itself and ends in TemporaryError after a minute.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    def tidy(self) -> str:
        with translated(self._name):
            return tidied(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._name), transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self, *, alone: bool = False) -> Iterator[Connection]:
        lock = WRITER_LOCK if alone else None
        with translated(self._name), transaction(self._engine, writing=True, alone=lock) as connection:
            yield connection

    # -- feeds and batches ----------------------------------------------------------------------------

    def feed_states(self) -> Mapping[str, FeedState]:
        with self._reading() as connection:
            return _feed_states(connection)

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        with self._reading() as connection:
            known: dict[str, datetime] = {}
            for id_ in source_ids:
                latest(known, _known_urls(connection, id_, limit_each))
            return known

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        result = cleaned(result)
        with self._writing(alone=True) as connection:
            if connection.scalar(select(batches.c.id).where(batches.c.id == result.batch_id)):
                return False
            row = {
                "id": result.batch_id,
                "path": clean_text(path),
                "pages": result.pages,
                "failures": len(result.failures),
                "started": result.started,
                "closed": result.pages == 0,
            }
            connection.execute(insert(batches).values(row))
            known = _feed_states(connection)
            states = [newer_state(known.get(s.source_id), s) for s in result.states]
            upsert(
                connection,
                feed_states,
                [{"source_id": s.source_id, "state": to_json(FEED_STATE, s)} for s in states],
                "source_id",
            )
            reports = [
                {"run_id": run_id, "source_id": r.source_id, "report": to_json(REPORT, r)}
                for r in result.reports
            ]
            if reports:
                connection.execute(insert(source_reports), reports)
            failures = [_failure_row(result, -n, f, run_id) for n, f in enumerate(result.failures, 1)]
            upsert(connection, accounts, failures, "batch_id", "record")
        return True

    def open_batches(self) -> Sequence[OpenBatch]:
        with self._reading() as connection:
            rows = connection.execute(
                select(batches).where(~batches.c.closed).order_by(batches.c.number)
            ).all()
            found = [OpenBatch(row.id, row.path, row.pages, _done(connection, row.id)) for row in rows]
        return [batch for batch in found if len(batch.done) < batch.pages]

    def close_batch(self, batch_id: str) -> None:
        with self._writing() as connection:
            row = connection.execute(select(batches).where(batches.c.id == batch_id)).first()
            if row is None:
                raise AssertionError(f"batch {batch_id} was never adopted")
            mine = accounts.c.batch_id == batch_id
            count = connection.scalar(select(func.count()).select_from(accounts).where(mine))
            if count != row.pages + row.failures:
                raise AssertionError(
                    f"batch {batch_id}: {count} accounts for {row.pages} pages and {row.failures} failures"
                )
            connection.execute(update(batches).where(batches.c.id == batch_id).values(closed=True))

    def batch_path(self, batch_id: str) -> str | None:
        with self._reading() as connection:
            return connection.scalar(select(batches.c.path).where(batches.c.id == batch_id))

    # -- decisions ------------------------------------------------------------------------------------

    def deciding(self) -> AbstractContextManager[Decisions]:
        return self._deciding()

    @contextmanager
    def _deciding(self) -> Iterator[Decisions]:
        with translated(self._name), transaction(self._engine, alone=WRITER_LOCK) as connection:
            yield SqlDeciding(connection)

    def story(self, story_id: str) -> Story | None:
        with self._reading() as connection:
            return read_story(connection, story_id)

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]:
        with self._reading() as connection:
            present = resolve(connection, story_ids)
            found = read_stories(connection, set(present.values()))
        return {asked: found[now] for asked, now in present.items() if now in found}

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        with self._reading() as connection:
            present = resolve(connection, [story_id])[story_id]
            query = (
                article_rows(articles.c.body).where(links.c.story_id == present).order_by(links.c.position)
            )
            return [stored_of(row, row.body) for row in connection.execute(query)]

    def article(self, article_id: str) -> StoredArticle | None:
        with self._reading() as connection:
            return read_article(connection, article_id)

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        with self._reading() as connection:
            return read_versions(connection, article_id)

    def history(self, story_id: str) -> Sequence[StoryEvent]:
        with self._reading() as connection:
            present = resolve(connection, [story_id])[story_id]
            ids = texts(connection, [present, *joined_into(connection, [present])])
            query = select(history).join(ids, ids.c.value == history.c.story_id).order_by(history.c.number)
            return [_history_line(row) for row in connection.execute(query)]

    def history_since(self, number: int, limit: int = 500) -> Sequence[StoryEvent]:
        query = select(history).where(history.c.number > number).order_by(history.c.number).limit(limit)
        with self._reading() as connection:
            return [_history_line(row) for row in connection.execute(query)]

    def corrections(self, *, include_undone: bool = False) -> Sequence[Correction]:
        query = select(said).order_by(said.c.number)
        if not include_undone:
            query = query.where(said.c.undone.is_(None))
        with self._reading() as connection:
            return [Correction(**row._mapping) for row in connection.execute(query)]

    # -- furniture ------------------------------------------------------------------------------------

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        with self._reading() as connection:
            return _furniture(connection, clean_text(site))

    def learn_furniture(self, site: str, pages: Collection[PageParagraphs]) -> None:
        site = clean_text(site)
        with self._writing(alone=True) as connection:
            known = learnt(_furniture(connection, site), pages)
            upsert(connection, furniture, [{"site": site, "facts": to_json(FURNITURE, known)}], "site")

    # -- events ---------------------------------------------------------------------------------------

    def relate(self, print_: EventPrint) -> bool:
        print_ = cleaned(print_)
        with self._reading() as connection:  # without making other workers wait
            if relating.is_known(connection, print_):
                return False
        with self._writing(alone=True) as connection:
            return relating.relate(connection, print_)

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        with self._reading() as connection:
            return relating.related(connection, resolve(connection, [story_id])[story_id])

    # -- looking again --------------------------------------------------------------------------------

    def due_rechecks(self, now: datetime, limit: int = 1000) -> Sequence[RecheckState]:
        due = select(looks.c.facts).where(looks.c.due <= now).order_by(looks.c.due, looks.c.article_id)
        with self._reading() as connection:
            return [from_json(LOOK, facts) for facts in connection.execute(due.limit(limit)).scalars()]

    def recheck_states(self, article_ids: Collection[str]) -> Mapping[str, RecheckState]:
        with self._reading() as connection:
            return read_looks(connection, article_ids)

    def save_recheck_states(self, looks_: Collection[RecheckState]) -> None:
        note = (
            update(looks)
            .where(looks.c.article_id == bindparam("of"))
            .values(due=bindparam("next"), facts=bindparam("now"))
        )
        rows = [look_row(look) for look in map(cleaned, looks_)]
        with self._writing() as connection:
            if rows:
                connection.execute(
                    note, [{"of": r["article_id"], "next": r["due"], "now": r["facts"]} for r in rows]
                )

    def count_articles(self) -> int:
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(links)) or 0

    # -- projections ----------------------------------------------------------------------------------

    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        query = documents().where(articles.c.seq > seq).order_by(articles.c.seq).limit(limit)
        with self._reading() as connection:
            return [Change(row.seq, row.id, document_from(row)) for row in connection.execute(query)]

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        with self._reading() as connection:
            seq = connection.scalar(select(func.max(articles.c.seq))) or 0
            found = read_stories(connection, story_ids)
            pages = read_pages(connection, found)
            ids = dict.fromkeys([*story_ids, *joined_into(connection, story_ids)])
        return [
            story_document_of(found[id_], seq, pages) if id_ in found else StoryDocument(id_, seq, None)
            for id_ in ids
        ]

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        query = documents().where(articles.c.arrival > arrival, links.c.story_id.is_not(None))
        if story_id is not None:
            query = query.where(links.c.story_id == story_id)
        query = query.order_by(articles.c.arrival).limit(limit)
        with self._reading() as connection:
            found = [(row.arrival, document_from(row)) for row in connection.execute(query)]
        return [(number, document) for number, document in found if document]

    def watermark(self, name: str) -> int:
        with self._reading() as connection:
            return _watermark(connection, name)

    def set_watermark(self, name: str, seq: int) -> None:
        with self._writing() as connection:
            upsert(connection, watermarks, [{"name": name, "seq": seq}], "name")

    # -- alerts and outbox ----------------------------------------------------------------------------

    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        query = select(alerts).order_by(alerts.c.number)
        if search is not None:
            query = query.where(alerts.c.search_id == search)
        if states is not None:
            query = query.where(alerts.c.state.in_(states))
        if told_since is not None:
            query = query.where(alerts.c.told >= told_since)
        with self._reading() as connection:
            if stories is not None:
                wanted = texts(connection, [*stories, *joined_into(connection, stories)])
                query = query.join(wanted, wanted.c.value == alerts.c.story_id)
            found = [_alert(row) for row in connection.execute(query)]
            today = resolve(connection, {alert.story_id for alert in found})
        return [moved(a, today[a.story_id]) for a in found]

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        by = (alerts.c.search_id, alerts.c.day)
        new = (alerts.c.reason == "new", alerts.c.day >= since.date().isoformat())
        counts: dict[str, dict[str, int]] = {}
        with self._reading() as connection:
            for id_, day, number in connection.execute(select(*by, func.count()).where(*new).group_by(*by)):
                counts.setdefault(id_, {})[day] = number
        return counts

    def settle(
        self,
        alerts: Sequence[Alert],
        mails: Sequence[OutboxMail],
        watermark: str,
        seen: int,
        up_to: int,
    ) -> bool:
        with self._writing(alone=True) as connection:
            if _watermark(connection, watermark) != seen:
                return False
            _write_alerts(connection, [cleaned(alert) for alert in alerts])
            _owe(connection, mails)
            upsert(connection, watermarks, [{"name": watermark, "seq": up_to}], "name")
        return True

    def known_keys(self, keys: Collection[str]) -> frozenset[str]:
        with self._reading() as connection:
            wanted = texts(connection, keys)
            query = select(outbox.c.key).join(wanted, wanted.c.value == outbox.c.key)
            return frozenset(connection.execute(query).scalars())

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        with self._writing() as connection:
            added = _owe(connection, mails)
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            move = dialect.insert(watermarks).values(name=watermark, seq=up_to)
            # A slower worker with an older watermark never takes back what a faster one reached.
            later = case((move.excluded.seq > watermarks.c.seq, move.excluded.seq), else_=watermarks.c.seq)
            connection.execute(move.on_conflict_do_update(index_elements=["name"], set_={"seq": later}))
        return added

    def lease_mails(
        self, now: datetime, owner: str, until: datetime, limit: int = 100
    ) -> Sequence[OutboxMail]:
        free = (
            (outbox.c.leased_until.is_(None))
            | (outbox.c.leased_until <= now)
            | (outbox.c.lease_owner == owner)
        )
        query = _due(now).where(free).limit(limit)
        with self._writing(alone=True) as connection:
            found = connection.execute(query).all()
            lease = update(outbox).where(outbox.c.number == bindparam("taken"))
            if found:
                taken = [{"taken": row.number} for row in found]
                connection.execute(lease.values(lease_owner=owner, leased_until=until), taken)
        return [_mail(row) for row in found]

    def due_mails(self, now: datetime, limit: int = 100) -> Sequence[OutboxMail]:
        with self._reading() as connection:
            return [_mail(row) for row in connection.execute(_due(now).limit(limit))]

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        query = select(outbox).order_by(outbox.c.created.desc(), outbox.c.number.desc()).limit(limit)
        with self._reading() as connection:
            return [_mail(row) for row in connection.execute(query)]

    def mark_sent(self, key: str, at: datetime) -> None:
        self._note_attempt(key, lambda mail: replace(mail, state="sent", sent_at=at, not_before=None))

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        self._note_attempt(key, lambda mail: answered(mail, cleaned(answers), at, retry_at))

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        state: Literal["due", "failed"] = "due" if retry_at else "failed"
        text = clean_text(error)
        self._note_attempt(key, lambda m: replace(m, state=state, not_before=retry_at, last_error=text))

    def _note_attempt(self, key: str, change: Callable[[OutboxMail], OutboxMail]) -> None:
        """Note one attempt at a mail. A mail that is recorded as sent stays sent, whatever comes later."""
        with self._writing() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == key).with_for_update()).first()
            if row is None:
                raise AssertionError(f"no mail {key} was ever owed")
            if row.state != "sent":
                mail = change(_mail(row))
                noted = {
                    "state": mail.state,
                    "attempts": row.attempts + 1,
                    "not_before": mail.not_before,
                    "sent_at": mail.sent_at,
                    "last_error": mail.last_error,
                    "answers": to_json(ANSWERS, mail.answers),
                    "lease_owner": None,
                    "leased_until": None,
                }
                connection.execute(update(outbox).where(outbox.c.key == key).values(noted))

    # -- accounts -------------------------------------------------------------------------------------

    def start_run(self, now: datetime) -> int:
        with self._writing() as connection:
            made = connection.execute(insert(runs).values(started=now, mails=0).returning(runs.c.id))
            return int(made.scalar_one())

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport:
        text = None if note is None else clean_text(note)
        with self._writing() as connection:
            query = update(runs).where(runs.c.id == run_id).values(finished=now, mails=mails, note=text)
            if connection.execute(query).rowcount != 1:
                raise AssertionError(f"run {run_id} was never started")
            return _reports(connection, [run_id])[0]

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        wanted = select(runs.c.id).limit(limit)
        if after is None:
            wanted = wanted.order_by(runs.c.id.desc())
        else:
            wanted = wanted.where(runs.c.id > after).order_by(runs.c.id)
        with self._reading() as connection:
            return _reports(connection, list(connection.execute(wanted).scalars()))

    def volumes(self, since: datetime) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        by = (accounts.c.source_id, accounts.c.day, accounts.c.outcome)
        query = (
            select(*by, func.count().label("pages")).where(accounts.c.at >= since).group_by(*by).order_by(*by)
        )
        found: dict[str, dict[str, dict[Outcome, int]]] = {}
        with self._reading() as connection:
            for row in connection.execute(query):
                day = found.setdefault(row.source_id, {}).setdefault(row.day, {})
                day[Outcome(row.outcome)] = row.pages
        return found

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        query = select(quarantine).order_by(quarantine.c.id)
        if not include_replayed:
            query = query.where(quarantine.c.replayed.is_(None))
        with self._reading() as connection:
            return [Quarantined(**row._mapping) for row in connection.execute(query)]

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        with self._writing() as connection:
            for one in map(cleaned, kept):
                waiting = (quarantine.c.stage == one.stage, quarantine.c.url == one.url)
                unbound = (quarantine.c.batch_id.is_(None), quarantine.c.replayed.is_(None))
                connection.execute(delete(quarantine).where(*waiting, *unbound))
                row = {c.name: getattr(one, c.name) for c in quarantine.c if c.name != "id"}
                connection.execute(insert(quarantine).values(row))

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None:
        with self._writing() as connection:
            done = update(quarantine).where(quarantine.c.id == bindparam("done")).values(replayed=at)
            if ids:
                connection.execute(done, [{"done": id_} for id_ in ids])


# -- rows <-> values ----------------------------------------------------------------------------------


def _feed_states(connection: Connection) -> dict[str, FeedState]:
    rows = connection.execute(select(feed_states).order_by(feed_states.c.source_id))
    return {row.source_id: from_json(FEED_STATE, row.state) for row in rows}


def _known_urls(connection: Connection, source_id: str, limit: int) -> dict[str, datetime]:
    """Return the addresses of a source's newest `limit` pages. A page looked at again counts once."""
    query = (
        select(accounts.c.canonical_url, accounts.c.listed_url, accounts.c.at)
        .where(accounts.c.source_id == source_id, ~accounts.c.temporary)
        .order_by(accounts.c.id.desc())
    )
    pages: set[str] = set()
    known: dict[str, datetime] = {}
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for address, listed, at in rows:
            if address not in pages and len(pages) == limit:
                break
            pages.add(address)
            latest(known, {address: at, listed or address: at})
    return known


def _done(connection: Connection, batch_id: str) -> frozenset[int]:
    query = select(accounts.c.record).where(accounts.c.batch_id == batch_id, accounts.c.record >= 0)
    return frozenset(connection.execute(query).scalars())


def _failure_row(result: CrawlResult, record: int, failure: FetchFailure, run_id: int) -> dict[str, Any]:
    account = PageAccount(
        result.batch_id, record, failure.source_id, failure.url, Outcome.FAILED, failure.reason
    )
    return account_row(account, run_id, result.started, temporary=failure.kind == "temporary")


def _history_line(row: Row[Any]) -> StoryEvent:
    values = dict(row._mapping)
    return StoryEvent(**values | {"turn": StoryChange(values["turn"])})


_NOT_OF_A_MAIL = ("number", "recipients", "answers", "lease_owner", "leased_until")


def _mail_row(mail: OutboxMail) -> dict[str, Any]:
    row = {c.name: getattr(mail, c.name) for c in outbox.c if c.name not in _NOT_OF_A_MAIL}
    return row | {"recipients": to_json(ADDRESSES, mail.to), "answers": to_json(ANSWERS, mail.answers)}


def _mail(row: Row[Any]) -> OutboxMail:
    values = {name: value for name, value in row._mapping.items() if name not in _NOT_OF_A_MAIL}
    answers = from_json(ANSWERS, row.answers)
    return OutboxMail(to=from_json(ADDRESSES, row.recipients), answers=answers, **values)


def _due(now: datetime) -> Select[Any]:
    ripe = (outbox.c.not_before.is_(None)) | (outbox.c.not_before <= now)
    return select(outbox).where(outbox.c.state == "due", ripe).order_by(outbox.c.created, outbox.c.number)


def _owe(connection: Connection, mails: Sequence[OutboxMail]) -> int:
    """Write mails that are not there yet; return how many those were."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    owe = dialect.insert(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.number)
    return sum(len(connection.execute(owe, _mail_row(cleaned(mail))).all()) for mail in mails)


def _furniture(connection: Connection, site: str) -> SiteBoilerplate:
    facts = connection.scalar(select(furniture.c.facts).where(furniture.c.site == site))
    return from_json(FURNITURE, facts) if facts else SiteBoilerplate()


def _watermark(connection: Connection, name: str) -> int:
    return connection.scalar(select(watermarks.c.seq).where(watermarks.c.name == name)) or 0


def _write_alerts(connection: Connection, offered: Sequence[Alert]) -> None:
    wanted = texts(connection, [alert.key for alert in offered])
    rows = connection.execute(select(alerts).join(wanted, wanted.c.value == alerts.c.key))
    known = {row.key: _alert(row) for row in rows}
    kept = {alert.key: farther(known.get(alert.key), alert) for alert in offered}
    upsert(connection, alerts, [_alert_row(kept[key]) for key in kept if kept[key] != known.get(key)], "key")


def _alert_row(alert: Alert) -> dict[str, Any]:
    assert alert.decided is not None, f"{alert.key} was never decided"
    return {
        "key": alert.key,
        "search_id": alert.search_id,
        "story_id": alert.story_id,
        "reason": alert.reason,
        "step": alert.step,
        "state": alert.state,
        "decided": alert.decided,
        "day": alert.decided.astimezone(UTC).date().isoformat(),
        "due": alert.due,
        "told": alert.told,
        "mail": alert.mail,
        "facts": to_json(ALERT, AlertFacts(alert.article_ids, alert.why, alert.changed, alert.sources)),
    }


def _alert(row: Row[Any]) -> Alert:
    facts = from_json(ALERT, row.facts)
    alert = Alert(
        row.search_id, row.story_id, row.reason, facts.article_ids, facts.why, row.step, facts.changed,
        row.state, row.decided, row.due, row.told, row.mail, facts.sources,
    )  # fmt: skip
    return alert if alert.key == row.key else replace(alert, noted=row.key)


def _reports(connection: Connection, run_ids: Sequence[int]) -> list[RunReport]:
    """Return the accounts of these runs, in the order asked for."""
    heads = {row.id: row for row in connection.execute(select(runs).where(runs.c.id.in_(run_ids)))}
    listed = connection.execute(
        select(source_reports).where(source_reports.c.run_id.in_(run_ids)).order_by(source_reports.c.id)
    ).all()
    by = (accounts.c.run_id, accounts.c.source_id, accounts.c.outcome)
    counted = select(*by, func.count().label("pages")).where(accounts.c.run_id.in_(run_ids)).group_by(*by)
    counts: dict[int, Counts] = {}
    for row in connection.execute(counted):
        counts.setdefault(row.run_id, {}).setdefault(row.source_id, {})[Outcome(row.outcome)] = row.pages
    return [
        RunReport(
            run_id,
            heads[run_id].started,
            heads[run_id].finished,
            source_accounts(
                [from_json(REPORT, row.report) for row in listed if row.run_id == run_id],
                counts.get(run_id, {}),
            ),
            heads[run_id].mails,
            heads[run_id].note,
        )
        for run_id in run_ids
    ]
