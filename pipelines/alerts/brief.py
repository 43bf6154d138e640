"""The brief: what came in since a moment, as one page (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crawlers.locales import country_name
from pipelines.alerts.brief_plots import plot_over_time, plot_routes, plot_shares
from pipelines.alerts.bug_log import log_bug
from pipelines.alerts.event_items import join_items
from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.mail_words import Say, words_in
from pipelines.alerts.receipt_facts import receipt_facts
from pipelines.alerts.rendering import environment
from pipelines.alerts.story_facts import item_facts, topic_groups
from pipelines.alerts.wording import local_times, written_number
from pipelines.beat.searches import ParsedSearch
from pipelines.model import Document, Story, StoryRank, story_ids_of

#: Stories that the page tells of; the rest is a number.
STORIES = 40
#: Kinds of origin as headings.
KINDS = {
    "paid_release": "Paid releases",
    "government_release": "Releases of governments",
    "state_media": "State media",
    "agency": "Agencies",
    "government": "Governments",
    "report": "Reports",
}


def write_brief(
    documents: Sequence[Document],
    stories: Mapping[str, Story],
    items: Sequence[AlertItem],
    context: MailContext,
    since: datetime,
) -> str:
    """Return the page.

    It is in the language of `context`. `documents` came in since then, in order of arrival. `items` are the
    stories shown, the most important first.
    """
    written: list[AlertItem] = []
    for item in items:
        if _can_be_written(item, context):
            written.append(item)
    events = join_items(written, _is_related)
    language = context.language
    say = words_in(language)
    story_ids = set(story_ids_of(documents))
    source_ids: set[str] = set()
    for document in documents:
        source_ids.add(document.source)
    facts = {
        "language": language,
        "say": say,
        "beat": context.beat_name(),
        "since": local_times(since, context.clocks, context.now, language),
        "until": local_times(context.now, context.clocks, language=language),
        "has_articles": bool(documents),
        "figures": [
            _figure(len(story_ids), "story", "stories", language),
            _figure(len(documents), "article", "articles", language),
            _figure(len(source_ids), "source", "sources", language),
            _figure(_count_languages(documents), "language", "languages", language),
        ],
        "time": plot_over_time(documents, since, context.now, language),
        "countries": plot_shares(_count_countries(documents, language), language),
        "topics": plot_shares(_count_topics(documents, context), language),
        "kinds": plot_shares(_count_kinds(story_ids, stories, say), language),
        "routes": plot_routes(documents, language),
        "groups": topic_groups(events, context),
        "left_out": max(0, len(story_ids) - len(written)),
        "receipt": receipt_facts(context, since),
    }
    return environment(escape=True).get_template("brief.html.j2").render(facts)


def brief_language(searches: Iterable[ParsedSearch]) -> str:
    """Return the language that all mails have, else English."""
    languages: set[str] = set()
    for parsed in searches:
        if parsed.search.enabled:
            languages.add(parsed.search.language)
    return languages.pop() if len(languages) == 1 else "en"


def _figure(number: int, one: str, many: str, language: str) -> tuple[str, str]:
    """Return a number as it is written, and what it counts."""
    return written_number(number, language), words_in(language)(one if number == 1 else many)


def _can_be_written(item: AlertItem, context: MailContext) -> bool:
    """Tell whether a story can be shown; a bug in one leaves the others in the page."""
    try:
        item_facts(item, context)
    except Exception as e:  # noqa: BLE001  (noted in the log; the others go on)
        log_bug("bug while writing a story into the brief", e, story=item.head.story_id)
        return False
    return True


def _is_related(first: AlertItem, item: AlertItem) -> bool:
    return any(other.story.id == item.head.story_id for other in first.related)


def rank_stories(documents: Sequence[Document], stories: Mapping[str, Story]) -> list[Story]:
    """Return the stories of these documents, the most important first.

    Most independent reports come first, then most copies, then the newest.
    """
    found: dict[str, Story] = {}
    for document in documents:
        story = stories.get(document.story_id)
        if story is not None:
            found[document.story_id] = story
    return sorted(found.values(), key=rank_of)


def rank_of(story: Story) -> tuple[int, int, float, str]:
    """Return what orders stories: the most important one has the smallest."""
    return StoryRank(story.id, story.independent, story.copies, story.last_seen).order


def _count_languages(documents: Sequence[Document]) -> int:
    """Count the languages; Chinese in both scripts is one."""
    languages: set[str] = set()
    for document in documents:
        if document.lang:
            languages.add(document.lang.split("-")[0])
    return len(languages)


def _count_countries(documents: Sequence[Document], language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for document in documents:
        name = words_in(language)("elsewhere")
        if document.country:
            name = country_name(document.country, language)
        counts[name] += 1
    return counts


def _count_topics(documents: Sequence[Document], context: MailContext) -> Counter[str]:
    # An article may have several topics, so these shares add up to more than its articles.
    counts: Counter[str] = Counter()
    for document in documents:
        for topic in document.topics:
            counts[context.topic_name((topic,))] += 1
    return counts


def _count_kinds(story_ids: set[str], stories: Mapping[str, Story], say: Say) -> Counter[str]:
    counts: Counter[str] = Counter()
    # Sorted, so that kinds which are equally frequent keep their order from run to run.
    for story_id in sorted(story_ids):
        if story_id in stories:
            kind = stories[story_id].kind
            counts[say(KINDS.get(kind, kind))] += 1
    return counts
