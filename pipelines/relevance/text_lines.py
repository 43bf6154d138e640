"""Judge texts that come as JSON lines, one text a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawlers.errors import PermanentError
from pipelines.beat.terms import Terms
from pipelines.relevance.rule import judge


def judge_lines(lines: Iterable[Mapping[str, Any]], terms: Terms) -> Iterator[dict[str, Any]]:
    """Yield {id, relevant, score, why} for each {id, title, text, lang?}, in the same order.

    Raises PermanentError at the first line that cannot be judged; its message names the line (counted
    from 1) and what to write. Lines before it have been yielded by then.
    """
    for number, line in enumerate(lines, 1):
        article_id, title, text, lang = _checked(number, line)
        verdict = judge(title, text, lang, terms)
        yield {
            "id": article_id,
            "relevant": verdict.relevant,
            "score": verdict.score,
            "why": list(verdict.why),
        }


def _checked(number: int, line: object) -> tuple[str | int, str, str, str | None]:
    if not isinstance(line, Mapping):
        raise PermanentError(f"line {number}: is no JSON object; write {{id, title, text}}")
    article_id = line.get("id")
    if isinstance(article_id, bool) or not isinstance(article_id, str | int) or article_id == "":
        raise PermanentError(f"line {number}: id is missing; write a text or a whole number")
    if not line.keys() & {"title", "text"}:
        raise PermanentError(
            f"line {number} (id {article_id}): has neither title nor text; write what to judge"
        )
    for name in ("title", "text", "lang"):
        if line.get(name) is not None and not isinstance(line[name], str):
            raise PermanentError(
                f"line {number} (id {article_id}): {name} must be a text, found {line[name]!r:.60}"
            )
    return article_id, line.get("title") or "", line.get("text") or "", line.get("lang") or None
