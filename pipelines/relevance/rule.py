"""The rule that decides whether a text is on the beat.

    title, text ──► Reading (sentences) ──► features ──► weighted sum ──► score, verdict, reasons

Each feature is one number, and the score is the logistic function of their weighted sum. The weights are data
(`pipelines/beat/weights.yaml`, or a beat's own weights.yaml). Those of China–Canada were learnt from labelled
headlines with leads (tests/eval/fit_relevance.py), each held to the sign that makes sense. Those texts end
after the lead, so the two weights of the body are set by hand: what comes late can carry a report whose
title is coy, or show that a side was named in passing, and decides nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.beat.terms import Terms
from pipelines.beat.weights import score_of
from pipelines.model import Relevance
from pipelines.relevance.evidence import (
    body_support,
    head_of,
    leading_sides,
    name_all,
    silent_side,
    topics_of,
)
from pipelines.relevance.features import features
from pipelines.relevance.reading import Reading
from pipelines.relevance.reasons import give_reasons
from pipelines.relevance.sentences import read

__all__ = ["features", "judge"]

TOPICS_AT_MOST = 5

#: Points of a topic for each sentence that has it, by the part of the text.
_TOPIC_POINTS = {"title": 6, "lead": 2, "body": 1}
#: A topic is named in title or lead, or twice later.
_MIN_TOPIC_POINTS = 2


def judge(title: str, text: str, lang: str | None, terms: Terms) -> Relevance:
    """Decide whether a text is on the beat, and why.

    `text` is a lead or a whole body. The same input gives the same answer. Names are looked for in all
    languages of the beat, whatever `lang` says; it only adds the warning that a text in another language is
    judged by names alone.
    """
    reading = read(title, text, terms)
    topics = _rank_topics(reading, terms)
    if terms.relevance == "all":
        return Relevance(True, 1.0, ("every text of its sources is on this beat",), topics)
    score = _score(reading, terms)
    is_relevant = score >= terms.weights.relevant_from
    why = give_reasons(reading, terms, is_relevant=is_relevant)
    if lang is not None and not _has_words_in(lang, terms):
        why.append(f"the text is in «{lang}», for which there are no terms: judged by names alone")
    is_borderline = not is_relevant and score >= terms.weights.borderline_from and _names_all(reading, terms)
    return Relevance(is_relevant, score, tuple(why), topics, is_borderline)


def _score(reading: Reading, terms: Terms) -> float:
    sides = leading_sides(reading, terms)
    weighed = []
    for name, value in features(reading, terms).items():
        weighed.append(terms.weights.signs[name] * value)
    total = terms.weights.intercept + sum(weighed) + _weigh_body(reading, terms, sides)
    return score_of(total)


def _weigh_body(reading: Reading, terms: Terms, sides: Sequence[str]) -> float:
    if not reading.body:
        return 0.0
    if silent_side(reading, sides) is not None:
        return terms.weights.silence
    return terms.weights.support * body_support(reading, terms, sides)


def _names_all(reading: Reading, terms: Terms) -> bool:
    """Tell whether the sides by which a text is judged are all named in it.

    Where one is missing, words of trade or arrest alone would bring half of the other's news.
    """
    sentences = (*head_of(reading), *reading.body)
    return name_all(sentences, leading_sides(reading, terms))


def _has_words_in(lang: str, terms: Terms) -> bool:
    """Tell whether terms.yaml has words of a language, and not names alone."""
    base = lang.split("-")[0]
    return any(language.split("-")[0] == base for language in terms.word_languages)


def _rank_topics(reading: Reading, terms: Terms) -> tuple[str, ...]:
    """Return the topics of the text, the most prominent first."""
    points: Counter[str] = Counter()
    for sentence in (reading.title, *reading.lead, *reading.body):
        for topic in topics_of(sentence):
            points[topic] += _TOPIC_POINTS[sentence.part]
    order = [topic.id for topic in terms.topics]
    prominent = []
    for topic, count in points.items():
        if count >= _MIN_TOPIC_POINTS:
            prominent.append(topic)
    # Equal ones come as in terms.yaml, so that the answer is certain.
    prominent.sort(key=lambda topic: (-points[topic], order.index(topic)))
    return tuple(prominent[:TOPICS_AT_MOST])
