"""An article's text: trafilatura's reading, checked against the text that the page declares for machines.

trafilatura in its precise mode is the base. Its balanced mode takes over where the precise one kept
too little, and JSON-LD's articleBody decides in both directions: paragraphs that it does not know are
taken out, and a far longer one that contains the reading replaces it (a text behind "read more").
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawlers.errors import PermanentError
from pipelines.extract.claims import Claims, text_of
from pipelines.extract.text import lines, one_line

MIN_CHARS = 60
"""Shorter texts are menus and notices. A Chinese character counts as three: it says as much."""
MAX_CHARS = 500_000
SCANT = 600
WALL_CHARS = 1200
LAYOUT_CELL = 400
"""Characters; about four lines of prose."""

_UNREAD = ("script", "style", "svg", "template", "iframe", "object", "noembed")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_BREAKS = re.compile(
    r"</(?:p|div|h\d|li|blockquote)>|<(?:p|div|h\d|li|blockquote)\b[^>]*>|<br\s*/?>\s*<br\s*/?>", re.I
)
_BULLET = re.compile(r"^(?:[-–•·▪►*]\s+|\|\s*)")
_ROUTE_MARK = re.compile(
    r"^(?:\(?source|\(?sources?\s?[:：]|media (?:contact|inquir)|(?:press |media |for more information,? please )?contacts?\b|pour (?:plus de|de plus amples) renseignements|renseignements|personne-ressource|"
    r"[（(]?(?:来源|來源|稿源|转自|轉自)|SOURCE\b|-30-|###?$|view original content|to view the source version)|globe ?newswire|cnw|prnewswire|business ?wire|newsfile|accesswire|美通社|\S{1,64}@\S{1,64}\.\w|(?:新华社|新華社|中新社|讯|电|電)[\s）)]",
    re.I,
)
_BOILERPLATE = re.compile(
    r"""^(?:
    (?:comments?|\d*\s*comments?|share(?:\s+(?:this|on|via)\b.{0,60})?|print|e-?mail|advertisement(?:\s+\d+)?|publicit[ée]|story\ continues\ below.{0,40}|article\ continues\ below.{0,40}|
       read\ more|more\ on\ this.{0,20}|related(?:\ (?:stories|articles|content|news|topics|links))?|most\ (?:read|popular|viewed)|recommended(?:\ for\ you)?|don['’]?t\ miss|see\ also|popular|trending(?:\ now)?|tags?|topics?|
       listen\ to\ this\ article|loading\.*|subscribe(?:\ now)?|sign\ (?:in|up)|log\ ?in|this\ article\ was\ originally\ published.{0,10}|watch\ more|copy\ link|back\ to\ top|skip\ to\ .{0,30}|
       partager.{0,30}|à\ lire(?:\ aussi)?|lire\ aussi|les\ plus\ lus|imprimer|commentaires?|passer\ la\ publicité|contenu\ commandité|
       分享(?:到|至)?.{0,12}|相关(?:阅读|新闻|链接|报道|推荐|专题).{0,2}|相關(?:閱讀|新聞|連結|報導).{0,2}|推荐阅读.{0,2}|延伸(?:阅读|閱讀).{0,2}|热门(?:推荐|文章|新闻)?|[【\[]?(?:打印|关闭|纠错|字号|收藏|评论|我要评论|返回|列印|關閉)[】\]]?.{0,6}|上一[页篇].{0,40}|下一[页篇].{0,40}|
       mehr\ zum\ thema.{0,20}|artikel\ (?:merken|teilen).{0,20}|anzeige|empfohlener\ redaktioneller\ inhalt|les\ også|läs\ mer)\s*[:：.]?$
    |(?:related|read\ more|read\ also|see\ more|see\ also|also\ read|more\ from|recommended|watch|les\ også|läs\ också|lees\ ook|lesen\ sie\ auch|auch\ interessant|leia\ também|lea\ también|à\ lire(?:\ aussi|\ également)?|lire\ aussi|voir\ aussi|à\ voir|相关阅读|相关新闻|延伸阅读|延伸閱讀|推荐阅读)\s*[:：»>|]\s*\S.{0,200}$
    |(?:like\ this\ story\?|sign\ up\ (?:for|to|here)|subscribe\ to\b|click\ here\ to\ (?:subscribe|sign|read\ more)|get\ (?:the\ latest\ news|more\ news|our\ (?:daily|free)|the\ day['’]s)|follow\ (?:us|.{2,40})\ on\ (?:twitter|facebook|x\b|instagram|google|linkedin)|
       download\ (?:the|our)\ .{0,30}app\b|join\ (?:our|the)\ (?:newsletter|conversation)|inscrivez-vous\ à|abonnez-vous|recevez\ (?:nos|notre|les)|(?:we|this\ (?:web)?site)\ uses?\ cookies|nous\ utilisons\ des\ (?:cookies|témoins)|by\ (?:clicking|continuing|signing\ up)\b.{0,80}(?:agree|accept)|
       (?:本网站|本網站|我们|我們)使用\ ?cookie|扫一扫|掃一掃|扫描二维码|长按识别|关注.{0,14}(?:公众号|微信|微博)|(?:更多精彩|更多新闻).{0,40}$|点击(?:进入|查看|阅读)|this\ copy\ is\ for\ your\ personal|you\ must\ confirm\ your\ public\ display|please\ logout\ and\ then\ login|we\ apologize,\ but\ this\ (?:video|content)\ has\ failed|unlimited\ online\ access).{0,300}$
    |date\ modified\s*:?.{0,12}$|date\ de\ modification\s*:?.{0,12}$
    |.{0,60}\b(?:publié|mis\ à\ jour|published|updated|posted)\b.{0,50}\b\d{1,2}\s?[h:]\s?\d{2}[^.]{0,25}$
    |.{0,80}\b(?:all\ rights\ reserved|tous\ droits\ réservés|alle\ rechte\ vorbehalten)\b.{0,60}$|©.{0,120}$|版权所有.{0,60}$|(?:责任)?编辑[:：].{1,14}$|[（(【\[]?(?:责任编辑|責任編輯|责编|責編)[:：\s].{1,20}$|原标题[:：].{0,80}$
    )""",
    re.I | re.X,
)
_WALL = re.compile(
    r"enable javascript|javascript is (?:disabled|required|not enabled)|turn on javascript|verify (?:that )?you are (?:a )?human|are you a robot|checking your browser|access (?:to this page has been )?denied|"
    r"request (?:was )?blocked|unusual traffic|complete the captcha|before you continue to|(?:accept|manage) (?:all )?cookies (?:to continue|and continue)|we (?:and our \d* ?partners|value your privacy)|"
    r"activer javascript|activez javascript|vérifi(?:er|ez) que vous (?:êtes|n['’]êtes)|accès refusé|nous respectons votre vie privée|"
    r"请(?:开启|启用|打开)\s*javascript|請(?:開啟|啟用)\s*javascript|安全验证|访问(?:被拒绝|过于频繁)|验证码|page not found|404 not found|页面不存在|page introuvable",
    re.I,
)


def extract_body(tree: HtmlElement, claims: Claims, title: str) -> tuple[str, str]:
    """Return the text, paragraphs separated by blank lines, and where it comes from.

    Takes scripts and styles out of `tree`, so it comes last. Raises PermanentError where the page
    shows no text of its own, or a consent form or robot check in its place.
    """
    etree.strip_elements(tree, *_UNREAD, with_tail=False)
    _open_layout_tables(tree)
    declared = _declared(claims)
    text, where = _reading(tree, declared)
    body = _without_boilerplate(text, title)
    weight = _weight("".join(body))
    joined = "\n\n".join(body)
    if weight < WALL_CHARS and (wall := _WALL.search(joined or one_line(tree.text_content()[:5000]))):
        raise PermanentError(f"the page shows a notice instead of an article: {wall[0]!r}")
    if weight < MIN_CHARS:
        raise PermanentError("the page shows no article text")
    if len(joined) > MAX_CHARS:
        raise PermanentError(
            f"the page's text has {len(joined)} characters, more than the {MAX_CHARS} of any article"
        )
    return joined, where


def _open_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that only arrange the page into plain blocks: a table of figures has no cell that holds
    another table or a text of `LAYOUT_CELL` characters."""
    for table in tree.xpath(
        "//table[.//table or .//td[string-length(normalize-space()) > $long]]", long=LAYOUT_CELL
    ):
        for part in table.xpath("descendant-or-self::*[self::table or self::tbody or self::tr or self::td]"):
            part.tag = "div"


def _reading(tree: HtmlElement, declared: list[str]) -> tuple[list[str], str]:
    """Choose between trafilatura's modes and the declared text."""
    best, where = _trafilatura(tree, favor_precision=True), "trafilatura"
    said = _key("".join(declared))
    if _weight("".join(best)) < SCANT or (said and len(said) > 1.15 * len(_key("".join(best)))):
        other = _trafilatura(tree)
        if _weight("".join(other)) > (1.2 if said else 1.5) * _weight("".join(best)):
            best = other
    if not declared:
        return best, where
    known = [line for line in best if _key(line) in said]
    share = sum(map(len, known)) / max(1, sum(map(len, best)))
    if share < 0.6:
        fuller = len(said) > 3 * len(_key("".join(best))) and _weight("".join(best)) < SCANT
        return (declared, "json-ld") if fuller else (best, where)
    if len(said) > 1.3 * len(_key("".join(best))):
        return declared, "json-ld"
    if len(_key("".join(known))) >= 0.8 * len(said):
        return [
            line for line in best if _key(line) in said or _partly(line, said) or _ROUTE_MARK.search(line)
        ], "trafilatura+json-ld"
    return best, where


def _trafilatura(tree: HtmlElement, *, favor_precision: bool = False) -> list[str]:
    found: Any = bare_extraction(
        tree,
        include_comments=False,
        with_metadata=False,
        favor_precision=favor_precision,
    )
    return [_BULLET.sub("", line).strip() for line in lines(found.text or "")] if found else []


def _declared(claims: Claims) -> list[str]:
    """Return the paragraphs of JSON-LD's articleBody, markup taken out; empty where none is given."""
    raw = text_of(claims.article.get("articleBody") or claims.article.get("text"))
    if len(raw) < 200:
        return []
    raw = _TAG.sub(" ", _BREAKS.sub("\n\n", html.unescape(raw))) if "<" in raw or "&" in raw else raw
    return lines(raw)


def _partly(line: str, said: str) -> bool:
    """Tell whether most of a line stands in the declared text: they differ by a link or a space."""
    key = _key(line)
    pieces = [key[i : i + 20] for i in range(0, max(1, len(key) - 19), 20)]
    return len(key) > 40 and sum(piece in said for piece in pieces) >= 0.5 * len(pieces)


def _without_boilerplate(text: Sequence[str], title: str) -> list[str]:
    kept = [
        line
        for line in text
        if not _BOILERPLATE.match(line) or (_ROUTE_MARK.search(line) and not line.startswith("©"))
    ]
    heading = _key(title)
    for position, line in enumerate(kept[:15]):
        if heading and _key(line) == heading and len(kept) > position + 1:
            return kept[position + 1 :]  # the title stands above the text, and before it menus do
        if len(line) > 60 and position >= 2:
            break
    return kept


def _weight(text: str) -> int:
    """Return the length of a text in characters, Chinese, Japanese and Korean ones counted as three."""
    return len(text) + 2 * sum("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in text)


def _key(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
