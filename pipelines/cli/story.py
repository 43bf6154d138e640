"""What `maplewire story` shows: one story with its copies, its versions and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import zip_longest

from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from crawlers.errors import TemporaryError
from crawlers.urls import site_of
from pipelines.cli.console import counted, out, print_json, print_table
from pipelines.cli.json_output import (
    delay_s,
    near_shape,
    passages_shape,
    related_shape,
    story_shape,
    told_shape,
)
from pipelines.cli.tables import reports_and_reprints
from pipelines.dedup.text_print import paragraph_hash
from pipelines.model import (
    Edit,
    Link,
    PageText,
    PageVersion,
    Passage,
    RelatedStory,
    Relation,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Ledger
from pipelines.revisions import changed_passages, edit_between, page_text, same_headline, states_of
from pipelines.route import find_route
from pipelines.stories.nearest import NearestStory, closest

_STYLES = {"removed": "red strike", "added": "green", "kept": ""}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "kept": ("", "")}
_INSIDE = (0, 0, 0, 18)
"""Below the outlet, to the right of the times."""
_CONTEXT = 60
"""Characters kept at each side of a change, so that a long sentence shows what changed."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with all that the ledger knows of it."""

    story: Story
    articles: Sequence[StoredArticle]
    history: Sequence[StoryEvent] = ()
    versions: Mapping[str, Sequence[PageVersion]] = field(default_factory=dict)
    gone: Mapping[str, datetime] = field(default_factory=dict)
    related: Sequence[tuple[RelatedStory, Story, StoredArticle | None]] = ()
    near: tuple[NearestStory, Story, StoredArticle | None] | None = None
    words: Mapping[str, int] = field(default_factory=dict)
    """Articles that a person put into the story, each with the number of the word."""
    looked: bool = True
    """Whether it is known what came closest; a ledger that is busy for long is not waited for."""


def tell(ledger: Ledger, story: Story) -> StoryView:
    """Read a story's articles, history and versions."""
    articles = ledger.story_articles(story.id)
    history = ledger.history(story.id)
    changed = {line.article_id for line in history if line.turn in (StoryChange.UPDATE, StoryChange.HELD)}
    versions = {
        stored.article.id: states_of(stored, ledger.versions(stored.article.id))
        for stored in articles
        if stored.article.id in changed or stored.version > 1
    }
    looks = ledger.recheck_states([stored.article.id for stored in articles])
    gone = {id_: look.gone for id_, look in looks.items() if look.gone}
    related = _related(ledger, story)
    try:
        near, looked_for = _near(ledger, story), True
    except TemporaryError:
        near, looked_for = None, False
    words = _words(ledger, story) if any(line.turn is StoryChange.WORD for line in history) else {}
    return StoryView(story, articles, history, versions, gone, related, near, words, looked_for)


def _words(ledger: Ledger, story: Story) -> dict[str, int]:
    members = {link.article_id for link in story.links}
    together = [w for w in ledger.corrections() if w.together and {w.a, w.b} <= members]
    return {id_: word.number for word in together for id_ in (word.a, word.b)}


def _near(ledger: Ledger, story: Story) -> tuple[NearestStory, Story, StoredArticle | None] | None:
    near = closest(ledger, story)
    other = ledger.story(near.story_id) if near else None
    return (near, other, ledger.article(near.article_id)) if near and other else None


def _related(ledger: Ledger, story: Story) -> list[tuple[RelatedStory, Story, StoredArticle | None]]:
    found = ledger.related(story.id)
    stories = ledger.stories({related.story_id for related in found})
    return [
        (related, other, ledger.article(other.lead_id))
        for related in found
        if (other := stories.get(related.story_id)) and other.id != story.id  # one that joined it
    ]


def between(ledger: Ledger, found: StoryView) -> dict[str, Edit]:
    """Return for each copy how its text differs from the one it was taken from, what their sites print around everything left out.

    Of an original that was changed since, the state that stood when the copy was fetched is taken.
    """
    by_id = {stored.article.id: stored for stored in found.articles}
    edits: dict[str, Edit] = {}
    repeated = cache(lambda site: frozenset(ledger.site_boilerplate(site).repeated))
    for link in found.story.links:
        copy, original = by_id.get(link.article_id), by_id.get(link.of or "")
        if copy and original:
            then = _as_it_was(ledger, original, copy)
            edits[link.article_id] = edit_between(_report(then, repeated), _report(copy, repeated))
    return edits


