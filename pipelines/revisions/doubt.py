"""Whether a page's new text may be believed: error pages, paywalls and stumps never replace a good text (pure)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from pipelines.model import PageText
from pipelines.revisions.diff import report_lines
from pipelines.revisions.facts import weight
from pipelines.text.tokens import tokens

_GOOD = 80
"""Words from which a text is worth defending; a brief may shrink to any size."""
_STUMP = 0.35
"""Share of its former length below which a text was cut short, by a paywall or by a page that did not load."""
_WALLED = 0.6
_ERROR_WORDS = 150
"""An error page is short, however many links it has."""
_ERROR_HEAD = 400
_OWN = 0.2
"""Share of words that a stump may have of its own: an invitation to subscribe."""

_ERROR = re.compile(
    r"(?:page|article|story|content|url|file|document)[^.\n]{0,30}(?:not (?:be )?found|no longer (?:available|exists)|does(?:n't| not) exist|unavailable|has (?:been )?(?:moved|expired))|"
    r"\b(?:error )?404\b|\b410 gone\b|(?:can(?:'t|not)|could(?:n't| not)) (?:find|locate) (?:the|that|this) (?:page|article)|"
    r"page (?:introuvable|non trouvée|inexistante)|(?:cette|la) page n'existe (?:pas|plus)|article (?:introuvable|indisponible)|n'est plus disponible|erreur 404|"
    r"(?:页面|頁面|文章|内容|內容|网页|網頁)(?:不存在|未找到|找不到|已删除|已刪除|已失效|已下线)|(?:找不到|无法找到|無法找到)(?:该|該|此|您)?[^。\n]{0,8}(?:页面|頁面|网页|網頁|文章)|(?:该|該|此)(?:文章|内容|內容|页面|頁面)已(?:被)?(?:删除|刪除|下架)",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"(?:subscribe|sign in|log ?in|register|create an? (?:free )?account)\b[^.\n]{0,40}\b(?:to (?:continue|read|keep reading|unlock|access|view)|for (?:full|unlimited) access)|"
    r"(?:this|the) (?:article|story|content) is (?:for|available to|only available to|exclusive to|reserved for) (?:our )?(?:subscribers|members)|already a subscriber\?|"
    r"enable javascript|verify (?:that )?you are (?:a )?human|checking your browser|are you a robot|access (?:to this page has been )?denied|"
    r"(?:abonnez-vous|connectez-vous|inscrivez-vous)[^.\n]{0,40}pour (?:lire|continuer|accéder)|réservé (?:à nos|aux) abonnés|déjà abonné|"
    r"(?:登录|登錄|登入|订阅|訂閱|注册|註冊)(?:后|後|以|才能)?[^。\n]{0,10}(?:阅读|閱讀|查看|继续|繼續|观看)|(?:会员|會員|订户|訂戶)(?:专享|專享|专属|專屬)|请输入验证码",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a new state of a page is not believed.

    An "error page" counts as a look that found nothing. A "wall" is never believed, nor is a "stump": the beginning of
    the text that was there. What is "cut short" in words of its own is believed when it still stands at a later
    look: a retraction is short, too.
    """

    kind: Literal["error page", "wall", "stump", "cut short", "another page"]
    why: str


def doubt_of(before: PageText, after: PageText) -> Doubt | None:
    """Return why the new state must not take the place of the one before, None where it may."""
    old, new = _words_of(before), _words_of(after)
    had, has = weight(tuple(old)), weight(tuple(new))
    head = f"{after.title}\n{after.body}"[:_ERROR_HEAD]
    if has < _ERROR_WORDS and (match := _ERROR.search(head)) and not _ERROR.search(before.title):
        return Doubt("error page", f"the page shows an error (“{match.group()[:80]}”)")
    if has < _WALLED * had and (match := _WALL.search(after.body)):
        return Doubt("wall", f"the page asks for something before it shows the text (“{match.group()[:80]}”)")
    if had >= _GOOD and has < _STUMP * had:
        own = sum((Counter(new) - Counter(old)).values())
        kind: Literal["stump", "cut short"] = "stump" if own <= _OWN * len(new) else "cut short"
        return Doubt(kind, f"the page shows {has:.0f} words where it had {had:.0f}")
    return None


def _words_of(text: PageText) -> list[str]:
    return tokens("\n".join(report_lines(text)))
