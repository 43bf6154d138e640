"""The mistakes of one YAML file of a beat, each with its line.

A reader adds what it finds and goes on, so that a person sees all mistakes of a file in one go. Every
message has one form: `FILE:LINE: FIELD: what is wrong; what to write`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field
from crawlers.errors import CatalogueError

#: Fields that hold names by language; the first name tells a person which entry is meant.
_LANGUAGES = ("en", "fr", "zh", "zh-Hans", "zh-Hant")
#: What a message shows of a wrong value.
_SHOWN_CHARS = 60


ModelT = TypeVar("ModelT", bound=BaseModel)


class FileProblems:
    """The mistakes found so far in a file."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._found: list[tuple[int, str]] = []

    def add(self, place: Place, text: str) -> None:
        """Note a mistake; the message begins with the name of its place."""
        self._found.append((self._document.find_line(place), f"{self._name_place(place)}: {text}"))

    def add_yaml_problems(self) -> None:
        """Note keys that are given twice and values with unknown tags."""
        for problem in self._document.problems:
            self.add(problem.place, problem.text)

    def add_field_errors(self, refusal: ValidationError, known: Collection[str]) -> None:
        """Note what Pydantic refused.

        `known` are the fields that groups of the file can have.
        """
        for error in refusal.errors(include_url=False):
            place = error["loc"]
            text = describe_field_error(error, known)
            if error["type"] == "extra_forbidden":
                # The text names the field already, so the message begins with its group.
                group = f"{self._name_place(place[:-1])}: " if len(place) > 1 else ""
                self._found.append((self._document.find_line(place), group + text))
            else:
                self.add(place, text)

    def check_model(self, model: type[ModelT], known_fields: Callable[[], Collection[str]]) -> ModelT:
        """Return the file's values as a Pydantic model.

        `known_fields` returns the fields that groups of the file can have; it is asked where something is
        wrong. Raises CatalogueError with all mistakes.
        """
        self.add_yaml_problems()
        # A key that is given twice hides a value, and what is checked next would not be what was meant.
        self.raise_if_any()
        try:
            return model.model_validate(self._document.values)
        except ValidationError as e:
            self.add_field_errors(e, known_fields())
            self.raise_if_any()
            raise

    def raise_if_any(self) -> None:
        """Raise CatalogueError with all mistakes, in the order of the file."""
        if not self._found:
            return
        # Python sorts stably: mistakes of one line stay in the order in which they were found.
        self._found.sort(key=lambda problem: problem[0])
        raise CatalogueError([f"{self._document.path}:{line}: {text}" for line, text in self._found])

    def _name_place(self, place: Place) -> str:
        """Return a place as a person finds it.

        For example: `sides[china].names.person[3] (Wang Yi).role`.
        """
        name = ""
        value = self._document.values
        for step in place:
            value = _child_of(value, step)
            if isinstance(step, int):
                name += _name_item(step, value)
            # Pydantic marks a wrong key of a group so; the key itself is the step before.
            elif step != "[key]":
                name += f".{step}" if name else step
        return name or "the file"


def _child_of(value: Any, step: int | str) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _name_item(position: int, value: Any) -> str:
    """Return `[ID]` for an item of a list, or its number and first name."""
    if isinstance(value, str):
        return f"[{position + 1}] («{value}»)"
    if not isinstance(value, dict):
        return f"[{position + 1}]"
    if "id" in value:
        return f"[{value['id']}]"
    for language in _LANGUAGES:
        names = value.get(language)
        if isinstance(names, list) and names:
            return f"[{position + 1}] ({names[0]})"
    return f"[{position + 1}]"


_FIELDS_NEEDED = "must have fields, as in {en: [name], fr: [nom]}"
_LIST_NEEDED = "must be a list; write it in brackets: [name, name]"
_FLAG_NEEDED = "write true or false"
#: What is wrong, by Pydantic's type of error, where it does not depend on the value.
_FIXED_TEXTS = {
    "missing": "is missing; write it",
    "string_too_short": "is empty; write a word or remove it",
    "bool_type": _FLAG_NEEDED,
    "bool_parsing": _FLAG_NEEDED,
    "tuple_type": _LIST_NEEDED,
    "list_type": _LIST_NEEDED,
}
#: A value stands where a group of fields belongs.
_GROUP_ERRORS = ("model_type", "model_attributes_type", "dict_type", "mapping_type")


def describe_field_error(error: ErrorDetails, known: Collection[str]) -> str:
    """Return what is wrong with a value that Pydantic refused.

    It says what to write too. `known` are the fields that there are.
    """
    kind = error["type"]
    written = error["input"]
    shown = repr(str(written)[:_SHOWN_CHARS])
    if kind in _FIXED_TEXTS:
        return _FIXED_TEXTS[kind]
    if kind in _GROUP_ERRORS:
        return f"{_FIELDS_NEEDED}; found {shown}"
    match kind:
        case "extra_forbidden":
            return describe_unknown_field(str(error["loc"][-1]), known)
        case "literal_error":
            return f"write {error['ctx']['expected']} (found {written!r})"
        case "string_pattern_mismatch":
            return f"{written!r} is not an id; write lower-case letters, digits and hyphens, a letter first"
        case "string_type":
            return f"write text; put {written!r} in quotes (YAML reads no, yes and numbers as something else)"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"{error['msg']}; found {shown}"
