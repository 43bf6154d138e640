"""The fields of one saved search and of one channel: their types and checks.

Each check returns the value as it will be used, or raises with a message that says what to write.
To add a field, add it to `SearchFields` (the order there is that of the messages) and to `SavedSearch`.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from crawlers.checked_yaml import find_similar
from crawlers.time_zones import describe_zone_problem
from pipelines.model import Cadence, Group, Reason
from pipelines.text.mail_address import is_address

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: What a reader can ask to be told. "ceiling" is no choice: it says that a day's mails are used up.
REASONS = tuple(reason for reason in get_args(Reason) if reason != "ceiling")
MAX_ADDRESSES = 50
#: Languages of what mails say around the news; `pipelines/alerts/mail_words.yaml` has their words.
MAIL_LANGUAGES = ("en", "fr", "zh")
_MAX_NAME_CHARS = 200
_MINUTES_PER_DAY = 24 * 60

#: As in a mail's headers and in file names.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: An ISO 639 code, with a script where that matters: zh-Hant.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
_TIME_OF_DAY = re.compile(r"(\d\d?):(\d\d)")
#: Between the two times of a stretch.
_STRETCH_MARK = re.compile(r"\s*(?:-|–|to)\s*")


def _wrong_value(message: str) -> PydanticCustomError:
    # The message may hold braces, which Pydantic would take for its own fields.
    return PydanticCustomError("wrong", "{message}", {"message": message})


# -- checks, one a kind of value -------------------------------------------------------------------


def _check_text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong_value(f"{value!r} is not text; write it in quotes")
    return value


def _check_id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _wrong_value(f"“{value}” is not an id; use letters, digits, - and _, at most 64")
    return value


def _check_name(value: object) -> str:
    name = ""
    if isinstance(value, str):
        name = " ".join(value.split())
    if not 1 <= len(name) <= _MAX_NAME_CHARS:
        raise _wrong_value(f"write a name of 1 to {_MAX_NAME_CHARS} characters")
    return name


def _check_note(value: object) -> str | None:
    if value is None:
        return None
    return _check_text(value)


def _check_flag(value: object) -> bool:
    # Pydantic alone would take "yes", 1 and "on" for true.
    if not isinstance(value, bool):
        raise _wrong_value(f"{value!r} is neither true nor false; write one of them")
    return value


def _list_values(value: object) -> list[Any]:
    """Return the values of a list, or the one value that stands for a list."""
    if isinstance(value, list):
        return value
    return [value]


def _drop_repeated(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _check_addresses(value: object) -> tuple[str, ...]:
    addresses = _list_values(value)
    if value is None or not 1 <= len(addresses) <= MAX_ADDRESSES:
        example = "[desk@newsroom.example]"
        raise _wrong_value(f"write one address, or a list of up to {MAX_ADDRESSES}: {example}")
    for address in addresses:
        if not is_address(address):
            raise _wrong_value(f"“{address}” is not a mail address; write one like desk@newsroom.example")
    return _drop_repeated(addresses)


def _check_left(value: object) -> tuple[str, ...]:
    addresses = _list_values(value)
    for address in addresses:
        if not is_address(address):
            raise _wrong_value(f"“{address}” is not a mail address; write [] for nobody")
    return _drop_repeated(addresses)


def _check_texts(value: object) -> tuple[str, ...]:
    texts = []
    for text in _list_values(value):
        texts.append(_check_text(text))
    return tuple(texts)


def _check_choice(value: object, choices: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in choices:
        return value
    advice = find_similar(str(value), choices) or "one of them"
    raise _wrong_value(f"“{value}” is not one of {', '.join(choices)}; write {advice}")


def _one_of(choices: tuple[str, ...]) -> BeforeValidator:
    def check_choice(value: object) -> str:
        return _check_choice(value, choices)

    return BeforeValidator(check_choice)


def _some_of(choices: tuple[str, ...]) -> BeforeValidator:
    def check_choices(value: object) -> tuple[str, ...]:
        chosen = []
        for choice in _list_values(value):
            chosen.append(_check_choice(choice, choices))
        return _drop_repeated(chosen)

    return BeforeValidator(check_choices)


def _check_time(value: object) -> time:
    written = value
    # Without quotes YAML reads 17:30 as seventeen sixties and thirty, which is the minute of the day.
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value < _MINUTES_PER_DAY:
            return time(value // 60, value % 60)
        written = f"{value // 60}:{value % 60:02}"
    found = None
    if isinstance(value, str):
        found = _TIME_OF_DAY.fullmatch(value.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise _wrong_value(f"“{written}” is not a time of day; write it as 08:00")
    return time(int(found[1]), int(found[2]))


def _check_weekday(value: object) -> int:
    """Return 0 for Monday."""
    if isinstance(value, str):
        value = value.lower()
    return DAYS.index(_check_choice(value, DAYS))


def _check_zone(value: object) -> str:
    problem = describe_zone_problem(value)
    if problem is not None:
        raise _wrong_value(problem)
    return str(value)


def _check_quiet(value: object) -> tuple[time, time] | None:
    if value is None or value is False:
        return None
    parts: list[str] = []
    if isinstance(value, str):
        parts = _STRETCH_MARK.split(value.strip())
    if len(parts) != 2:
        raise _wrong_value(f"“{value}” is not a stretch of the day; write it as 22:00-07:00")
    start, end = _check_time(parts[0]), _check_time(parts[1])
    if start == end:
        raise _wrong_value("begins when it ends; remove it for no quiet hours")
    return start, end


def _check_number(value: object, low: int, high: int) -> int:
    # `True == 1` in Python, so a flag has to be turned away by name.
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not is_number or not low <= value <= high:
        raise _wrong_value(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _number_between(low: int, high: int) -> BeforeValidator:
    def check_number(value: object) -> int:
        return _check_number(value, low, high)

    return BeforeValidator(check_number)


def _numbers_between(low: int, high: int) -> BeforeValidator:
    def check_numbers(value: object) -> tuple[int, ...]:
        numbers = set()
        for number in _list_values(value):
            numbers.add(_check_number(number, low, high))
        return tuple(sorted(numbers))

    return BeforeValidator(check_numbers)


def _check_ceiling(value: object) -> int | None:
    if value is None:
        return None
    return _check_number(value, 1, 10_000)


def _check_languages(value: object) -> tuple[str, ...]:
    languages = _list_values(value)
    for language in languages:
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise _wrong_value(
                f"“{language}” is not a language code; write codes such as en, fr, zh or zh-Hant"
            )
    return _drop_repeated(languages)


def _check_channel_id(value: str) -> str:
    if value == "mail" or not _ID.fullmatch(value):
        raise _wrong_value(f"“{value}” cannot be the id of a channel (a-z, 0-9, -, _; not mail)")
    return value


def _check_not_blank(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong_value(f"{value!r} is not text; write it in quotes")
    return value


# -- the fields ------------------------------------------------------------------------------------

_Text = Annotated[str, BeforeValidator(_check_text)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(_check_texts)]
_Flag = Annotated[bool, BeforeValidator(_check_flag)]
_NotBlank = Annotated[str, BeforeValidator(_check_not_blank)]


class SearchFields(BaseModel):
    """The fields of one search, checked, in the order of the messages.

    Only those that are written count: `SavedSearch` has the defaults.
    """

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, BeforeValidator(_check_id)]
    name: Annotated[str, BeforeValidator(_check_name)]
    query: _Text
    to: Annotated[tuple[str, ...], BeforeValidator(_check_addresses)] = ()
    channels: _Texts = ()
    cadence: Annotated[str, _one_of(get_args(Cadence))] = ""
    group: Annotated[str, _one_of(get_args(Group))] = ""
    language: Annotated[str, _one_of(MAIL_LANGUAGES)] = ""
    at: Annotated[time | None, BeforeValidator(_check_time)] = None
    weekday: Annotated[int, BeforeValidator(_check_weekday)] = Field(default=0, alias="day")
    zone: Annotated[str, BeforeValidator(_check_zone)] = ""
    quiet: Annotated[tuple[time, time] | None, BeforeValidator(_check_quiet)] = None
    ceiling: Annotated[int | None, BeforeValidator(_check_ceiling)] = None
    reasons: Annotated[tuple[str, ...], _some_of(REASONS)] = ()
    languages: Annotated[tuple[str, ...], BeforeValidator(_check_languages)] = ()
    min_independent: Annotated[int, _number_between(1, 1000)] = 1
    tiers: Annotated[tuple[int, ...], _numbers_between(1, 3)] = ()
    paid: _Flag = True
    state: _Flag = True
    copies: Annotated[tuple[int, ...], _numbers_between(1, 100_000)] = ()
    reports: Annotated[tuple[int, ...], _numbers_between(2, 100_000)] = ()
    empty: _Flag = False
    backfill: _Flag = False
    enabled: _Flag = True
    note: Annotated[str | None, BeforeValidator(_check_note)] = None
    left: Annotated[tuple[str, ...], BeforeValidator(_check_left)] = ()


class ChannelFields(BaseModel):
    """The fields of one channel."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[_NotBlank, AfterValidator(_check_channel_id)]
    url: _NotBlank
    secret: _NotBlank | None = None


def list_field_names(group: type[BaseModel]) -> list[str]:
    """Return the names of a group's fields as they are written."""
    return [info.alias or name for name, info in group.model_fields.items()]
