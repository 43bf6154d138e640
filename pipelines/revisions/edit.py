"""The verdict on an edit: what of it a reader should be told, in sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.model import Edit, PageText, Passage
from pipelines.revisions import facts
from pipelines.revisions.diff import by_word, diff, likeness_of, report_lines, sentences_of
from pipelines.text.tokens import tokens

_TOLD_WORDS = 15
"""Words in sentences that are only here or only there from which a passage was added or removed: a short sentence."""
_RECAST = 0.25
_RECAST_WORDS = 30
"""A quarter of the text and 30 words at least in other words: it was written anew, whatever the facts."""
_REASONS = 12
_SHOWN = 120
_BAR_AND_SITE = re.compile(r"\s(?:[|·]|::)\s.{2,60}$")
_DASH_AND_REST = re.compile(r"\s[–—-]\s(?P<rest>.{2,60})$")
_LEAST_LETTERS = 4
"""Shorter words ("of", "and", "le") are written small in names too, so they do not show whether a text is a name."""
_TAG = re.compile(
    r"^\W*(?:updated?|mise à jour|更新|corrected|breaking|watch|video|exclusive)\b\s*\d*\s*[-:|)\]】]+\s*"
    r"|\s*[(\[（](?:updated?|corrected|mise à jour|更新)[)\]）]\s*$",
    re.IGNORECASE,
)


def edit_between(before: PageText, after: PageText) -> Edit:
    """Return how a page's text changed from `before` to `after`, in which passages, and whether that is material.

    Commas, spaces, typography, script (traditional or simplified), page furniture, times of update and links to other
    articles are no change. A sentence that moved is none either.
    """
    old_lines, new_lines = report_lines(before), report_lines(after)
    passages = diff(sentences_of(old_lines), sentences_of(new_lines))
    seen = _Seen.of("\n".join(old_lines), "\n".join(new_lines))
    if replaced := _replaced(passages):
        return Edit(
            True,
            (*_headline(before.title, after.title), replaced),
            by_word(before.title, after.title),
            passages,
        )
    why = [
        *_headline(before.title, after.title),
        *_numbers(passages, seen),
        *_dates(passages),
        *_names(passages, seen),
        *_quotations(old_lines, new_lines, seen),
        *_attribution(passages),
        *_negation(passages),
        *_amount(passages),
    ]
    material = bool(why)
    if len(why) > _REASONS:
        why = [*why[:_REASONS], f"and {len(why) - _REASONS} more changes"]
    return Edit(material, tuple(why) or _little(passages), by_word(before.title, after.title), passages)


def told(edit: Edit) -> tuple[Passage, ...]:
    """Return the passages that changed, in reading order."""
    return tuple(passage for passage in edit.passages if passage.how != "kept")


def said_before(passage: Passage) -> str:
    """Return a passage as it was."""
    return "".join(piece.text for piece in passage.pieces if piece.how != "added").strip()


def says_now(passage: Passage) -> str:
    """Return a passage as it is."""
    return "".join(piece.text for piece in passage.pieces if piece.how != "removed").strip()


@dataclass(frozen=True, slots=True)
class _Seen:
    """Both texts as a whole, for what only moved or was known already."""

    before: str
    after: str
    numbers_before: Counter[str]
    numbers_after: Counter[str]
    capitals: frozenset[str]
    words_before: frozenset[str]
    words_after: frozenset[str]
    spoken_before: str
    spoken_after: str

    @classmethod
    def of(cls, before: str, after: str) -> _Seen:
        old, new = tokens(before), tokens(after)
        return cls(
            before, after, facts.numbers(before), facts.numbers(after),
            facts.capitalised(before) | facts.capitalised(after), frozenset(old), frozenset(new),
            f" {' '.join(old)} ", f" {' '.join(new)} ",
        )  # fmt: skip


def _headline(before: str, after: str) -> Iterator[str]:
    if not _is_same_headline_of_page(before, after):
        yield f"headline changed: “{_short(before)}” → “{_short(after)}”"


def _is_same_headline_of_page(before: str, after: str) -> bool:
    """Return whether one page kept its headline.

    A site's name may come or go behind a dash. Where both headlines go on behind a dash, and
    differ there, it is the headline that changed: a page does not change its site.
    """
    old, new = _without_label(before), _without_label(after)
    if tokens(old) == tokens(new):
        return True
    return tokens(_without_name_behind_dash(old)) == tokens(new) or tokens(old) == tokens(
        _without_name_behind_dash(new)
    )


def same_headline(a: str, b: str) -> bool:
    """Return whether headlines of two pages are one, apart from site names and labels.

    Capitals and punctuation do not count either, nor does a label such as “Updated:”.
    """
    one = _without_name_behind_dash(_without_label(a))
    other = _without_name_behind_dash(_without_label(b))
    return tokens(one) == tokens(other)


def _without_label(title: str) -> str:
    """Return a headline without a label such as “Updated:” and without a site's name behind a bar."""
    return _BAR_AND_SITE.sub("", _TAG.sub("", " ".join(title.split())))


