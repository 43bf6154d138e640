"""An article's title: the best claim of the page, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawlers.scripts import BASIC_HAN
from pipelines.extract.claims import Claims
from pipelines.extract.json_ld import text_of
from pipelines.extract.text import one_line
from pipelines.extract.words import TITLE_WORDS

MAX_CHARS = 500

#: Characters. A part behind a title is the site's name and section, and no longer.
_LONGEST_SITE_NAME = 60
#: Characters. A shorter heading is that of a section, a shorter title no title.
_SHORTEST_TITLE = 8
_SHORTEST_HEADING = 4
_MOST_HEADINGS = 10
#: Headings of which it is asked where they stand. All but a few lists have less than ten.
_MOST_LOOKED_AT = 100
#: Parts that are taken off one title: "Title | Section | Site | Group" has three.
_MOST_PARTS = 4
#: Google shows 110 characters of a headline, and sites cut theirs there.
_CUT_LENGTHS = range(100, 111)

_META_NAMES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "sailthru.title",
    "parsely-title",
    "articletitle",
    "title",
)
# The last form is a dash before a short Chinese name: 标题—新华网.
_SEPARATOR = re.compile(
    rf"\s*[|｜]\s*|\s+[-–—·•»:]\s+|\s*--+\s*|\s*_+\s*|\s*[—－-]+\s*(?=[{BASIC_HAN}]{{2,12}}$)"
)
_HAN = re.compile(f"[{BASIC_HAN}]")
#: Not "——", which parts a headline from its second half.
_CHINESE_SEPARATOR = re.compile(r"\s*(?:[|｜丨]|_+|(?<!-)--(?!-)|(?<![—－–-])[—－–-](?![—－–-]))\s*")
_CHINESE_SITE = re.compile(rf"[{BASIC_HAN}A-Za-z0-9·.]{{2,14}}")
#: What a site writes behind its name: (cctv.com), · 天下, ——地方经济门户, PNA.
_BEHIND_SITE = re.compile(
    rf"\s*[(（][\w.-]+\.\w+[)）]$|\s·\s[{BASIC_HAN}]{{2,6}}$|——[{BASIC_HAN}]{{2,12}}$|\s[A-Z]{{2,8}}$"
)
#: A day behind a headline: 20260117, 2026年1月17日.
_DAY = re.compile(r"20\d{6}|20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
#: A name in Latin letters behind the Chinese one: 澎湃新闻-The Paper.
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z. ]{1,24}")
#: Separators between which a section stands.
_SECTION_SEPARATORS = ("_", "--", "|", "｜")
_SHORTEST_CHINESE_TITLE = 6
_LONGEST_SECTION = 8
_QUOTES = str.maketrans("‘’‚′“”„«»‐‑–—", '\'\'\'\'"""""----')
_NO_LETTER = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    where: str


def choose_title(tree: HtmlElement, claims: Claims, host: str, entry_title: str | None) -> tuple[str, str]:
    """Return the title and where it was found, or ("", "").

    The headline of JSON-LD is what the newsroom calls its piece. og:title is often rewritten for
    social networks and carries the site's name, so a heading that the page shows comes before it.
    """
    candidates = _clean_candidates(tree, claims, entry_title)
    if not candidates:
        return "", ""
    known = set()
    for candidate in candidates:
        known.add(_key_of(candidate.text))
    names = [*claims.site_names, *_names_of_host(host)]
    for candidate in candidates:
        title = without_site_name(candidate.text, names, known)
        if title and not _is_site_name(title, names):
            return _restore_cut(title, candidates), candidate.where
    return candidates[0].text, candidates[0].where


def list_titles(tree: HtmlElement) -> list[str]:
    """Return what the page calls itself in its head and its headings."""
    titles = []
    for element in (*islice(tree.iter("title"), 1), *islice(tree.iter("h1", "h2"), _MOST_HEADINGS)):
        titles.append(one_line(element.text_content()[:MAX_CHARS]))
    return list(filter(None, titles))


def shows_headline(tree: HtmlElement) -> bool:
    """Tell whether a page shows a heading with which the title in its head begins."""
    page_title = next((element.text_content() for element in tree.iter("title")), "")
    title_key = _key_of(one_line(page_title[:MAX_CHARS]))
    for heading in islice(tree.iter("h1", "h2"), _MOST_LOOKED_AT):
        text = one_line(heading.text_content()[:MAX_CHARS])
        if len(text) >= _SHORTEST_TITLE and title_key.startswith(_key_of(text)):
            return True
    return False


