"""The mistakes of one YAML file of a beat, each with its line.

A reader adds what it finds and goes on, so that a person sees all mistakes of a file in one go. Every
message has one form: `FILE:LINE: FIELD: what is wrong; what to write`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field
from crawlers.errors import CatalogueError
from pipelines.text.languages import known_languages

#: Fields that hold names by language. `zh` is one in events.yaml.
_SPELLING_LANGUAGES = frozenset({*known_languages(), "zh"})
#: The type of a Pydantic error about a key that is neither a field nor a language.
UNKNOWN_FIELD = "unknown_field"
#: Pydantic's name for a wrong key of a group; the key itself is the step before.
_KEY = "[key]"
#: What a message shows of a wrong value.
_SHOWN_CHARS = 60


ModelT = TypeVar("ModelT", bound=BaseModel)
#: Returns the message for an unknown field, by its group's place and its name.
DescribeUnknown = Callable[[Place, str], str]


class FileProblems:
    """The mistakes found so far in a file, and hints on what could be better."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._found: list[tuple[int, str]] = []
        self._hints: list[tuple[int, str]] = []

    def add(self, place: Place, text: str) -> None:
        """Note a mistake; the message begins with the name of its place."""
        self._found.append((self._document.find_line(place), f"{self._name_place(place)}: {text}"))

    def add_hint(self, place: Place, text: str) -> None:
        """Note what is no mistake and could be better."""
        self._hints.append((self._document.find_line(place), f"{self._name_place(place)}: {text}"))

    def add_unknown_field(self, place: Place, text: str) -> None:
        """Note a field that there is not.

        The text names it, so the message begins with its group.
        """
        group = f"{self._name_place(place[:-1])}: " if len(place) > 1 else ""
        self._found.append((self._document.find_line(place), group + text))

    def add_yaml_problems(self) -> None:
        """Note keys that are given twice and values with unknown tags."""
        for problem in self._document.problems:
            self.add(problem.place, problem.text)

    def add_field_errors(self, refusal: ValidationError, describe_unknown: DescribeUnknown) -> None:
        """Note what Pydantic refused."""
        unknown: set[Place] = set()
        for error in refusal.errors(include_url=False):
            place = error["loc"]
            if place[-1:] == (_KEY,):
                place = place[:-1]
            if error["type"] in ("extra_forbidden", UNKNOWN_FIELD):
                unknown.add(place)
                self.add_unknown_field(place, describe_unknown(place[:-1], str(place[-1])))
            # Of a field that there is not, what it holds is no mistake of its own.
            elif not _is_inside(place, unknown):
                self.add(place, describe_field_error(error))

    def check_fields(self, model: type[ModelT], describe_unknown: DescribeUnknown) -> ModelT | None:
        """Return the values as a Pydantic model.

        None where they have mistakes, which are added.
        """
        try:
            return model.model_validate(self._document.values)
        except ValidationError as e:
            self.add_field_errors(e, describe_unknown)
            return None

    def check_model(self, model: type[ModelT], known_fields: Callable[[], Collection[str]]) -> ModelT:
        """Return the file's values as a Pydantic model.

        `known_fields` returns the fields that groups of the file can have; it is asked where something is
        wrong. Raises CatalogueError with all mistakes.
        """
        self.add_yaml_problems()
        checked = self.check_fields(model, lambda _, name: describe_unknown_field(name, known_fields()))
        self.raise_if_any()
        # Without a mistake there are values.
        assert checked is not None
        return checked

    def list_hints(self) -> tuple[str, ...]:
        """Return all hints in the order of the file.

        Each is `FILE:LINE: FIELD: text`.
        """
        self._hints.sort(key=lambda hint: hint[0])
        return tuple(self._with_places(self._hints))

    def raise_if_any(self) -> None:
        """Raise CatalogueError with all mistakes, in the order of the file."""
        if not self._found:
            return
        # Python sorts stably: mistakes of one line stay in the order in which they were found.
        self._found.sort(key=lambda problem: problem[0])
        raise CatalogueError(self._with_places(self._found))

    def _with_places(self, remarks: Iterable[tuple[int, str]]) -> list[str]:
        return [f"{self._document.path}:{line}: {text}" for line, text in remarks]

    def _name_place(self, place: Place) -> str:
        """Return a place as a person finds it.

        For example: `sides[norway].names.person[3] (Jane Doe).role`.
        """
        name = ""
        value = self._document.values
        for step in place:
            value = _child_of(value, step)
            if isinstance(step, int):
                name += _name_item(step, value)
            elif step != _KEY:
                name += f".{step}" if name else step
        return name or "the file"


