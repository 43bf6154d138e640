"""How the text of a page is printed.

The text goes to standard output, what is known of it to standard error.
"""

from __future__ import annotations

from pipelines.cli.console import print_json, print_text, say
from pipelines.stories.kept_text import KeptText
from pipelines.text.iso_time import iso


def print_kept_text(text: KeptText, *, as_json: bool) -> None:
    """Print one state of a page."""
    if as_json:
        print_json(_kept_text_json(text))
        return
    say(_description(text))
    print_text(f"{text.title}\n\n{text.body}\n")


def _description(text: KeptText) -> str:
    parts = [text.stored.publisher.name, text.stored.article.url, _version_words(text)]
    parts.append(f"collected {text.collected:%Y-%m-%d %H:%M} UTC")
    if text.held is not None:
        parts.append(f"held back: {text.held}")
    if text.gone is not None:
        parts.append(f"taken away: {text.gone:%Y-%m-%d %H:%M} UTC")
    return " · ".join(parts)


def _version_words(text: KeptText) -> str:
    if len(text.versions) == 1:
        return "its only version"
    return f"version {text.version} of {', '.join(map(str, text.versions))}"


def _kept_text_json(text: KeptText) -> dict[str, object]:
    article = text.stored.article
    return {
        "article": article.id,
        "story": text.stored.story_id,
        "url": article.url,
        "source": text.stored.publisher.id,
        "source_name": text.stored.publisher.name,
        "lang": article.lang,
        "version": text.version,
        "versions": list(text.versions),
        "title": text.title,
        "body": text.body,
        "collected": iso(text.collected),
        "held": text.held,
        "gone": iso(text.gone),
    }
