"""What a story is about, as marks that do not depend on a language (pure).

    title and lead ──► marks: people, places, bodies, roles, topics, names, numbers ──► EventPrint

People, places and bodies are known by their entry in `terms.yaml`, so that Pékin, 北京 and Beijing are one
mark; offices, acts and visits by the patterns in `events.yaml`. What the beat does not list is known by
its spelling, which English and French share.

Only title and lead are read, because they say what a report is about: the background of one report is the
event of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from pipelines.beat.event_rules import EventRules
from pipelines.beat.terms import Terms
from pipelines.model import EventPrint
from pipelines.revisions import facts
from pipelines.text.folding import beginning_by_folded_length, fold_for_search
from pipelines.text.name_matcher import clean

#: Characters of a body that are read.
LEAD_CHARS = 900
#: A third is enough for Chinese, which says as much with it.
CHINESE_LEAD_CHARS = LEAD_CHARS // 3
#: Characters of a title that are read; no page shows a longer one.
_TITLE_CHARS = 500
#: Characters of a body that show whether a word has its capital inside a sentence too.
_CAPITALS_FROM_CHARS = 4000
#: A print that lists half of the beat is no event; the lightest marks go.
_MAX_MARKS = 60
#: Shorter words (May, Inc, West) are names of too many things.
_MIN_NAME_LETTERS = 5
#: A printed name of so many words is looked at word by word though the beat lists a part of it.
_LONG_NAME_WORDS = 3
#: A headline with more capitals than this share of its words has one in every word.
_TITLE_CASE_SHARE = 0.6

#: How much a mark says about an event, by kind. A name that the beat does not list says most; what
#: half of the beat's reports have says little.
_WEIGHTS = {
    "name": 2.5,
    "person": 2.0,
    "company": 2.0,
    "number": 2.0,
    "visit": 1.5,
    "subject": 1.25,
    "body": 1.0,
    # A leader is in every other report of the beat, under a surname or in full.
    "leader": 0.75,
    "place": 0.75,
    "role": 0.75,
    "other": 0.5,
    "act": 0.5,
    "topic": 0.25,
}
#: A capital stands for its government as often as for a place.
_CAPITAL_WEIGHT = 0.25
#: 500 and 20,000 are estimates, and stand in many reports.
_ROUND_NUMBER_WEIGHT = _WEIGHTS["number"] / 2

#: Words with a capital letter in reports of any beat. Those of one beat are in its events.yaml.
_COMMON_WORDS = frozenset(
    {
        "affairs",
        "agency",
        "america",
        "american",
        "atlantic",
        "commons",
        "company",
        "daily",
        "europe",
        "european",
        "global",
        "globe",
        "gouvernement",
        "government",
        "great",
        "group",
        "house",
        "minister",
        "ministre",
        "ministry",
        "newswire",
        "north",
        "pacific",
        "parliament",
        "people",
        "press",
        "radio",
        "reuters",
        "service",
        "south",
        "states",
        "times",
        "united",
        "university",
        "western",
        "world",
        "xinhua",
    }
)


def event_print(
    story_id: str,
    title: str,
    body: str,
    lang: str | None,
    at: datetime,
    terms: Terms,
    rules: EventRules,
    origin: str | None = None,
) -> EventPrint:
    """Return the marks of a story, from the title and lead of its original.

    `origin` is the organisation whose text it is. It links nothing: it only helps to recognise translations.
    """
    is_chinese = (lang or "").startswith("zh")
    title = beginning_by_folded_length(title, _TITLE_CHARS)
    lead = beginning_by_folded_length(body, CHINESE_LEAD_CHARS if is_chinese else LEAD_CHARS)
    marks: dict[str, float] = {}
    for mark, weight in _list_marks(title, lead, body, terms, rules):
        marks[mark] = max(weight, marks.get(mark, 0.0))
    heaviest = sorted(marks.items(), key=lambda found: (-found[1], found[0]))
    kept = dict(heaviest[:_MAX_MARKS])
    if origin:
        kept[f"by:{fold_for_search(origin)}"] = 0.0
    return EventPrint(story_id, at, lang, kept)


def _list_marks(
    title: str, lead: str, body: str, terms: Terms, rules: EventRules
) -> Iterator[tuple[str, float]]:
    """Yield (mark, weight); a mark may come twice."""
    text = clean(f"{title}\n{lead}")
    # A topic of the headline counts twice: as the subject, and as a topic of the text.
    yield from _find_subjects(clean(title), terms)
    yield from _find_entries(text, terms, rules)
    yield from _find_unlisted_names(title, lead, body, terms, rules)
    yield from _find_numbers(f"{title}\n{lead}")
    roles = rules.find_roles(text)
    for role in roles:
        yield f"role:{role}", _WEIGHTS["role"]
    for act in rules.find_acts(text):
        yield f"act:{act}", _WEIGHTS["act"]
    for role, side in rules.find_visits(text, roles):
        yield f"visit:{role} in {side}", _WEIGHTS["visit"]


def _find_subjects(title: str, terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield the topics of the headline: the report is about them."""
    for entity, _, _ in terms.find_entities(title):
        if entity.kind == "topic":
            yield f"subject:{entity.key}", _WEIGHTS["subject"]


