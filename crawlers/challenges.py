"""Pages that come in place of an article: bot walls and walls of consent (pure).

    headers ──► a service says so itself ───────────────────────────────────────────► Wall
    address ──► led away to where readers are asked for consent ────────────────────► Wall
    source  ──► little text? ──► marks, title, sentences of `challenges.yaml` ──────► Wall
                     └──► as long as an article, or declared as one ──► None

A wall that is taken for an article is judged and never asked for again. An article that is taken for a wall
is asked for three times more and lost. So one sign is never enough for a page with text: articles about bot
walls quote their words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from crawlers.checked_yaml import parse_yaml
from crawlers.folding import read_references, without_accents
from crawlers.scripts import HAN

#: Characters of a page's source that are looked at. Walls are far shorter, styles and scripts included; it
#: bounds the work for pages made to harm.
_LOOKED_AT = 400_000
#: Words. No bot wall says more.
_LONGEST_WALL = 300
#: Words of a page with a wall's title and another sign.
_LONGEST_WITH_TITLE = 200
#: Words of a page with two signs none of which is its title, and of a page with one sign.
_LONGEST_WITH_TWO_SIGNS = 60
_LONGEST_WITH_ONE_SIGN = 30
#: Words of a page whose script sets a cookie and loads it again.
_LONGEST_COOKIE_SCRIPT = 20
#: Words. Walls of consent explain a lot; an article that is as long as the longest has text of another kind.
_LONGEST_CONSENT = 800
_LONGEST_OF_ALL = max(_LONGEST_WALL, _LONGEST_CONSENT)
#: Words of a wall of consent that say nothing of consent: names, a greeting, links at its foot.
_OTHER_WORDS = 30
#: The same for a page that declares itself an article: a short one may stand above a banner of many words.
_OTHER_WORDS_OF_ARTICLE = 10
#: Two Chinese characters are about one word.
_CHARACTERS_A_WORD = 2

_DECLARED_ARTICLE = re.compile(
    r"""og:type["']?\s+content=["']?article|content=["']article["']\s+property=["']?og:type"""
    r"""|article:published_time|"(?:newsarticle|reportagenewsarticle|liveblogposting|blogposting)\""""
    r"""|"@type"\s*:\s*"article\""""
)
#: No site wants its article left out of search engines, but its walls.
_NO_INDEX = re.compile(r"""name=["']?robots["']?\s+content=["']?noindex""")
_TAG = re.compile(r"<[^<>]*>?")
#: What begins here is never shown. What stands in `noscript` is what we, without scripts, are told.
_HIDDEN = re.compile(
    # Its letters are those that the names begin with: most tags are passed over by them.
    r"<(?=[!imst])"
    r"(?:!--|(script|style|template|svg|math|iframe|textarea|select|title)(?![a-z0-9]))"
)
_NO_NAME_GOES_ON = re.compile(r"(?![a-z0-9])")
#: These do not end a block of text; all others do.
_INLINE_NAME = r"/?(?:b|strong|i|em|u|span|small|font|code|wbr|mark|sub|sup)(?![a-z0-9])"
_INLINE_TAG = re.compile(rf"<{_INLINE_NAME}[^<>]*>?")
_BLOCK_TAG = re.compile(rf"<(?!{_INLINE_NAME})[^<>]*>?")
_BEHIND_TAG = re.compile(r">([^<>]+)")
#: Characters of source that are read at once, tags included: most articles are known as long after a few.
_PIECE = 8_000
#: The same where words are only counted.
_COUNTED_PIECE = 3_000
#: UTF-8 has more bytes for a character, accents and quotes included, where there is Chinese.
_CHINESE_BYTES = 1.2
#: Stands between two blocks; no page shows it.
_BLOCK_END = "\x1f"
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})")
#: Between a title and the name of its site.
_TITLE_PARTS = re.compile(r"\s+[|\-–—_·]\s+|[|_]")
_HAN = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W_]+")
#: Of UTF-8: what is no letter and no digit becomes a space; letters that are not plain stay.
_PLAIN = re.sub(rb"[\x00-\x7f](?<![0-9A-Za-z])", b" ", bytes(range(256)))
_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "\u200b": ""}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Service(_File):
    """What the walls of one service have and articles have not."""

    headers: Mapping[str, tuple[str, ...]] = {}
    sure: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()


class _ConsentSigns(_File):
    """Signs of a wall of consent."""

    hosts: tuple[str, ...]
    host_names: tuple[str, ...]
    path_parts: tuple[str, ...]
    titles: tuple[str, ...]
    buttons: tuple[str, ...]
    sentences: tuple[str, ...]
    words: tuple[str, ...]