def without_site_name(title: str, names: Sequence[str], known: Collection[str] = ()) -> str:
    """Return a title without the site's name and section at its end or start.

    A part goes where it is one of `names`, or where what remains is a title shown elsewhere too:
    then its key is in `known`.
    """
    if _HAN.search(title):
        title = _without_chinese_site(title)
    for _ in range(_MOST_PARTS):
        cuts = list(_SEPARATOR.finditer(title))
        for cut in cuts:
            if _is_known_before(cut, title, known):
                return title[: cut.start()].strip()
        shorter = _remove_outer_name(title, cuts, names)
        if shorter is None:
            break
        title = shorter
    return title


def _without_chinese_site(title: str) -> str:
    """Return a title without the name of a Chinese site at its end, and its section."""
    cuts = list(_CHINESE_SEPARATOR.finditer(title))
    if len(cuts) > 1 and _LATIN_NAME.fullmatch(title[cuts[-1].end() :]):
        before = title[: cuts[-1].start()]
        if _is_chinese_site(before[cuts[-2].end() :]):
            title = before
            cuts.pop()
    has_site = False
    for cut in reversed(cuts):
        part = title[cut.end() :].strip()
        is_site = _is_chinese_site(part) or _DAY.fullmatch(part) is not None
        if cut.start() < _SHORTEST_CHINESE_TITLE or not (is_site or (has_site and _is_section(part, cut))):
            break
        title = title[: cut.start()]
        has_site = True
    return title.strip()


def _is_section(part: str, cut: re.Match[str]) -> bool:
    """Tell whether what stands between a headline and a site is a section."""
    if part in TITLE_WORDS.chinese_sections:
        return True
    # 标题_财经_新浪网: what stands between two such signs is a section.
    return cut.group().strip().startswith(_SECTION_SEPARATORS) and len(part) <= _LONGEST_SECTION


def _is_chinese_site(text: str) -> bool:
    """Tell whether a text is named as Chinese sites are."""
    site = _BEHIND_SITE.sub("", text.strip())
    if site.casefold() in TITLE_WORDS.chinese_sites:
        return True
    return _CHINESE_SITE.fullmatch(site) is not None and site.endswith(TITLE_WORDS.chinese_site_endings)


def _is_known_before(cut: re.Match[str], title: str, known: Collection[str]) -> bool:
    """Tell whether what stands before a separator is a title shown elsewhere."""
    if cut.start() < _SHORTEST_TITLE or len(title) - cut.end() > _LONGEST_SITE_NAME:
        return False
    return _key_of(title[: cut.start()]) in known


def _remove_outer_name(title: str, cuts: Sequence[re.Match[str]], names: Sequence[str]) -> str | None:
    """Return a title without a site's name at its end or start; None without one."""
    if not cuts:
        return None
    first, last = cuts[0], cuts[-1]
    if last.start() > 0 and _is_site_name(title[last.end() :], names):
        return title[: last.start()].strip()
    # "CBC: …" tells who reports, and belongs to the title.
    is_prefix = first.start() > 0 and first.group().strip() != ":"
    if is_prefix and _is_site_name(title[: first.start()], names):
        return title[first.end() :].strip()
    return None


# -- candidates -----------------------------------------------------------------------------------


def _clean_candidates(tree: HtmlElement, claims: Claims, entry_title: str | None) -> list[_Candidate]:
    candidates = []
    for candidate in _find_candidates(tree, claims):
        text = one_line(candidate.text)[:MAX_CHARS]
        if text:
            candidates.append(_Candidate(text, candidate.where))
    if entry_title:
        candidates.append(_Candidate(one_line(entry_title)[:MAX_CHARS], "feed"))
    return candidates


