"""Pages of a day: the reports of many series, and copies of them as others print them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.stories.text_file import cluster_lines
from tests.eval.series.forms import FilledForm, Form, members

_DAY = datetime(2026, 1, 16, 8, tzinfo=UTC)
_MINUTES = 600
#: Minutes after which a report is no longer copied.
_LATER = 300
_PAPERS = 40
#: One typing error in so many characters.
_TYPO = 90
_SENTENCE = re.compile(r".+?(?:[.。；] ?|$)")
_LEADS = {
    "en": "The following was sent to newsrooms in the region earlier in the day and is printed here in full.",
    "fr": "Le texte qui suit a été transmis plus tôt dans la journée aux salles de presse de la région.",
    "zh": "以下内容今天早些时候发给本地各媒体，现全文刊登，供读者参考。",
}
_NOISE = {
    "en": ("Share this article", "Advertisement", "Sign up for our morning newsletter"),
    "fr": ("Partager cet article", "Publicité", "Abonnez-vous à notre infolettre"),
    "zh": ("分享到微信", "责任编辑：小文", "打开客户端查看更多精彩内容"),
}
_SITES = {"en": " - Prairie Courier", "fr": " | Le Courrier du Fleuve", "zh": "_滨江在线"}


@dataclass(frozen=True)
class PrintedPage:
    """One page of the day, and the report that it prints."""

    report: str
    language: str
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    #: In which way it is a copy, "" for the report itself.
    copy: str = ""
    #: Who printed it; "" for one of the day's papers.
    newsroom: str = ""


@dataclass(frozen=True)
class DayScore:
    """What became of a day's pages."""

    stories: int
    copies: int
    #: Reports that share a story with another one, as (one title, other title).
    wrong: list[tuple[PrintedPage, PrintedPage]]
    missed: list[PrintedPage]


def scored(forms: Iterable[Form], seed: int) -> DayScore:
    """Return how many reports of a day were joined, and copies missed."""
    rng = random.Random(seed)
    pages: list[PrintedPage] = []
    for form in forms:
        for report in members(form, rng):
            pages.append(_page(report))
            pages.extend(_copies(report, rng))
    stories: defaultdict[str, list[PrintedPage]] = defaultdict(list)
    for page, line in zip(pages, cluster_lines(_lines(pages, rng)), strict=True):
        stories[line["cluster"]].append(page)
    reports = {page.report for page in pages}
    copies = sum(bool(page.copy) for page in pages)
    return DayScore(len(reports), copies, list(_wrong_joins(stories)), _missed(stories))


def _wrong_joins(stories: dict[str, list[PrintedPage]]) -> Iterator[tuple[PrintedPage, PrintedPage]]:
    for story in stories.values():
        for page in story[1:]:
            if page.report != story[0].report:
                yield story[0], page


def _missed(stories: dict[str, list[PrintedPage]]) -> list[PrintedPage]:
    """Return the copies that do not stand in their report's story."""
    missed = []
    for story in stories.values():
        at_home = {page.report for page in story if not page.copy}
        missed += [page for page in story if page.report not in at_home]
    return missed


def _lines(pages: Sequence[PrintedPage], rng: random.Random) -> list[dict[str, Any]]:
    lines = []
    printed: dict[str, int] = {}
    for number, page in enumerate(pages):
        # A report stands before its copies.
        minute = printed.setdefault(page.report, rng.randrange(_MINUTES))
        later = timedelta(minutes=minute + rng.randrange(1, _LATER) * bool(page.copy))
        line = {
            "id": str(number),
            "title": page.title,
            "body": "\n\n".join(page.paragraphs),
            "source": page.newsroom or f"Paper {rng.randrange(_PAPERS)}",
            "published": (_DAY + later).isoformat(),
        }
        lines.append(line)
    return lines


# -- copies -----------------------------------------------------------------------------------------------


def _page(report: FilledForm) -> PrintedPage:
    return PrintedPage(
        report.report,
        report.language,
        report.kind,
        report.title,
        report.paragraphs,
        newsroom=report.newsroom,
    )


def _copies(report: FilledForm, rng: random.Random) -> Iterator[PrintedPage]:
    for kind in rng.sample(sorted(_CHANGES), rng.choice((0, 1, 1, 2))):
        paragraphs = _CHANGES[kind](report, rng)
        title, how = _headline(report, rng, keeps_own=kind == "shortened")
        yield PrintedPage(
            report.report, report.language, report.kind, title, paragraphs, f"{kind}, {how} headline"
        )


def _headline(report: FilledForm, rng: random.Random, *, keeps_own: bool) -> tuple[str, str]:
    """Return a copy's headline, and what it is.

    A form that is cut keeps its own, which may be all that tells it from the next.
    """
    how = rng.choice(("same", "site's") if keeps_own else ("same", "site's", "other", "other"))
    if how == "other":
        return rng.choice(report.other_titles), how
    if how == "site's":
        return report.title + _SITES[report.language], how
    return report.title, how


def _verbatim(report: FilledForm, _rng: random.Random) -> tuple[str, ...]:
    return report.paragraphs


def _shortened(report: FilledForm, _rng: random.Random) -> tuple[str, ...]:
    """Return the first two thirds of a text's sentences."""
    sentences = []
    for at, paragraph in enumerate(report.paragraphs):
        for sentence in _SENTENCE.findall(paragraph):
            sentences.append((at, sentence))
    kept: defaultdict[int, str] = defaultdict(str)
    for at, sentence in sentences[: -(-len(sentences) * 2 // 3)]:
        kept[at] += sentence
    return tuple(kept.values())


def _with_lead(report: FilledForm, _rng: random.Random) -> tuple[str, ...]:
    return (_LEADS[report.language], *report.paragraphs)


def _with_noise(report: FilledForm, rng: random.Random) -> tuple[str, ...]:
    paragraphs = list(report.paragraphs)
    for line in _NOISE[report.language]:
        paragraphs.insert(rng.randrange(len(paragraphs) + 1), line)
    return tuple(paragraphs)


def _with_typos(report: FilledForm, rng: random.Random) -> tuple[str, ...]:
    """Return a text with letters left out here and there."""
    return tuple(_mistyped(paragraph, rng) for paragraph in report.paragraphs)


def _mistyped(paragraph: str, rng: random.Random) -> str:
    letters = list(paragraph)
    for _ in range(len(letters) // _TYPO):
        at = rng.randrange(len(letters))
        if letters[at].isalpha():
            del letters[at]
    return "".join(letters)


_CHANGES: dict[str, Callable[[FilledForm, random.Random], tuple[str, ...]]] = {
    "verbatim": _verbatim,
    "shortened": _shortened,
    "with a lead": _with_lead,
    "with noise": _with_noise,
    "with typing errors": _with_typos,
}
