"""The words of the interface, in the languages that `words.yaml` has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

#: Is taken where nothing else is asked for, and has every word.
USUAL_LANGUAGE = "en"


@cache
def word_list() -> Mapping[str, Mapping[str, Any]]:
    """Return every word by its key: language -> text, or language -> {one, other}."""
    text = (files("pipelines.web") / "words.yaml").read_text("utf-8")
    words: dict[str, Mapping[str, Any]] = yaml.safe_load(text)
    return words


@cache
def interface_languages() -> tuple[str, ...]:
    """Return the languages of the interface, the usual one first."""
    return tuple(word_list()["language_name"])


class InterfaceWords:
    """The words of the interface in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return a word; `number` chooses between one and many."""
        texts = word_list()[key]
        text = texts.get(self.language, texts[USUAL_LANGUAGE])
        if isinstance(text, dict):
            text = text["one" if values.get("number") == 1 else "other"]
        return str(text).format(**values)

    def of_value(self, group: str, value: str) -> str:
        """Return what a value of the model is called, such as a kind or a relation."""
        key = f"{group}_{value}"
        if key not in word_list():
            return value.replace("_", " ")
        return self(key)


def choose_language(wanted: str | None, accepted: str) -> str:
    """Return the language of a reader.

    It is the one chosen, else the first that the browser accepts.
    """
    known = interface_languages()
    if wanted in known:
        return str(wanted)
    for part in accepted.split(","):
        code = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in known:
            return code
    return USUAL_LANGUAGE
