"""Invented pages for the tests of extraction: a template, and texts of the beat."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

ENGLISH = (
    "Harvest officials from both countries met on Saturday to settle how seed shipments will be inspected"
    " this spring.",
    "The talks in the port city lasted nine hours, and neither side would say whether the tariff was"
    " discussed at all.",
    "Farm groups said they had waited three years for the meeting and would judge it by the ships that"
    " leave in May.",
)
FRENCH = (
    "Les responsables des deux pays se sont réunis samedi pour régler l’inspection des cargaisons de semences"
    " ce printemps.",
    "Les discussions ont duré neuf heures, et personne n’a voulu dire si les droits de douane avaient été"
    " abordés.",
    "Les agriculteurs disent attendre cette rencontre depuis trois ans et la jugeront aux navires qui"
    " partiront en mai.",
)
SIMPLIFIED = (
    "两国农业官员星期六举行会谈，讨论今年春季种子货物的检验办法，会谈持续了九个小时。",
    "双方都没有说明是否谈到关税问题，农民团体表示他们为这次会议等待了三年时间。",
    "分析人士认为，五月份离开港口的船只数量将说明这次会谈是否取得实际成果。",
)
TRADITIONAL = (
    "兩國農業官員星期六舉行會談，討論今年春季種子貨物的檢驗辦法，會談持續了九個小時。",
    "雙方都沒有說明是否談到關稅問題，農民團體表示他們為這次會議等待了三年時間。",
    "分析人士認為，五月份離開港口的船隻數量將說明這次會談是否取得實際成果。",
)


def in_paragraphs(texts: Iterable[str]) -> str:
    """Return texts as the paragraphs of a page."""
    return "".join(f"<p>{text}</p>" for text in texts)


def a_html(
    *paragraphs: str,
    title: str = "Seed talks end without a word on tariffs",
    head: str = "",
    above: str = "",
    below: str = "",
    ld: dict[str, Any] | str | None = None,
    page_title: str | None = None,
    lang: str = "en",
) -> str:
    """Return a page; `above` and `below` stand around its paragraphs."""
    script = ld or ""
    if not isinstance(script, str):
        script = json.dumps(ld, ensure_ascii=False)
    ld_tag = f'<script type="application/ld+json">{script}</script>' if script else ""
    text = in_paragraphs(paragraphs or ENGLISH)
    title_tag = f"<title>{title if page_title is None else page_title}</title>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{title_tag}{head}{ld_tag}</head>'
        '<body><header><a href="/">The Daily</a><nav><ul><li><a href="/world">World</a></li>'
        '<li><a href="/sport">Sport</a></li></ul></nav></header>'
        f'<main><article><h1>{title}</h1>{above}<div class="text">{text}</div>{below}</article>'
        '<aside><h3>Most read</h3><ul><li><a href="/r/1">Ferry timetable changes on Monday</a></li>'
        "</ul></aside>"
        "</main><footer><p>© 2026 The Daily. All rights reserved.</p>"
        "<p>We use cookies to improve your visit.</p></footer></body></html>"
    )
