"""Judge texts that come as JSON lines, one text a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crawlers.errors import PermanentError
from pipelines.beat.terms import Terms
from pipelines.relevance.rule import judge

#: Names under which a line may hold what is judged.
_TEXTS = frozenset({"title", "text", "body"})


def judge_lines(lines: Iterable[Mapping[str, Any]], terms: Terms) -> Iterator[dict[str, Any]]:
    """Yield {id, relevant, borderline, score, why} for each {id, title, text, lang?}.

    `body` is another name of `text`. A line with `error` in place of them, as of a page that gave no article,
    is not relevant.

    They come in the same order. Raises PermanentError at the first line that cannot be judged; its message
    names the line (counted from 1) and what to write. Lines before it have been yielded by then.
    """
    for number, line in enumerate(lines, 1):
        if isinstance(line, Mapping) and line.get("error") and not line.keys() & _TEXTS:
            yield _unread_line(line)
            continue
        text = _check_line(number, line)
        verdict = judge(text.title, text.text, text.lang, terms)
        yield {
            "id": text.id,
            "relevant": verdict.relevant,
            "borderline": verdict.is_borderline,
            "score": verdict.score,
            "why": list(verdict.why),
        }


def _unread_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer for a page that gave no article."""
    why = [f"no article was read: {line['error']}"]
    return {"id": line.get("id"), "relevant": False, "borderline": False, "score": 0.0, "why": why}


@dataclass(frozen=True, slots=True)
class _TextLine:
    """One line, checked."""

    #: As it was written, so that a caller finds its own ids again.
    id: str | int
    title: str
    text: str
    lang: str | None


def _check_line(number: int, line: object) -> _TextLine:
    if not isinstance(line, Mapping):
        raise PermanentError(f"line {number}: is not a JSON object; write {{id, title, text}}")
    text_id = line.get("id")
    # `True` is a number in Python, and would come back as an id.
    if isinstance(text_id, bool) or not isinstance(text_id, str | int) or text_id == "":
        raise PermanentError(f"line {number}: id is missing; write a text or a whole number")
    label = f"line {number} (id {text_id})"
    if not line.keys() & _TEXTS:
        raise PermanentError(f"{label}: has neither title nor text; write what to judge")
    title = _check_text(label, "title", line)
    text = _check_text(label, "text", line) or _check_text(label, "body", line)
    lang = _check_text(label, "lang", line)
    return _TextLine(text_id, title, text, lang or None)


def _check_text(label: str, name: str, line: Mapping[str, Any]) -> str:
    """Return a field that may be missing, "" where it is."""
    value = line.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PermanentError(f"{label}: {name} must be a text, found {value!r:.60}")
    return value
