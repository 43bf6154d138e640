"""A result to take away: CSV, JSON Lines, RIS or BibTeX (pure).

One row an article. A cell of a table never begins like a formula: a spreadsheet would compute it, and what
stands there was written by strangers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from pipelines.model import StoredArticle, Story
from pipelines.text.iso_time import iso

ExportFormat = Literal["csv", "jsonl", "ris", "bibtex"]
FORMATS: tuple[ExportFormat, ...] = ("csv", "jsonl", "ris", "bibtex")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "ris": "application/x-research-info-systems",
    "bibtex": "application/x-bibtex",
}
ENDINGS = {"csv": "csv", "jsonl": "jsonl", "ris": "ris", "bibtex": "bib"}

_COLUMNS = (
    "story",
    "article",
    "url",
    "title",
    "outlet",
    "country",
    "language",
    "published",
    "collected",
    "relation",
    "kept",
    "origin",
    "carrier",
    "kind",
    "topics",
)
#: How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BIBTEX_SIGNS = str.maketrans({
    "\\": r"\textbackslash{}",
    "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """An article with its story, as it is taken away."""

    stored: StoredArticle
    story: Story


def write_export(
    articles: Iterable[ExportedArticle], export_format: ExportFormat, *, texts: bool = False
) -> Iterator[str]:
    """Yield the parts of an export, in the order of the articles.

    With `texts`, JSON Lines, RIS and CSV also hold the text as kept.
    """
    match export_format:
        case "csv":
            yield from _write_csv(articles, texts=texts)
        case "jsonl":
            for article in articles:
                yield orjson.dumps(_json_row(article, texts=texts)).decode() + "\n"
        case "ris":
            for article in articles:
                yield _ris_entry(article, texts=texts)
        case "bibtex":
            for article in articles:
                yield _bibtex_entry(article)


def _row(article: ExportedArticle) -> dict[str, Any]:
    stored, story = article.stored, article.story
    link = None
    for one in story.links:
        if one.article_id == stored.article.id:
            link = one
    published = stored.article.published
    return {
        "story": story.id,
        "article": stored.article.id,
        "url": stored.article.url,
        "title": stored.article.title,
        "outlet": stored.publisher.name,
        "country": stored.publisher.country,
        "language": stored.article.lang,
        "published": None if published is None else iso(published.at),
        "collected": iso(stored.article.collected),
        "relation": None if link is None else link.relation.value,
        "kept": None if link is None else round(link.kept, 3),
        "origin": story.origin,
        "carrier": story.carrier,
        "kind": story.kind,
        "topics": list(story.topics),
    }


def _json_row(article: ExportedArticle, *, texts: bool) -> dict[str, Any]:
    row = _row(article)
    row["authors"] = list(article.stored.article.authors)
    if texts:
        row["text"] = article.stored.article.body
    return row


def _write_csv(articles: Iterable[ExportedArticle], *, texts: bool) -> Iterator[str]:
    columns = (*_COLUMNS, "text") if texts else _COLUMNS
    # A mark by which spreadsheets know UTF-8.
    yield "\ufeff" + _csv_line(columns)
    for article in articles:
        row = _row(article) | {"topics": " ".join(article.story.topics)}
        if texts:
            row["text"] = article.stored.article.body
        cells = []
        for column in columns:
            cells.append(safe_cell(row[column]))
        yield _csv_line(cells)


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet computes."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA_SIGNS):
        return f"'{text}"
    return text


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _ris_entry(article: ExportedArticle, *, texts: bool) -> str:
    stored = article.stored
    published = stored.article.published
    fields = [("TY", "NEWS"), ("TI", stored.article.title)]
    for author in stored.article.authors:
        fields.append(("AU", author))
    fields.append(("T2", stored.publisher.name))
    if published is not None:
        fields.append(("DA", f"{published.at:%Y/%m/%d}"))
        fields.append(("PY", f"{published.at:%Y}"))
    fields.append(("UR", stored.article.url))
    fields.append(("LA", stored.article.lang or ""))
    fields.append(("Y2", f"{stored.article.collected:%Y/%m/%d}"))
    for topic in article.story.topics:
        fields.append(("KW", topic))
    fields.append(("N1", f"Story {article.story.id}"))
    if texts:
        fields.append(("AB", stored.article.body))
    lines = []
    for tag, value in fields:
        # A line break would begin another field.
        lines.append(f"{tag}  - {' '.join(value.split())}\r\n")
    return "".join([*lines, "ER  - \r\n\r\n"])


def _bibtex_entry(article: ExportedArticle) -> str:
    stored = article.stored
    published = stored.article.published
    fields = {
        "title": stored.article.title,
        "author": " and ".join(stored.article.authors),
        "organization": stored.publisher.name,
        "date": "" if published is None else f"{published.at:%Y-%m-%d}",
        "urldate": f"{stored.article.collected:%Y-%m-%d}",
        "langid": stored.article.lang or "",
    }
    lines = [f"@online{{maplewire-{stored.article.id},\n"]
    for name, value in fields.items():
        if value:
            lines.append(f"  {name} = {{{' '.join(value.split()).translate(_BIBTEX_SIGNS)}}},\n")
    # Braces alone would end the field; biblatex reads an address as it is.
    url = stored.article.url.replace("{", "%7B").replace("}", "%7D")
    return "".join([*lines, f"  url = {{{url}}},\n}}\n\n"])
