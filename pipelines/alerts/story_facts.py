"""What a template shows of a story, or of an alert about none (pure).

Everything here that came from outside is one line of plain text, an address that is safe to follow,
or escaped markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from crawlers.date_bounds import FIRST_YEAR
from pipelines.alerts.changed_page import change_of, find_changed_copy, find_copy_taken_away
from pipelines.alerts.mail_context import AlertItem, MailContext, RelatedItem
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.reported_change import UpdateStep
from pipelines.alerts.story_turns import is_taken_away, turn_facts
from pipelines.alerts.wording import (
    NO_ADDRESS,
    RELATION_WORDS,
    appeared_at,
    first_lines,
    kibana_link,
    local_times,
    marked,
    marked_words,
    name_hints,
    on_clocks,
    one_line,
    route_label,
    sentence,
    web_address,
    without_beginning,
)
from pipelines.model import COPY_RELATIONS, Alert, Likeness, Link, StoredArticle, Story, StoryChange

#: Passages that matched, beside the first lines of the text.
SNIPPETS = 2
#: Words that matched, in "why this reached you".
SHOWN_WORDS = 6
#: A copy that kept this share of the text kept all of it.
WHOLE = 0.995
SHOWN_COPIES = 25
SHOWN_CHANGES = 8
#: Reasons for the relevance, and pieces of evidence for the origin.
SHOWN_REASONS = 2
LEAD_CHARACTERS = 280
#: Of a story that is one of many in a mail.
SHORT_LEAD_CHARACTERS = 140
#: No story is older, whatever a ledger of an earlier version holds.
_FIRST_DAY = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)

#: The word or two that a mail begins with, by its reason.
#: What the text of another report is to that of the first.
LIKENESSES: Mapping[Likeness, str] = {
    "translation": "probably a translation",
    "rewrite": "rewritten from the first",
    "rewritten": "the first is rewritten from it",
}
KICKERS = {
    "new": "New",
    "update": "Changed",
    "spread": "Spreading",
    "spike": "Unusually many",
    "silence": "Unusually quiet",
    "watch": "Coverage receipt",
    "ceiling": "No more mails today",
}
#: What an update is called where it is no edit.
CHANGE_KICKERS = {
    StoryChange.GONE: "Taken away",
    StoryChange.BACK: "Back again",
    StoryChange.ORIGIN: "Another origin",
}


#: The same of a copy, where the story's first page stays as it was.
COPY_KICKERS = {
    StoryChange.UPDATE: "A copy is changed",
    StoryChange.GONE: "A copy is taken away",
    StoryChange.BACK: "A copy is back again",
}


def item_kicker(item: AlertItem) -> str:
    """Return the word or two that a mail about an item begins with."""
    change = change_of(item.head)
    if change is not None and find_changed_copy(item, item.head) is not None:
        return COPY_KICKERS[change]
    return kicker_of(item.head)


def kicker_of(alert: Alert) -> str:
    """Return what an alert is called, whatever page it tells of."""
    if alert.reason == "update":
        change = UpdateStep.of_text(alert.step).change
        return CHANGE_KICKERS.get(change, KICKERS["update"])
    return KICKERS[alert.reason]


def topic_groups(items: Iterable[AlertItem], context: MailContext) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return (topic, facts of its stories), "Other" last.

    The topics with most stories come first.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        assert item.story is not None, "only stories have topics"
        groups.setdefault(context.topic_name(item.story.topics), []).append(item_facts(item, context))
    return sorted(groups.items(), key=lambda group: (group[0] == "Other", -len(group[1]), group[0]))


def item_facts(item: AlertItem, context: MailContext) -> dict[str, Any]:
    """Return what a template shows of an item. Only a story has a "headline"."""
    facts = _alert_facts(item, context)
    facts["likeness"] = _say_likeness(item.likeness)
    facts["found_by"] = [(one_line(name), words[:SHOWN_WORDS]) for name, words in item.found_by.items()]
    facts["reports"] = [item_facts(report, context) for report in item.reports]
    facts["related"] = []
    for related in item.related:
        facts["related"].append(_related_facts(related, context))
    if item.story is not None:
        facts |= _story_facts(item, item.story, context)
    return facts


def _alert_facts(item: AlertItem, context: MailContext) -> dict[str, Any]:
    """Return what the alerts of an item say: why, how far it spread, and what changed."""
    why: list[str] = []
    why_words: list[Sequence[str]] = []
    spread: list[str] = []
    changed: list[tuple[str, str]] = []
    times = _times_of_updates(item.alerts, context)
    for alert in _as_it_happened(item.alerts):
        for position, english in enumerate(alert.why):
            is_match = alert.reason == "new" and position == 0
            why_words.append(_words_of_search(item, alert.search_id) if is_match else ())
            line = reason_in(context.language, one_line(english))
            line = sentence(on_clocks(line, context.clocks, context.now, context.language))
            why.append(times.get(alert.key, "") + _edited_outlet(item, alert, context) + line)
            if alert.reason == "spread":
                spread.append(line)
        for before, after in alert.changed:
            changed.append((one_line(before), one_line(after)))
    return {
        "reason": item.head.reason,
        "kicker": item_kicker(item),
        "why": why,
        "is_dated": bool(times),
        "why_words": why_words,
        "spread": spread,
        "changed": changed[:SHOWN_CHANGES],
    }


def _edited_outlet(item: AlertItem, alert: Alert, context: MailContext) -> str:
    """Return the outlet of a copy that was edited, with a colon.

    Of a page that is gone or back the reason names it.
    """
    copy = find_changed_copy(item, alert)
    if copy is None or change_of(alert) is not StoryChange.UPDATE:
        return ""
    return one_line(copy.publisher.name) + words_in(context.language)(": ")


def _as_it_happened(alerts: Sequence[Alert]) -> list[Alert]:
    """Return alerts with several changes of a page in the order of time.

    The most important one, which a subject names, is the newest of them.
    """
    updates: list[Alert] = []
    others: list[Alert] = []
    for alert in alerts:
        if alert.reason == "update":
            updates.append(alert)
        else:
            others.append(alert)
    updates.sort(key=_decided_at)
    if alerts[0].reason == "update":
        return [*updates, *others]
    return [*others, *updates]


def _decided_at(alert: Alert) -> float:
    return alert.decided.timestamp() if alert.decided else 0.0


def _times_of_updates(alerts: Sequence[Alert], context: MailContext) -> dict[str, str]:
    """Return what goes before each change, by its alert's key.

    Nothing where they came at one time. "Taken away" and "back" mean one thing in this order and another
    in that.
    """
    found: dict[str, str] = {}
    for alert in alerts:
        if alert.reason == "update" and alert.decided:
            time = local_times(alert.decided, context.clocks, context.now, context.language)
            found[alert.key] = time + words_in(context.language)(": ")
    return found if len(set(found.values())) > 1 else {}


def _words_of_search(item: AlertItem, search_id: str) -> Sequence[str]:
    """Return the words that matched a search, as many as a mail shows."""
    return item.words_by_search.get(search_id, ())[:SHOWN_WORDS]


def _story_facts(item: AlertItem, story: Story, context: MailContext) -> dict[str, Any]:
    articles = item.articles
    lead = _lead_of(story, articles)
    headline = one_line(story.headline)
    words = marked_words(item.highlights)
    snippets = _snippets(item.highlights, headline, lead.article.body, words)
    short_lead = first_lines(lead.article.body, words, SHORT_LEAD_CHARACTERS)
    outlets = _outlets(lead, articles)
    is_gone = is_taken_away(item) or change_of(item.head) is StoryChange.GONE
    gone_copy = find_copy_taken_away(item)
    kept_page = _kept_page(gone_copy or lead, context) if is_gone else None
    url = web_address(lead.article.url)
    if kept_page and gone_copy is None:
        url = kept_page
    # Kibana shows a span of time. It begins early, because pages are dated before we see them.
    day_before = max(_FIRST_DAY, min(story.first_seen, context.now)) - timedelta(days=1)
    return {
        "id": story.id,
        "headline": headline,
        "lang": lead.article.lang or "und",
        "hints": _hints(story, context),
        "label": one_line(route_label(story, context.state_media, context.language)),
        "kind": story.kind,
        "evidence": _evidence(lead, context.language, is_labelled=bool(story.origin or story.carrier)),
        "url": url,
        "kept_page": kept_page,
        "kept_id": story.id if gone_copy is None else gone_copy.article.id,
        "page": context.reading_room.story(story.id) if context.reading_room else None,
        "gloss": _gloss_of(item, lead),
        "kibana": kibana_link(context.kibana_url, story.id, day_before, context.kibana_place),
        "first_seen": local_times(story.first_seen, context.clocks, context.now, context.language),
        "outlet": outlets[0],
        "outlets": outlets,
        "marked_snippets": snippets,
        "snippets": list(map(_plain_text, snippets)),
        "marked_short": short_lead,
        "short": _plain_text(short_lead),
        "relevance": _relevance(lead, headline, context),
        "articles": _article_rows(story, articles, headline, context),
        "more": max(0, len(articles) - SHOWN_COPIES),
        "copies": story.copies,
        "independent": story.independent,
        "has_other_reports": story.has_other_reports,
        "carried_in": item.carried_in,
        "turns": turn_facts(item, context),
        "is_taken_away": is_gone,
    }


def _hints(story: Story, context: MailContext) -> list[tuple[str, str]]:
    """Return the names of a Chinese headline in English.

    None for who reads Chinese.
    """
    if context.language == "zh":
        return []
    return name_hints(story.headline, context.english)


def _kept_page(lead: StoredArticle, context: MailContext) -> str | None:
    """Return where the text of a page that is gone can be read, or None."""
    if context.reading_room is None:
        return None
    return context.reading_room.article(lead.article.id)


def _gloss_of(item: AlertItem, lead: StoredArticle) -> str | None:
    """Return the headline of an English report of a Chinese story's event."""
    if not (lead.article.lang or "").startswith("zh"):
        return None
    for report in item.reports:
        assert report.story is not None, "only stories are reports"
        if _is_english(report.story):
            return one_line(report.story.headline)
    for related in item.related:
        if _is_english(related.story):
            return one_line(related.story.headline)
    return None


