"""The ledger in memory: the simple reference of the port, which every other test uses.

It keeps whole values in dictionaries and looks at all of them; nothing is fast and nothing is durable.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.errors import TemporaryError
from crawlers.model import CrawlResult, FeedState, SourceReport
from pipelines.adapters.projection import (
    answered,
    as_kept,
    changed_articles,
    clean_text,
    cleaned,
    corrected_pairs,
    document_of,
    farther,
    known_address,
    latest,
    member_of,
    moved,
    newer_state,
    rearrange,
    source_accounts,
    story_document_of,
)
from pipelines.dedup import learnt
from pipelines.dedup.lookup import CANDIDATES, Sketch, is_candidate, lookup_keys, near
from pipelines.model import (
    Alert,
    AlertState,
    Answer,
    ArticleVersion,
    Change,
    Correction,
    Corrections,
    Document,
    EventLink,
    EventPrint,
    Member,
    OpenBatch,
    OutboxMail,
    Outcome,
    PageAccount,
    PageDecision,
    PageParagraphs,
    Quarantined,
    RecheckState,
    RelatedStory,
    RunReport,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryDocument,
    StoryEvent,
    TextPrint,
)
from pipelines.ports import Decisions
from pipelines.stories.events import around, same_event

LOCK_WAIT_S = 60


@dataclass
class _Account:
    page: PageAccount
    run_id: int
    at: datetime
    temporary: bool = False


class MemoryLedger:
    """All that a ledger promises, but for outliving its process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, FeedState] = {}
        self._batches: dict[str, tuple[CrawlResult, str]] = {}
        self._closed: set[str] = set()
        self._accounts: dict[tuple[str, int], _Account] = {}
        self._reports: list[tuple[int, SourceReport]] = []
        self._runs: dict[int, RunReport] = {}
        self._articles: dict[str, StoredArticle] = {}
        self._versions: dict[str, list[ArticleVersion]] = {}
        self._looks: dict[str, RecheckState] = {}
        self._event_prints: dict[str, EventPrint] = {}
        self._furniture: dict[str, SiteBoilerplate] = {}
        self._event_links: list[EventLink] = []
        self._history: list[StoryEvent] = []
        self._said: list[Correction] = []
        self._stories: dict[str, Story] = {}
        self._redirects: dict[str, str] = {}
        self._seqs: dict[str, int] = {}
        self._arrivals: dict[str, int] = {}
        self._watermarks: dict[str, int] = {}
        self._alerts: dict[str, Alert] = {}
        self._outbox: dict[str, OutboxMail] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._quarantine: list[Quarantined] = []
        self._quarantine_id = 0

    def tidy(self) -> str:
        return "nothing to tidy in memory"

    def close(self) -> None:
        pass

    # -- feeds and batches ----------------------------------------------------------------------------

    def feed_states(self) -> Mapping[str, FeedState]:
        return dict(sorted(self._states.items()))

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        known: dict[str, datetime] = {}
        for id_ in source_ids:
            latest(known, self._known_urls(id_, limit_each))
        return known

    def _known_urls(self, source_id: str, limit: int) -> dict[str, datetime]:
        pages: dict[str, dict[str, datetime]] = {}
        for account in reversed(self._accounts.values()):
            page = account.page
            if page.source_id == source_id and not account.temporary:
                address = known_address(page.url)
                listed = known_address(page.listed_url) if page.listed_url else address
                latest(pages.setdefault(address, {}), {address: account.at, listed: account.at})
        known: dict[str, datetime] = {}
        for addresses in list(pages.values())[:limit]:
            latest(known, addresses)
        return known

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        with self._alone():
            if result.batch_id in self._batches:
                return False
            assert run_id in self._runs, f"run {run_id} was never started"
            result = cleaned(result)
            self._batches[result.batch_id] = (result, clean_text(path))
            for state in result.states:
                self._states[state.source_id] = newer_state(self._states.get(state.source_id), state)
            self._reports += [(run_id, report) for report in result.reports]
            for n, failure in enumerate(result.failures, 1):
                page = PageAccount(
                    result.batch_id, -n, failure.source_id, failure.url, Outcome.FAILED, failure.reason
                )
                temporary = failure.kind == "temporary"
                self._accounts[result.batch_id, -n] = _Account(page, run_id, result.started, temporary)
        return True

    def open_batches(self) -> Sequence[OpenBatch]:
        batches = [
            OpenBatch(id_, path, result.pages, self._done(id_))
            for id_, (result, path) in self._batches.items()
            if id_ not in self._closed
        ]
        return [batch for batch in batches if len(batch.done) < batch.pages]

    def _done(self, batch_id: str) -> frozenset[int]:
        return frozenset(record for id_, record in self._accounts if id_ == batch_id and record >= 0)

    def close_batch(self, batch_id: str) -> None:
        assert batch_id in self._batches, f"batch {batch_id} was never adopted"
        result, _ = self._batches[batch_id]
        count = sum(1 for id_, _ in self._accounts if id_ == batch_id)
        owed = result.pages + len(result.failures)
        assert count == owed, f"batch {batch_id}: {count} accounts for {owed} pages and failures"
        self._closed.add(batch_id)

    def batch_path(self, batch_id: str) -> str | None:
        return self._batches[batch_id][1] if batch_id in self._batches else None

    # -- decisions ------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=LOCK_WAIT_S):
            raise TemporaryError("the ledger is locked by another decision; try again")
        try:
            yield
        finally:
            self._lock.release()

    def deciding(self) -> AbstractContextManager[Decisions]:
        return self._deciding()

    @contextmanager
    def _deciding(self) -> Iterator[Decisions]:
        with self._alone():
            before = {name: copy(value) for name, value in vars(self).items() if name != "_lock"}
            try:
                yield _MemoryDeciding(self)
            except BaseException:
                vars(self).update(before)
                raise

    def _take(self, taking: PageDecision, run_id: int) -> None:
        assert taking.account is None or run_id in self._runs, f"run {run_id} was never started"
        taking = as_kept(taking)
        if taking.stored or taking.story:
            self._write_decision(taking)
        if page := taking.account:
            batch = self._batches.get(page.batch_id)
            at = batch[0].started if batch else self._runs[run_id].started
            self._accounts[page.batch_id, page.record] = _Account(page, run_id, at)
        if taking.quarantine:
            self._write_quarantine(taking.quarantine)
        self._write_aside(taking)

    def _write_aside(self, taking: PageDecision) -> None:
        if taking.held:
            article_id, state = taking.held
            others = [v for v in self._versions.get(article_id, []) if v.number != state.number]
            self._versions[article_id] = [*others, state]
        if taking.look:
            self._looks[taking.look.article_id] = taking.look
        for line in taking.history:
            self._history.append(replace(line, number=len(self._history) + 1))
        for word in taking.said:
            self._said.append(replace(word, number=len(self._said) + 1))
        for word in taking.undone:
            self._said[word.number - 1] = replace(self._said[word.number - 1], undone=word.undone)

    def _write_quarantine(self, kept: Quarantined) -> None:
        place = (kept.batch_id, kept.record)
        self._quarantine = [q for q in self._quarantine if q.replayed or (q.batch_id, q.record) != place]
        self._quarantine_id += 1
        self._quarantine.append(replace(kept, id=self._quarantine_id))

    def _write_decision(self, taking: PageDecision) -> None:
        stored = taking.stored
        before = self._articles.get(stored.article.id) if stored else None
        touched = self._touched(taking)
        after = rearrange(taking, touched)
        changed = changed_articles(touched, after.stories)
        homes = {link.article_id: story for story in after.stories.values() for link in story.links}
        if stored:
            id_ = stored.article.id
            home = homes.get(id_)
            assert stored.text is None or home, f"{id_} is on the beat and in no story"
            if home and id_ not in changed and _differs(before, stored, home):
                changed.append(id_)
            if before and before.content_hash != stored.content_hash:
                self._versions[id_] = [*self._versions.get(id_, ()), _version(before)]
            if home and id_ not in self._arrivals:
                self._arrivals[id_] = len(self._arrivals) + 1
            self._articles[id_] = stored
        for id_ in set(touched) - set(after.stories):
            del self._stories[id_]
        self._stories |= after.stories
        self._redirect(after.gone, after.stories)
        last = max(self._seqs.values(), default=0)
        self._seqs |= {id_: last + n for n, id_ in enumerate(changed, 1)}

    def _touched(self, taking: PageDecision) -> dict[str, Story]:
        ids = {link.article_id for link in taking.story.links} if taking.story else set()
        if taking.stored:
            ids.add(taking.stored.article.id)
        named = {taking.story.id, *taking.absorbed} if taking.story else set()
        return {
            id_: story
            for id_, story in self._stories.items()
            if id_ in named or ids & {link.article_id for link in story.links}
        }

    def _redirect(self, gone: Mapping[str, str | None], made: Collection[str]) -> None:
        for old, new in gone.items():
            follow = {a: new if b == old else b for a, b in self._redirects.items()} | {old: new}
            self._redirects = {a: b for a, b in follow.items() if b is not None}
        for id_ in made:
            self._redirects.pop(id_, None)

    def _story_id_of(self, article_id: str) -> str | None:
        homes = (s.id for s in self._stories.values() if any(x.article_id == article_id for x in s.links))
        return next(homes, None)

    def story(self, story_id: str) -> Story | None:
        return self._stories.get(self._redirects.get(story_id, story_id))

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]:
        return {id_: story for id_ in story_ids if (story := self.story(id_))}

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        story = self.story(story_id)
        found = [self.article(link.article_id) for link in story.links] if story else []
        return [stored for stored in found if stored]

    def article(self, article_id: str) -> StoredArticle | None:
        stored = self._articles.get(article_id)
        return replace(stored, story_id=self._story_id_of(article_id)) if stored else None

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return sorted(self._versions.get(article_id, []), key=lambda version: version.number)

    def history(self, story_id: str) -> Sequence[StoryEvent]:
        present = self._redirects.get(story_id, story_id)
        ids = {present, *(old for old, new in self._redirects.items() if new == present)}
        return [line for line in self._history if line.story_id in ids]

    def history_since(self, number: int, limit: int = 500) -> Sequence[StoryEvent]:
        return [line for line in self._history if line.number > number][:limit]

    def corrections(self, *, include_undone: bool = False) -> Sequence[Correction]:
        return [word for word in self._said if include_undone or word.undone is None]

    def _said_of(self, article_ids: Collection[str]) -> list[Correction]:
        ids = set(article_ids)
        return [word for word in self.corrections() if word.a in ids or word.b in ids]

    # -- furniture ------------------------------------------------------------------------------------

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        return self._furniture.get(site, SiteBoilerplate())

    def learn_furniture(self, site: str, pages: Collection[PageParagraphs]) -> None:
        with self._alone():
            self._furniture[site] = learnt(self.site_boilerplate(site), pages)

    # -- events ---------------------------------------------------------------------------------------

    def relate(self, print_: EventPrint) -> bool:
        with self._alone():
            id_ = print_.story_id
            gone = self._event_prints.keys() - self._stories.keys()
            if id_ not in self._stories or (not gone and self._event_prints.get(id_) == print_):
                return False
            left = gone | {id_}
            others = {other: p for other, p in self._event_prints.items() if other not in left}
            self._event_links = [x for x in self._event_links if not left & {x.a, x.b}]
            self._event_links += [x for p in others.values() if (x := same_event(print_, p))]
            self._event_prints = others | {id_: cleaned(print_)}
            self._count_again()
            return True

    def _count_again(self) -> None:
        last, changed = max(self._seqs.values(), default=0), []
        for id_ in self._event_prints:
            count = 1 + len(self.related(id_))
            if count != self._stories[id_].independent:
                self._stories[id_] = replace(self._stories[id_], independent=count)
                changed.append(self._stories[id_].lead_id)
        self._seqs |= {id_: last + n for n, id_ in enumerate(sorted(changed), 1)}

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        present = self._redirects.get(story_id, story_id)
        times = {id_: print_.at for id_, print_ in self._event_prints.items()}
        return around(present, self._event_links, times)

    # -- looking again --------------------------------------------------------------------------------

    def due_rechecks(self, now: datetime, limit: int = 1000) -> Sequence[RecheckState]:
        due = [(look.due, id_, look) for id_, look in self._looks.items() if look.due and look.due <= now]
        return [look for _, _, look in sorted(due, key=lambda found: found[:2])][:limit]

    def recheck_states(self, article_ids: Collection[str]) -> Mapping[str, RecheckState]:
        return {id_: self._looks[id_] for id_ in article_ids if id_ in self._looks}

    def save_recheck_states(self, looks: Collection[RecheckState]) -> None:
        self._looks |= {look.article_id: cleaned(look) for look in looks if look.article_id in self._looks}

    def count_articles(self) -> int:
        return sum(len(story.links) for story in self._stories.values())

    # -- projections ----------------------------------------------------------------------------------

    def _document(self, article_id: str) -> Document | None:
        story = self._stories.get(self._story_id_of(article_id) or "")
        return document_of(self._articles[article_id], story, self._seqs[article_id]) if story else None

    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        later = sorted((n, id_) for id_, n in self._seqs.items() if n > seq)
        return [Change(n, id_, self._document(id_)) for n, id_ in later[:limit]]

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        joined = [old for old, new in self._redirects.items() if new in story_ids]
        return [self._story_document(id_) for id_ in dict.fromkeys([*story_ids, *joined])]

    def _story_document(self, story_id: str) -> StoryDocument:
        seq = max(self._seqs.values(), default=0)
        story = self._stories.get(story_id)
        if story is None:
            return StoryDocument(story_id, seq, None)
        members = [self._articles[link.article_id] for link in story.links]
        pages = {stored.article.id: (stored.article.url, stored.publisher) for stored in members}
        return story_document_of(story, seq, pages)

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        later = sorted((n, id_) for id_, n in self._arrivals.items() if n > arrival)
        found: list[tuple[int, Document]] = []
        for number, article_id in later:
            document = self._document(article_id)
            if document is None:
                continue
            if story_id is None or document.story_id == story_id:
                found.append((number, document))
        return found[:limit]

    def watermark(self, name: str) -> int:
        return self._watermarks.get(name, 0)

    def set_watermark(self, name: str, seq: int) -> None:
        self._watermarks[name] = seq

    # -- alerts and outbox ----------------------------------------------------------------------------

    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        found = [moved(a, self._redirects.get(a.story_id, a.story_id)) for a in self._alerts.values()]
        return [
            a
            for a in found
            if (stories is None or a.story_id in stories)
            and (search is None or a.search_id == search)
            and (states is None or a.state in states)
            and (told_since is None or (a.told is not None and a.told >= told_since))
        ]

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        counts: dict[str, Counter[str]] = {}
        for alert in self._alerts.values():
            assert alert.decided is not None
            if alert.reason == "new" and alert.decided.date() >= since.date():
                counts.setdefault(alert.search_id, Counter())[alert.decided.date().isoformat()] += 1
        return counts

    def settle(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], watermark: str, seen: int, up_to: int
    ) -> bool:
        with self._alone():
            if self.watermark(watermark) != seen:
                return False
            for alert in alerts:
                self._alerts[alert.key] = farther(self._alerts.get(alert.key), cleaned(alert))
            for mail in mails:
                self._outbox.setdefault(mail.key, cleaned(mail))
            self._watermarks[watermark] = up_to
        return True

    def known_keys(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(keys) & self._outbox.keys()

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        before = len(self._outbox)
        for mail in mails:
            self._outbox.setdefault(mail.key, cleaned(mail))
        self._watermarks[watermark] = max(up_to, self.watermark(watermark))
        return len(self._outbox) - before

    def lease_mails(
        self, now: datetime, owner: str, until: datetime, limit: int = 100
    ) -> Sequence[OutboxMail]:
        with self._alone():
            due = [
                m
                for m in self._outbox.values()
                if m.state == "due" and (not m.not_before or m.not_before <= now)
            ]
            free = [
                mail
                for mail in sorted(due, key=lambda mail: mail.created)
                if mail.key not in self._leases
                or self._leases[mail.key][0] == owner
                or self._leases[mail.key][1] <= now
            ][:limit]
            self._leases |= {mail.key: (owner, until) for mail in free}
        return free

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        return sorted(self._outbox.values(), key=lambda mail: mail.created)[::-1][:limit]

    def _attempted(self, key: str) -> OutboxMail | None:
        """Return a mail with one attempt more, None where it is recorded as sent; its lease ends."""
        assert key in self._outbox, f"no mail {key} was ever owed"
        self._leases.pop(key, None)
        mail = self._outbox[key]
        return replace(mail, attempts=mail.attempts + 1) if mail.state != "sent" else None

    def mark_sent(self, key: str, at: datetime) -> None:
        if mail := self._attempted(key):
            self._outbox[key] = replace(mail, state="sent", sent_at=at, not_before=None)

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        if mail := self._attempted(key):
            self._outbox[key] = answered(mail, cleaned(answers), at, retry_at)

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        if mail := self._attempted(key):
            self._outbox[key] = replace(
                mail,
                state="due" if retry_at else "failed",
                not_before=retry_at,
                last_error=clean_text(error),
            )

    # -- accounts -------------------------------------------------------------------------------------

    def start_run(self, now: datetime) -> int:
        run_id = len(self._runs) + 1
        self._runs[run_id] = RunReport(run_id, now, None)
        return run_id

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport:
        assert run_id in self._runs, f"run {run_id} was never started"
        text = None if note is None else clean_text(note)
        self._runs[run_id] = replace(self._runs[run_id], finished=now, mails=mails, note=text)
        return self._report(run_id)

    def _report(self, run_id: int) -> RunReport:
        counts: dict[str, Counter[Outcome]] = {}
        for account in self._accounts.values():
            if account.run_id == run_id:
                counts.setdefault(account.page.source_id, Counter())[account.page.outcome] += 1
        reports = [report for run, report in self._reports if run == run_id]
        return replace(self._runs[run_id], sources=source_accounts(reports, counts))

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        wanted = (
            sorted(self._runs, reverse=True) if after is None else sorted(r for r in self._runs if r > after)
        )
        return [self._report(run_id) for run_id in wanted[:limit]]

    def volumes(self, since: datetime) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        found: dict[str, dict[str, Counter[Outcome]]] = {}
        for account in self._accounts.values():
            if account.at >= since:
                days = found.setdefault(account.page.source_id, {})
                days.setdefault(account.at.date().isoformat(), Counter())[account.page.outcome] += 1
        return found

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        return [kept for kept in self._quarantine if include_replayed or not kept.replayed]

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        for one in map(cleaned, kept):
            place = (one.stage, one.url)
            self._quarantine = [
                q for q in self._quarantine if q.replayed or q.batch_id or (q.stage, q.url) != place
            ]
            self._quarantine_id += 1
            self._quarantine.append(replace(one, id=self._quarantine_id))

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None:
        self._quarantine = [replace(q, replayed=at) if q.id in ids else q for q in self._quarantine]


class _MemoryDeciding:
    """An open decision: it reads the ledger itself, which nobody changes meanwhile."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        account = self._ledger._accounts.get((batch_id, record))
        return account.page.outcome if account else None

    def article(self, article_id: str) -> StoredArticle | None:
        return self._ledger.article(article_id)

    def story(self, story_id: str) -> Story | None:
        return self._ledger.story(story_id)

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return self._ledger.versions(article_id)

    def recheck_state(self, article_id: str) -> RecheckState | None:
        return self._ledger.recheck_states([article_id]).get(article_id)

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        return corrected_pairs(self.corrections(article_ids))

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        return self._ledger._said_of(article_ids)

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        stories = {story.id: story for id_ in story_ids if (story := self.story(id_))}
        ids = [link.article_id for story in stories.values() for link in story.links]
        return [
            member_of(a)
            for id_ in sorted(ids, key=self._ledger._arrivals.__getitem__)
            if (a := self.article(id_))
        ]

    def candidates(self, text: TextPrint, limit: int = CANDIDATES) -> Sequence[Member]:
        keys = lookup_keys(text)
        same: list[str] = []
        sharing: list[tuple[int, str, Sketch]] = []
        for id_, stored in self._ledger._articles.items():
            if other := stored.text:
                theirs = lookup_keys(other)
                common = len(theirs & keys)
                if text.exact and other.exact == text.exact:
                    same.append(id_)
                elif is_candidate(common, len(keys), len(theirs)):
                    sharing.append((-common, id_, Sketch(other.shingles, other.quoted)))
        best = sorted(sharing, key=lambda one: one[0])[: max(0, limit - len(same))]
        ids = [*same[:limit], *near(text, ((id_, sketch) for _, id_, sketch in best))]
        return [member_of(stored) for stored in map(self.article, ids) if stored]

    def take(self, taking: PageDecision, run_id: int) -> None:
        self._ledger._take(taking, run_id)


def _version(before: StoredArticle) -> ArticleVersion:
    article = before.article
    return ArticleVersion(before.version, before.content_hash, article.title, article.body, article.collected)


def _differs(before: StoredArticle | None, after: StoredArticle, home: Story) -> bool:
    return before is None or document_of(before, home, 0) != document_of(after, home, 0)