def _as_it_was(ledger: Ledger, original: StoredArticle, copy: StoredArticle) -> StoredArticle:
    """Return an original as it stood when a copy of it was fetched; its first state for an earlier copy."""
    if not _changed_after(original, copy):
        return original
    states = [v for v in ledger.versions(original.article.id) if not v.held]
    if not states:
        return original
    then = [v for v in states if v.collected <= copy.article.collected] or states[:1]
    article = replace(original.article, title=then[-1].title, body=then[-1].body)
    route = find_route(article, original.publisher)
    return replace(original, article=article, route=route, version=then[-1].number)


def _changed_after(original: StoredArticle, copy: StoredArticle) -> bool:
    """Return whether an original stands here as it was fetched after a copy of it."""
    return original.version > 1 and original.article.collected > copy.article.collected


def _report(stored: StoredArticle, repeated_by: Callable[[str], frozenset[int]]) -> PageText:
    """Return a page's text with what its site prints around everything blanked, so that marked places stay where they are."""
    text = page_text(stored)
    repeated = repeated_by(site_of(stored.article.canonical_url))
    if not repeated:
        return text
    lines = text.body.split("\n")
    kept = (" " * len(line) if paragraph_hash(line.strip()) in repeated else line for line in lines)
    return PageText(text.title, "\n".join(kept), text.boilerplate)


def show_story(ledger: Ledger, story: Story, *, as_json: bool, passages: bool = False) -> None:
    found = tell(ledger, story)
    edits = between(ledger, found) if passages else {}
    if as_json:
        shape = told_shape(story_shape(story, found.articles), found.versions, found.gone, found.history)
        if passages:
            for article in shape["articles"]:
                edit = edits.get(article["id"])
                article["passages"] = passages_shape(edit) if edit else None
        related = [
            related_shape(r, s, a.article.url if a else None, a.publisher.name if a else None)
            for r, s, a in found.related
        ]
        print_json(shape | {"related": related, "nearest": near_shape(*found.near) if found.near else None})
        return
    out.print(f"[bold]{escape(story.headline)}[/]")
    out.print(f"origin   {escape(story.origin or _own_origin(found))}")
    out.print(f"carrier  {escape(story.carrier or '–')}")
    out.print(
        f"kind     {story.kind.replace('_', ' ')}    {reports_and_reprints(story)}    languages {', '.join(story.languages) or '–'}"
    )
    out.print(f"topics   {', '.join(story.topics) or '–'}")
    out.print()
    _show_articles(found, passages=passages)
    _show_passages(found, edits)
    _show_near(found)
    _show_related(found)
    _show_versions(found)
    _show_history(found.history)


def _lead(found: StoryView) -> StoredArticle | None:
    return next((a for a in found.articles if a.article.id == found.story.lead_id), None)


def _own_origin(found: StoryView) -> str:
    lead = _lead(found)
    if found.story.carrier or found.story.kind not in ("report", "government"):
        return "not known: no page names who wrote it"
    return f"{lead.publisher.name} itself: its page names nobody else" if lead else "nobody known"


def _show_articles(found: StoryView, *, passages: bool) -> None:
    """Print the copies in order of appearance: a block each for a person, a line each for a program."""
    links = {link.article_id: link for link in found.story.links}
    if not out.is_terminal:
        rows = [_article_row(stored, links[stored.article.id], found) for stored in found.articles]
        print_table(
            "",
            ["appeared (UTC)", "outlet", "relation", "after", "kept / own", "version", "title", "address"],
            rows,
        )
        out.print()
    for stored in found.articles:
        link = links[stored.article.id]
        on_beat = stored.relevance.why[:1] if link.of is None else ()  # a copy is here for its text
        said = found.words.get(stored.article.id) if link.of else None
        by_hand = [f"put together by a person: word {said} (maplewire story undo {said})"] if said else []
        reasons = (*by_hand, *link.why[:3], *_changed_since(stored, link, found), *on_beat)
        if out.is_terminal:
            _show_block(stored, link, found, reasons)
        else:
            for reason in reasons:
                out.print(f"{escape(stored.publisher.name)}: {escape(reason)}")
    if found.story.copies and not passages:
        out.print(f"sentence by sentence: maplewire story {found.story.id} --passages", style="dim")