def _is_english(story: Story) -> bool:
    return story.languages[:1] == ("en",)


def _lead_of(story: Story, articles: Sequence[StoredArticle]) -> StoredArticle:
    """Return the article that stands for a story.

    That is its first one, or what is left of the story.
    """
    for stored in articles:
        if stored.article.id == story.lead_id:
            return stored
    return articles[0]


def _outlets(lead: StoredArticle, articles: Sequence[StoredArticle]) -> list[str]:
    """Return the names of the outlets, each once, that of the lead first."""
    names: dict[str, None] = {}
    lead_name = one_line(lead.publisher.name)
    if lead_name:
        names[lead_name] = None
    for stored in articles:
        names[one_line(stored.publisher.name)] = None
    return list(names)


def _evidence(lead: StoredArticle, language: str, *, is_labelled: bool) -> list[tuple[str, str]]:
    """Return (text, where it stands) of what the label rests on."""
    lines: list[tuple[str, str]] = []
    for evidence in lead.route.evidence:
        # A dateline alone says where somebody wrote, and not whose text it is.
        if is_labelled or evidence.mark != "dateline":
            lines.append((one_line(evidence.text), reason_in(language, one_line(evidence.where))))
    return lines[:SHOWN_REASONS]


def _relevance(lead: StoredArticle, headline: str, context: MailContext) -> str:
    """Say why the story is on the beat.

    A reason that quotes the headline is cut before it: it stands above.
    """
    quoted = f": “{headline}”"
    reasons: list[str] = []
    for line in lead.relevance.why[:SHOWN_REASONS]:
        reason = one_line(line).removesuffix(quoted)
        reasons.append(reason_in(context.language, reason, context.side_names))
    return words_in(context.language)("; ").join(reasons)


