"""The rule that decides whether a text is on the beat.

    title, text ──► Reading (sentences) ──► features ──► weighted sum ──► score, verdict, reasons

Each feature is one number, and the score is the logistic function of their weighted sum. The weights of
title and lead were learnt from labelled headlines with leads (tests/eval/fit_relevance.py prints them,
with the quality on stories that were held out), each held to the sign that makes sense. Those texts end
after the lead, so the two weights of the body are set by hand: what comes late can carry a report whose
title is coy, or show that a side was named in passing, and decides nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from pipelines.beat.terms import Terms
from pipelines.model import Relevance
from pipelines.relevance.features import body_support, features, side_named_in_passing, topics_of
from pipelines.relevance.reasons import give_reasons
from pipelines.relevance.sentences import Reading, read

__all__ = ["INTERCEPT", "WEIGHTS", "features", "judge"]

#: Learnt from 380 labelled texts (en, fr, zh; borderline as not relevant) with
#: tests/eval/fit_relevance.py: F1 .955 on what they were learnt from, .949 on held-out stories, .946 on
#: held-out fifths of the time. Only the weights were held out: terms.yaml was written with the same texts
#: in view, so other texts will do somewhat worse. sport, roundup, diaspora and weak_and_no_dealings, of
#: which the texts have few, are drawn to values set by hand (PRIORS there).
INTERCEPT = -2.56
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "both_title": 1.05,
        "title_and_lead": 0.73,
        "both_first_sentence": 0.34,
        "both_sentence": 0.17,
        "both": 0.60,
        "one_missing": -0.51,
        "one_weak": -0.19,
        "weak_and_no_dealings": -0.87,
        "carried_lead": 0.39,
        "near_title": 0.58,
        "near_lead": 0.16,
        "mentions": 0.70,
        "bilateral_title": 0.17,
        "bilateral_lead": 0.12,
        "bilateral_together": 0.21,
        "dealings_title": 0.36,
        "dealings_together": 0.36,
        "topic_title": 0.38,
        "topic_lead": 0.13,
        "others_title": -0.58,
        "others_for_a_side": -0.50,
        "others_lead": -0.53,
        "others_together": -0.30,
        "sport": -1.03,
        "diaspora": -0.66,
        "screen": -0.33,
        "disaster": -0.18,
        "roundup": -1.04,
    }
)
#: For a body that keeps naming both sides together: enough to lift a text with one side in its title.
BODY_SUPPORT = 3.0
#: For a long body that never comes back to one of the sides.
BODY_SILENCE = -1.5

THRESHOLD = 0.5
TOPICS_AT_MOST = 5
#: Languages for which terms.yaml has words, and not names alone.
_LANGUAGES = ("en", "fr", "zh")

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
    weighed = []
    for name, value in features(reading, terms).items():
        weighed.append(WEIGHTS[name] * value)
    total = INTERCEPT + sum(weighed) + _weigh_body(reading, terms)
    score = round(1 / (1 + math.exp(-total)), 4)
    is_relevant = score >= THRESHOLD
    why = give_reasons(reading, terms, is_relevant=is_relevant)
    if lang is not None and lang.split("-")[0] not in _LANGUAGES:
        why.append(f"the text is in «{lang}», for which there are no terms: judged by names alone")
    return Relevance(is_relevant, score, tuple(why), _rank_topics(reading, terms))


def _weigh_body(reading: Reading, terms: Terms) -> float:
    if not reading.body:
        return 0.0
    if side_named_in_passing(reading, terms) is not None:
        return BODY_SILENCE
    return BODY_SUPPORT * body_support(reading, terms)


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
