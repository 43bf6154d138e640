"""Texts in the state that a page's scripts start from, such as `__NEXT_DATA__`.

Pages that are put together in the browser show nothing else to a reader without scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

#: Names under which such states keep the text of an article.
_TEXT_KEYS = frozenset(
    (
        "body",
        "content",
        "articlebody",
        "text",
        "html",
        "bodyhtml",
        "contenthtml",
        "paragraphs",
        "story",
        "value",
    )
)
_STATE_IDS = frozenset(("__NEXT_DATA__", "__NUXT_DATA__"))
_STATE_TYPE = "application/json"
#: Characters of a state that are read, of the shortest text, and values that are looked at.
_MOST_CHARS = 2_000_000
_SHORTEST_TEXT = 200
_MOST_VALUES = 20_000
_MOST_DEPTH = 60
_MOST_SCRIPTS = 5


def list_state_texts(scripts: Iterable[HtmlElement]) -> list[str]:
    """Return the JSON of the states in a page's scripts as they stand, [] for none."""
    texts = []
    for script in islice(filter(_is_state, scripts), _MOST_SCRIPTS):
        text = script.text or ""
        if _SHORTEST_TEXT <= len(text) <= _MOST_CHARS:
            texts.append(text)
    return texts


def _is_state(script: HtmlElement) -> bool:
    return script.get("type") == _STATE_TYPE or script.get("id") in _STATE_IDS


def find_state_texts(scripts: list[str]) -> list[str]:
    """Return the texts of articles in states."""
    found: list[str] = []
    for script in scripts:
        try:
            state = json.loads(script)
        # A state that is cut off, or nested without end, is none.
        except (ValueError, RecursionError):
            continue
        found += _find_texts(state)
    return found


def _find_texts(state: object) -> Iterator[str]:
    """Yield the long texts below telling keys; paragraphs of one list are one text."""
    waiting: list[tuple[object, bool, int]] = [(state, False, 0)]
    seen = 0
    while waiting and seen < _MOST_VALUES:
        value, is_text, depth = waiting.pop()
        seen += 1
        if isinstance(value, str):
            if is_text and len(value) >= _SHORTEST_TEXT:
                yield value
        elif depth < _MOST_DEPTH and isinstance(value, list):
            joined = "\n\n".join(_paragraphs_of(value))
            if is_text and len(joined) >= _SHORTEST_TEXT:
                yield joined
            for item in value:
                waiting.append((item, is_text, depth + 1))
        elif depth < _MOST_DEPTH and isinstance(value, dict):
            for key, item in value.items():
                waiting.append((item, str(key).lower() in _TEXT_KEYS, depth + 1))


def _paragraphs_of(values: list[object]) -> Iterator[str]:
    """Yield the texts of a list, or of the objects in it."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and key.lower() in _TEXT_KEYS:
                    yield item