def _snippets(passages: Sequence[str], headline: str, body: str, words: Sequence[str]) -> list[Markup]:
    """Return how the text begins, then the passages that matched.

    What stands in the beginning already is left out.
    """
    snippets: list[Markup] = []
    lead = first_lines(body, words, LEAD_CHARACTERS)
    if lead:
        snippets.append(lead)
    shown = f"{headline} {_plain_text(lead)}"
    further: list[Markup] = []
    for passage in passages:
        markup = marked(passage)
        if _plain_text(markup).strip(" …") in shown:
            continue
        # Without the words that end the beginning: no sentence is read twice.
        rest = without_beginning(markup, _plain_text(lead))
        # Without a mark nothing that matched is left of it.
        if rest == markup or "<mark>" in rest:
            further.append(rest)
    return snippets + further[:SNIPPETS]


def _plain_text(markup: Markup) -> str:
    return one_line(markup.striptags())


def _article_rows(
    story: Story, articles: Sequence[StoredArticle], headline: str, context: MailContext
) -> list[dict[str, Any]]:
    links = story.links_by_article
    rows: list[dict[str, Any]] = []
    for stored in articles[:SHOWN_COPIES]:
        rows.append(_article_row(stored, links.get(stored.article.id), headline, context))
    return rows


def _article_row(
    stored: StoredArticle, link: Link | None, headline: str, context: MailContext
) -> dict[str, Any]:
    """Return one line of the list of copies.

    A title that repeats the headline is left out.
    """
    title = one_line(stored.article.title)
    # An article that came in after the story was read has no link yet.
    relation = RELATION_WORDS[link.relation] if link else ""
    is_repeated = title.casefold() == headline.casefold()
    return {
        "time": appeared_at(stored.article, context.clocks, context.now, context.language),
        "outlet": one_line(stored.publisher.name) or title,
        "relation": relation,
        "kept": _kept_share(link),
        "title": None if is_repeated else title,
        "lang": stored.article.lang or "und",
        "url": web_address(stored.article.url),
    }


def _kept_share(link: Link | None) -> str | None:
    """Return the share of the original that a copy kept, in percent.

    None where it kept all of it, or is no copy.
    """
    if link is None or link.relation not in COPY_RELATIONS or link.kept >= WHOLE:
        return None
    return f"{100 * link.kept:.0f}"


def _say_likeness(likeness: Likeness | None) -> str:
    return "" if likeness is None else LIKENESSES[likeness]


def _related_facts(related: RelatedItem, context: MailContext) -> dict[str, Any]:
    story = related.story
    facts = {
        "id": story.id,
        "headline": one_line(story.headline),
        "hints": _hints(story, context),
        "time": local_times(story.first_seen, context.clocks, context.now, context.language),
        "label": one_line(route_label(story, context.state_media, context.language)),
        "lang": story.languages[0] if story.languages else "und",
        "url": NO_ADDRESS,
        "outlet": "",
        "likeness": _say_likeness(related.likeness),
    }
    if related.lead is not None:
        facts["url"] = web_address(related.lead.article.url)
        facts["outlet"] = one_line(related.lead.publisher.name)
    return facts
