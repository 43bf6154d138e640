"""What sites print beside their reports: photographs, galleries, boxes, background.

Reports that share nothing else stay apart; with or without it a report and its copy stay one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.eval.carrying.day import APART, SAME, Pages, Texts

#: Paragraphs of a report of some eighty words.
_SHORT = 2


def _photograph(pages: Pages, texts: Texts) -> None:
    """An agency's photograph above, between and under reports of four papers."""
    _apart_with(pages, texts, [texts["photograph"]], own_source=True)


def _brief_photograph(pages: Pages, texts: Texts) -> None:
    """An agency's photograph above two news in brief: its caption is longer than either."""
    _apart_with(pages, texts, [texts["photograph"]], own_source=True, paragraphs=1, reports=2)


def _gallery(pages: Pages, texts: Texts) -> None:
    """Three photographs beside reports of four papers."""
    _apart_with(pages, texts, texts["gallery"], own_source=True)


def _about(pages: Pages, texts: Texts) -> None:
    """A newsroom's words about itself under two of its reports."""
    _apart_with(pages, texts, [texts["about"]], reports=2, is_above=False)


def _about_chain(pages: Pages, texts: Texts) -> None:
    """The same words under reports of sister papers."""
    _apart_with(pages, texts, [texts["about"]], own_source=True, is_above=False)


def _related(pages: Pages, texts: Texts) -> None:
    """A list of headlines under two reports of a newsroom."""
    _apart_with(pages, texts, texts["related"], reports=2)


def _two_backgrounds(pages: Pages, texts: Texts) -> None:
    """A background paragraph under two reports of a newsroom."""
    _apart_with(pages, texts, [texts["context"]], reports=2, is_above=False)


def _five_backgrounds(pages: Pages, texts: Texts) -> None:
    """A background paragraph in five reports of a newsroom, as a run sees them one by one."""
    found: list[str] = []
    parts = [report["paragraphs"][:_SHORT] for report in texts["reports"]]
    parts.append(texts["own"][:_SHORT])
    for number, own in enumerate(parts):
        above, under = own[:1], own[1:]
        page = pages.add(own[0][:40], [*above, texts["context"], *under], number * 5, "valley")
        pages.expect(APART, page, *found)
        found.append(page)


def _apart_with(
    pages: Pages,
    texts: Texts,
    furniture: Sequence[str],
    *,
    own_source: bool = False,
    paragraphs: int = _SHORT,
    reports: int = 4,
    is_above: bool = True,
) -> None:
    """Add reports with the same furniture, now above, now below, now in the middle."""
    found: list[str] = []
    for number, report in enumerate(texts["reports"][:reports]):
        own = report["paragraphs"][:paragraphs]
        above = 0 if is_above else len(own)
        place = (above, len(own), 1, len(own))[number]
        source = f"daily-{number}" if own_source else "valley"
        parts = [*own[:place], *furniture, *own[place:]]
        page = pages.add(report["title"], parts, number * 2, source)
        pages.expect(APART, page, *found)
        found.append(page)


def _copies_with_furniture(pages: Pages, texts: Texts) -> None:
    """Copies of a report, each with other furniture around it."""
    report = texts["reports"][0]
    own = report["paragraphs"]
    original = pages.add(report["title"], own, 0, "agency")
    shapes = [
        [texts["photograph"], *own],
        [*own[:_SHORT], *texts["gallery"], *own[_SHORT:]],
        [*own, texts["about"]],
        [*own, *texts["related"]],
        [*own, texts["context"]],
    ]
    for number, parts in enumerate(shapes):
        copy = pages.add(report["title"], parts, number + 1, f"paper-{number}")
        pages.expect(SAME, copy, original)


FURNITURE: Mapping[str, Callable[[Pages, Texts], None]] = {
    "photograph": _photograph,
    "brief-photograph": _brief_photograph,
    "gallery": _gallery,
    "about": _about,
    "about-chain": _about_chain,
    "related": _related,
    "two-backgrounds": _two_backgrounds,
    "five-backgrounds": _five_backgrounds,
    "copies-with-furniture": _copies_with_furniture,
}
