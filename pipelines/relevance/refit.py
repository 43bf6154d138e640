"""New weights for a beat from labelled texts, and what they change (pure).

    labelled texts ──► features ──► weights, drawn to those of before ──► judged by both ──► Refit

A handful of labels moves the weights a little, some hundred move them far: where the texts say nothing of a
sign, its weight stays as it was. So marks alone will do, without the texts that the weights were learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crawlers.errors import CatalogueError
from pipelines.beat.terms import Terms
from pipelines.beat.weights import Weights
from pipelines.model import Relevance
from pipelines.relevance.features import features
from pipelines.relevance.fit import fit_weights
from pipelines.relevance.labelled import LabelledText
from pipelines.relevance.rule import judge
from pipelines.relevance.sentences import read

#: Texts of either label without which nothing can be learnt.
LEAST_OF_EACH = 5
#: A change of a weight that a person need not see.
_SMALL_CHANGE = 0.005


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A labelled text that is judged otherwise by the new weights."""

    text: LabelledText
    before: Relevance
    after: Relevance

    @property
    def is_better(self) -> bool:
        """Whether the new verdict is that of the person."""
        return self.after.relevant == self.text.is_relevant


@dataclass(frozen=True, slots=True)
class Quality:
    """How well weights do on the labelled texts."""

    right: int
    of: int
    f1: float


@dataclass(frozen=True, slots=True)
class Refit:
    """New weights, and what they change."""

    #: By name of the sign, and the `intercept`.
    before: Mapping[str, float]
    after: Mapping[str, float]
    quality_before: Quality
    quality_after: Quality
    #: In the order of the texts.
    verdicts: tuple[ChangedVerdict, ...]

    @property
    def moved(self) -> list[str]:
        """The names of the weights that changed, those that moved farthest first."""
        names = []
        for name, weight in self.after.items():
            if abs(weight - self.before[name]) >= _SMALL_CHANGE:
                names.append(name)
        return sorted(names, key=lambda name: -abs(self.after[name] - self.before[name]))


def refit(texts: Sequence[LabelledText], terms: Terms, base: Weights) -> Refit:
    """Return new weights for a beat.

    They are drawn to those of `base`: weights to which the texts have not contributed, or texts that are
    given again would count twice. Raises CatalogueError where there are too few texts to learn from, or the
    beat takes all.
    """
    _check_enough(texts, terms)
    before = _numbers_of(terms.weights)
    found = []
    labels = []
    for text in texts:
        found.append(features(read(text.title, text.text, terms), terms))
        labels.append(text.is_relevant)
    learnt = fit_weights(found, labels, centres=_numbers_of(base))
    # Written with two digits, so that what was tried is what is kept.
    after = dict(before)
    for name, weight in learnt.items():
        after[name] = round(weight, 2)
    signs = dict(after)
    del signs["intercept"]
    renewed = replace(terms, weights=replace(terms.weights, intercept=after["intercept"], signs=signs))
    old = _judge_all(texts, terms)
    new = _judge_all(texts, renewed)
    verdicts = []
    for text, one, other in zip(texts, old, new, strict=True):
        if (one.relevant, one.is_borderline) != (other.relevant, other.is_borderline):
            verdicts.append(ChangedVerdict(text, one, other))
    return Refit(before, after, _measure(texts, old), _measure(texts, new), tuple(verdicts))


def _judge_all(texts: Sequence[LabelledText], terms: Terms) -> list[Relevance]:
    return [judge(text.title, text.text, text.lang, terms) for text in texts]


def _numbers_of(weights: Weights) -> dict[str, float]:
    return {"intercept": weights.intercept, **weights.signs}


def _check_enough(texts: Sequence[LabelledText], terms: Terms) -> None:
    if terms.relevance == "all":
        raise CatalogueError(["this beat takes every text of its sources: there is nothing to learn"])
    relevant = sum(text.is_relevant for text in texts)
    others = len(texts) - relevant
    if min(relevant, others) < LEAST_OF_EACH:
        raise CatalogueError([
            f"too few labelled texts: {relevant} relevant and {others} others, and {LEAST_OF_EACH} of each "
            "are needed; mark more (maplewire mark ARTICLE LABEL), or name a file"
        ])  # fmt: skip


def _measure(texts: Sequence[LabelledText], verdicts: Sequence[Relevance]) -> Quality:
    right = hits = found = wanted = 0
    for text, verdict in zip(texts, verdicts, strict=True):
        right += verdict.relevant == text.is_relevant
        hits += verdict.relevant and text.is_relevant
        found += verdict.relevant
        wanted += text.is_relevant
    f1 = 2 * hits / (found + wanted) if found + wanted else 0.0
    return Quality(right, len(texts), f1)
