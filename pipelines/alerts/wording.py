"""Words of mails and pages, and what may pass from outside (pure).

Words for stories and times are here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from urllib.parse import quote, urlsplit

import nh3
from markupsafe import Markup, escape

from pipelines.alerts.mail_words import words_in
from pipelines.beat.label import name_in
from pipelines.model import ARTICLES_VIEW, Article, KibanaPlace, ReaderClock, Relation, Story

KIND_WORDS = {
    "paid_release": "paid release",
    "government_release": "government release",
    "agency": "agency report",
    "state_media": "state media",
    "government": "government",
    "report": "report",
}
#: How a route label begins. "Text of state media CGTN" says more than "State media of CGTN".
_LABELS = {
    "paid_release": "Paid release",
    "government_release": "Government release",
    "agency": "Agency report",
    "state_media": "Text",
    "government": "Government text",
    "report": "Report",
}
RELATION_WORDS = {
    Relation.ORIGINAL: "first with this text",
    Relation.VERBATIM: "word for word",
    Relation.SHORTENED: "shortened",
    Relation.EMBEDDED: "inside a longer text",
    Relation.EDITED: "edited",
    Relation.UPDATE: "a later version",
    # No text puts a report of its own into a story.
    Relation.REPORT: "put here by a person",
}
#: Names of a headline that are explained. More would be longer than the headline.
MAX_HINTS = 4
#: What stands for an address that is no link.
NO_ADDRESS = "#"
#: Characters from here on are as wide as two letters, and say as much: CJK begins with its radicals.
_FIRST_WIDE = "\u2e80"
#: Weekdays and leap years come round again after so many years.
_YEARS_OF_A_CALENDAR = range(2000, 2028)
#: A time as reasons are stored with it. Chinese characters may stand right before and after it.
_TIME_IN_UTC = re.compile(r"(?<![0-9])(20\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d) UTC(?![A-Za-z0-9])")
#: A number as reasons are stored with it.
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_MARKED = re.compile(r"<mark>(.*?)</mark>")
_MARKS = ("<mark>", "</mark>")
#: The characters of a passage as HTML, with its marks.
_CHARACTERS = re.compile(r"</?mark>|&[#A-Za-z0-9]+;|.", re.DOTALL)
#: So many Chinese characters that stand at both ends are no chance.
_FEWEST_REPEATED = 4
#: A blank after a Chinese stop comes from a line break of the page.
_BLANK_AFTER_STOP = re.compile("(?<=[。！？；”])[ ]")


# -- where a text comes from --------------------------------------------------------------------------------


def route_label(story: Story, state_media: Collection[str] = (), language: str = "en") -> str:
    """Say in one line where a story's text comes from.

    "" where its pages show nothing. `state_media` are names of sources that are known as such beside
    those that everybody knows.

    >>> route_label(story)  # doctest: +SKIP
    'Paid release of state media CGTN through GlobeNewswire'
    """
    if not story.origin and not story.carrier:
        return ""
    say = words_in(language)
    label = say(_LABELS[story.kind])
    if story.origin:
        phrase = "{kind} of {origin}"
        if _is_state_media(story, state_media):
            phrase = "{kind} of state media {origin}"
        label = say(phrase, kind=label, origin=story.origin)
    if story.carrier and story.carrier != story.origin:
        label = say("{text} through {carrier}", text=label, carrier=story.carrier)
    return label


def _is_state_media(story: Story, state_media: Collection[str]) -> bool:
    """Tell whether a story's origin is known as state media, whoever carries its text."""
    if story.kind == "state_media" or story.origin in state_media:
        return True
    # Imported here: a list of stories without a route needs none of the names.
    from pipelines.beat.organisations import EVERYWHERE

    origin = EVERYWHERE.known(story.origin or "")
    return origin is not None and origin.kind == "state_media"


# -- names and passages -------------------------------------------------------------------------------------