def _changed_since(stored: StoredArticle, link: Link, found: StoryView) -> list[str]:
    """Say where a copy's shares are those of a text that came after it."""
    original = next((a for a in found.articles if a.article.id == link.of), None)
    if not original or not _changed_after(original, stored):
        return []
    return [
        f"measured on the original as it is now, version {original.version}: it was changed after this copy was fetched"
    ]


def _article_row(stored: StoredArticle, link: Link, found: StoryView) -> tuple[object, ...]:
    kept = f"{link.kept:.0%} / {link.own:.0%}" if link.of else ""
    return (_when(stored), stored.publisher.name, _relation(stored, link, found), _after(stored, found), kept,
            stored.version, stored.article.title, stored.article.url)  # fmt: skip


def _after(stored: StoredArticle, found: StoryView) -> str:
    """Return how long after the original a copy appeared: "24 min", "5 h", "3 d"."""
    lead = _lead(found)
    seconds = delay_s(stored, lead)
    if seconds is None:
        return "" if stored is lead else "not known"
    minutes = abs(seconds) // 60
    size = (
        f"{minutes} min"
        if minutes < 120
        else f"{minutes // 60} h"
        if minutes < 2880
        else f"{minutes // 1440} d"
    )
    return size if seconds >= 0 else f"{size} before"


def _relation(stored: StoredArticle, link: Link, found: StoryView) -> str:
    told_of = [link.relation.value]
    if link.relation is not Relation.ORIGINAL and not same_headline(
        stored.article.title, found.story.headline
    ):
        told_of.append("retitled")
    if gone := found.gone.get(stored.article.id):
        told_of.append(f"gone {gone:%Y-%m-%d}")
    return ", ".join(told_of)


def _show_block(stored: StoredArticle, link: Link, found: StoryView, reasons: Sequence[str]) -> None:
    """Print when, who and how; the title where it is not the story's; the address whole, so that it can be clicked."""
    version = f"version {stored.version}" if stored.version > 1 else ""
    late = _after(stored, found)
    after = {"": "", "not known": "delay not known"}.get(
        late, late if late.endswith("before") else f"{late} later"
    )
    facts = " · ".join(fact for fact in (_relation(stored, link, found), after, version) if fact)
    out.print(f"{_when(stored):<16}  [bold]{escape(stored.publisher.name)}[/]  {escape(facts)}")
    if stored.article.title != found.story.headline:
        out.print(Padding(escape(stored.article.title), _INSIDE))
    out.print(" " * 18 + escape(stored.article.url), style="blue")
    for reason in reasons:
        out.print(Padding(escape(reason), _INSIDE, style="dim"), soft_wrap=False)
    out.print()


_SENTENCE = 150
"""Characters of a sentence that are shown."""
_DID = {"kept": "keeps", "reworded": "rewords", "dropped": "leaves out", "added": "adds"}


def _show_passages(found: StoryView, edits: Mapping[str, Edit]) -> None:
    """Print sentence by sentence what each copy kept of its original, reworded, left out and added; a whole copy in one line."""
    by_id = {stored.article.id: stored for stored in found.articles}
    links = {link.article_id: link for link in found.story.links}
    for stored in found.articles:
        if (edit := edits.get(stored.article.id)) is None:
            continue
        of = links[stored.article.id].of or ""
        beside = "" if of == found.story.lead_id else f", beside the text of {by_id[of].publisher.name}"
        if _changed_since(stored, links[stored.article.id], found):
            beside += ", beside the original as it was then"
        out.print()
        out.print(f"[bold]{escape(stored.publisher.name + beside)}[/]")
        passages = passages_shape(edit)
        if not any(passages[how] for how in ("reworded", "dropped", "added")):
            out.print(f"  keeps all {counted(len(passages['kept']), 'sentence', 'sentences')}, word for word")
            continue
        reworded = [passage for passage in edit.passages if passage.how == "changed"]
        for how, sentences in passages.items():
            if sentences:
                out.print(f"  {_DID[how]} {counted(len(sentences), 'sentence', 'sentences')}")
            if how == "reworded":
                for passage in reworded:
                    out.print(Text("    ") + marked_passage(passage))
                continue
            for sentence in sentences:
                words = " ".join(sentence.split())
                out.print(f"    {escape(words[:_SENTENCE])}{'…' if len(words) > _SENTENCE else ''}")


