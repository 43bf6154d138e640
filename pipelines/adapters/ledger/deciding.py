"""One open decision: what it may read, and how it is written whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Float,
    Insert,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from pipelines.adapters.ledger.codec import (
    FACTS,
    LINK,
    LOOK,
    STORY,
    Facts,
    pack_print,
    packed_sketch,
    signed,
    to_json,
)
from pipelines.adapters.ledger.rows import (
    article_row,
    given,
    listed,
    listing,
    members_by_number,
    members_by_story,
    read_looks,
    read_said,
    read_stories,
    read_story,
    read_versions,
    resolve,
    stored_of,
    upsert,
)
from pipelines.adapters.ledger.schema import (
    accounts,
    articles,
    batches,
    frequent_keys,
    history,
    links,
    looks,
    posting,
    prints,
    quarantine,
    runs,
    said,
    stories,
    story_redirects,
    versions,
)
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.projection import (
    as_kept,
    changed_articles,
    document_of,
    known_address,
    rearrange,
    word_of,
)
from pipelines.dedup import lookup
from pipelines.model import (
    ArticleVersion,
    Correction,
    Corrections,
    Member,
    Outcome,
    PageAccount,
    PageDecision,
    Quarantined,
    RecheckState,
    StoredArticle,
    Story,
    TextPrint,
)

COUNTED_EVERY = 64
"""Articles: of one in so many the keys are counted, to learn which have become frequent. A key that five hundred have is soon among them."""
_ALL = (1 << 31) - 1
_SAME = 1 << 30
"""Stands for the number of common keys where the whole text is the same."""
_TIES = 4
"""Times the limit: articles among which those with the most keys in common are chosen and put in order."""

_ANY_SAID = Statement(lambda _: select(said.c.number).limit(1))
_ANY_REDIRECT = Statement(lambda _: select(story_redirects.c.old_id).limit(1))
_OUTCOME = Statement(
    lambda _: select(accounts.c.outcome).where(
        accounts.c.batch_id == bindparam("batch"), accounts.c.record == bindparam("record")
    )
)
_BATCH_STARTED = Statement(lambda _: select(batches.c.started).where(batches.c.id == bindparam("id")))
_RUN_STARTED = Statement(lambda _: select(runs.c.started).where(runs.c.id == bindparam("id")))
_NEW_ARTICLE = insert(articles).returning(articles.c.number)
_GIVEN: dict[str, Any] = {
    name: bindparam(name) for name in ("id", "outcome", "content_hash", "version", "facts", "body")
}
_ARRIVING = Statement(
    lambda _: _NEW_ARTICLE.values(
        **_GIVEN,
        arrival=select(func.coalesce(func.max(articles.c.arrival), 0) + 1).scalar_subquery(),
        seq=select(func.coalesce(func.max(articles.c.seq), 0) + 1).scalar_subquery(),
    )
)
_STAYING_OUT = Statement(lambda _: _NEW_ARTICLE.values(**_GIVEN))
_LAST_NUMBERS = select(
    select(func.max(articles.c.arrival)).scalar_subquery().label("arrival"),
    select(func.max(articles.c.seq)).scalar_subquery().label("seq"),
)
_ARRIVED = (
    update(articles)
    .where(articles.c.number == bindparam("of"))
    .values(arrival=bindparam("arrived"), seq=bindparam("next"))
)
_CHANGED = update(articles).where(articles.c.id == bindparam("changed")).values(seq=bindparam("next"))
"""Statements made once: making one costs several times what running it does."""


class SqlDeciding:
    """The port's `Decisions`, on a connection that nobody else decides on meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What was read once stays true until something is taken: nobody else writes meanwhile.
        self._rows: dict[str, Row[Any] | None] = {}
        self._stories: dict[str, Story | None] = {}
        self._members: dict[int, Member] = {}
        self._together: dict[frozenset[str], Sequence[Member]] = {}
        self._empty: dict[Statement, bool] = {}
        self._started: dict[tuple[str, int], Any] = {}
        self._keys: tuple[TextPrint, list[int]] | None = None

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        row = _OUTCOME.first(self._connection, {"batch": batch_id, "record": record})
        return Outcome(row.outcome) if row else None

    def article(self, article_id: str) -> StoredArticle | None:
        row = self._row(article_id)
        return stored_of(row, row.body) if row else None

    def _row(self, article_id: str) -> Row[Any] | None:
        if article_id not in self._rows:
            self._rows[article_id] = article_row(self._connection, article_id)
        return self._rows[article_id]

    def story(self, story_id: str) -> Story | None:
        if story_id not in self._stories:
            self._stories[story_id] = read_story(self._connection, story_id)
        return self._stories[story_id]

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return read_versions(self._connection, article_id)

    def recheck_state(self, article_id: str) -> RecheckState | None:
        return read_looks(self._connection, [article_id]).get(article_id)

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        return word_of((w.a, w.b, w.together) for w in self.corrections(article_ids))

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        return [] if self._is_empty(_ANY_SAID) else read_said(self._connection, article_ids)

    def _is_empty(self, any_row: Statement) -> bool:
        """Return whether a table has no rows: those of people's words and of joined stories have none in most newsrooms."""
        if any_row not in self._empty:
            self._empty[any_row] = any_row.first(self._connection, {}) is None
        return self._empty[any_row]

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        asked = frozenset(story_ids)
        if asked and asked not in self._together:
            present = asked
            if not self._is_empty(_ANY_REDIRECT):
                present = frozenset(resolve(self._connection, asked).values())
            found = members_by_story(self._connection, present, self._members)
            self._members |= found
            self._together[asked] = list(found.values())
        return self._together[asked] if asked else []

    def candidates(self, text: TextPrint, limit: int = lookup.CANDIDATES) -> Sequence[Member]:
        keys = self._keys_of(text)
        if not text.exact:
            return []
        wanted = {
            **listing(self._connection, keys), "exact": text.exact, "mine": len(keys), "limit": limit, "ties": _TIES * limit,
            "least": lookup.LEAST, "share": lookup.LEAST_SHARE,
        }  # fmt: skip
        rows = _sharing.all(self._connection, wanted)
        whole = {row.article for row in rows if row.common == _SAME}
        numbers = list(dict.fromkeys(row.article for row in rows))[:limit]
        worth = self._near(text, [number for number in numbers if number not in whole])
        if not (found := [number for number in numbers if number in whole or number in worth]):
            return []
        self._members |= members_by_number(self._connection, found)
        return [self._members[number] for number in found]

    def _near(self, text: TextPrint, numbers: Sequence[int]) -> Sequence[int]:
        """Return which of these articles share more than turns of phrase; only sketches are read for that."""
        if not numbers:
            return ()
        rows = _packed.all(self._connection, listing(self._connection, numbers))
        packed = {row.article: row.packed for row in rows}
        return lookup.near(text, ((number, packed_sketch(packed[number])) for number in numbers))

    def _keys_of(self, text: TextPrint) -> list[int]:
        """Return a print's lookup keys as they are stored; a decision needs them twice: to find others, and to be found."""
        if self._keys is None or self._keys[0] is not text:
            self._keys = text, signed(lookup.lookup_keys(text))
        return self._keys[1]

    # -- writing --------------------------------------------------------------------------------------

    def take(self, taking: PageDecision, run_id: int) -> None:
        taking = as_kept(taking)
        if taking.account:
            self._write_account(taking.account, run_id)
        if taking.quarantine:
            self._write_quarantine(taking.quarantine)
        if taking.stored or taking.story:
            self._write_decision(taking)
        self._write_aside(taking)
        self._rows.clear()
        self._stories.clear()
        self._members.clear()
        self._together.clear()

    def _write_aside(self, taking: PageDecision) -> None:
        """Write what a decision says beside the article and its story."""
        connection = self._connection
        if taking.held:
            article_id, state = taking.held
            upsert(connection, versions, [_version_row(article_id, state)], "article_id", "number")
        if taking.look:
            upsert(connection, looks, [look_row(taking.look)], "article_id")
        if taking.history:
            lines = [
                {c.name: getattr(x, c.name) for c in history.c if c.name != "number"} for x in taking.history
            ]
            connection.execute(insert(history), lines)
        if taking.said or taking.undone:
            self._empty.pop(_ANY_SAID, None)
        if taking.said:
            words = [{c.name: getattr(x, c.name) for c in said.c if c.name != "number"} for x in taking.said]
            connection.execute(insert(said), words)
        for word in taking.undone:
            connection.execute(update(said).where(said.c.number == word.number).values(undone=word.undone))

    def _write_account(self, account: PageAccount, run_id: int) -> None:
        connection = self._connection
        upsert(
            connection,
            accounts,
            [account_row(account, run_id, self._start_of(account.batch_id, run_id))],
            "batch_id",
            "record",
        )

    def _start_of(self, batch_id: str, run_id: int) -> Any:
        """Return when a batch was crawled; of what is in none, when its run began."""
        if (batch_id, run_id) not in self._started:
            started = _BATCH_STARTED.first(self._connection, {"id": batch_id})
            started = started or _RUN_STARTED.first(self._connection, {"id": run_id})
            assert started, f"run {run_id} was never started"
            self._started[batch_id, run_id] = started.started
        return self._started[batch_id, run_id]

    def _write_quarantine(self, kept: Quarantined) -> None:
        """Keep a page aside. One that waits there already is replaced: it would be replayed twice."""
        waiting = (quarantine.c.batch_id == kept.batch_id, quarantine.c.record == kept.record)
        self._connection.execute(delete(quarantine).where(*waiting, quarantine.c.replayed.is_(None)))
        row = {c.name: getattr(kept, c.name) for c in quarantine.c if c.name != "id"}
        self._connection.execute(insert(quarantine).values(row))

    def _write_decision(self, taking: PageDecision) -> None:
        stored = taking.stored
        row = self._row(stored.article.id) if stored else None
        before = stored_of(row, row.body) if row else None
        touched = self._touched(taking, is_new=row is None)
        after = rearrange(taking, touched)
        home = _home_of(stored, after.stories) if stored else None
        number = self._write_article(stored, before, row.number if row else None, home) if stored else None
        self._write_stories(touched, after.stories)
        self._write_gone(after.gone)
        changed = changed_articles(touched, after.stories)
        if stored:
            id_ = stored.article.id
            if home and id_ not in changed and _differs(before, stored, home):
                changed.append(id_)
            if home and row is None:
                changed = [other for other in changed if other != id_]  # numbered as it was written
            elif home and row is not None and row.arrival is None:
                last = self._connection.execute(_LAST_NUMBERS).one()
                numbers = {"of": number, "arrived": (last.arrival or 0) + 1, "next": (last.seq or 0) + 1}
                self._connection.execute(_ARRIVED, numbers)
                changed = [other for other in changed if other != id_]
        number_changes(self._connection, changed)

    def _touched(self, taking: PageDecision, *, is_new: bool) -> dict[str, Story]:
        """Return the stories, as they stand, that hold any article this decision speaks of."""
        ids = {link.article_id for link in taking.story.links} if taking.story else set()
        if taking.stored:
            ids = ids - {taking.stored.article.id} if is_new else ids | {taking.stored.article.id}
        named = {taking.story.id, *taking.absorbed} if taking.story else set()
        if is_new and not ids and not taking.absorbed:  # a page never seen before: its story is its own
            self._stories |= dict.fromkeys(named)
            return {}
        for story in map(self._stories.get, named):
            ids.difference_update(link.article_id for link in (story.links if story else ()))
        if ids:
            wanted = listing(self._connection, ids)
            named.update(home for (home,) in _homes.all(self._connection, wanted))
        known = {id_: self._stories[id_] for id_ in named if id_ in self._stories}
        found = read_stories(self._connection, named - set(known))
        return found | {id_: story for id_, story in known.items() if story and story.id == id_}

    def _write_article(
        self, stored: StoredArticle, before: StoredArticle | None, number: int | None, home: Story | None
    ) -> int:
        connection = self._connection
        facts = Facts(replace(stored.article, body=""), stored.publisher, stored.route, stored.relevance)
        row = {
            "outcome": stored.outcome.value,
            "content_hash": stored.content_hash,
            "version": stored.version,
            "facts": to_json(FACTS, facts),
            "body": stored.article.body,
        }
        if number is None:
            statement = _ARRIVING if home else _STAYING_OUT
            ((number,),) = statement.all(connection, {"id": stored.article.id, **row})
        else:
            connection.execute(update(articles).where(articles.c.number == number).values(row))
        if before and before.content_hash != stored.content_hash:
            self._write_version(before)
        self._write_print(number, before.text if before else None, stored.text)
        return number

    def _write_version(self, before: StoredArticle) -> None:
        article = before.article
        state = ArticleVersion(
            before.version, before.content_hash, article.title, article.body, article.collected
        )
        upsert(self._connection, versions, [_version_row(article.id, state)], "article_id", "number")

    def _write_print(self, number: int, before: TextPrint | None, text: TextPrint | None) -> None:
        if before == text:
            return
        connection = self._connection
        old = set(signed(lookup.lookup_keys(before))) if before else set()
        new = self._keys_of(text) if text else []
        if left := old.difference(new):
            gone = given(connection, left, BigInteger())
            mine = posting.c.article == number
            connection.execute(delete(posting).where(mine, posting.c.key.in_(select(gone.c.value))))
        if text is None:
            connection.execute(delete(prints).where(prints.c.article == number))
            return
        row = {"article": number, "exact": text.exact, "key_count": len(new), "packed": pack_print(text)}
        upsert(connection, prints, [row], "article")
        if added := [key for key in new if key not in old]:
            self._write_keys(added, number)

    def _write_keys(self, keys: Sequence[int], number: int) -> None:
        connection = self._connection
        if connection.dialect.name == "sqlite":  # twice as quick as from a list that it has to read
            _new_key.run_rows(connection, zip(keys, repeat(number), strict=False))
        else:
            _new_keys.run(connection, {**listing(connection, keys), "number": number})
        if number % COUNTED_EVERY == 0:
            limits = {"first": lookup.FIRST, "frequent": lookup.FREQUENT}
            _frequent.run(connection, listing(connection, keys) | limits)

    def _write_stories(self, before: Mapping[str, Story], after: Mapping[str, Story]) -> None:
        """Write what differs: a copy that joins a story of five hundred is two rows, not five hundred."""
        connection = self._connection
        changed = [s for id_, s in after.items() if before.get(id_) != s]
        heads = [{"id": s.id, "facts": to_json(STORY, replace(s, links=()))} for s in changed]
        upsert(connection, stories, heads, "id")
        old, new = _link_values(before), _link_values(after)
        left = [{"gone": id_} for id_ in old if id_ not in new]
        if left:
            connection.execute(delete(links).where(links.c.article_id == bindparam("gone")), left)
        rows = [
            {"article_id": id_, "story_id": story_id, "position": position, "facts": to_json(LINK, link)}
            for id_, (story_id, position, link) in new.items()
            if old.get(id_) != (story_id, position, link)
        ]
        upsert(connection, links, rows, "article_id")
        if made := [s.id for s in changed if s.id not in before and self._stories.get(s.id, s) is not None]:
            connection.execute(delete(story_redirects).where(story_redirects.c.old_id.in_(made)))

    def _write_gone(self, gone: Mapping[str, str | None]) -> None:
        connection = self._connection
        if gone:
            self._empty.pop(_ANY_REDIRECT, None)
        for old, new in gone.items():
            if new is None:
                connection.execute(delete(story_redirects).where(story_redirects.c.story_id == old))
            else:
                earlier = update(story_redirects).where(story_redirects.c.story_id == old)
                connection.execute(earlier.values(story_id=new))
                upsert(connection, story_redirects, [{"old_id": old, "story_id": new}], "old_id")
            connection.execute(delete(stories).where(stories.c.id == old))


