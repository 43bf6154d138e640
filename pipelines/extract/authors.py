"""Who signed an article: names from JSON-LD, meta tags, microdata and byline elements, cleaned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from lxml.html import HtmlElement

from pipelines.extract.claims import Claims, resolve, text_of
from pipelines.extract.text import one_line

MAX_AUTHORS = 20

_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.contributor", "citation_author", "byl", "og:article:author", "creator", "article:author_name", "cxenseparse:author", "twitter:creator_name")  # fmt: skip
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|autoren|auteur|auteurs|writer|signature|contributor|reporter|zuozhe|jizhe)(?:$|[\s_-])|byline|author-?name|authorname|article__author|article-author|story-author|post-author",
    re.I,
)
_NOT_BYLINE = re.compile(
    r"bio|avatar|image|img|photo|social|follow|related|comment|more|archive|email|twitter|recommend|sidebar|footer|newsletter|widget",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:publi[ée] par|veröffentlicht von|zeige alle beiträge von|view all posts by|posts by|written by|vom|quelle|source|image|photo|foto|credit|autor(?:en|in)?|authors?)\b\s*:?\s*|(?:(?:story|article|text|words|report(?:ed|ing)?|written|posted|published|opinion|analysis|column|review|interview)\s+)?by(?:\s*:)?|by:|par|texte de|de|von|por|di|da|af|av|door|text|words|author|auteur|autor(?:in)?|writer|byline|"
    r"(?:本报|本報|本台|新华社|新華社|央视|中新社|中新网|环球时报|澎湃新闻)?(?:特约|特約|驻[\u4e00-\u9fff]{2,6}|見習|见习|实习)?(?:记者|記者)|作者|撰文|撰稿|文|文字|编译|編譯)\s*[:：|／/丨]?\s*(?=\S)",
    re.I,
)
_LEAD_NEEDS_SPACE = re.compile(r"^(?:by|par|de|von|por|di|da|af|av|door|text|words)(?=\w)", re.I)
_TAIL = re.compile(
    r"(?:\s*[,|•·–—/(\[]\s*|\s+[-]\s+|\s+)(?:(?:special|for|pour|à|au)\s+(?:to\s+)?(?:the\s+)?.*|(?:senior|staff|chief|political|business|national|foreign|deputy|associate|contributing|guest|freelance|sports?|science|tech(?:nology)?|health|investigative|"
    r"the canadian press|la presse canadienne|postmedia.*|associated press.*|reuters.*|afp.*|cbc.*|ctv.*|global news.*|radio-canada.*)\b.*|(?:staff|reporter|writer|editor|columnist|correspondent|journalist|contributor|producer|journaliste|correspondante?|"
    r"chroniqueu(?:r|se)|redakteur(?:in)?|报道|報道|摄影|綜合報道|综合报道)\s*$)",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:[|•·●▪]|\bpublished\b|\bposted\b|\bupdated\b|\bfollow\b|\bsaturday\b|\bsunday\b|\bmonday\b|\btuesday\b|\bwednesday\b|\bthursday\b|\bfriday\b|\blast updated\b|\bdate:|\d{1,2}[./:h]\d{2}|\d{4}[-年/]|\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\bam\s*$|\bim gespräch\b).*$",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:;|\||、|／|•|\n|\s/\s|\s&\s|(?<=\S)\s+(?:and|et|und|y|och|og|with|avec|mit)\s+)\s*", re.I
)
_HAN_NAME = re.compile(r"^[\u3400-\u9fff·]{2,12}$")
_SIGNED = re.compile(r"(?:By|BY|Par|PAR|Von|Por)\s*:?\s+(?!the\b)[A-ZÀ-Þ][\w.'’\-]+(?:\s+[\w.'’\-]+){1,6}")
_HAN_NAMES = r"(?P<names>[\u4e00-\u9fff·]{2,4}(?:[ \u3000、，,]{1,3}[\u4e00-\u9fff·]{2,4}){0,7})"
_SURNAMES = "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
_HAN_CREDITS = tuple(
    re.compile(pattern, re.M)
    for pattern in (
        rf"(?<![\u4e00-\u9fff])(?:作者|撰文|撰稿人?|执笔人?|執筆人?)\s*[:：]\s*{_HAN_NAMES}(?![\u4e00-\u9fff])",
        rf"(?:记者|記者)\s*[:：]\s*{_HAN_NAMES}(?![\u4e00-\u9fff])",
        rf"[（(][\u4e00-\u9fff]{{0,8}}(?:记者|記者)\s*{_HAN_NAMES}\s*[)）]",
        rf"(?:记者|記者)[ \u3000]{_HAN_NAMES}(?=\s*(?:[)）]|$|摄|报道|報道|發自|发自|电|電))",
        rf"(?:本报|本報|新华社|新華社|中新社|本台)(?:[\u4e00-\u9fff]{{0,4}})(?:记者|記者)(?P<names>[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}?)(?=发自|發自|报道|報道|电|電|摄|[)）]|$)",
        rf"^文\s*[:：/／|]\s*{_HAN_NAMES}(?![\u4e00-\u9fff])",
        r"^[（(](?P<names>[" + _SURNAMES + r"][\u4e00-\u9fff·]{1,2})[)）]$",
    )
)
_EMAIL = re.compile(r"\S{1,64}@\S{1,64}\.\w+|(?<!\w)@\w+|https?://\S+|\(\s*\)|\[\s*\]")
_NO_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor|editors|editorial(?: (?:board|team|staff))?|staff|web ?(?:master|team|desk|staff)|news ?(?:desk|room|staff)?|unknown|anonymous|none|null|undefined|n/?a|redacci[oó]n|"
    r"r[ée]daction|la r[ée]daction|redaktion|(?:the )?author|guest|user|press release|contributors?|root|home|\w*admin|(?:getty|istock).*|about|news|share|编辑|編輯|记者|記者|佚名|未知|匿名|来源|來源|责任编辑|責任編輯|admin\d*|view (?:all )?.*|read more.*|follow.*|.*\bcookies?\b.*)$",
    re.I,
)
_BAD_CHARS = re.compile(r"https?:|www\.|[<>{}=*\\#%]|\.(?:com|html?|php|jpg|png)\b", re.I)
_ORGANISATION = re.compile(
    r"^(?:the|le|la|les)\s|\b(?:press|presse|news|times|post|agency|agence|media|wire|service|network|radio|tv|canada|international|university|institute|magazine|daily|journal|bureau)\b",
    re.I,
)
_NAME_PARTICLES = re.compile(
    r"\b(?:senior|reporter|writer|editor|correspondent|journalist|columnist)\b", re.I
)


def find_authors(tree: HtmlElement, claims: Claims, host: str = "") -> tuple[tuple[str, ...], str]:
    """Return the names in the order of the byline, and where they stood; ((), "") where none do.

    The site's own name is no author. The first place that yields a name is believed; an organisation
    that JSON-LD names as author comes after the people that the page shows.
    """
    bare = host.removeprefix("www.")
    own = {_key(name) for name in (*claims.site_names, bare, *bare.split(".")[-2:-1]) if name}
    for raw, where in _places(tree, claims):
        names = tuple(dict.fromkeys(_cleaned(raw, (claims.lang or "").startswith("ja"))))[:MAX_AUTHORS]
        people = tuple(n for n in names if _key(n) not in own and (where != "byline" or _may_be_name(n)))
        if people:
            return people, where
    return (), ""


def split_names(text: str, *, japanese: bool = False) -> list[str]:
    """Return the names in one byline: "By A. Roy and B. Li, The Canadian Press" gives two.

    Chinese names are parted by spaces; in Japanese a space stands between the parts of one name.
    """
    text = one_line(_EMAIL.sub(" ", one_line(text)))
    text = _AFTER.sub("", _strip_lead(text))
    parts = [p for p in _SPLIT.split(text) if p.strip()]
    names: list[str] = []
    for part in parts:
        if part.count(" ") and _all_han(part) and not japanese:
            names += part.split(" ")
        elif "," in part or "，" in part:
            names += _comma_list(part)
        else:
            names.append(part)
    return [n for n in (_tidy(name) for name in names) if n]


def _places(tree: HtmlElement, claims: Claims) -> Iterator[tuple[list[str], str]]:
    people, organisations = _json_ld(claims)
    if people:
        yield people, "json-ld"
    for name in _META:
        if values := [v for v in claims.meta.get(name, ()) if not _BAD_CHARS.search(v)]:
            yield values, name
    item = [
        _text(e) for e in tree.xpath("//*[@itemprop='author' or @property='author']")[:10] if e.tag != "meta"
    ]
    if item:
        inner = [_text(e) for e in tree.xpath("//*[@itemprop='author']//*[@itemprop='name']")[:10]]
        yield inner or item, "microdata"
    if links := [_text(e) for e in tree.xpath("//a[contains(concat(' ', @rel, ' '), ' author ')]")[:10]]:
        yield links, "rel=author"
    yield from (([text], "byline") for text in _bylines(tree))
    yield from (([text], "text") for text in _han_credits(tree))
    if organisations:
        yield organisations, "json-ld"


def _json_ld(claims: Claims) -> tuple[list[str], list[str]]:
    people: list[str] = []
    organisations: list[str] = []
    for value in resolve(claims.article.get("author") or claims.article.get("creator"), claims):
        values = value.get("name") if isinstance(value, Mapping) else value
        for one in values if isinstance(values, list) else [values]:
            name = text_of(one)
            kind = str(value.get("@type", "")) if isinstance(value, Mapping) else ""
            if name:
                (organisations if "Organization" in kind else people).append(name)
    return people, organisations


def _bylines(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements named as bylines, then of short lines that begin with "By" or 记者."""
    seen = 0
    for element in tree.xpath(
        "//*[@class or @id or @data-testid][self::div or self::span or self::p or self::a or self::address or self::li or self::cite or self::h4 or self::h5 or self::h3 or self::strong or self::section or self::em]"
    ):
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
        if (
            not _BYLINE.search(names)
            or _NOT_BYLINE.search(names)
            or any(_NOT_BYLINE.search(f"{a.get('class') or ''}") for a in list(element.iterancestors())[:3])
        ):
            continue
        text = _text(element)
        if 2 <= len(text) <= 120:
            seen += 1
            yield text
        if seen > 8:
            return
    for element in tree.xpath("//p | //span | //div | //strong | //em | //td | //small | //li")[:1500]:
        if len(element) <= 4 and (text := _text(element)) and len(text) <= 60 and _SIGNED.match(text):
            yield text


