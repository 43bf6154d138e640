"""Learn the weights of pipelines/relevance/rule.py again, and say how good they are on unseen stories.

    python tests/eval/fit_relevance.py .../relevance/shared.jsonl

A logistic regression over the features that `judge` itself computes, with a penalty on large weights
and each weight held to the sign that makes sense (a third party in the title cannot speak for the
beat, whatever a small sample says). Borderline texts count as not relevant. No text leaves the
labelled file: what is printed are some twenty numbers, to be pasted into `WEIGHTS`.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.beat.terms import load_terms
from pipelines.relevance.rule import features
from pipelines.relevance.sentences import read

TERMS = Path(__file__).resolve().parents[2] / "beats" / "china-canada" / "terms.yaml"
AGAINST = (
    "one_missing",
    "one_weak",
    "weak_",
    "others_",
    "sport",
    "diaspora",
    "screen",
    "disaster",
    "roundup",
)
PRIORS = {"sport": -1.0, "roundup": -1.0, "diaspora": -0.5, "weak_and_no_dealings": -1.0}
"""What a weight is drawn to where the labelled texts say little (a handful of them are about sport): 0 for
the others. A match in Beijing or a morning's list is off the beat even with both sides in its title."""
PENALTY = 8.0
STEPS = 400
FOLDS = 5

Row = Sequence[float]


def fit(rows: Sequence[Row], labels: Sequence[int], names: Sequence[str]) -> list[float]:
    """Return the intercept and weights: coordinate-wise Newton steps, projected on the allowed signs."""
    signs = [0]
    for name in names:
        signs.append(-1 if name.startswith(AGAINST) else 1)
    centres = [0.0, *(PRIORS.get(n, 0.0) for n in names)]
    weights = [0.0] * len(signs)
    columns = [[1.0] * len(rows), *([row[k] for row in rows] for k in range(len(names)))]
    z = [0.0] * len(rows)
    for _ in range(STEPS):
        moved = 0.0
        for k, column in enumerate(columns):
            penalty = PENALTY if k else 0.0
            gradient, curvature = penalty * (centres[k] - weights[k]), penalty + 1e-6
            for x, value, label in zip(column, z, labels, strict=True):
                if x:
                    p = 1 / (1 + math.exp(-value))
                    gradient += x * (label - p)
                    curvature += x * x * p * (1 - p)
            new = weights[k] + gradient / curvature
            if new * signs[k] < 0:
                new = 0.0
            if (step := new - weights[k]) != 0.0:
                weights[k] = new
                z = [value + step * x for value, x in zip(z, column, strict=True)]
                moved = max(moved, abs(step))
        if moved < 1e-4:
            break
    return weights


def predict(weights: Sequence[float], row: Row) -> float:
    return 1 / (1 + math.exp(-weights[0] - sum(w * x for w, x in zip(weights[1:], row, strict=True))))


def f1(labels: Sequence[int], scores: Sequence[float]) -> float:
    hits = sum(label for label, score in zip(labels, scores, strict=True) if score >= 0.5)
    return 2 * hits / (sum(s >= 0.5 for s in scores) + sum(labels))


def held_out(
    items: Sequence[dict[str, Any]],
    rows: Sequence[Row],
    labels: Sequence[int],
    names: Sequence[str],
    fold_of: Sequence[int],
) -> float:
    """Return F1 where each item is scored by weights that never saw its fold."""
    scores = [0.0] * len(items)
    for fold in set(fold_of):
        seen = [i for i, f in enumerate(fold_of) if f != fold]
        weights = fit([rows[i] for i in seen], [labels[i] for i in seen], names)
        for i in (i for i, f in enumerate(fold_of) if f == fold):
            scores[i] = predict(weights, rows[i])
    return f1(labels, scores)


def main(path: str) -> None:
    items = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()]
    terms = load_terms(TERMS)
    seen = [features(read(i["title"], i["text"] or "", terms), terms) for i in items]
    names = list(seen[0])
    rows = [[f[n] for n in names] for f in seen]
    labels = [int(i["label"] == "relevant") for i in items]
    by_story = [hashlib.sha256((i["story"] or i["id"]).encode()).digest()[0] % FOLDS for i in items]
    by_date = sorted(range(len(items)), key=lambda i: (items[i]["date"] or "", items[i]["id"]))
    by_time = [0] * len(items)
    for rank, i in enumerate(by_date):
        by_time[i] = rank * FOLDS // len(items)
    weights = fit(rows, labels, names)
    print(
        f"# {len(items)} texts; F1 with borderline as not relevant: fitted "
        f"{f1(labels, [predict(weights, r) for r in rows]):.3f}, held out by story "
        f"{held_out(items, rows, labels, names, by_story):.3f}, by time "
        f"{held_out(items, rows, labels, names, by_time):.3f}"
    )
    print(f"INTERCEPT = {weights[0]:.2f}")
    for name, weight in zip(names, weights[1:], strict=True):
        print(f'        "{name}": {weight:.2f},')


if __name__ == "__main__":
    main(sys.argv[1])