def number_changes(connection: Connection, article_ids: Sequence[str]) -> None:
    """Give each changed article the next seq. Nobody else numbers meanwhile, so none is skipped or late."""
    if not article_ids:
        return
    last = connection.execute(_LAST_NUMBERS).one().seq or 0
    rows = [{"changed": id_, "next": last + n} for n, id_ in enumerate(article_ids, 1)]
    connection.execute(_CHANGED, rows)


@Statement
def _homes(dialect: str) -> Select[Any]:
    ids = select(listed(dialect, Text).c.value)
    return select(links.c.story_id).where(links.c.article_id.in_(ids)).distinct()


_new_key = Statement(lambda _: insert(posting).values(key=bindparam("key"), article=bindparam("article")))


@Statement
def _new_keys(dialect: str) -> Insert:
    rows = select(listed(dialect, Integer).c.value, bindparam("number", type_=BigInteger()))
    return insert(posting).from_select(["key", "article"], rows)


@Statement
def _sharing(dialect: str) -> Select[Any]:
    """Select the numbers of articles with the same text, then of those that share enough keys: most first, of as many the oldest.

    A number may come twice.
    """
    wanted, common = listed(dialect, Integer), func.count()
    end = func.coalesce(frequent_keys.c.beyond, _ALL)
    near = (
        select(posting.c.article, common.label("common"))
        .select_from(wanted)
        .outerjoin(frequent_keys, frequent_keys.c.key == wanted.c.value)
        .join(posting, (posting.c.key == wanted.c.value) & (posting.c.article < end))
        .group_by(posting.c.article)
        .having(common >= bindparam("least"))
        .order_by(common.desc(), posting.c.article)
        .limit(bindparam("ties"))
        .subquery()
    )
    smaller = case((prints.c.key_count < bindparam("mine"), prints.c.key_count), else_=bindparam("mine"))
    enough = near.c.common >= bindparam("share", type_=Float()) * smaller
    sharing = (
        select(near.c.article, near.c.common)
        .join(prints, prints.c.article == near.c.article)
        .where(enough)
        .order_by(near.c.common.desc(), near.c.article)
        .limit(bindparam("limit"))
        .subquery()
    )
    same = (
        select(prints.c.article, literal(_SAME).label("common"))
        .where(prints.c.exact == bindparam("exact"))
        .order_by(prints.c.article)
        .limit(bindparam("limit"))
        .subquery()
    )
    found = union_all(select(same), select(sharing)).subquery()
    return select(found.c.article, found.c.common).order_by(found.c.common.desc(), found.c.article)