def _find_entries(text: str, terms: Terms, rules: EventRules) -> Iterator[tuple[str, float]]:
    """Yield the entries of terms.yaml that a text names."""
    for entity, _, _ in terms.find_entities(text):
        if entity.kind not in _WEIGHTS:
            continue
        office = rules.find_leader_office(entity.role)
        if office is not None:
            side = entity.key.partition(":")[0]
            yield f"leader:{side} {office}", _WEIGHTS["leader"]
        elif entity.key in rules.capitals:
            yield f"{entity.kind}:{entity.key}", _CAPITAL_WEIGHT
        else:
            yield f"{entity.kind}:{entity.key}", _WEIGHTS[entity.kind]


def _find_unlisted_names(
    title: str, lead: str, body: str, terms: Terms, rules: EventRules
) -> Iterator[tuple[str, float]]:
    """Yield the words of names that the beat does not list.

    English and French spell those alike.
    """
    capitalised = facts.capitalised_words(f"{lead}\n{body[:_CAPITALS_FROM_CHARS]}")
    capitalised |= _find_capitalised_in_headline(title)
    for line in (title, *lead.split("\n")):
        for name in facts.find_names(line, capitalised):
            is_listed = bool(terms.find_entities(clean(name.printed)))
            if is_listed and len(name.words) < _LONG_NAME_WORDS:
                continue
            for word in name.words:
                folded = fold_for_search(word)
                if word in capitalised and _is_telling(folded, rules):
                    yield f"name:{folded}", _WEIGHTS["name"]


def _is_telling(word: str, rules: EventRules) -> bool:
    """Tell whether a folded word may be a name that an event has."""
    if len(word) < _MIN_NAME_LETTERS or not word.isascii():
        return False
    return word not in _COMMON_WORDS and word not in rules.common_words


def _find_capitalised_in_headline(title: str) -> frozenset[str]:
    """Return the words with a capital inside a headline.

    There are none where every word has a capital.
    """
    words = re.findall(r"[^\W\d_]{4,}", title)
    with_capital = []
    for word in words:
        if word[0].isupper():
            with_capital.append(word)
    if len(with_capital) > _TITLE_CASE_SHARE * len(words):
        return frozenset()
    return facts.capitalised_words(title)


def _find_numbers(text: str) -> Iterator[tuple[str, float]]:
    """Yield figures that say something.

    Years, days and small counts do not: every report has them. A number is written as `facts.numbers`
    does: 14.5, or 86e6 for 86 million.
    """
    for number in facts.count_numbers(text):
        value, _, scale = number.partition("e")
        if scale:
            yield f"number:{number}", _WEIGHTS["number"]
        elif _is_telling_figure(value):
            yield f"number:{number}", _weigh_figure(value)


def _weigh_figure(value: str) -> float:
    is_round = re.fullmatch(r"[1-9]0+", value) is not None
    if is_round:
        return _ROUND_NUMBER_WEIGHT
    return _WEIGHTS["number"]


def _is_telling_figure(value: str) -> bool:
    if "." in value:
        return True
    is_year = re.fullmatch(r"(?:19|20)\d\d", value) is not None
    return len(value) >= 3 and not is_year