def name_hints(title: str, english: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (as written, in English) of the names in a Chinese headline.

    The longest name is taken at each place, and no English name comes twice.
    """
    hints: dict[str, str] = {}
    longest = max(map(len, english), default=0)
    at = 0
    while at < len(title) and len(hints) < MAX_HINTS:
        name = _longest_name_at(title, at, english, longest)
        if name is None:
            at += 1
            continue
        if english[name] not in hints.values():
            hints[name] = english[name]
        at += len(name)
    return list(hints.items())


def _longest_name_at(title: str, at: int, names: Collection[str], longest: int) -> str | None:
    # One character is no name: it stands inside too many words.
    for length in range(min(longest, len(title) - at), 1, -1):
        name = title[at : at + length]
        if name in names:
            return name
    return None


def marked(highlight: str) -> Markup:
    """Return a snippet as HTML in which only <mark> passes, whatever index made it."""
    return Markup(nh3.clean(highlight, tags={"mark"}))  # noqa: S704 - cleaned right here


def marked_words(passages: Sequence[str]) -> list[str]:
    """Return the words that are marked in passages, each once.

    They are written as they are first written.

    >>> marked_words(["<mark>Canola</mark> and <mark>peas</mark>", "of <mark>canola</mark>"])
    ['Canola', 'peas']
    """
    words: dict[str, str] = {}
    for passage in passages:
        for word in _MARKED.findall(passage):
            plain = one_line(html.unescape(word))
            words.setdefault(plain.casefold(), plain)
    return list(words.values())


def without_beginning(passage: Markup, shown: str) -> Markup:
    """Return a passage without the words that `shown` ends with.

    >>> without_beginning(Markup("… a door with a <mark>lock</mark>"), "He wants a door …")
    Markup('… with a <mark>lock</mark>')
    """
    if is_wide(passage.striptags().removeprefix("… ")[:1]):
        return _without_characters(passage, shown)
    words = passage.split()
    plain = passage.striptags().split()
    if words[:1] == ["…"]:
        words, plain = words[1:], plain[1:]
    ended = shown.removesuffix("…").split()
    # The longest first: the same few words may come again.
    for number in range(min(len(plain), len(ended)), 0, -1):
        if plain[:number] == ended[-number:]:
            return _after_words(words, number)
    return passage


def _without_characters(passage: Markup, shown: str) -> Markup:
    """Return a Chinese passage without the characters that `shown` ends with."""
    rest = Markup(str(passage).removeprefix("… "))  # noqa: S704 - a part of markup
    plain = rest.striptags()
    ended = shown.removesuffix("…").rstrip()
    # The longest first: the same few characters may come again.
    for number in range(min(len(plain), len(ended)), _FEWEST_REPEATED - 1, -1):
        if ended.endswith(plain[:number]):
            return Markup("… ") + _after_characters(rest, number)
    return passage


def _after_characters(passage: Markup, number: int) -> Markup:
    """Return a marked passage from a character on.

    A mark that is cut begins there anew.
    """
    pieces = _CHARACTERS.findall(str(passage))
    seen = 0
    is_marked = False
    for position, piece in enumerate(pieces):
        if seen == number:
            rest = "".join(pieces[position:])
            return _marked_anew(rest) if is_marked else Markup(rest)  # noqa: S704 - a part of markup
        if piece in _MARKS:
            is_marked = piece == _MARKS[0]
        else:
            seen += 1
    return Markup("")


def _marked_anew(rest: str) -> Markup:
    if rest.startswith(_MARKS[1]):
        return Markup(rest.removeprefix(_MARKS[1]))  # noqa: S704 - a part of markup
    return Markup(_MARKS[0] + rest)  # noqa: S704 - a part of markup


def _after_words(words: Sequence[Markup], number: int) -> Markup:
    """Return marked words from a place on; a mark that is cut begins there anew."""
    dropped = Markup(" ").join(words[:number])
    rest = Markup(" ").join(words[number:])
    if dropped.count("<mark>") > dropped.count("</mark>"):
        rest = Markup("<mark>") + rest
    return Markup("… ") + rest


def first_lines(body: str, words: Sequence[str], most: int) -> Markup:
    """Return how a text begins, cut at a word, with these words marked.

    `most` counts letters; of Chinese half as many characters are shown.
    """
    # Blanks and line breaks fall away in one_line, so more is read than will be shown.
    text = one_line(body[: 4 * most])
    wide = 0
    for char in text[:most]:
        if is_wide(char):
            wide += 1
    # Latin names in a Chinese text are many letters, so a quarter of wide characters is enough.
    is_chinese = wide > most // 4
    if is_chinese:
        shown = _cut_characters(_BLANK_AFTER_STOP.sub("", text), most // 2)
    else:
        shown = _cut_words(text, most)
    return marked(_mark_words(shown, words))


def _cut_characters(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]} …"


def _cut_words(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    whole_words = text[:most].rpartition(" ")[0]
    return f"{whole_words or text[:most]} …"


def _mark_words(text: str, words: Sequence[str]) -> str:
    """Return text as HTML with these words in <mark>, the longest first."""
    patterns: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        if word:
            pattern = re.escape(str(escape(word)))
            # Whole words where words have ends; Chinese has none.
            if pattern[0].isascii():
                pattern = rf"\b{pattern}\b"
            patterns.append(pattern)
    markup = str(escape(text))
    if not patterns:
        return markup
    return re.sub(f"({'|'.join(patterns)})", r"<mark>\1</mark>", markup, flags=re.IGNORECASE)


def is_wide(char: str) -> bool:
    """Tell whether a character is as wide as two letters, as Chinese ones are."""
    return char > _FIRST_WIDE


# -- what may pass from outside -----------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Return text as one line without control characters."""
    if not text.isprintable():
        text = "".join(map(_printable, text))
    return " ".join(text.split())


def _printable(char: str) -> str:
    return char if char.isprintable() else " "


def sentence(text: str) -> str:
    """Return text as one line that begins with a capital."""
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}"