def _han_credits(tree: HtmlElement) -> Iterator[str]:
    """Yield the names of Chinese credits, wherever they stand: 作者：…, （记者 …）, 本报记者…发自北京."""
    text = "\n".join(
        line
        for node in tree.xpath("//body//text()[not(parent::script or parent::style)]")[:5000]
        if (line := one_line(node))
    )
    for pattern in _HAN_CREDITS:
        if match := pattern.search(text):
            yield match["names"]


def _text(element: HtmlElement) -> str:
    return one_line(element.get("content") or " ".join(element.itertext())[:400])


def _cleaned(values: Iterable[str], japanese: bool) -> Iterator[str]:
    for value in values:
        yield from split_names(value, japanese=japanese)


def _strip_lead(text: str) -> str:
    for _ in range(3):
        match = _LEAD.match(text)
        if not match or (_LEAD_NEEDS_SPACE.match(text) and not text[: match.end()].endswith((" ", ":"))):
            break
        text = text[match.end() :].strip()
    return text


def _comma_list(part: str) -> list[str]:
    """Return names of a comma list; a piece that cannot be a name (a role, a paper) is left out by `_tidy`."""
    pieces = [p.strip() for p in re.split(r"[,，]", part) if p.strip()]
    first, rest = pieces[0], pieces[1:]
    if re.fullmatch(r"(?:Jr|Sr|II|III|MD|M\.D|PhD|Ph\.D)\.?", rest[0] if rest else "", re.I):
        return [f"{first}, {rest[0]}", *rest[1:]]
    return [first, *(p for p in rest if _looks_like_name(p))]


