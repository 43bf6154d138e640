"""From a page to a judged article, before the ledger is asked.

    page ──► extracted ──► what its site repeats (the ledger knows) ──► judged
         └──► screened out: names too little of the beat

Reading takes as long as a page makes it take. `DirectPageReader` reads in this process and waits for it;
`pipelines.adapters.page_worker` reads in a process that can be ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from crawlers.errors import PermanentError
from crawlers.freshness import is_old, max_age
from crawlers.model import Page, Source
from crawlers.sample import is_sampled
from crawlers.urls import site_of_canonical
from pipelines.beat.beat import Beat
from pipelines.beat.organisations import organisations_of
from pipelines.beat.site_rules import SiteRules
from pipelines.beat.source_sites import SourceSites
from pipelines.dedup import read_page
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.publisher import publisher_of
from pipelines.ingest.screen import Screen
from pipelines.ingest.screened_page import opening_print, unread_article
from pipelines.model import BACKFILLED, OLD, Article, PageParagraphs, Publisher, Screened

if TYPE_CHECKING:
    from pipelines.extract import OpenedPage

#: What is asked of the ledger in the middle.
#: A site, and a page's paragraphs → hashes of the paragraphs that the site repeats.
RepeatedOnSite = Callable[[str, PageParagraphs | None], frozenset[int]]


#: Seconds after which one who waits looks again.
_WAIT_S = 1.0


class PageTooCostly(PermanentError):
    """Reading a page took more time or memory than one page may take.

    It says nothing about the article: nobody knows what the page shows.
    """


#: A site, and the paragraphs of a page of it.
SiteQuestion = tuple[str, PageParagraphs | None]


@dataclass(slots=True, eq=False)
class PageReading:
    """One page while it is read: what has come of it so far."""

    page: Page
    #: Set as soon as the page is extracted. The page waits for the answer.
    question: SiteQuestion | None = None
    #: The article, or why there is none.
    outcome: JudgedArticle | Exception | None = None


class PageReader(Protocol):
    """Reads pages, some of them at once.

        begin ──► question ──► answer ──► outcome
          └──► outcome, where the page shows no article or is screened out

    An outcome is PermanentError where the page shows no article, and PageTooCostly where it takes too long.
    """

    @property
    def at_once(self) -> int:
        """How many pages are read at once."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether a page can be begun now."""
        ...

    def begin(self, page: Page, *, is_backfill: bool, screens: bool = False) -> PageReading:
        """Begin to read a page, also where there is no room.

        With `screens`, a page that can be on no beat is not extracted, but for a sample of such pages.
        """
        ...

    def answer(self, reading: PageReading, repeated: frozenset[int]) -> None:
        """Say what the site of a page repeats, so that it is read on."""
        ...

    def wait(self, readings: Sequence[PageReading], seconds: float) -> None:
        """Wait until one of these has come further, or for some seconds."""
        ...

    def give_up(self, reading: PageReading) -> None:
        """Take no interest in a page any more. Harmless when it was read."""
        ...

    def rest(self) -> None:
        """Give back the memory that only reading needs. Pages can be begun as before."""
        ...


def read_alone(
    reader: PageReader,
    page: Page,
    repeated_on: RepeatedOnSite,
    *,
    is_backfill: bool,
    screens: bool = False,
) -> JudgedArticle:
    """Return the article of one page, judged. Raises what its outcome is otherwise."""
    # Beside others that are under way: a decision may need it.
    reading = reader.begin(page, is_backfill=is_backfill, screens=screens)
    try:
        is_answered = False
        while reading.outcome is None:
            if reading.question is not None and not is_answered:
                is_answered = True
                reader.answer(reading, repeated_on(*reading.question))
            reader.wait([reading], _WAIT_S)
    finally:
        reader.give_up(reading)
    return article_of(reading)


