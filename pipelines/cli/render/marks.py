"""How people's marks are printed."""

from __future__ import annotations

from pipelines.cli.console import print_json, print_text, say
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.ports import Ledger
from pipelines.stories.marks import MarkedArticle
from pipelines.text.iso_time import iso


def print_marked_article(done: MarkedArticle) -> None:
    """Print the story of a marked article, or its id, and say what became of it."""
    mark, story = done.mark, done.story
    print_text(f"{story.id if story else mark.article_id}\n")
    if mark.undone is not None:
        say(f"“{mark.title}” is not marked {mark.label.value} any more")
    elif done.was_so:
        say(f"“{mark.title}” was marked {mark.label.value} before")
    else:
        say(f"“{mark.title}” is marked {mark.label.value}")
    if done.is_awaited:
        say("its text is not kept any more: the next recheck fetches its page, and it comes in then")
    elif story is None:
        say("it is in no story")
    elif story.is_on_beat:
        say(f"story {story.id} is on the beat; the next run mails of it where that is still to be done")
    else:
        say(f"story {story.id} is kept, and in no search, mail or count")


def print_marks(ledger: Ledger, *, as_json: bool) -> None:
    """Print a mark a line, oldest first; those that were undone with the time."""
    marks = ledger.marks(include_undone=True)
    if as_json:
        documents = []
        for mark in marks:
            documents.append({
                "number": mark.number,
                "article": mark.article_id,
                "label": mark.label.value,
                "at": iso(mark.at),
                "by": mark.by,
                "note": mark.note,
                "title": mark.title,
                "undone": None if mark.undone is None else iso(mark.undone),
            })  # fmt: skip
        print_json(documents)
        return
    rows = []
    for mark in marks:
        label = mark.label.value
        if mark.undone is not None:
            label = f"{label} (undone {minute_words(mark.undone)})"
        rows.append(
            (mark.number, minute_words(mark.at), mark.by, label, mark.title, mark.note, mark.article_id)
        )
    print_table("", ["number", "said (UTC)", "by", "label", "title", "note", "article"], rows)
    if not rows:
        say("nobody has marked an article; see: maplewire mark --help")