def _looks_like_name(text: str) -> bool:
    words = text.split()
    if _HAN_NAME.match(text):
        return True
    if _ORGANISATION.search(text):
        return False
    return (
        2 <= len(words) <= 4
        and all(w[0].isupper() or w in {"de", "van", "von", "der", "la", "le", "al"} for w in words)
        and not _NAME_PARTICLES.search(text)
    )


def _may_be_name(text: str) -> bool:
    """Tell whether a piece of an element that is called a byline reads as a name or initials."""
    return (
        _looks_like_name(text)
        or (" " not in text and len(text) <= 20)
        or all(w[0].isupper() for w in text.split() if w[0].isalpha())
    )


def _tidy(name: str) -> str:
    name = _strip_lead(name.strip(' ,;:|-–—·/()[]"“”'))
    person = _TAIL.sub("", name).strip(' ,;:|-–—·/()[]"“”')
    if (
        " " in person or _all_han(person) or "," in name
    ):  # "MND Staff" and "Guardian staff reporter" are whole
        name = person
    if (
        name.startswith(("来源", "來源", "出自", "责任", "責任"))
        or "编辑：" in name
        or re.fullmatch(r"(?:by|von|par|vom)", name, re.I)
    ):
        return ""
    words = len(name.split())
    if (
        not 2 <= len(name) <= 60
        or words > 6
        or _NO_NAME.match(name)
        or _BAD_CHARS.search(name)
        or not any(c.isalpha() for c in name)
    ):
        return ""
    if any(c.isdigit() for c in name.split()[-1]) and " " in name:
        name = name.rsplit(" ", 1)[0].strip(" ,-–—|·")
    if sum(c.isdigit() for c in name) > 2:
        return ""
    return name


def _all_han(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and all("\u3400" <= c <= "\u9fff" for c in letters)


def _key(name: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", name).casefold())