def _is_inside(place: Place, groups: Collection[Place]) -> bool:
    """Tell whether a place is one of some groups, or within one."""
    return any(place[: len(group)] == group for group in groups)


def _child_of(value: Any, step: int | str) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _name_item(position: int, value: Any) -> str:
    """Return `[ID]` for an item of a list, or its number and first name."""
    if isinstance(value, str):
        return f"[{position + 1}] (“{value}”)"
    if not isinstance(value, dict):
        return f"[{position + 1}]"
    if "id" in value:
        return f"[{value['id']}]"
    # The first name of an entry tells a person which one is meant.
    for language, names in value.items():
        if language in _SPELLING_LANGUAGES and isinstance(names, list) and names:
            return f"[{position + 1}] ({names[0]})"
    return f"[{position + 1}]"


_FIELDS_NEEDED = "must have fields, as in {en: [name], fr: [nom]}"
_LIST_NEEDED = "must be a list; write it in brackets: [name, name]"
_ENTRIES_NEEDED = "must be a list; write each entry on a line of its own, as - {en: [name]}"
_KINDS_NEEDED = "must have fields, as in country: [{en: [name]}]"
_FLAG_NEEDED = "write true or false"
_NUMBER_NEEDED = "write a number, as 0.5"
#: What is wrong, by Pydantic's type of error, where it does not depend on the value.
_FIXED_TEXTS = {
    "float_type": _NUMBER_NEEDED,
    "float_parsing": _NUMBER_NEEDED,
    "int_type": _NUMBER_NEEDED,
    "int_parsing": _NUMBER_NEEDED,
    "string_too_short": "is empty; write a word or remove it",
    "bool_type": _FLAG_NEEDED,
    "bool_parsing": _FLAG_NEEDED,
    "too_short": "is empty; write something in it or remove it",
}
#: What is written in a field that must be there, by its name.
FIELD_EXAMPLES = {
    "between": "between: [norway, chile]",
    "from": "from: norway",
    "gives": "gives: {title: the headline on the saved page}",
    "id": "id: norway",
    "kind": "kind: agency",
    "name": "name: Norway",
    "names": "names: {country: [{en: [Norway]}]}",
    "outlets": "outlets: [{name: Example News, kind: agency}]",
    "page": "page: rules/news.example.html",
    "query": "query: salmon AND (tariff* OR duty)",
    "rules": "rules:, and each rule below it, beginning with - site: news.example",
    "site": "site: news.example",
    "to": "to: chile",
    "until": "until: 2027-06-30",
    "url": "url: https://chat.example/hook",
}
_LIST_ERRORS = ("tuple_type", "list_type")
#: A value stands where a group of fields belongs.
_GROUP_ERRORS = ("model_type", "model_attributes_type", "dict_type", "mapping_type")


def describe_missing(field: str, examples: Mapping[str, str] = FIELD_EXAMPLES) -> str:
    """Return the message for a field that is not there, with an example."""
    example = examples.get(field, f"{field}: …")
    return f"is missing; write it, as in “{example}”"


def describe_field_error(error: ErrorDetails) -> str:
    """Return what is wrong with a value, and what to write."""
    kind = error["type"]
    written = error["input"]
    shown = repr(str(written)[:_SHOWN_CHARS])
    if kind in _FIXED_TEXTS:
        return _FIXED_TEXTS[kind]
    if kind in _LIST_ERRORS:
        # A group of fields stands where a list of such groups belongs.
        return _ENTRIES_NEEDED if isinstance(written, dict) else _LIST_NEEDED
    if kind in _GROUP_ERRORS:
        # The names of a side stand under their kind.
        needed = _KINDS_NEEDED if error["loc"][-1:] == ("names",) else _FIELDS_NEEDED
        return f"{needed}; found {shown}"
    match kind:
        case "missing":
            return describe_missing(str(error["loc"][-1]))
        case "literal_error":
            return f"write {error['ctx']['expected']} (found {written!r})"
        case "string_pattern_mismatch":
            return f"{written!r} is not an id; write lower-case letters, digits and hyphens, a letter first"
        case "string_type":
            return _describe_no_text(written, shown)
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"{error['msg']}; found {shown}"


def _describe_no_text(written: object, shown: str) -> str:
    """Return the message for a value that stands where a text belongs."""
    if isinstance(written, list):
        return f"is a list, where one text belongs; write it without brackets (found {shown})"
    if isinstance(written, dict):
        return f"holds “: ” or braces, so YAML reads fields; put the whole text in quotes (found {shown})"
    return f"write text; put {written!r} in quotes (YAML reads no, yes and numbers as something else)"