def _without_name_behind_dash(title: str) -> str:
    """Return a headline without what stands behind its last dash, where that looks like a site's name.

    It does where its words begin with capitals while the headline's own words do not.
    """
    found = _DASH_AND_REST.search(title)
    if found is None:
        return title
    headline = title[: found.start()]
    if _is_capitalised(found["rest"]) and not _is_capitalised(headline):
        return headline
    return title


def _is_capitalised(text: str) -> bool:
    """Return whether every longer word of a text begins with a capital letter."""
    words = [word for word in text.split() if len(word) >= _LEAST_LETTERS]
    return all(word[0].isupper() for word in words)


def _numbers(passages: Sequence[Passage], seen: _Seen) -> Iterator[str]:
    """Yield each number that changed, came or went, once. One that gave way in its sentence may stand on elsewhere, as a
    correction repeats it."""
    told_of: set[str] = set()
    for passage in passages:
        if passage.how == "kept":
            continue
        old, new = said_before(passage), says_now(passage)
        had, has = facts.numbers(old) if passage.how != "added" else Counter(), facts.numbers(new)
        if passage.how == "removed":
            had, has = facts.numbers(old), Counter()
        gone = [n for n in (had - has) if seen.numbers_before[n] > seen.numbers_after[n]]
        came = [n for n in (has - had) if seen.numbers_after[n] > seen.numbers_before[n] and n not in told_of]
        if came and not gone and passage.how == "changed":
            gone = list(had - has)
        told_of.update(came)
        printed = facts.numbers_printed(old) | facts.numbers_printed(new)
        for was, now in zip(gone, came, strict=False):
            yield f"number changed: {printed[was]} → {printed[now]} in “{_short(new)}”"
        paired = min(len(gone), len(came))
        yield from (f"number added: {printed[n]} in “{_short(new)}”" for n in came[paired:])
        yield from (f"number removed: {printed[n]} from “{_short(old)}”" for n in gone[paired:])


