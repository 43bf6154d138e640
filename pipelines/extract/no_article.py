"""Pages that are no article: notices, lists of articles, bytes that are no words.

They come with status 200, so only what they show tells them. A real article that is refused is lost, and a
notice that is taken costs a reader one line: each rule wants several signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.challenges import find_wall
from crawlers.errors import PageWalled, PermanentError
from crawlers.scripts import BASIC_CJK
from pipelines.extract.claims import Claims
from pipelines.extract.encoding import has_common_han
from pipelines.extract.identity import is_home_path
from pipelines.extract.json_ld import text_of
from pipelines.extract.text import one_line, without_heaps
from pipelines.extract.text_nodes import beginning_of
from pipelines.extract.titles import list_titles, shows_headline
from pipelines.text.page_notices import find_notice_title

#: Weight of a body (characters, Chinese ones threefold) above which a title alone makes no notice.
NOTICE_BODY = 1_500
#: Links with so many words, or Chinese characters, are headlines.
_HEADLINE_WORDS = 4
_HEADLINE_CHARACTERS = 8
_MOST_LINKS = 3_000
_MOST_LINK_CHARS = 300
#: Headlines of a home page and of a list. The pages of articles have as many beside their text.
_HOME_HEADLINES = 5
_FEW_HEADLINES = 8
_MANY_HEADLINES = 15
#: Share of the body's lines that are links. On 370 labelled articles it was never above .05.
_LINKED_SHARE = 0.2
#: Weight of a line of prose, and the least share of prose in an article beside many headlines.
_PROSE_LINE = 150
_PROSE_SHARE = 0.2
#: Words that are looked at, and the share of them that must be some.
_MOST_WORDS = 600
_FEWEST_WORDS = 20
#: Characters of all that a page shows, in which it is seen whether it has words.
_BEGINNING = 10_000
_WORD_SHARE = 0.5
_NO_LETTER = re.compile(r"[\W_]+")
_WIDE = re.compile(f"[{BASIC_CJK}]")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
# Possessive, so that a long word with a strange sign at its end is read once.
_WORD = re.compile(r"(?:[^\W_]++['’.·/:,%-]?)++")
_REFRESH = re.compile(r"\s*[0-5]\s*;\s*url\s*=", re.IGNORECASE)


def check_is_article(
    tree: HtmlElement, html: str, claims: Claims, url: str, titles: Sequence[str], body: str
) -> None:
    """Raise PermanentError where a page shows no article.

    PageWalled where one stands behind a wall.

    `titles` are the page's, those in its head and its headings. `tree` is the page as its text was read.
    """
    weight = weigh(body)
    if weight < NOTICE_BODY:
        _check_notice(html, claims, url, titles)
    _check_words(body)
    if not _is_declared_article(claims):
        _check_list(tree, url, body, weight)


def is_doubtful(tree: HtmlElement, text: str) -> bool:
    """Tell whether a page may show a notice, or no words, in place of an article.

    `text` is all that it shows. Only a close look tells.
    """
    # The first words say enough: few pages are shorter.
    plain = " ".join(text[:_BEGINNING].split(maxsplit=_MOST_WORDS)[:_MOST_WORDS])
    is_light = len(plain) < NOTICE_BODY and weigh(plain) < NOTICE_BODY
    if is_light or not _has_words(plain):
        return True
    titles = list_titles(tree)
    notices = list(filter(find_notice_title, titles))
    if not notices:
        return False
    # Many a page has a box to log in. Its own title is no notice, and it shows headline and paragraphs.
    return titles[0] in notices or not shows_headline(tree) or _weigh_prose(text) < NOTICE_BODY


def _weigh_prose(text: str) -> int:
    """Return the weight of the lines of a text that are long enough for prose."""
    prose = 0
    for line in text.split("\n"):
        weight = weigh(line)
        if weight >= _PROSE_LINE:
            prose += weight
    return prose


def weigh(text: str) -> int:
    """Return the characters of a text, Chinese, Japanese and Korean ones threefold."""
    if text.isascii():
        return len(text)
    return len(text) + 2 * len(_WIDE.findall(text))


def _check_notice(html: str, claims: Claims, url: str, titles: Sequence[str]) -> None:
    # To compose thousands of marks takes the square of their number.
    wall = find_wall(url, url, {}, without_heaps(html))
    if wall is not None:
        raise PageWalled(str(wall))
    for refresh in claims.meta.get("refresh", ()):
        if _REFRESH.match(refresh):
            raise PermanentError("the page shows no article: it sends on to another page")
    for title in titles:
        notice = find_notice_title(title)
        if notice:
            raise PermanentError(f"the page shows a notice instead of an article: {notice!r}")


def _check_words(body: str) -> None:
    """Raise PermanentError where a text is no words, as bytes in a wrong encoding are."""
    if not _has_words(body):
        raise PermanentError("the page's text is no words: its encoding is unknown, or it is no text")


def _has_words(body: str) -> bool:
    if not has_common_han(body):
        return False
    words = body.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    if len(words) < _FEWEST_WORDS and _WIDE.search(body):
        return True
    missing = _WORD_SHARE * len(words)
    # Most texts in letters are seen to be words by these alone, ten times as fast as word by word.
    plain = list(filter(str.isalpha, words))
    if len(list(filter(str.islower, plain))) + len(list(filter(str.istitle, plain))) >= missing:
        return True
    for word in words:
        # Most texts show it with their first words.
        if missing <= 0:
            return True
        if _is_plain_word(word) or _is_word(_EDGES.sub("", word)):
            missing -= 1
    return missing <= 0


def _is_plain_word(word: str) -> bool:
    # Most words: quick to see.
    return word.isalpha() and (len(word) == 1 or word[1:].islower())


def _is_word(word: str) -> bool:
    if _is_plain_word(word):
        return True
    # A sign alone is a dash or a bullet.
    if not word or (not word.isascii() and _WIDE.search(word)):
        return True
    if not _WORD.fullmatch(word):
        return False
    # Words change between small letters and capitals once at most: McDonald, iPhone.
    return len(re.findall(r"[a-zß-öø-ÿ][A-ZÀ-ÖØ-Þ]", word)) <= 1


def _is_declared_article(claims: Claims) -> bool:
    """Tell whether a page says that it is one article."""
    og_type = (claims.first("og:type") or "").lower()
    if og_type.endswith("article") or claims.first("article:published_time"):
        return True
    headline = _NO_LETTER.sub("", text_of(claims.article.get("headline")).casefold())
    shown = _NO_LETTER.sub("", (claims.first("og:title") or "").casefold())
    return bool(headline) and (not shown or headline in shown or shown in headline)


def _check_list(tree: HtmlElement, url: str, body: str, weight: int) -> None:
    """Raise PermanentError where a page lists articles."""
    headlines = _headline_keys(tree)
    if len(headlines) < _HOME_HEADLINES:
        return
    linked = prose = 0
    for line in body.split("\n"):
        line_weight = weigh(line)
        line_key = _NO_LETTER.sub("", line.casefold())
        if line_key in headlines:
            linked += line_weight
        elif line_weight >= _PROSE_LINE and not _is_glued(line_key, headlines):
            prose += line_weight
        else:
            linked += _weigh_glued(line_key, headlines)
    parts = urlsplit(url)
    # A saved page without an address of its own has a stand-in.
    is_known = not (parts.hostname or "").endswith(".invalid")
    is_home = is_known and not parts.query and is_home_path(parts.path)
    is_list = (
        (is_home and prose < _PROSE_SHARE * weight)
        or (linked > _LINKED_SHARE * weight and len(headlines) >= _FEW_HEADLINES)
        or (prose < _PROSE_SHARE * weight and len(headlines) >= _MANY_HEADLINES)
    )
    if is_list:
        raise PermanentError(f"the page shows no article but a list of articles ({len(headlines)} headlines)")


def _is_glued(line_key: str, headlines: set[str]) -> bool:
    """Tell whether a line is most of all headlines, which nothing parts."""
    return 2 * _weigh_glued(line_key, headlines) > weigh(line_key)


def _weigh_glued(line_key: str, headlines: set[str]) -> int:
    """Return the weight of the headlines in a line that has several."""
    found = [headline for headline in headlines if headline in line_key]
    if len(found) < _FEW_HEADLINES:
        return 0
    return sum(map(weigh, found))


def _headline_keys(tree: HtmlElement) -> set[str]:
    """Return the keys of the links that are long enough for headlines."""
    keys: set[str] = set()
    for number, link in enumerate(tree.iter("a")):
        if number >= _MOST_LINKS:
            break
        text = one_line(beginning_of(link, _MOST_LINK_CHARS, " "))
        if len(text.split()) >= _HEADLINE_WORDS or len(_WIDE.findall(text)) >= _HEADLINE_CHARACTERS:
            keys.add(_NO_LETTER.sub("", text.casefold()))
    return keys
