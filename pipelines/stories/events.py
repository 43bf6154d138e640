"""Which stories tell of one event, in whatever language: a link between them, never one story (pure).

    title and lead ──► marks: people, places, bodies, roles, topics, names, numbers ──► EventPrint
    two prints, close in time ──► weight of the marks they share ──► EventLink with its reasons, or none

People, places and bodies are known by their entry in `terms.yaml`, so that Pékin, 北京 and Beijing are one mark. What
the beat does not list is known by its spelling, which English and French share. Precision goes first: two
reports of one day about one subject are not one event; they need a name, a figure or a meeting in common.

Only title and lead are read, because they tell what a report is about: the background of one report is the event of another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from pipelines.beat.terms import Terms
from pipelines.model import EventLink, EventPrint, RelatedStory
from pipelines.revisions import facts
from pipelines.text.folding import fold_for_search
from pipelines.text.name_matcher import clean

WINDOW = timedelta(hours=36)
"""An event is reported for a day; what comes later is another turn of it."""
LINKED = 4.0
"""Weight of shared marks from which two stories tell of one event."""
LEAD = 900
"""Characters of a body that are read; of Chinese a third, which says as much."""
_MOST_MARKS = 60
_KEYED = 1.0
"""Weight from which a mark is looked up."""

_WEIGHTS = {
    "person": 2.0, "company": 2.0, "body": 1.0, "place": 0.75, "other": 0.5, "name": 2.5, "number": 2.0, "role": 0.75,
    "topic": 0.25, "subject": 1.25, "act": 0.5, "visit": 1.5, "leader": 0.75,
}  # fmt: skip
_CAPITAL = 0.25
_OFFICE = re.compile(r"(?:Prime Minister|President|Premier)\b", re.IGNORECASE)
"""A head of state or government is named in every other report of the beat, under a surname or in full."""
_CAPITALS = frozenset({"china:Beijing", "canada:Ottawa"})
_MOST = {
    "name": 5.0,
    "number": 4.0,
    "topic": 0.75,
    "subject": 2.5,
    "place": 1.5,
    "body": 2.0,
    "role": 2.25,
    "other": 0.5,
}
"""The most that marks of one kind weigh together, so that one long list is no event."""

_ROLES = {
    "head-of-state": r"\b(?:chinese|china's) president\b|\bprésident chinois\b|国家主席|國家主席|习主席|習主席|\bxi jinping\b|习近平|習近平",
    "prime-minister": r"\bprime minister\b(?! of (?!canada))|\bpremier ministre\b|加拿大总理|加拿大總理|加总理|加總理|\bcarney\b|卡尼|\btrudeau\b|特鲁多|杜鲁多|杜魯多",
    "premier": r"\b(?:chinese|china's) premier\b|\bpremier li\b|\bpremier ministre chinois\b|国务院总理|國務院總理|李强|李強",
    "foreign-minister": r"\bforeign (?:affairs )?minister\b|\bministre des affaires étrangères\b|外长|外長|外交部长|外交部長",
    "trade-minister": r"\b(?:trade|commerce) minister\b|\bministre du commerce\b|商务部长|商務部長|贸易部长|貿易部長",
    "ambassador": r"\bambassador\b|\bambassadeur\b|\bambassadrice\b|大使(?!馆|館)",
}
_ACTS = {
    "meeting": r"\b(?:meets?|met|meeting|talks|summit|received|visit(?:s|ed)?|trip|leaves? (?:beijing|china|ottawa|canada)|arriv\w+ in (?:beijing|china|ottawa|canada))\b|\b(?:rencontr\w+|entretien\w*|sommet|visite|reçu|reçoit|quitt\w+ (?:pékin|ottawa)|arriv\w+ à (?:pékin|ottawa))\b|会见|會見|会谈|會談|会晤|會晤|访问|訪問|访华|訪華|访京|訪京",
    "ruling": r"\b(?:sentenc\w+|convict\w+|verdict|ruling|court)\b|\b(?:condamn\w+|verdict|tribunal|jugement)\b|判处|判處|判刑|法院|裁决|裁決|宣判",
    "duty": r"\b(?:tariffs?|dut(?:y|ies)|surtax|quotas?)\b|\b(?:droits de douane|surtaxe|tarifs?|quotas?)\b|关税|關稅|附加税|附加稅|配额|配額",
    "expulsion": r"\b(?:expel\w*|persona non grata)\b|\bexpuls\w+\b|驱逐|驅逐|不受欢迎的人|不受歡迎的人",
    "warrant": r"\b(?:bount(?:y|ies)|warrants?)\b|\bmandats? d'arrêt\b|悬赏|懸賞|通缉|通緝",
}  # fmt: skip
_SCENES = {
    "china": r"\b(?:in|to|from|leaves?|left|reach\w*) (?:beijing|china|shanghai)\b|\b(?:à|de|quitt\w+) (?:pékin|shanghaï)\b|\ben chine\b|访华|訪華|访京|訪京|北京.{0,12}(?:会见|會見|会谈|會談)|(?:会见|會見)加拿大总理|(?:會見)加拿大總理",
    "canada": r"\b(?:in|to|from|leaves?|left|reach\w*) (?:ottawa|canada)\b|\b(?:à|d'|quitt\w+) ?ottawa\b|\bau canada\b|访加|訪加",
}
"""Where a visitor is: a prime minister in Beijing is an event, a prime minister and Beijing are two names."""
_SCENE_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SCENES.items()}
_VISITORS = {
    "china": ("prime-minister", "foreign-minister", "trade-minister"),
    "canada": ("head-of-state", "premier"),
}
_ROLE_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ROLES.items()}
_ACT_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ACTS.items()}
_COMMON = frozenset(
    """
    canada canadian canadians canadien canadienne canadiens china chinese chine chinois chinoise beijing pékin ottawa newswire globe
    government gouvernement ministry minister ministre north south east west western great hall people world service america american
    american united states states europe european asia pacific atlantic press news agency reuters xinhua afp cgtn wire radio daily
    post times company inc ltd corp co the and group university hong kong parliament house commons global affairs
    """.split()  # noqa: SIM905 -- a list of strings would fill a page
)
"""Words with a capital that any report of any beat may have."""


def event_print(
    story_id: str,
    title: str,
    body: str,
    lang: str | None,
    at: datetime,
    terms: Terms,
    origin: str | None = None,
) -> EventPrint:
    """Return what a story tells of, from its original's title and lead; `origin` is whose text it is, which links nothing."""
    lead = body[: LEAD // 3 if (lang or "").startswith("zh") else LEAD]
    head, text = clean(title), clean(f"{title}\n{lead}")
    marks: dict[str, float] = {}
    for mark, weight in (
        *_entities(head, text, terms),
        *_spelled(title, lead, body, terms),
        *_figures(f"{title}\n{lead}"),
        *((f"role:{name}", _WEIGHTS["role"]) for name, pattern in _ROLE_PATTERNS.items() if pattern.search(text)),
        *((f"act:{name}", _WEIGHTS["act"]) for name, pattern in _ACT_PATTERNS.items() if pattern.search(text)),
    ):  # fmt: skip
        marks[mark] = max(weight, marks.get(mark, 0.0))
    for scene, who in _visits(text, marks):
        marks[f"visit:{who} in {scene}"] = _WEIGHTS["visit"]
    heaviest = sorted(marks.items(), key=lambda found: (-found[1], found[0]))[:_MOST_MARKS]
    by = {f"by:{fold_for_search(origin)}": 0.0} if origin else {}
    return EventPrint(story_id, at, lang, dict(heaviest) | by)


def _visits(text: str, marks: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield who of one side is in the other's country, as far as the lead tells."""
    for scene, pattern in _SCENE_PATTERNS.items():
        if pattern.search(text):
            yield from ((scene, role) for role in _VISITORS[scene] if f"role:{role}" in marks)


def _entities(head: str, text: str, terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield the entries of the beat that are named: a topic of the headline is the report's subject."""
    for entity, _, _ in terms.entities(head):
        if entity.kind == "topic":
            yield f"subject:{entity.key}", _WEIGHTS["subject"]
    for entity, _, _ in terms.entities(text):
        kind = entity.kind
        if kind not in _WEIGHTS or entity.is_bundle:
            continue
        weight = _WEIGHTS[kind]
        if office := _OFFICE.match(entity.role or ""):
            yield f"leader:{entity.key.partition(':')[0]} {office[0].casefold()}", _WEIGHTS["leader"]
            continue
        if entity.key in _CAPITALS:
            weight = _CAPITAL
        yield f"{kind}:{entity.key}", weight


def _spelled(title: str, lead: str, body: str, terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield names that the beat does not list, word by word, as English and French both write them."""
    capitals = facts.capitalised(f"{lead}\n{body[:4000]}") | _capitals_of(title)
    for line in (title, *lead.split("\n")):
        for name in facts.names(line, capitals):
            if terms.entities(clean(name.printed)) and len(name.words) < 3:
                continue
            for word in name.words:
                plain = fold_for_search(word)
                if len(plain) >= 5 and plain.isascii() and plain not in _COMMON and word in capitals:
                    yield f"name:{plain}", _WEIGHTS["name"]


def _capitals_of(title: str) -> frozenset[str]:
    """Return the words with a capital inside a headline, none where every word has one."""
    words = re.findall(r"[^\W\d_]{4,}", title)
    if sum(word[0].isupper() for word in words) > 0.6 * len(words):
        return frozenset()
    return facts.capitalised(title)


def _figures(text: str) -> Iterator[tuple[str, float]]:
    """Yield figures that say something: not years, days, or counts that every report has."""
    for number in facts.numbers(text):
        value, _, scale = number.partition("e")
        plain = value.replace(".", "")
        if scale or "." in value or len(plain) >= 3:
            if not scale and re.fullmatch(r"(?:19|20)\d\d", value):
                continue
            round_figure = not scale and re.fullmatch(r"[1-9]0+", value) is not None
            yield f"number:{number}", _WEIGHTS["number"] / (2 if round_figure else 1)


def keys_of(print_: EventPrint) -> tuple[str, ...]:
    """Return the keys by which stories of one event find each other: a weighty mark and a stretch of time.

    Each has the keys of its stretch of `WINDOW` and of the one before, so that any two stories within a window that share
    such a mark share a key.
    """
    stretch = int(print_.at.timestamp() // WINDOW.total_seconds())
    marks = [m for m, w in print_.marks.items() if w >= _KEYED or m.startswith("role:")]
    return tuple(f"{mark}@{at}" for mark in marks for at in (stretch, stretch - 1))


def same_event(a: EventPrint, b: EventPrint) -> EventLink | None:
    """Return the link between two stories that tell of one event, with what they share; None where they do not.

    It depends on the two alone and not on their order. Marks that everything on the beat has weigh little; a subject counts where
    both have it in the headline. Without a shared name, figure, person or meeting there is no event, however much they share.
    """
    if a.story_id == b.story_id or abs(a.at - b.at) > WINDOW:
        return None
    shared = {mark: min(weight, b.marks[mark]) for mark, weight in a.marks.items() if mark in b.marks}
    if not _has_anchor(shared):
        return None
    score = _score(shared)
    if score < LINKED:
        return None
    first, second = sorted((a.story_id, b.story_id))
    return EventLink(first, second, round(score, 2), _why(shared, a, b))


def _has_anchor(shared: Mapping[str, float]) -> bool:
    """Return whether something is shared that an event has and a subject has not."""
    kinds = [mark.partition(":")[0] for mark in shared]
    if "name" in kinds or "company" in kinds or "number" in kinds:
        return True
    return "person" in kinds or _have_met(shared) > 0 or any(kind == "visit" for kind in kinds)


def _score(shared: Mapping[str, float]) -> float:
    by_kind: dict[str, float] = {}
    for mark, weight in shared.items():
        kind = mark.partition(":")[0]
        by_kind[kind] = by_kind.get(kind, 0.0) + weight
    score = sum(min(weight, _MOST.get(kind, weight)) for kind, weight in by_kind.items())
    return score + _have_met(shared)


def _have_met(shared: Mapping[str, float]) -> float:
    """Return the weight of two offices in both leads on one day, more where both say that they met."""
    if sum(mark.startswith("role:") for mark in shared) < 2:
        return 0.0
    return 2.0 if "act:meeting" in shared else 1.0


_FACTS = ("number", "name", "person", "company", "place", "body")
_SAME_FACTS, _FACTS_SHARED = 4, 0.6
"""Names and figures in common, and the share of the shorter list, from which two texts of one origin may be one in two languages."""


def _is_perhaps_translated(shared: Mapping[str, float], a: EventPrint, b: EventPrint) -> bool:
    """Return whether one of two texts may translate the other. A suspicion is told and nothing more: no text is compared."""
    if not a.lang or not b.lang or a.lang[:2] == b.lang[:2]:
        return False
    if not any(mark.startswith("by:") for mark in shared):
        return False
    facts_of = [{m for m in marks if m.partition(":")[0] in _FACTS} for marks in (a.marks, b.marks, shared)]
    fewest, common = min(map(len, facts_of[:2])), len(facts_of[2])
    return common >= _SAME_FACTS and common >= _FACTS_SHARED * fewest


_SAID = {
    "person": "people", "leader": "leaders", "company": "companies", "body": "institutions", "place": "places", "other": "third parties", "name": "names",
    "number": "figures", "role": "offices", "subject": "subject of the headline", "act": "what happened", "visit": "a visit",
}  # fmt: skip
_PROPER = frozenset({"person", "company", "body", "place", "other", "name"})
_COUNTRIES = {"china": "China", "canada": "Canada"}


def _why(shared: Mapping[str, float], a: EventPrint, b: EventPrint) -> tuple[str, ...]:
    told: dict[str, list[str]] = {}
    for mark in sorted(shared, key=lambda m: (-shared[m], m)):
        kind, _, key = mark.partition(":")
        if kind in _SAID:
            told.setdefault(kind, []).append(_spoken(kind, key.rpartition(":")[2]))
    hours = round(abs(a.at - b.at) / timedelta(hours=1))
    return (
        *([_TRANSLATED] if _is_perhaps_translated(shared, a, b) else []),
        *(f"{_SAID[kind]}: {', '.join(some[:5])}" for kind, some in told.items()),
        f"first seen {hours} h apart" if hours else "first seen within the same hour",
    )


_TRANSLATED = (
    "perhaps a translation: both texts are of one origin and name the same people, places or figures "
    "(their wording is not compared across languages)"
)


def _spoken(kind: str, key: str) -> str:
    """Return a mark as one would write it: Ningbo for ningbo, 86 million for 86e6."""
    if kind == "number":
        return _figure(key)
    if kind == "visit":
        return " ".join(_COUNTRIES.get(word, word) for word in key.replace("-", " ").split())
    if kind not in _PROPER:
        return key.replace("-", " ")
    return key.title() if key.islower() else key


def _figure(number: str) -> str:
    value, _, scale = number.partition("e")
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", value):
        return number
    amount = Decimal(value) * 10 ** int(scale or 0)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if amount >= size:
            return f"{(amount / size).normalize():f} {name}"
    return f"{amount:,}"


def around(story_id: str, links: Collection[EventLink], times: Mapping[str, datetime]) -> list[RelatedStory]:
    """Return the stories about one story's event: those linked to it, and those linked to one of them.

    A second step is allowed because reports of one event stress different things; a third is not, and all are within `WINDOW` of this
    story, so that a chain of days is no event. `links` has at least the links of the story and of those linked to
    it, `times` when each was first seen. The best come first, those linked themselves before the others.
    """
    mine = {link.other(story_id): link for link in links if story_id in (link.a, link.b)}
    found = {id_: RelatedStory(id_, link.score, link.why) for id_, link in mine.items()}
    for link in sorted(links, key=lambda x: (-x.score, x.a, x.b)):
        for middle in {link.a, link.b} & mine.keys():
            other = link.other(middle)
            if other != story_id and other not in found and _near(story_id, other, times):
                score = min(link.score, mine[middle].score)
                found[other] = RelatedStory(other, score, link.why, middle)
    return sorted(found.values(), key=lambda r: (r.through is not None, -r.score, r.story_id))


def _near(a: str, b: str, times: Mapping[str, datetime]) -> bool:
    return a in times and b in times and abs(times[a] - times[b]) <= WINDOW