def article_of(reading: PageReading) -> JudgedArticle:
    """Return the article of a page that was read. Raises the error that it met.

    The reading lets go of the error. An error holds the frames that it went through, and these hold the
    reading: in such a ring the page's bytes would stay until the collector comes by.
    """
    outcome = reading.outcome
    assert outcome is not None, "the page was read"
    if isinstance(outcome, Exception):
        reading.outcome = None
        try:
            raise outcome
        finally:
            del outcome
    return outcome


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """A page's article, and what its site is asked for."""

    article: Article
    publisher: Publisher
    site: str
    paragraphs: PageParagraphs | None
    #: Whether the screen would have left it out.
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page was screened out, and all that it shows."""

    reason: str
    quick_text: str


class ReadingSteps:
    """The two steps of reading a page, which need nothing but the beat."""

    def __init__(self, beat: Beat) -> None:
        self._beat = beat
        # To look through a thousand sources for each page took a fiftieth of the screen.
        self._sources = {source.id: source for source in reversed(beat.sources)}
        self._sites = SourceSites(beat.sources)
        self._organisations = organisations_of(beat.outlets)
        self._rules = SiteRules(beat.site_rules)
        self._screen = Screen(beat.terms)

    def extract(
        self, page: Page, *, is_backfill: bool, screens: bool = False
    ) -> ExtractedPage | JudgedArticle:
        """Extract a page, or return it as it was screened out.

        Raises PermanentError where it shows no article.
        """
        # trafilatura costs half a second to import, and `maplewire status` needs none of it.
        from pipelines.extract import check_for_wall, extract, open_page

        decoded = check_for_wall(page) if is_backfill else None
        opened = open_page(page, decoded)
        refusal = self._refuse(page, opened) if screens else None
        if refusal is not None and not is_sampled(page.url):
            article = self._marked_as_past(unread_article(page, opened.tree), page, is_backfill=is_backfill)
            publisher = self._publisher_of(article)
            opening = opening_print(refusal.quick_text)
            return JudgedArticle.of_screened(article, publisher, refusal.reason, refusal.quick_text, opening)
        listing_source = self._sources.get(page.source_id)
        own_source = self._sites.find_source(page.url, listing_source)
        # Whose page it is knows its clock best; else who listed it may.
        source = own_source or listing_source
        rule = self._rules.find_rule(page.url, page.fetched_at)
        article = extract(page, source, page.fetched_at, self._organisations, opened, rule)
        article = self._marked_as_past(article, page, is_backfill=is_backfill)
        return ExtractedPage(
            article,
            self._publisher_of(article),
            site_of_canonical(article.canonical_url),
            read_page(article.id, article.body),
            is_sample=refusal is not None,
        )

    def _refuse(self, page: Page, opened: OpenedPage) -> Refusal | None:
        """Return why a page is screened out, or None where it is not."""
        from pipelines.extract import is_doubtful, quick_text

        if not self._screen.is_on:
            return None
        text = quick_text(opened.tree)
        if page.entry is not None:
            text = f"{page.entry.title}\n{page.entry.summary}\n{text}"
        reason = self._screen.reason_out(text)
        # A wall, a notice or a page without words names nobody, and is to be told as what it is.
        if reason is None or is_doubtful(opened.tree, text):
            return None
        return Refusal(reason, text)

    def _publisher_of(self, article: Article) -> Publisher:
        listing_source = self._sources.get(article.source_id)
        return publisher_of(article.canonical_url, listing_source, self._sites, self._organisations)

    def _marked_as_past(self, article: Article, page: Page, *, is_backfill: bool) -> Article:
        """Return an article with its flag, if it was no news when it was fetched."""
        if is_backfill:
            return replace(article, flags=(*article.flags, BACKFILLED))
        if _is_no_news(article, page, self._sources.get(page.source_id)):
            return replace(article, flags=(*article.flags, OLD))
        return article

    def judge(self, extracted: ExtractedPage, repeated: frozenset[int]) -> JudgedArticle:
        """Return the article judged.

        `repeated` are hashes of paragraphs that its site prints around everything.
        """
        judged = JudgedArticle.of(extracted.article, extracted.publisher, self._beat, repeated)
        if extracted.is_sample:
            return replace(judged, screened=Screened.SAMPLE)
        return judged


def _is_no_news(article: Article, page: Page, listing_source: Source | None) -> bool:
    """Tell whether an article was too old for its source when its page was fetched.

    The date is the page's own, where it has one: a listing may date its whole past anew.
    """
    published = article.published
    if published is None or listing_source is None:
        return False
    limit = max_age(listing_source, page.entry)
    return is_old(published.at, published.precision, limit, page.fetched_at)


class DirectPageReader:
    """Reads pages in this process, without limits."""

    at_once = 1

    def __init__(self, beat: Beat) -> None:
        self._steps = ReadingSteps(beat)
        self._under_way: dict[PageReading, _StepsDone] = {}

    @property
    def has_room(self) -> bool:
        """Whether no page is under way."""
        return not self._under_way

    def begin(self, page: Page, *, is_backfill: bool, screens: bool = False) -> PageReading:
        """Return a page that is read as soon as somebody waits for it."""
        reading = PageReading(page)
        self._under_way[reading] = _StepsDone(is_backfill, screens)
        return reading

    def answer(self, reading: PageReading, repeated: frozenset[int]) -> None:
        """Keep what the site of a page repeats."""
        if reading in self._under_way:
            self._under_way[reading].repeated = repeated

    def wait(self, readings: Sequence[PageReading], _seconds: float) -> None:
        """Do the next step of the first page that is under way."""
        for reading in readings:
            done = self._under_way.get(reading)
            if done is None:
                continue
            try:
                self._go_on(reading, done)
            except Exception as e:  # noqa: BLE001 - sorted out by who takes the page
                reading.outcome = e
            if reading.outcome is not None:
                del self._under_way[reading]
            return

    def _go_on(self, reading: PageReading, done: _StepsDone) -> None:
        if done.extracted is None:
            extracted = self._steps.extract(reading.page, is_backfill=done.is_backfill, screens=done.screens)
            if isinstance(extracted, JudgedArticle):
                reading.outcome = extracted
                return
            done.extracted = extracted
            reading.question = extracted.site, extracted.paragraphs
        elif done.repeated is not None:
            reading.outcome = self._steps.judge(done.extracted, done.repeated)

    def give_up(self, reading: PageReading) -> None:
        """Forget a page that nobody waits for."""
        self._under_way.pop(reading, None)

    def rest(self) -> None:
        """Do nothing: all memory is that of the run."""


@dataclass(slots=True)
class _StepsDone:
    """What this process did with a page so far."""

    is_backfill: bool
    screens: bool
    extracted: ExtractedPage | None = None
    repeated: frozenset[int] | None = None