class _WallSigns(_File):
    """All signs of `challenges.yaml`; what each is for stands there."""

    services: Mapping[str, _Service]
    titles: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, tuple[str, ...]]
    closed_titles: Mapping[str, tuple[str, ...]]
    closed_sentences: Mapping[str, tuple[str, ...]]
    requests: Mapping[str, tuple[str, ...]]
    cookie_scripts: tuple[str, ...]
    reload_scripts: tuple[str, ...]
    consent: _ConsentSigns


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands in place of an article, and by what it is known."""

    kind: Literal["bot wall", "consent", "closed"]
    #: The service, the address or the words that gave it away.
    sign: str

    def __str__(self) -> str:
        if self.kind == "consent":
            return f"a page that asks for consent stands in its place ({self.sign})"
        if self.kind == "closed":
            return f"the site is closed, for now or from here ({self.sign})"
        return f"a bot wall stands in its place ({self.sign})"


@dataclass(frozen=True, slots=True)
class _PageText:
    """A page as it is looked at: folded, in small letters."""

    source: str
    title: str
    blocks: tuple[str, ...]
    words: int

    def is_declared_article(self) -> bool:
        """Tell whether its source says that it is an article."""
        return _DECLARED_ARTICLE.search(self.source) is not None


def find_wall(asked_url: str, url: str, headers: Mapping[str, str], source: str | bytes) -> Wall | None:
    """Return what stands in place of an article, or None.

    `url` is where the request for `asked_url` led to, `headers` have small names, `source` is the page's
    HTML, as bytes where it is in UTF-8.
    """
    signs = _wall_signs()
    wall = _find_in_headers(headers, signs) or _find_in_address(asked_url, url, signs.consent)
    if wall is not None:
        return wall
    lowered = _lowered(source[:_LOOKED_AT])
    if _says_more_than_walls(lowered):
        return None
    page = _read_page(lowered)
    if page is None:
        return None
    return _find_bot_wall(page, signs) or _find_consent(page, signs.consent) or _find_closed(page, signs)


def find_request(text: str) -> str | None:
    """Return the words of a text that want a check or consent first.

    None where there are none. They are folded; the text is one that stands in place of an article, or a line
    of it.
    """
    folded = _fold(text)
    for words in _requests():
        if words in folded:
            return words
    return None


def begins_with_request(line: str) -> bool:
    """Tell whether a line begins by wanting a check or consent first."""
    return _fold(line).startswith(_requests())


@cache
def _requests() -> tuple[str, ...]:
    signs = _wall_signs()
    found: list[str] = []
    for sentences in (*signs.requests.values(), *signs.sentences.values()):
        found += sentences
    return tuple(found)


@cache
def _wall_signs() -> _WallSigns:
    """Return the signs of `challenges.yaml`, folded as pages are."""
    # Through importlib, because a wheel may be imported from a zip file.
    content = files("crawlers").joinpath("challenges.yaml").read_bytes()
    document = parse_yaml(content, Path("challenges.yaml"))
    assert not document.problems, document.problems
    return _WallSigns.model_validate(_fold_values(document.values))


def _fold_values(value: object) -> object:
    """Return a value of the file with each of its texts folded; keys stay."""
    if isinstance(value, str):
        return _fold(value)
    if isinstance(value, list):
        return [_fold_values(item) for item in value]
    if isinstance(value, dict):
        folded = {}
        for key, item in value.items():
            folded[key] = _fold_values(item)
        return folded
    return value


# -- signs outside of the text -------------------------------------------------------------------


def _find_in_headers(headers: Mapping[str, str], signs: _WallSigns) -> Wall | None:
    for name, service in signs.services.items():
        for header, values in service.headers.items():
            value = headers.get(header, "").strip().lower()
            if value and ("*" in values or value in values):
                return Wall("bot wall", f"{name}, {header}: {value[:40]}")
    return None


def _find_in_address(asked_url: str, url: str, signs: _ConsentSigns) -> Wall | None:
    """Return the wall of consent to which a request was led away, or None."""
    if _is_address_of_consent(url, signs) and not _is_address_of_consent(asked_url, signs):
        return Wall("consent", f"at {url[:100]}")
    return None


def _is_address_of_consent(url: str, signs: _ConsentSigns) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if host in signs.hosts or host.partition(".")[0] in signs.host_names:
        return True
    return any(part in signs.path_parts for part in parts.path.lower().split("/"))


# -- bot walls -----------------------------------------------------------------------------------


def _find_bot_wall(page: _PageText, signs: _WallSigns) -> Wall | None:
    if page.words > _LONGEST_WALL or page.is_declared_article():
        return None
    service, is_sure = _find_service(page.source, signs.services)
    if service and is_sure:
        return Wall("bot wall", service)
    text = "\n".join(page.blocks)
    title = _own_title(page.title, signs.titles.values())
    found = [title] if title else []
    found += _contained(text, signs.sentences.values())
    if service and (found or _NO_INDEX.search(page.source)):
        found.append(service)
    if not found:
        return _find_cookie_script(page, signs)
    longest = _LONGEST_WITH_ONE_SIGN
    if len(found) > 1:
        longest = _LONGEST_WITH_TITLE if title else _LONGEST_WITH_TWO_SIGNS
    if page.words > longest:
        return None
    # The name of a service says more than its words.
    return Wall("bot wall", service or f"“{found[0]}”")


def _find_service(source: str, services: Mapping[str, _Service]) -> tuple[str, bool]:
    """Return the service whose marks a page has, and whether they are sure."""
    likely = ""
    for name, service in services.items():
        if any(mark in source for mark in service.sure):
            return name, True
        if not likely and any(mark in source for mark in service.likely):
            likely = name
    return likely, False


def _find_cookie_script(page: _PageText, signs: _WallSigns) -> Wall | None:
    """Return the wall that is nothing but a script which sets a cookie."""
    if page.words > _LONGEST_COOKIE_SCRIPT:
        return None
    sets_cookie = any(part in page.source for part in signs.cookie_scripts)
    loads_again = any(part in page.source for part in signs.reload_scripts)
    if sets_cookie and loads_again:
        return Wall("bot wall", "a script that sets a cookie and loads the page again")
    return None


def _find_closed(page: _PageText, signs: _WallSigns) -> Wall | None:
    """Return that a site is closed for everybody, or for us."""
    if page.words > _LONGEST_WITH_TWO_SIGNS or page.is_declared_article():
        return None
    title = _own_title(page.title, signs.closed_titles.values())
    found = _contained("\n".join(page.blocks), signs.closed_sentences.values())
    if title:
        found.insert(0, title)
    # One sign may be a short report of somebody else's trouble.
    longest = _LONGEST_WITH_TWO_SIGNS if len(found) > 1 else _LONGEST_WITH_ONE_SIGN
    if not found or page.words > longest:
        return None
    return Wall("closed", f"“{found[0]}”")


# -- walls of consent ----------------------------------------------------------------------------


def _find_consent(page: _PageText, signs: _ConsentSigns) -> Wall | None:
    if page.words > _LONGEST_CONSENT:
        return None
    sentences = _contained("\n".join(page.blocks), [signs.sentences])
    title = _own_title(page.title, [signs.titles])
    has_button = any(block in signs.buttons for block in page.blocks)
    points = len(sentences) + bool(title) + has_button
    if points < 2 or not (sentences or title):
        return None
    longest, about_consent = _OTHER_WORDS, (*signs.sentences, *signs.words)
    if page.is_declared_article():
        # An article about tracking has its words all over.
        longest, about_consent = _OTHER_WORDS_OF_ARTICLE, signs.sentences
    if _count_other_words(page, signs.buttons, about_consent) > longest:
        return None
    return Wall("consent", f"“{title or sentences[0]}”")


def _count_other_words(page: _PageText, buttons: Sequence[str], about_consent: Sequence[str]) -> int:
    """Count the words of blocks that say nothing of consent."""
    others = 0
    for block in page.blocks:
        if block not in buttons and not any(part in block for part in about_consent):
            others += _count_words(block)
    return others


# -- the text of a page --------------------------------------------------------------------------


def _lowered(source: str | bytes) -> str:
    """Return a source with its Latin letters small.

    Python lowers each letter by tables where one of them has an accent, which takes twice as long.
    """
    if isinstance(source, bytes):
        return source.lower().decode("utf-8", "replace")
    return source.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _says_more_than_walls(source: str) -> bool:
    """Tell whether a page certainly has more words than any wall.

    It is for speed: most articles are known in a third of the time in which they are read.
    """
    words = 0
    for part in _shown_parts(source):
        for piece in _pieces_of(part, _COUNTED_PIECE):
            words += _count_certain_words(piece)
            if words > _LONGEST_OF_ALL:
                return True
    return False


def _count_certain_words(piece: str) -> int:
    """Return how many words a piece of source has at least.

    Counted are Chinese, and words of plain letters with no other letter beside them.
    """
    runs = _BEHIND_TAG.findall(_INLINE_TAG.sub("", piece))
    text = read_references(" ".join(runs))
    encoded = text.encode("utf-8", "surrogatepass")
    words = len(list(filter(bytes.isalnum, encoded.translate(_PLAIN).split())))
    if len(encoded) > len(text) * _CHINESE_BYTES:
        chinese = _HAN.findall(text)
        # Half a word may be lost at the end of each block.
        words += (sum(map(len, chinese)) - len(chinese)) // _CHARACTERS_A_WORD
    return words


def _read_page(source: str) -> _PageText | None:
    """Return the text of a page, None where it has more words than any wall."""
    blocks: list[str] = []
    words = 0
    for part in _shown_parts(source):
        for piece in _pieces_of(part, _PIECE):
            more_blocks = _blocks_of(piece)
            blocks += more_blocks
            words += _count_words_of_all(more_blocks)
            if words > _LONGEST_OF_ALL:
                # Ordinary articles are not read to their end.
                return None
    title = _TITLE.search(source)
    return _PageText(
        source=source,
        title=_fold(read_references(title[1])) if title else "",
        blocks=tuple(blocks),
        words=words,
    )


def _shown_parts(source: str) -> Iterator[str]:
    """Yield what a reader without scripts sees, tags included.

    No parser: the time grows with the length, whatever the page is made of.
    """
    at = source.find("<")
    if at < 0:
        at = len(source)
    # What stands before the first tag is the rest of one that was cut off.
    kept = [source[:at].partition(">")[2]]
    while found := _HIDDEN.search(source, at):
        kept.append(source[at : found.start()])
        name = found[1]
        if name is None:
            end = source.find("-->", found.start() + len("<!"))
            at = end + len("-->")
        else:
            yield "".join(kept)
            kept = []
            end = at = _find_end_tag(source, name, found.end())
        if end < 0:
            # It is never closed: all that follows belongs to it.
            break
    else:
        kept.append(source[at:])
    yield "".join(kept)


def _find_end_tag(source: str, name: str, at: int) -> int:
    """Return where the next end tag of a name begins, -1 where there is none."""
    tag = f"</{name}"
    while (at := source.find(tag, at)) >= 0:
        if _NO_NAME_GOES_ON.match(source, at + len(tag)):
            return at
        at += len(tag)
    return -1


def _pieces_of(part: str, length: int) -> Iterator[str]:
    """Yield a part of a page in pieces that are so long. No block is in two of them."""
    start = 0
    # All tags whose names begin so end a block.
    while (end := part.find("<p", start + length)) >= 0:
        yield part[start:end]
        start = end
    yield part[start:]


def _blocks_of(piece: str) -> list[str]:
    """Return the texts of a piece of a page, a block each."""
    text = _TAG.sub("", _BLOCK_TAG.sub(_BLOCK_END, piece.replace(_BLOCK_END, " ")))
    text = _with_plain_signs(read_references(text))
    blocks = []
    for block in text.split(_BLOCK_END):
        # Most are nothing but what stands between two tags.
        if block and not block.isspace():
            blocks.append(_fold_letters(block))
    return blocks


def _own_title(title: str, lists: Iterable[Collection[str]]) -> str:
    """Return the title of a wall that a page has, "" for none."""
    for part in (title, *_TITLE_PARTS.split(title)):
        plain = part.strip().rstrip(". ")
        for titles in lists:
            if plain and (plain in titles or part.strip() in titles):
                return plain
    return ""


def _contained(text: str, lists: Iterable[Iterable[str]]) -> list[str]:
    """Return those of the sentences that a text has, the part of another not counted."""
    found: list[str] = []
    for sentences in lists:
        for sentence in sentences:
            is_part = any(sentence in other or other in sentence for other in found)
            if sentence in text and not is_part:
                found.append(sentence)
    return found


def _count_words_of_all(blocks: Sequence[str]) -> int:
    """Count the words of several blocks."""
    plain_blocks: list[str] = []
    words = 0
    for block in blocks:
        if block.isascii():
            plain_blocks.append(block)
        else:
            words += _count_words(block)
    return words + len(_WORD.findall("\n".join(plain_blocks)))


def _count_words(text: str) -> int:
    others, runs = _HAN.subn(" ", text)
    # Of each run of them a space is left.
    characters = len(text) - len(others) + runs
    return len(_WORD.findall(others)) + characters // _CHARACTERS_A_WORD


def _fold(text: str) -> str:
    """Return a text on one line, without case and accents, its signs plain."""
    return _fold_letters(_with_plain_signs(text))


def _fold_letters(text: str) -> str:
    return " ".join(without_accents(text).lower().split())


def _with_plain_signs(text: str) -> str:
    if not text.isascii():
        for sign, plain in _ALIKE.items():
            text = text.replace(sign, plain)
    return text
