"""How changes are printed: of copies, pages and stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.text import Text

from pipelines.cli.console import out
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.model import Edit, PageVersion, Passage, StoredArticle, StoryEvent
from pipelines.stories.view import StoryView, changed_after, sentences_by_change
from pipelines.text.counts import counted

_STYLES = {"removed": "red strike", "added": "green", "kept": ""}
# Where there are no colours, as wdiff writes it.
_BRACKETS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "kept": ("", "")}

# Characters kept at each side of a change, so that a long sentence shows what changed.
_CONTEXT = 60

# Characters of a sentence that are shown.
_SENTENCE = 150

_VERBS = {"kept": "keeps", "reworded": "rewords", "dropped": "leaves out", "added": "adds"}


def print_copy_changes(view: StoryView, edits: Mapping[str, Edit]) -> None:
    """Print what each copy kept, reworded, left out and added."""
    for stored in view.articles:
        edit = edits.get(stored.article.id)
        if edit is None:
            continue
        out.print()
        out.print(f"[bold]{escape(_copy_title(stored, view))}[/]")
        sentences = sentences_by_change(edit)
        # Most copies are whole: one line says more than thirty sentences.
        if sentences["reworded"] or sentences["dropped"] or sentences["added"]:
            _print_sentences(edit, sentences)
        else:
            kept = counted(len(sentences["kept"]), "sentence")
            out.print(f"  keeps all {kept}, word for word")


def _copy_title(stored: StoredArticle, view: StoryView) -> str:
    """Return a copy's outlet, and what it is compared with.

    The original as it is now need not be named.
    """
    title = stored.publisher.name
    original = view.article(view.links()[stored.article.id].of)
    if original is None:
        return title
    if original.article.id != view.story.lead_id:
        title += f", compared with the text of {original.publisher.name}"
    if changed_after(original, stored):
        title += ", compared with the original as it was then"
    return title


def _print_sentences(edit: Edit, sentences: Mapping[str, Sequence[str]]) -> None:
    for change, texts in sentences.items():
        if texts:
            out.print(f"  {_VERBS[change]} {counted(len(texts), 'sentence')}")
        if change == "reworded":
            # Only these have pieces of both texts, which are shown inside one another.
            for passage in edit.passages:
                if passage.how == "changed":
                    out.print(Text("    ") + passage_text(passage))
        else:
            for text in texts:
                out.print(f"    {escape(_first_characters(text))}")


def _first_characters(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > _SENTENCE:
        return f"{words[:_SENTENCE]}…"
    return words


def print_versions(view: StoryView) -> None:
    """Print the changes of pages, version by version."""
    for stored in view.articles:
        for version in view.versions.get(stored.article.id, ()):
            # The first version has nothing before it to differ from.
            if version.edit is not None:
                out.print()
                _print_version(stored, version, version.edit)


def _print_version(stored: StoredArticle, version: PageVersion, edit: Edit) -> None:
    if version.held:
        verdict = f"held back: {version.held}"
    elif edit.material:
        verdict = "material"
    else:
        verdict = "not material"
    collected = f"{minute_words(version.collected)} UTC"
    title = f"{stored.publisher.name}, version {version.number}, {collected}, {verdict}"
    out.print(f"[bold]{escape(title)}[/]")
    # Its text is that of an error page or a paywall, of which a diff says nothing.
    if version.held:
        return
    for reason in edit.why:
        out.print(f"  {escape(reason)}")
    for passage in (edit.headline, *edit.passages):
        if passage.how != "kept":
            out.print(Text("    ") + passage_text(passage))


def passage_text(passage: Passage) -> Text:
    """Return a passage with its changes marked.

    In colour, or in brackets where there is none: [-old-]{+new+}.
    """
    text = Text()
    last = len(passage.pieces) - 1
    for number, piece in enumerate(passage.pieces):
        words = piece.text.replace("\n", " ")
        if piece.how == "kept":
            words = _shorten_kept(words, is_first=number == 0, is_last=number == last)
        if not out.is_terminal:
            before, after = _BRACKETS[piece.how]
            words = f"{before}{words}{after}"
        text.append(words, style=_STYLES[piece.how])
    return text


def _shorten_kept(words: str, *, is_first: bool, is_last: bool) -> str:
    """Keep the characters next to a change."""
    if is_first and len(words) > _CONTEXT:
        return f"…{words[-_CONTEXT:]}"
    if is_last and len(words) > _CONTEXT:
        return f"{words[:_CONTEXT]}…"
    if len(words) > 2 * _CONTEXT:
        return f"{words[:_CONTEXT]} … {words[-_CONTEXT:]}"
    return words


def print_history(history: Sequence[StoryEvent]) -> None:
    """Print what happened to the story, in order."""
    if not history:
        return
    out.print()
    rows = []
    for event in history:
        rows.append((minute_words(event.at), event.turn.value, event.text))
    print_table("", ["at (UTC)", "turn", "what happened"], rows)
