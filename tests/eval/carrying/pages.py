"""Pages of many kinds, made of the texts of a file, and what holds between two of them.

Each kind takes the texts of one language and returns its pages with what is expected. All kinds of one
language come on one day, as they do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.stories.text_file import cluster_lines
from tests.eval.carrying.day import APART, CARRIES, SAME, Expected, Pages, Texts, read_texts
from tests.eval.carrying.furniture import FURNITURE

#: Words, or twice as many characters, of an excerpt.
_EXCERPT = 30


# -- the day's reports, with which the kinds deal -----------------------------------------------------------


def _reports(pages: Pages, texts: Texts) -> list[str]:
    """Add each report at its agency; return the ids."""
    found = []
    for number, report in enumerate(texts["reports"]):
        found.append(pages.add(report["title"], report["paragraphs"], number / 4, "agency"))
    return found


def _round_up(pages: Pages, texts: Texts) -> None:
    """Half of each of three reports on one page."""
    reports = _reports(pages, texts)[:3]
    parts = []
    for report in texts["reports"][:3]:
        parts += [report["title"], *report["paragraphs"][:3]]
    page = pages.add(texts["latest"], parts, 5, "herald")
    pages.expect(APART, page, *reports)
    pages.expect(CARRIES, page, *reports)


def _in_brief(pages: Pages, texts: Texts) -> None:
    """The first paragraph of every report on one page."""
    reports = _reports(pages, texts)
    parts = [report["paragraphs"][0] for report in texts["reports"]]
    page = pages.add(texts["latest"], parts, 6, "courier")
    pages.expect(APART, page, *reports)


def _listing(pages: Pages, texts: Texts) -> None:
    """All reports in full on one page, which comes before or after them."""
    reports = _reports(pages, texts)
    parts = []
    for report in texts["reports"]:
        parts += [report["title"], *report["paragraphs"]]
    for hours in (-2, 7):
        page = pages.add(texts["latest"], parts, hours, f"wire{abs(hours)}")
        pages.expect(APART, page, *reports)
        pages.expect(CARRIES, page, *reports)


def _commented(pages: Pages, texts: Texts) -> None:
    """Three pages of their own, each of which prints one brief."""
    brief = pages.add(texts["brief"]["title"], [texts["brief"]["text"]], 0, "agency")
    own = texts["own"]
    earlier: list[str] = []
    for number, (first, second) in enumerate([(0, 1), (2, 3), (4, 5)]):
        report = texts["reports"][number]
        parts = [own[first], *report["paragraphs"], texts["brief"]["text"], own[second]]
        page = pages.add(report["title"], parts, number + 1, f"paper-{number}")
        pages.expect(APART, page, brief, *earlier)
        pages.expect(CARRIES, page, brief)
        earlier.append(page)


def _embedded(pages: Pages, texts: Texts) -> None:
    """A whole report between the paragraphs of a longer page."""
    own = texts["own"]
    for number, report in enumerate(texts["reports"][:2]):
        original = pages.add(report["title"], report["paragraphs"], number, "agency")
        printed = pages.add(report["title"], report["paragraphs"], number + 1, "gazette")
        parts = [*own[:4], *report["paragraphs"], own[4]]
        if number:
            parts = [own[4], *report["paragraphs"], *own[:4]]
        page = pages.add(texts["latest"] if number else own[0][:40], parts, number + 3, f"journal-{number}")
        pages.expect(SAME, printed, original)
        pages.expect(APART, page, original)
        pages.expect(CARRIES, page, original)


def _excerpts(pages: Pages, texts: Texts) -> None:
    """Headline and first words of a report, with a link to it."""
    for number, report in enumerate(texts["reports"]):
        original = pages.add(report["title"], report["paragraphs"], number, "agency")
        for source in ("portal", "mirror"):
            excerpt = pages.add(
                report["title"], [_first_words(report), texts["more"]], number + 1, f"{source}-{number}"
            )
            pages.expect(SAME, excerpt, original)


def _first_words(report: Mapping[str, Any]) -> str:
    first: str = report["paragraphs"][0]
    words = first.split()
    if len(words) > 2:
        return " ".join(words[:_EXCERPT]) + " …"
    return first[: 2 * _EXCERPT] + "……"


def _captions(pages: Pages, texts: Texts) -> None:
    """Two short reports above one photograph."""
    reports = texts["reports"]
    found: list[str] = []
    for number in range(3):
        report = reports[number]
        parts = [texts["caption"], *report["paragraphs"][:2]]
        if number == 1:
            parts = [*report["paragraphs"][:2], texts["caption"]]
        page = pages.add(report["title"], parts, number, f"daily-{number}")
        pages.expect(APART, page, *found)
        found.append(page)


def _boxes(pages: Pages, texts: Texts) -> None:
    """Two reports of one newsroom, with its background under both."""
    found: list[str] = []
    for number in range(2):
        report = texts["reports"][number]
        parts = [*report["paragraphs"][:2], texts["background"]]
        page = pages.add(report["title"], parts, number * 3, "valley")
        pages.expect(APART, page, *found)
        found.append(page)


def _twins(pages: Pages, texts: Texts) -> None:
    """One report at the addresses of its AMP and print pages."""
    for number, report in enumerate(texts["reports"][:2]):
        address = f"https://tribune.example/news/{number}"
        first = pages.add(report["title"], report["paragraphs"], number, "tribune", url=address)
        amp = pages.add(report["title"], report["paragraphs"], number, "tribune", url=f"{address}/amp")
        printed = pages.add(
            report["title"],
            [report["title"], *report["paragraphs"]],
            number,
            "tribune",
            url=f"{address}?print=1",
        )
        pages.expect(SAME, amp, first)
        pages.expect(SAME, printed, first)


def _write_through(pages: Pages, texts: Texts) -> None:
    """A report that an agency writes on, eight steps, each with a sentence more."""
    report, added = texts["reports"][0], texts["reports"][0]["paragraphs"]
    colour = texts["own"]
    steps = [
        [added[0]],
        [added[0], added[1]],
        [added[0], added[2], added[1]],
        [added[0], added[2], added[1], colour[0]],
        [added[3], added[0], added[2], added[1]],
        [added[3], added[0], added[2], added[1], colour[1]],
        [added[3], added[0], colour[2], added[2], added[1]],
        [added[3], colour[3], added[0], added[2], added[1]],
    ]
    found: list[str] = []
    for number, parts in enumerate(steps):
        page = pages.add(report["title"], parts, number * 1.5, "agency")
        pages.expect(SAME, page, *found[-1:])
        found.append(page)


def _next_chapter(pages: Pages, texts: Texts) -> None:
    """A report that drifts until nothing is left of its first step."""
    report = texts["reports"][1]
    flow = [*report["paragraphs"], *texts["own"]]
    found = []
    for number in range(6):
        found.append(pages.add(report["title"], flow[number : number + 4], number * 2, "agency"))
    pages.expect(SAME, found[1], found[0])
    pages.expect(APART, found[5], found[0])
    pages.expect(SAME, found[5], found[4])


def _shortened(pages: Pages, texts: Texts) -> None:
    """Shortened copies of long reports, which carry nothing."""
    for number in range(2):
        first = texts["reports"][2 * number]
        long = [*first["paragraphs"], *texts["own"][3 * number : 3 * number + 3]]
        original = pages.add(first["title"], long, number, "agency")
        short = pages.add(first["title"], first["paragraphs"][:3], number + 1, f"post-{number}")
        kept = [long[0], long[2], long[4]]
        skipping = pages.add(first["title"], kept, number + 2, f"sun-{number}")
        pages.expect(SAME, short, original)
        pages.expect(SAME, skipping, original)


_KINDS: Mapping[str, Callable[[Pages, Texts], None]] = {
    "round-up": _round_up,
    "in-brief": _in_brief,
    "listing": _listing,
    "commented": _commented,
    "embedded": _embedded,
    "excerpts": _excerpts,
    "captions": _captions,
    "boxes": _boxes,
    "twins": _twins,
    "write-through": _write_through,
    "next-chapter": _next_chapter,
    "shortened": _shortened,
    **FURNITURE,
}


# -- what became of them ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CarryingScore:
    """How much of what was expected came true."""

    #: By what was expected: how often it was, and came true.
    counts: Mapping[str, tuple[int, int]]
    wrong: Sequence[Expected]

    def share(self, what: str) -> float:
        """Return the share of what was expected that came true."""
        expected, right = self.counts[what]
        return right / expected


def scored(name: str) -> CarryingScore:
    """Return what became of the pages that are made of a file's texts."""
    counts: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for language, texts in read_texts(name).items():
        for kind in _KINDS:
            pages = Pages(language, kind=kind)
            _KINDS[kind](pages, texts)
            for expected, is_right in _judged(pages):
                counts[expected.what, is_right] += 1
                if not is_right:
                    wrong.append(expected)
    shares = {}
    for what in (SAME, CARRIES, APART):
        shares[what] = (counts[what, True] + counts[what, False], counts[what, True])
    return CarryingScore(shares, wrong)


def _judged(pages: Pages) -> Iterator[tuple[Expected, bool]]:
    found = {line["id"]: line for line in cluster_lines(pages.lines)}
    members: defaultdict[str, set[str]] = defaultdict(set)
    for page_id, line in found.items():
        members[line["cluster"]].add(page_id)
    for expected in pages.expected:
        page, other = found[expected.page], found[expected.other]
        if expected.what == SAME:
            yield expected, page["cluster"] == other["cluster"]
        elif expected.what == APART:
            yield expected, page["cluster"] != other["cluster"]
        else:
            yield expected, other["cluster"] in page.get("carries", [])