def _find_candidates(tree: HtmlElement, claims: Claims) -> Iterator[_Candidate]:
    """Yield the titles of a page, the most reliable first."""
    headline = text_of(claims.article.get("headline"))
    page_title = one_line(next((element.text_content() for element in tree.iter("title")), ""))
    if headline:
        yield _Candidate(headline, "json-ld")
    headings = _find_headings(tree)
    claimed = (headline, claims.first("og:title"), claims.first("twitter:title"), page_title)
    yield from _confirmed_headings(headings, list(filter(None, claimed)))
    yield from _headings_of_article(headings)
    yield from _declared_titles(claims)
    if page_title:
        yield _Candidate(page_title, "title")
    for heading in headings:
        yield _Candidate(one_line(heading.text_content()), "h1")
    node_name = text_of(claims.article.get("name"))
    if node_name:
        yield _Candidate(node_name, "json-ld")
    # Not "//article//h2": libxml2 compares what it finds below each article with all before.
    for heading in tree.xpath("//h2[ancestor::article or ancestor::main]")[:1]:
        yield _Candidate(heading.text_content(), "h2")


def _declared_titles(claims: Claims) -> Iterator[_Candidate]:
    for element in claims.elements_of("headline", "name headline")[:1]:
        yield _Candidate(element.get("content") or element.text_content(), "microdata")
    for name in _META_NAMES:
        content = claims.first(name)
        if content:
            yield _Candidate(content, name)


def _find_headings(tree: HtmlElement) -> list[HtmlElement]:
    headings = []
    for heading in islice(tree.iter("h1"), _MOST_LOOKED_AT):
        if not _stands_in(heading, {"nav", "footer", "aside"}):
            headings.append(heading)
    # Some pages have their article in an <aside>.
    if not headings:
        for heading in islice(tree.iter("h1"), _MOST_LOOKED_AT):
            if not _stands_in(heading, {"nav", "footer"}):
                headings.append(heading)
    return headings[:_MOST_HEADINGS]


def _confirmed_headings(headings: Sequence[HtmlElement], claimed: Sequence[str]) -> Iterator[_Candidate]:
    """Yield the headings with which a claimed title begins."""
    claimed_keys = tuple(map(_key_of, claimed))
    for heading in headings:
        text = one_line(heading.text_content())
        if len(text) < _SHORTEST_HEADING:
            continue
        key = _key_of(text)
        # A heading of a section ("Politics") begins no title.
        if any(claim.startswith(key) for claim in claimed_keys):
            yield _Candidate(text, "h1")


def _headings_of_article(headings: Sequence[HtmlElement]) -> Iterator[_Candidate]:
    for heading in headings:
        text = one_line(heading.text_content())
        if len(text) >= _SHORTEST_TITLE and _stands_in(heading, {"article", "main"}):
            yield _Candidate(text, "h1")


def _stands_in(element: HtmlElement, tags: Collection[str]) -> bool:
    return any(ancestor.tag in tags for ancestor in element.iterancestors())


def _restore_cut(title: str, candidates: Sequence[_Candidate]) -> str:
    """Return the full form of a title that a claim cut off, as a heading shows it."""
    if not title.endswith(("…", "...")) and len(title) not in _CUT_LENGTHS:
        return title
    stem = _key_of(title.rstrip(".… "))
    for candidate in candidates:
        is_fuller = len(candidate.text) > len(title) and _key_of(candidate.text).startswith(stem)
        if candidate.where != "h1" or not is_fuller:
            continue
        # A far longer heading has the lead in it.
        has_lead = len(candidate.text) >= 2 * len(title) + 40
        return title if has_lead else candidate.text
    return title


# -- the site's name ------------------------------------------------------------------------------


def _is_site_name(part: str, names: Sequence[str]) -> bool:
    """Tell whether a part of a title is one of the site's names, or nothing."""
    key = _name_key_of(part)
    if not key:
        return True
    return any(_are_one_name(key, _name_key_of(name)) for name in names)


def _are_one_name(key: str, name: str) -> bool:
    """Tell whether two names are one: the same, or one with a section (CBC News)."""
    if len(name) < 2:
        return False
    if key == name:
        return True
    shorter, longer = sorted((key, name), key=len)
    return len(shorter) >= 3 and longer.startswith(shorter) and len(longer) <= 2.5 * len(shorter) + 6


def _names_of_host(host: str) -> list[str]:
    """Return names of a host: www.lemonde.example is lemonde.example and lemonde."""
    labels = host.removeprefix("www.").split(".")
    names = [".".join(labels), labels[0]]
    if len(labels) >= 2:
        names += [".".join(labels[-2:]), labels[-2]]
    return names


def _key_of(text: str) -> str:
    """Return the form in which titles are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


def _name_key_of(name: str) -> str:
    """Return the form in which names of sites are compared."""
    return _NO_LETTER.sub("", _key_of(name))
