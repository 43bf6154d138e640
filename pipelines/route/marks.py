"""The marks that a text carries of its way here: what they look like in three languages.

Each pattern is anchored at the start or the end of a paragraph, since a mark stands where printers put it. A name in
running text is a mention and no mark.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|January|February|March|April|June|July|August|September|"
    r"October|November|December|janv|févr|mars|avr|avril|mai|juin|juil|juillet|août|sept|oct|nov|déc|janvier|février|"
    r"septembre|octobre|novembre|décembre|JAN|FEB|MAR|APR|MAY|JUNE|JULY|AUG|SEPT|OCT|NOV|DEC)\.?"
)
_DATE = rf"(?:(?:le |the )?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}(?:er)? {_MONTH})(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}})"
_UPPER = "A-ZÀ-ÖØ-Þ"
_WORD = rf"[{_UPPER}][\w.'’-]*"
_PLACE = rf"{_WORD}(?:[ ](?:{_WORD}|de|du|la|le|of|and))*"
_UPPER_PLACE = rf"[{_UPPER}][{_UPPER}.'’-]+(?:[ ][{_UPPER}.'’-]+){{0,4}}"
_REGION = rf"(?:, {_PLACE})?"
_DASH = r"(?:--+|—|–|―|-)"
_TAG = r"(?:\((?P<tag>[^()\n]{2,60})\)|/(?P<slash>[^/\n]{2,40})/)"

DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE) --   MONTRÉAL, le 16 janv. 2026 /CNW/ -   Paris (AFP) –
        rf"(?P<place>{_PLACE}{_REGION})(?:,? ?{_DATE})?[,.]?\s*{_DASH}?\s*{_TAG}\s*(?P<end>{_DASH}|:)?\s*",
        # (Xinhua) BEIJING, Jan. 17 --
        rf"\((?P<tag>[^()\n]{{2,60}})\)\s*{_DASH}?\s*(?P<place>{_UPPER_PLACE}{_REGION})(?:,? ?{_DATE})?\s*{_DASH}\s*",
        # OTTAWA —   WASHINGTON, March 3 --
        rf"(?P<place>{_UPPER_PLACE}{_REGION})(?:,? ?{_DATE})?\s*{_DASH}(?=\s)\s*",
        # Ottawa, le 16 janvier 2026 –
        rf"(?P<place>{_PLACE}{_REGION}),? {_DATE}\s*(?:{_DASH}|:)\s*",
        # (Pékin) Le premier ministre
        rf"\((?P<place>{_PLACE})\)\s*(?:{_DASH}\s*)?(?=[{_UPPER}«\"“])",
        # 新华社北京1月16日电（记者张三）   北京1月16日电   （中央社记者張三台北16日電）
        r"[（(【]?(?P<tag>[㐀-鿿]{1,8}?[社网網报報台])?[ 　]?(?:(?:记者|記者)(?:[㐀-鿿]{3}|[㐀-鿿、\s]{2,12}?))?(?P<place>[㐀-鿿]{2,6}?)?[ 　]?"
        r"(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?\d{1,2} ?日(?:专|專)?[电電讯訊](?:\s*[（(](?:记者|記者|编辑|編輯)[^）)\n]{1,40}[）)])?[】）)]?[\s　:：,，]*",
    )
)

SOURCE_LINE = re.compile(
    r"(?:SOURCE|Source|来源|來源|文章来源|文章來源|稿源|消息来源|消息來源)\s*+[:：]?+\s*+(?P<name>[^\n。]{2,80})"
)
"""A whole paragraph. "Source" in mixed case needs its colon; see the caller."""

CONTACT = re.compile(
    r"(?:(?:media|press|investor|company|public relations|for (?:more|further)) ?"
    r"(?:contacts?|relations|information|inquiries|enquiries)?\b.{0,40}:|contacts?\s*[:：]|media contacts?\b|"
    r"for (?:further|more|additional) information\b.{0,80}[:：]|"
    r"renseignements\s*:|pour (?:plus|de plus amples) (?:de )?renseignements\b.{0,60}:|personnes?-ressources?\b|relations (?:avec les )?médias\b.{0,20}:?|"
    r"(?:媒体|媒體|投资者|新闻)?(?:联系人|联络人|聯絡人|聯繫人|联系方式|聯絡方式|咨询电话)\s*[:：]?)",
    re.IGNORECASE,
)
REACHABLE = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w|\d[\d\s().-]{7,20}\d|https?://|www\.", re.IGNORECASE)

ABOUT = re.compile(r"(?:About|À propos d(?:e |u |es |['’])|关于|關於)\s*(?P<name>[^:：\n]{2,60}?)\s*[:：]?")

TAIL_HEADING = re.compile(
    r"(?:About (?!the (?:author|writer))[^.?!\n]{2,70}|À propos d[eu'’][^.?!\n]{2,70}|(?:关于|關於)[^。，\n]{2,30}|"
    r"(?:Cautionary (?:Note|Statement)|Forward[- ]Looking)[^.\n]{0,80}|(?:Énoncés|Déclarations) prospecti(?:fs|ves)[^.\n]{0,60}|"
    r"(?:前瞻性|前瞻)[^。\n]{0,12}(?:陈述|聲明|声明|陳述))\s*[:：]?\s*",
)
FORWARD_LOOKING = re.compile(r"(?:Forward|Cautionary|Énoncés|Déclarations|前瞻)", re.IGNORECASE)

PAID = re.compile(
    r"(?:(?:paid (?:content|press release|post|advertisement)|sponsored (?:content|post)|advertorial|partner content|"
    r"contenu (?:commandité|payé|sponsorisé|partenaire)|publireportage|communiqué (?:payé|commandité))"
    r"(?=\s*+(?:$|[.:;,–—|()-]|from\b|by\b|provided\b|is\b|was\b|de\b|d['’]|du\b|par\b|fourni\b))|"
    r"(?:广告|廣告|(?:赞助|贊助)(?:内容|內容)|商业推广|商業推廣|業配)\s*+(?:$|[:：]))",
    re.IGNORECASE,
)
"""A label, not a sentence that begins with the same words ("Paid content creators in China …")."""
THIRD_PARTY = re.compile(
    r"(?:the (?:above|following|preceding) (?:press |news )?release\b|this (?:press release|news release|content|article|material) (?:was|is|has been) "
    r"(?:issued|provided|distributed|supplied|published|prepared|paid)\b|.{0,60}\bis not responsible for (?:its|the|this) content|"
    r"(?:this|the) (?:content|release|article) does not (?:reflect|represent)\b|"
    r"(?:ce|le) (?:communiqué|contenu|texte)\b.{0,40}\b(?:a été|est) (?:fourni|diffusé|publié|rédigé|payé)\b|"
    r".{0,60}\bn['’](?:est pas|assume pas la) responsab\w+ (?:du|de ce|de l['’]exactitude du) (?:contenu|texte|communiqué)|"
    r".{0,60}\bdécline toute responsabilité\b|"
    r"(?:以上|上述|本)(?:新闻稿|新聞稿|文章|稿件|内容|內容|文)(?!记者|記者).{0,20}(?:由|系|仅|僅|不代表|来自|來自).{0,120}$|"
    r"(?:免责声明|免責聲明|声明|版权声明)\s*[:：].{0,200}|this material is distributed by\b)",
    re.IGNORECASE,
)
THROUGH = re.compile(
    r"\b(?:through|by|via|par|sur|of|de)\s++(?:the |le |la )?(?:press release distribution service at |fil de presse )?|"
    r"(?:透过|透過|通过|通過|经由|經由|由)\s*+",
    re.IGNORECASE,
)
"""What stands before the name of a distributor."""

FILES_FROM = re.compile(
    r"[\s—–(*-]*(?:with (?:additional |further )?(?:files|reporting|notes|reports|material) (?:from|by)|(?:additional|further) reporting by|"
    r"avec (?:des|les) (?:informations|renseignements|fichiers|extraits) (?:de|d['’])|d['’]après des informations d|"
    r"[（(]?(?:综合|綜合|据|據).{2,14}(?:报道|報道|报导|報導|消息)[）)。]?$)",
    re.IGNORECASE,
)
WITH = re.compile(r"[\s—–(*-]*(?:avec|d['’]après) (?:l['’]|la |le )?", re.IGNORECASE)
"""Helpers as well, where a known name is all that follows: "Avec La Presse canadienne"."""
FIRST_PUBLISHED = re.compile(
    r"(?:this report by (?P<en>[^.\n]{2,40}?) was first published|(?:ce|cette) (?:texte|dépêche|article) de (?P<fr>[^.\n]{2,40}?) a été (?:publiée?|diffusée?))",
    re.IGNORECASE,
)
REUTERS_DESK = re.compile(r"\((?:Reporting|Writing|Additional reporting) by [^()\n]{3,240}\)\s*$")
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s©]*+(?:\d{4})?+\s*+(?P<name>[^.,\n]{2,40})", re.IGNORECASE)
BYLINE = re.compile(
    rf"(?:By|BY|Par|PAR|Written by|Staff)\b[ :]++(?:{_WORD}|and|et|de|the|of|&|with|for|pour)"
    rf"(?:[ ,|/•·]++(?:[-–—] )?(?:{_WORD}|\d[\d:]*|and|et|de|du|des|the|of|at|à|&|with|for|pour))*+$"
    r"|(?:文|图|撰文|作者|记者|記者|编辑|編輯|责任编辑|責任編輯|责编|编译)\s*+[:：/／丨|]\s*+[^。，\n]{2,30}$"
    r"|[（(](?:责任编辑|責任編輯|编辑|編輯|责编)[^）)\n]{2,30}[）)]$"
)
BY = re.compile(rf"(?:By|BY|Par|PAR) {_WORD}(?: [\w.'’-]+){{0,4}}[,|/]")
FURNITURE = re.compile(
    r"(?:sign up (?:for|to)\b|subscribe (?:now|today|to)\b|this advertisement has not loaded|advertisement\s*$|(?:article|story) continues below|"
    r"(?:©|copyright)\s*\d{4}\b|all rights reserved|follow us (?:on|for)\b|share this (?:story|article)\b|terms of (?:use|service)\b|"
    r"(?:related|read more|read also|see also|recommended|trending now|most read)\s*[:：]|click here to\b|have a tip\?|download (?:the|our) .{0,40}app\b|"
    r"we encourage all readers\b|read the original (?:article|story)\b|"
    r"inscrivez-vous à\b|abonnez-vous\b|tous droits réservés|suivez-nous\b|partage[rz] cet article|à lire (?:aussi|également)\s*:|lire aussi\s*:|publicité\s*$|"
    r"(?:更多|相关|相關|延伸)(?:新闻|新聞|阅读|閱讀|报道|報道)\s*[:：]|(?:扫码|掃碼|关注我们|關注我們|点击下载|點擊下載|版权所有|版權所有|未经授权|未經授權|广告\s*$|廣告\s*$))",
    re.IGNORECASE,
)
AGENCY_WORD = re.compile(
    r"(?:press|news|agency|(?:news)?wire|presse|agence|release|社|通讯|通訊)", re.IGNORECASE
)
"""What an unknown name in a dateline's brackets must contain to be taken for an agency ("Maple Press"), and
not for a region ("Ontario") or a remark."""
RELEASE_WORD = re.compile(r"(?:release|pr ?wire|presswire|newswire)", re.IGNORECASE)