def web_address(url: str) -> str:
    """Return an address that is safe to follow, or "#" for anything but http(s)."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return NO_ADDRESS
    # Marks of direction and other unprintables can disguise where a link leads.
    if scheme not in ("http", "https") or not url.isprintable():
        return NO_ADDRESS
    return url


# -- times --------------------------------------------------------------------------------------------------


def on_clock(at: datetime, zone: tzinfo) -> datetime:
    """Return an instant on the clock of a zone.

    Where the calendar has no such time (the last hours of the year 9999), it stays on its own clock.
    """
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def iso_seconds(at: datetime) -> str:
    """Return an instant as programs read it, to the second: "2026-01-17T12:00:00Z"."""
    return on_clock(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_times(
    at: datetime, clocks: Sequence[ReaderClock], now: datetime | None = None, language: str = "en"
) -> str:
    """Return an instant on the clocks of the beat.

    For example "Sat 17 Jan, 07:00 Ottawa · 20:00 Beijing". A further clock's day is added where it is not
    the first one's, the year where it is not that of `now`.
    """
    first = clocks[0]
    home = on_clock(at, first.zone)
    is_other_year = now is None or on_clock(now, first.zone).year != home.year
    times = [f"{home:%H:%M} {clock_name(first, language)}"]
    for clock in clocks[1:]:
        there = on_clock(at, clock.zone)
        day = "" if there.date() == home.date() else f"{weekday(there, language)} "
        times.append(f"{day}{there:%H:%M} {clock_name(clock, language)}")
    day = _day_words(home, language, has_year=is_other_year)
    # Chinese puts no comma between a day and its hour.
    pause = " " if language == "zh" else ", "
    return f"{day}{pause}{' · '.join(times)}"


def clock_name(clock: ReaderClock, language: str) -> str:
    """Return the name of a clock in a language, else in English."""
    return name_in(clock.names, language) or clock.name


def local_day(day: date, now: datetime, language: str = "en") -> str:
    """Return a day as people write it: "Sat 17 Jan".

    The year is added where it is not that of `now`.
    """
    return _day_words(day, language, has_year=day.year != now.year)


def day_in(text: str, language: str) -> str:
    """Return a day that a reason names in another language: "Sat 17 Jan".

    "Sat 17 Jan 2026" and "2026-01-17" are such days, too. What is no day stays as it is.
    """
    for form in ("%Y-%m-%d", "%a %d %b %Y"):
        day = _day_of(text, form)
        if day is not None:
            return _day_words(day, language, has_year=True)
    for year in _YEARS_OF_A_CALENDAR:
        day = _day_of(f"{text} {year}", "%a %d %b %Y")
        # Without its year a day is known by its weekday.
        if day is not None and text.startswith(f"{day:%a}"):
            return _day_words(day, language, has_year=False)
    return text


def _day_of(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day of a calendar
    except ValueError:
        return None


def whole_day(day: date, language: str) -> str:
    """Return a day with all its words: "Saturday 17 January 2026"."""
    if language == "en":
        return f"{day:%A} {day.day} {day:%B %Y}"
    # Imported here: English mails need none of it.
    from babel.dates import format_date

    return format_date(day, "full", locale=language)


def day_of_month(day: date, language: str) -> str:
    """Return a day for a subject: "17 Jan"."""
    if language == "en":
        return f"{day.day} {day:%b}"
    return _in_babel(day, "MMMd", language)


def _day_words(day: date, language: str, *, has_year: bool) -> str:
    if language != "en":
        return _in_babel(day, "yMMMEd" if has_year else "MMMEd", language)
    text = f"{day:%a} {day.day} {day:%b}"
    return f"{text} {day.year}" if has_year else text


def weekday(day: date, language: str) -> str:
    """Return a day of the week, short: "Sat"."""
    return f"{day:%a}" if language == "en" else _in_babel(day, "E", language)


def _in_babel(day: date, skeleton: str, language: str) -> str:
    """Return the parts of a day that a skeleton of Unicode names."""
    from babel.dates import format_skeleton

    at = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day of a calendar
    return format_skeleton(skeleton, at, locale=language)


def appeared_at(article: Article, clocks: Sequence[ReaderClock], now: datetime, language: str = "en") -> str:
    """Say when an article appeared, as exactly as it is known."""
    published = article.published
    if published is None:
        time = local_times(article.collected, clocks, now, language)
        return words_in(language)("seen {time}", time=time)
    if published.precision in ("day", "month", "year"):
        return local_day(published.at.date(), now, language)
    return local_times(published.at, clocks, now, language)


def on_clocks(text: str, clocks: Sequence[ReaderClock], now: datetime, language: str = "en") -> str:
    """Return a reason whose times in UTC are on the clocks of the beat."""

    def shown(found: re.Match[str]) -> str:
        try:
            at = datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        except ValueError:
            # A page may write what looks like a time, as “2026-02-30 25:00 UTC”.
            return found[0]
        return local_times(at, clocks, now, language)

    return _TIME_IN_UTC.sub(shown, text)


# -- numbers ------------------------------------------------------------------------------------------------


def written_number(number: int, language: str) -> str:
    """Return a number as a language writes it: "1,200"."""
    if language == "en":
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=language)


def decimal_in(text: str, language: str) -> str:
    """Return a number that a reason names as a language writes it: "1,2".

    What is no number stays as it is.
    """
    if language == "en" or not _DECIMAL.fullmatch(text):
        return text
    from babel.numbers import get_decimal_symbol

    return text.replace(".", get_decimal_symbol(language))


# -- links --------------------------------------------------------------------------------------------------


def kibana_link(
    base: str | None, story_id: str, since: datetime, place: KibanaPlace | None = None
) -> str | None:
    """Return the address of a story's articles in Kibana's Discover.

    None without a Kibana.
    """
    if base is None:
        return None
    parts = urlsplit(base)
    # A user and password in the setting are ours and go into no mail.
    host = parts.netloc.rpartition("@")[2]
    root = f"{parts.scheme}://{host}{parts.path.rstrip('/')}"
    query = quote(f"'story_id:\"{story_id}\"'", safe="")
    place = place or KibanaPlace()
    data_view = f"dataSource:(dataViewId:{place.id_of(ARTICLES_VIEW)},type:dataView)"
    state = f"({data_view},query:(language:lucene,query:{query}))"
    times = f"(time:(from:'{since:%Y-%m-%dT%H:%M:%SZ}',to:now))"
    return f"{root}{quote(place.path)}/app/discover#/?_g={times}&_a={state}"