def _dates(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield each month or day of the week that gave way to another in its sentence, once."""
    told_of: set[str] = set()
    for passage in passages:
        if passage.how != "changed":
            continue
        had, has = facts.dates(said_before(passage)), facts.dates(says_now(passage))
        for kind in ("month", "day"):
            gone = [printed for date, printed in had.items() if date[0] == kind and date not in has]
            came = [printed for date, printed in has.items() if date[0] == kind and date not in had]
            for was, now in zip(gone, came, strict=False):
                reason = f"date changed: {was} → {now}"
                if reason not in told_of:
                    told_of.add(reason)
                    yield f"{reason} in “{_short(says_now(passage))}”"


def _names(passages: Sequence[Passage], seen: _Seen) -> Iterator[str]:
    told_of: set[str] = set()
    for passage in passages:
        if passage.how == "kept":
            continue
        had = facts.names(said_before(passage), seen.capitals) if passage.how != "added" else []
        has = facts.names(says_now(passage), seen.capitals) if passage.how != "removed" else []
        gone, came = _only(had, has), _only(has, had)
        if passage.how == "changed" and gone and came:
            reason = f"name changed: {gone[0].printed} → {came[0].printed}"
        elif new := [n for n in has if _is_new(n, seen.before, seen.words_before)]:
            reason = f"name added: {', '.join(n.printed for n in new[:4])}"
        elif old := [n for n in had if _is_new(n, seen.after, seen.words_after)]:
            reason = f"name removed: {', '.join(n.printed for n in old[:4])}"
        elif _change_places(had, has):
            reason = f"names change places: {had[0].printed} … {had[-1].printed} → {has[0].printed} … {has[-1].printed}"
        else:
            continue
        if reason not in told_of:
            told_of.add(reason)
            yield f"{reason} in “{_short(says_now(passage) or said_before(passage))}”"


def _only(some: Sequence[facts.Name], others: Sequence[facts.Name]) -> list[facts.Name]:
    """Return the names of which a word is new; "Anand" after "Anita Anand" has none."""
    known = frozenset(word for name in others for word in name.words)
    return [name for name in some if name.words - known]


def _is_new(name: facts.Name, text: str, words: frozenset[str]) -> bool:
    """Return whether a text does not know this name: nowhere printed, and none of its words."""
    return name.printed not in text and not any(word in words or word in text for word in name.words)


def _change_places(had: Sequence[facts.Name], has: Sequence[facts.Name]) -> bool:
    """Return whether the same two names stand the other way round, in a sentence of the same length."""
    old, new = [n.words for n in had], [n.words for n in has]
    return len(old) == 2 and old[0] != old[1] and new == old[::-1]


def _quotations(before: Sequence[str], after: Sequence[str], seen: _Seen) -> Iterator[str]:
    old, new = _quoted(before), _quoted(after)
    gone = [q for key, q in old.items() if key not in new and not _stands(key, seen.spoken_after)]
    came = [q for key, q in new.items() if key not in old and not _stands(key, seen.spoken_before)]
    for quotation in came[:50]:
        was = max(gone, key=lambda q: likeness_of(q.key, quotation.key), default=None)
        if was and likeness_of(was.key, quotation.key) >= 0.5:
            gone.remove(was)
            yield f"quote changed: “{_short(was.printed)}” → “{_short(quotation.printed)}”"
        else:
            yield f"quote added: “{_short(quotation.printed)}”"
    yield from (f"quote removed: “{_short(quotation.printed)}”" for quotation in gone)


def _quoted(lines: Sequence[str]) -> dict[tuple[str, ...], facts.Quotation]:
    return {q.key: q for line in lines for q in facts.quotations(line)}


def _stands(key: Sequence[str], spoken: str) -> bool:
    """Return whether the other text has these words in a row: then only the marks came or went."""
    return f" {' '.join(key)} " in spoken


def _attribution(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.how != "changed":
            continue
        old, new = facts.attributions(said_before(passage)), facts.attributions(says_now(passage))
        gone = [a for a in old if (a.who, a.manner) not in {(b.who, b.manner) for b in new}]
        came = [a for a in new if (a.who, a.manner) not in {(b.who, b.manner) for b in old}]
        if gone and came and (gone[0].manner != came[0].manner or _is_another(gone[0], came[0])):
            yield f"attribution changed: “{_short(gone[0].printed)}” → “{_short(came[0].printed)}”"
        elif came and not old:
            yield f"attribution added: “{_short(came[0].printed)}”"
        elif gone and not new:
            yield f"attribution removed: “{_short(gone[0].printed)}”"


def _is_another(was: facts.Attribution, now: facts.Attribution) -> bool:
    return was.who != now.who and not facts.is_pronoun(was) and not facts.is_pronoun(now)


def _negation(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.how == "changed":
            old, new = said_before(passage), says_now(passage)
            if (facts.negations(old) == 0) != (facts.negations(new) == 0):
                yield f"{'no longer denied' if facts.negations(old) else 'now denied'}: “{_short(old)}” → “{_short(new)}”"


def _amount(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield whether passages came or went, or the text was written anew."""
    added, removed = _whole(passages, "added"), _whole(passages, "removed")
    for count, words, did in ((*added, "added"), (*removed, "removed")):
        if words >= _TOLD_WORDS:
            yield f"{count} {'sentence' if count == 1 else 'sentences'} {did} ({words} words)"
    changed = [p for p in passages if p.how == "changed"]
    recast = sum(max(_words(p, "removed"), _words(p, "added")) for p in changed)
    total = sum(facts.weight(tuple(tokens(says_now(p)))) for p in passages)
    if recast >= _RECAST_WORDS and recast >= _RECAST * total:
        yield f"written anew: {recast:.0f} of {total:.0f} words changed"


def _replaced(passages: Sequence[Passage]) -> str | None:
    """Say that another text stands where the one before stood: then single names and numbers tell nothing."""
    (gone, old), (came, new) = _whole(passages, "removed"), _whole(passages, "added")
    if old < _TOLD_WORDS or not came or any(p.how not in ("removed", "added") for p in passages):
        return None
    was, now = (f"{n} {'sentence' if n == 1 else 'sentences'}" for n in (gone, came))
    return f"another text: {was} ({old} words) gave way to {now} ({new} words), and none was kept"


def _whole(passages: Sequence[Passage], how: str) -> tuple[int, int]:
    """Return how many sentences are only in one text, and the words in them."""
    found = [p for p in passages if p.how == how]
    return len(found), round(sum(facts.weight(tuple(tokens(p.pieces[0].text))) for p in found))


def _words(passage: Passage, how: str) -> float:
    return sum(facts.weight(tuple(tokens(piece.text))) for piece in passage.pieces if piece.how == how)


def _little(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Say what little changed."""
    changed = [p for p in passages if p.how != "kept"]
    if not changed:
        return ("only typography, the order of sentences or page furniture changed",)
    words = sum(max(_words(p, "removed"), _words(p, "added")) for p in changed)
    return (f"only wording: {words:.0f} words, no fact among them",)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"