@Statement
def _packed(dialect: str) -> Select[Any]:
    return select(prints.c.article, prints.c.packed).where(
        prints.c.article.in_(select(listed(dialect, Integer).c.value))
    )


@Statement
def _frequent(dialect: str) -> Insert:
    """Insert which of these keys have become frequent, and where those that count end."""
    keys = listed(dialect, Integer)
    known = select(frequent_keys.c.key).where(frequent_keys.c.key == keys.c.value).exists()
    rows = select(keys.c.value, _at(keys.c.value, "first")).where(
        ~known, _at(keys.c.value, "frequent").is_not(None)
    )
    return insert(frequent_keys).from_select(["key", "beyond"], rows)


def _at(key: Any, offset: str) -> Any:
    """Return as SQL the number of the article that comes after so many with this key; NULL where there are no more."""
    have = posting.alias()
    numbers = select(have.c.article).where(have.c.key == key).order_by(have.c.article)
    return numbers.limit(1).offset(bindparam(offset)).scalar_subquery()


def _home_of(stored: StoredArticle, after: Mapping[str, Story]) -> Story | None:
    """Return the story that an article is in after a decision, None for one off the beat."""
    id_ = stored.article.id
    home = next((s for s in after.values() if any(link.article_id == id_ for link in s.links)), None)
    assert stored.text is None or home, f"{id_} is on the beat and in no story"
    return home


