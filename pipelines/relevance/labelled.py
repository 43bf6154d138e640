"""Labelled texts, checked: what the judge can learn from (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawlers.errors import CatalogueError

#: What a label may be, and whether it says that a text is on the beat.
LABELS: Mapping[str, bool] = {
    "relevant": True,
    "borderline": False,
    "off-beat": False,
    "not-relevant": False,
    "irrelevant": False,
}
#: Lines that are named in one message: a file that is wrong throughout is wrong in each.
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text, and whether a person finds it on the beat."""

    title: str
    text: str
    lang: str | None
    is_relevant: bool


def check_labelled_texts(name: str, lines: Iterable[Mapping[str, Any]]) -> list[LabelledText]:
    """Return the labelled texts of a file of JSON lines.

    Each is {title, text?, label, lang?}; what else stands in a line is passed over. Raises CatalogueError
    with one line for each mistake.
    """
    texts = []
    problems = []
    for number, line in enumerate(lines, 1):
        problem = _find_problem(line)
        if problem is not None:
            problems.append(f"{name}:{number}: {problem}")
            continue
        label = _label_of(line)
        lang = line.get("lang") or None
        texts.append(LabelledText(line.get("title") or "", line.get("text") or "", lang, LABELS[label]))
    if len(problems) > _MOST_TOLD:
        problems[_MOST_TOLD:] = [f"{name}: and {len(problems) - _MOST_TOLD} more lines"]
    if problems:
        raise CatalogueError(problems)
    return texts


def _find_problem(line: Mapping[str, Any]) -> str | None:
    for field in ("title", "text", "lang", "label"):
        value = line.get(field)
        if value is not None and not isinstance(value, str):
            return f"{field} must be a text, found {value!r:.60}"
    if not line.get("title") and not line.get("text"):
        return "has neither title nor text; write what was judged"
    if _label_of(line) not in LABELS:
        return f"label “{line.get('label') or ''}” is unknown; write {', '.join(LABELS)}"
    return None


def _label_of(line: Mapping[str, Any]) -> str:
    return str(line.get("label") or "").strip().lower().replace("_", "-").replace(" ", "-")
