"""How many reports of one event are linked, and how many links are right.

    python -m tests.eval.event_scores [FOLDER OF THE SHARED DATA]

Reports of one `event` should be linked. Links within one `visit` are right, and need not be found; a comment
on an event has an event of its own. Pairs further apart than the window count as missed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from pipelines.beat.beat import Beat
from pipelines.model import EventLink, EventPrint
from pipelines.stories.event_print import event_print
from pipelines.stories.events import same_event
from tests.usual_beat import usual_beat

HERE = Path(__file__).parent
#: Reports in our own words. The rules were made on the first, and measured on the second.
OWN = {"own": "event_reports.jsonl", "own_kept": "event_reports_kept.jsonl"}
_FIRST_DAY = "2000-01-01"


@dataclass(frozen=True)
class LabelledReports:
    """Reports by id, the pairs that are one event, and those that may be."""

    reports: Mapping[str, Mapping[str, Any]]
    same: frozenset[frozenset[str]]
    unclear: frozenset[frozenset[str]]


@dataclass
class EventScores:
    """What was found of the pairs that are one event."""

    right: int = 0
    wrong: list[tuple[str, str, EventLink]] = field(default_factory=list)
    missed: list[frozenset[str]] = field(default_factory=list)
    #: "en-fr" -> pairs of these languages, and those of them that were found.
    pairs: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))


def read_own(name: str) -> LabelledReports:
    """Return the reports of a file beside this one."""
    lines = (HERE / OWN[name]).read_text("utf-8").splitlines()
    reports = {}
    for line in lines:
        report = json.loads(line)
        reports[report["id"]] = report
    same, unclear = set(), set()
    for a, b in combinations(reports.values(), 2):
        pair = frozenset((a["id"], b["id"]))
        if a["event"] == b["event"]:
            same.add(pair)
        elif a.get("visit") and a.get("visit") == b.get("visit"):
            unclear.add(pair)
    return LabelledReports(reports, frozenset(same), frozenset(unclear))


def read_shared(folder: Path) -> LabelledReports:
    """Return the real headlines of the shared data, labelled beside this file."""
    labels = json.loads((HERE / "event_labels_shared.json").read_text("utf-8"))
    reports = {}
    for line in (folder / "relevance" / "shared.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        reports[row["id"]] = {
            "title": row["title"],
            "body": row["text"],
            "lang": row["lang"],
            "published": _complete_day(row["date"] or ""),
        }
    return LabelledReports(reports, _pairs_of(labels["events"]), _pairs_of(labels["unclear"]))


def _complete_day(day: str) -> str:
    """Return a day for "2022-11" and "2022" too: the first of the month or year."""
    completed = day + _FIRST_DAY[len(day) :]
    try:
        datetime.fromisoformat(completed)
    except ValueError:
        return _FIRST_DAY
    return completed


def _pairs_of(groups: Iterable[Iterable[str]]) -> frozenset[frozenset[str]]:
    pairs: set[frozenset[str]] = set()
    for group in groups:
        pairs.update(map(frozenset, combinations(group, 2)))
    return frozenset(pairs)


def score(labelled: LabelledReports, beat: Beat) -> EventScores:
    """Return what the rules of a beat find of the labelled pairs."""
    prints = {id_: _print_report(id_, report, beat) for id_, report in labelled.reports.items()}
    scores = EventScores()
    for pair in labelled.same:
        scores.pairs[_languages_of(pair, labelled)] += 1
    for a, b in combinations(sorted(prints), 2):
        pair = frozenset((a, b))
        link = same_event(prints[a], prints[b])
        if pair in labelled.same and link is None:
            scores.missed.append(pair)
        elif pair in labelled.same:
            scores.right += 1
            scores.found[_languages_of(pair, labelled)] += 1
        elif link is not None and pair not in labelled.unclear:
            scores.wrong.append((a, b, link))
    return scores


def _print_report(id_: str, report: Mapping[str, Any], beat: Beat) -> EventPrint:
    at = datetime.fromisoformat(report["published"]).replace(tzinfo=UTC)
    return event_print(id_, report["title"], report["body"], report["lang"], at, beat.terms, beat.event_rules)


def _languages_of(pair: Iterable[str], labelled: LabelledReports) -> str:
    return "-".join(sorted(labelled.reports[id_]["lang"] for id_ in pair))


def print_scores(name: str, labelled: LabelledReports, scores: EventScores) -> None:
    print(f"{name}: precision {scores.precision:.2f}, recall {scores.recall:.2f}")
    for languages, count in sorted(scores.pairs.items()):
        print(f"    {languages}: {scores.found[languages]} of {count}")
    for a, b, link in scores.wrong:
        titles = f"{labelled.reports[a]['title']} | {labelled.reports[b]['title']}"
        print(f"    wrong: {titles}\n        {link.score}: {'; '.join(link.why)}")
    for pair in scores.missed:
        print("    missed: " + " | ".join(labelled.reports[id_]["title"] for id_ in sorted(pair)))


def main(folders: list[str]) -> int:
    """Print the scores of all labelled reports; return 0."""
    beat = usual_beat()
    labelled = {name: read_own(name) for name in OWN}
    for folder in folders:
        labelled["shared"] = read_shared(Path(folder))
    for name, reports in labelled.items():
        print_scores(name, reports, score(reports, beat))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