def _differs(before: StoredArticle | None, after: StoredArticle, home: Story) -> bool:
    return before is None or document_of(before, home, 0) != document_of(after, home, 0)


def _link_values(by_id: Mapping[str, Story]) -> dict[str, tuple[str, int, Any]]:
    return {
        link.article_id: (story.id, position, link)
        for story in by_id.values()
        for position, link in enumerate(story.links)
    }


def _version_row(article_id: str, state: ArticleVersion) -> dict[str, Any]:
    values = {c.name: getattr(state, c.name) for c in versions.c if c.name != "article_id"}
    return {"article_id": article_id} | values


def look_row(look: RecheckState) -> dict[str, Any]:
    return {"article_id": look.article_id, "due": look.due, "facts": to_json(LOOK, look)}


def account_row(account: PageAccount, run_id: int, at: Any, *, temporary: bool = False) -> dict[str, Any]:
    """Return the row of one page's account. `at` is when its batch was crawled: its day in the volumes."""
    return {
        "batch_id": account.batch_id,
        "record": account.record,
        "run_id": run_id,
        "source_id": account.source_id,
        "url": account.url,
        "canonical_url": known_address(account.url),
        "listed_url": known_address(account.listed_url) if account.listed_url else None,
        "outcome": account.outcome.value,
        "reason": account.reason,
        "article_id": account.article_id,
        "temporary": temporary,
        "at": at,
        "day": at.date().isoformat(),
    }
