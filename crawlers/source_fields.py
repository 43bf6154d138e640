"""The fields of one source in sources.yaml: their types, checks and defaults.

Each check returns the value as it will be used, or raises with a message that says what to write.
To add a field, add it to `SourceFields` (the order there is that of the messages) and to `Source`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

from lxml import etree
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from crawlers.checked_yaml import find_similar
from crawlers.errors import PermanentError
from crawlers.locales import find_country, find_language, is_country, is_language
from crawlers.model import Kind, Owner, PollPolicy, Scope
from crawlers.time_zones import describe_zone_problem
from crawlers.urls import canonical_url, site_of

MAX_PAGES = 50
_MAX_NAME_CHARS = 200
_MIN_POLL_S = 60
_MAX_POLL_S = 30 * 86_400
#: A listing is read a few times a day, and no site on the web is older than 30 years.
_MIN_AGE_S = 3600
_MAX_AGE_S = 30 * 365 * 86_400

_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HOST_WITHOUT_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")
# At most nine digits: 30 years are 946,080,000 seconds.
_DURATION = re.compile(r"\s*(\d{1,9})\s*(s|m|min|h|d)?\s*")
_SECONDS_PER_UNIT = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, None: 1}


def describe_type(value: object) -> str:
    """Return what kind of value a person wrote, in words for a message."""
    if value is None:
        return "empty"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, str):
        return "a text"
    return f"a {type(value).__name__}"


def _wrong_value(message: str) -> PydanticCustomError:
    # The message may hold braces, which Pydantic would take for its own fields.
    return PydanticCustomError("wrong", "{message}", {"message": message})


# -- checks, one a kind of value -------------------------------------------------------------------


def _check_text(value: object) -> str:
    # YAML's oldest trap: the country code NO is read as false.
    if isinstance(value, bool):
        written = str(value).lower()
        raise _wrong_value(f'is {written}: YAML reads yes, no, on and off so; write it in quotes, as "NO"')
    if isinstance(value, int | float):
        raise _wrong_value(f'is the number {value}; write it in quotes: "{value}"')
    if not isinstance(value, str):
        raise _wrong_value(f"is {describe_type(value)}; write a text")
    if not value.strip():
        raise _wrong_value("is empty; write a value or remove the line")
    return value.strip()


def _check_flag(value: object) -> bool:
    # Pydantic alone would take "yes", 1 and "on" for true.
    if not isinstance(value, bool):
        raise _wrong_value(f"is {value!r}; write true or false")
    return value


def _one_of(choices: tuple[str, ...]) -> Any:
    def check_choice(value: str) -> str:
        if value in choices:
            return value
        advice = find_similar(value, choices) or "one of them"
        raise _wrong_value(f"“{value}” is not one of {', '.join(choices)}; write {advice}")

    return AfterValidator(check_choice)


def _check_id(value: str) -> str:
    if _SOURCE_ID.fullmatch(value):
        return value
    # Most ids that fail are names; made lower case and joined by hyphens they will do.
    better = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")[:64]
    raise _wrong_value(
        f"“{value}” cannot be an id (a-z, 0-9, “-”, “_”, “.”, at most 64);"
        f" write {better or 'something like cbc-world'}"
    )


def _check_name(value: str) -> str:
    if len(value) > _MAX_NAME_CHARS or not value.isprintable():
        raise _wrong_value(f"has more than {_MAX_NAME_CHARS} characters or line breaks; write a short name")
    return value


def _check_address(value: str) -> str:
    try:
        canonical_url(value)
    except PermanentError as e:
        if "://" not in value and _HOST_WITHOUT_SCHEME.match(value):
            raise _wrong_value(f"“{value}” lacks its scheme; write https://{value}") from e
        raise _wrong_value(f"{e}; write the whole address of the feed, beginning with https://") from e
    return value


def _check_country(value: str) -> str:
    if is_country(value):
        return value
    advice = "two capital letters (ISO 3166), as CA or CN"
    meant = find_country(value)
    if meant is not None:
        advice = f"{meant} (two capital letters, ISO 3166)"
    raise _wrong_value(f"“{value}” is not a country code; write {advice}")


def _check_language(value: str) -> str:
    if is_language(value):
        return value
    advice = find_language(value) or "en, fr, zh, zh-Hans, zh-Hant or another ISO 639-1 code"
    raise _wrong_value(f"“{value}” is not a language code; write {advice}")


def _check_sites(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong_value(f"is {describe_type(value)}; write a list of hosts, as [bbc.com, bbc.co.uk]")
    hosts = []
    for host in value:
        hosts.append(_check_host(host))
    return tuple(hosts)


def _check_host(value: object) -> str:
    """Return a host as canonical addresses have it, without `www.`."""
    host = _check_text(value)
    advice = "write the host alone, as bbc.com; hosts below it count too"
    try:
        parts = urlsplit(canonical_url(f"https://{host}/"))
    except PermanentError as e:
        raise _wrong_value(f"“{host}” is no host; {advice}") from e
    if (parts.path, parts.query) != ("/", "") or host.endswith("/"):
        raise _wrong_value(f"“{host}” is an address; {advice}")
    return site_of(parts.geturl())


def _check_tier(value: object) -> int:
    # `True == 1` in Python, so a flag has to be turned away by name.
    if isinstance(value, bool) or not isinstance(value, int) or value not in (1, 2, 3):
        raise _wrong_value(f"is {value!r}; write 1 (must not miss), 2 or 3")
    return value


def _check_time_zone(value: str) -> str:
    problem = describe_zone_problem(value)
    if problem is not None:
        raise _wrong_value(problem)
    return value


def _check_selector(value: str) -> str:
    if value.startswith(("/", "(", "./")):
        return _check_xpath(value)
    # Loaded only for section pages: importing parsel takes a while.
    from cssselect import SelectorError
    from parsel.csstranslator import HTMLTranslator

    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as e:
        raise _wrong_value(
            f"“{value}” is not a CSS selector ({e}); write for example “h2 a”, or XPath as //h2/a"
        ) from e
    return value


def _check_xpath(value: str) -> str:
    try:
        # Compiling it is the test, as for every selector and pattern here.
        etree.XPath(value)
    except etree.XPathError as e:
        raise _wrong_value(f"“{value}” is not XPath ({e}); write for example //h2/a") from e
    return value


def _check_pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as e:
        raise _wrong_value(
            f"“{value}” is not a regular expression ({e});"
            " write one that article addresses match, as /news/\\d+"
        ) from e
    return value


def _read_duration(value: object, examples: str) -> int:
    """Return a duration in seconds, or raise with examples of what to write."""
    found = None
    if isinstance(value, str | int) and not isinstance(value, bool):
        found = _DURATION.fullmatch(str(value))
    if found is None:
        raise _wrong_value(f"{value!r} is not a duration; write {examples} or a number of seconds")
    return int(found[1]) * _SECONDS_PER_UNIT[found[2]]


def _check_duration(value: object) -> int:
    seconds = _read_duration(value, "15m, 1h, 24h")
    if not _MIN_POLL_S <= seconds <= _MAX_POLL_S:
        raise _wrong_value(f"“{value}” is out of range; write something from 1m to 30d")
    return seconds


def _check_age(value: object) -> int:
    seconds = _read_duration(value, "2d, 7d, 36h")
    if not _MIN_AGE_S <= seconds <= _MAX_AGE_S:
        raise _wrong_value(f"“{value}” is out of range; write something from 1h to 10950d (30 years)")
    return seconds


def _check_day(value: object) -> date:
    # A time of a day is a date for Python.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as e:
        raise _wrong_value(f"“{value}” is not a day; write it as 2026-11-20, or remove the line") from e


def _check_page_count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PAGES:
        raise _wrong_value(f"is {value!r}; write a number from 1 to {MAX_PAGES}")
    return value


# -- the fields ------------------------------------------------------------------------------------

_Text = Annotated[str, BeforeValidator(_check_text)]
_Flag = Annotated[bool, BeforeValidator(_check_flag)]
_Duration = Annotated[int, BeforeValidator(_check_duration)]
_Selector = Annotated[_Text, AfterValidator(_check_selector)]


class PollFields(BaseModel):
    """The fields of `poll`: how often a source is asked."""

    model_config = ConfigDict(extra="forbid")

    # None means "not written", which the defaults below need to know.
    every: _Duration | None = None
    min: _Duration | None = None
    max: _Duration | None = None

    @model_validator(mode="after")
    def _check_order(self) -> PollFields:
        policy = self.to_policy()
        if not policy.min_s <= policy.every_s <= policy.max_s:
            raise _wrong_value(
                f"min {policy.min_s} s, every {policy.every_s} s, max {policy.max_s} s are not in this order;"
                " write values with min ≤ every ≤ max"
            )
        return self

    def to_policy(self) -> PollPolicy:
        """Return the policy, defaults filled in.

        A bound that was not written gives way to `every`, and `every` to a bound that was.
        """
        defaults = PollPolicy()
        every = self.every
        if every is None:
            every = max(defaults.every_s, self.min or 0)
            every = min(every, self.max or every)
        least = self.min
        if least is None:
            least = min(defaults.min_s, every)
        most = self.max
        if most is None:
            most = max(defaults.max_s, every)
        return PollPolicy(every_s=every, min_s=least, max_s=most)


class SourceFields(BaseModel):
    """The fields of one source, checked, in the order of the messages."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[_Text, AfterValidator(_check_id)]
    name: Annotated[_Text, AfterValidator(_check_name)]
    kind: Annotated[_Text, _one_of(get_args(Kind))]
    url: Annotated[_Text, AfterValidator(_check_address)]
    country: Annotated[_Text, AfterValidator(_check_country)] | None = None
    language: Annotated[_Text, AfterValidator(_check_language)] | None = None
    owner: Annotated[_Text, _one_of(get_args(Owner))] = "private"
    tier: Annotated[int, BeforeValidator(_check_tier)] = 2
    sites: Annotated[tuple[str, ...], BeforeValidator(_check_sites)] = ()
    scope: Annotated[_Text, _one_of(get_args(Scope))] = "all"
    timezone: Annotated[_Text, AfterValidator(_check_time_zone)] | None = None
    enabled: _Flag = True
    off_reason: _Text | None = None
    links: _Selector | None = None
    next_page: _Selector | None = None
    max_pages: Annotated[int, BeforeValidator(_check_page_count)] = 1
    url_pattern: Annotated[_Text, AfterValidator(_check_pattern)] | None = None
    # A group, so that its three bounds are checked against each other.
    poll: PollFields = Field(default_factory=PollFields)
    max_age: Annotated[int, BeforeValidator(_check_age)] | None = None
    verify: _Flag = True
    verify_reason: _Text | None = None
    cookies: _Flag = False
    listed: _Flag = False
    answered: Annotated[date | None, BeforeValidator(_check_day)] = None
    #: What `listed` was called before; it is still read.
    verified: _Flag | None = None
    note: _Text | None = None
