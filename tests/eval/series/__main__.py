"""Print how the forms of a file fare: python -m tests.eval.series seen 1 2 3."""

from __future__ import annotations

import sys
from collections import Counter

from tests.eval.series.forms import read_forms
from tests.eval.series.pages import DayScore, scored


def main(name: str, seeds: list[str]) -> None:
    """Print the scores of a file, and what went wrong."""
    forms = read_forms(name)
    scores = [scored(forms, int(seed)) for seed in seeds]
    if "-v" in sys.argv or name == "seen":
        for score in scores:
            _print_faults(score)
    wrong = sum(len(score.wrong) for score in scores)
    stories = sum(score.stories for score in scores)
    copies = sum(score.copies for score in scores)
    missed = sum(len(score.missed) for score in scores)
    print(f"{name}: {wrong} wrong joins in {stories} stories; {missed} of {copies} copies missed")
    kinds: Counter[str] = Counter()
    for score in scores:
        kinds.update(f"{page.language} {page.kind}" for _, page in score.wrong)
    print(kinds)


def _print_faults(score: DayScore) -> None:
    for one, other in score.wrong:
        print(f"joined: {one.title} [{one.copy}] + {other.title} [{other.copy}]")
    for page in score.missed:
        print(f"missed: {page.title} [{page.copy}]")


if __name__ == "__main__":
    main(sys.argv[1], [word for word in sys.argv[2:] if word != "-v"])