def _show_near(found: StoryView) -> None:
    """Print what came closest of all that was kept apart, and why it was not enough."""
    if not found.looked:
        return
    out.print()
    if found.near is None:
        out.print("kept apart: no other story shares more with this one than turns of phrase")
        return
    near, story, stored = found.near
    title = stored.article.title if stored else story.headline
    outlet = f"{stored.publisher.name}, " if stored else ""
    out.print(f"kept apart, the closest: “{escape(title)}” ({escape(outlet)}{story.id}): {escape(near.why)}")


_LANGUAGES = {"en": "English", "fr": "français", "zh": "中文"}


def _show_related(found: StoryView) -> None:
    """Print what others tell of the event in words of their own: side by side by language, then why each is here."""
    if not found.related:
        return
    sides: dict[str, list[str]] = {}
    own = found.articles[0] if found.articles else None
    told_by = [(found.story, own), *((story, lead) for _, story, lead in found.related)]
    for story, lead in told_by:
        lang = (story.languages[0] if story.languages else "?")[:2]
        outlet = f" ({lead.publisher.name})" if lead else ""
        sides.setdefault(_LANGUAGES.get(lang, lang), []).append(f"{story.headline}{outlet}")
    out.print()
    columns = [name for name in (*_LANGUAGES.values(), *sorted(sides)) if name in sides]
    columns = list(dict.fromkeys(columns))
    rows = list(zip_longest(*(sides[name] for name in columns), fillvalue=""))
    print_table("The same event", columns, rows)
    names = {
        story.id: f"{lead.publisher.name} ({story.id})" if lead else story.id
        for _, story, lead in found.related
    }
    for related, story, lead in found.related:
        outlet = lead.publisher.name if lead else story.id
        middle = names.get(related.through or "", related.through)
        through = f"shares with {middle}, which is linked to this story: " if related.through else ""
        out.print(f"{escape(outlet)} ({story.id}): {escape(through + '; '.join(related.why))}")


def _show_versions(found: StoryView) -> None:
    for stored in found.articles:
        for version in found.versions.get(stored.article.id, ()):
            if version.edit is not None:
                out.print()
                _show_version(stored, version)


def _show_version(stored: StoredArticle, version: PageVersion) -> None:
    assert version.edit is not None
    if version.held:
        verdict = f"held back: {version.held}"
    else:
        verdict = "material" if version.edit.material else "not material"
    head = f"{stored.publisher.name}, version {version.number}, {version.collected:%Y-%m-%d %H:%M} UTC, {verdict}"
    out.print(f"[bold]{escape(head)}[/]")
    if version.held:
        return
    for reason in version.edit.why:
        out.print(f"  {escape(reason)}")
    headline = [version.edit.headline] if version.edit.headline.how != "kept" else []
    for passage in (*headline, *changed_passages(version.edit)):
        out.print(Text("    ") + marked_passage(passage))


def marked_passage(passage: Passage) -> Text:
    """Return a passage with its changes in colour and, where there are no colours, in brackets: [-old-]{+new+}."""
    text = Text()
    for place, piece in enumerate(passage.pieces):
        before, after = _MARKS[piece.how]
        words = " ".join(piece.text.split("\n"))
        if piece.how == "kept":
            words = _shortened(words, first=place == 0, last=place == len(passage.pieces) - 1)
        text.append(words if out.is_terminal else f"{before}{words}{after}", style=_STYLES[piece.how])
    return text


def _shortened(words: str, *, first: bool, last: bool) -> str:
    """Keep what stands next to a change."""
    if first and len(words) > _CONTEXT:
        return f"…{words[-_CONTEXT:]}"
    if last and len(words) > _CONTEXT:
        return f"{words[:_CONTEXT]}…"
    return words if len(words) <= 2 * _CONTEXT else f"{words[:_CONTEXT]} … {words[-_CONTEXT:]}"


def _show_history(history: Sequence[StoryEvent]) -> None:
    if history:
        out.print()
        rows = [(f"{x.at:%Y-%m-%d %H:%M}", x.turn.value, x.text) for x in history]
        print_table("", ["at (UTC)", "turn", "what happened"], rows)


def _when(stored: StoredArticle) -> str:
    stamp = stored.article.published
    if stamp is None:
        return f"collected {stored.article.collected:%Y-%m-%d %H:%M}"
    return (
        f"{stamp.at:%Y-%m-%d}"
        if stamp.precision in ("day", "month", "year")
        else f"{stamp.at:%Y-%m-%d %H:%M}"
    )
