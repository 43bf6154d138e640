"""Chinese page titles lose the name of the site and its section, and nothing of the headline."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.extract import extract
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import SIMPLIFIED, TRADITIONAL, a_html

NOW = NOON + timedelta(days=1)
HEADLINE = "两国会谈未提及关税问题"
TRADITIONAL_HEADLINE = "兩國會談未提及關稅問題"


def title_of(page_title: str, texts: tuple[str, ...] = SIMPLIFIED) -> str:
    html = a_html(*texts, title="", page_title=page_title, lang="zh")
    return extract(a_page(body=html), None, NOW).title


@pytest.mark.parametrize(
    "tail",
    [
        "-新华网",
        "_证券时报网",
        "_智能_好奇心日报",
        "|界面新闻 · 天下",
        "--国际--人民网",
        "--时政--人民网",
        "_网易订阅",
        "_澎湃国际_澎湃新闻-The Paper",
        "_央视网(cctv.com)",
        "_新闻频道_央视网（cctv.com）",
        " 丨 每日经济新闻",
        "丨界面新闻",
        "–观察者网",
        " - 草原广播电台",
        "_财经频道_东方财富网",
        "-36氪",
        "_36氪",
        " - BBC News 中文",
        " - RFI - 法国国际广播电台",
        " - DW – 2026年1月17日",
        " | 德国之声 | DW",
        "_中国经济网——国家经济门户",
        "-IT之家",
        "_参考消息",
        "_绿政公署_澎湃新闻-The Paper",
    ],
)
def test_site_and_section_behind_a_headline_are_taken_off(tail: str) -> None:
    assert title_of(HEADLINE + tail) == HEADLINE


@pytest.mark.parametrize(
    "tail",
    [
        " - 草原電台",
        " | 草原日報",
        "｜國際｜草原新聞網",
        "–草原晚報",
        "--國際--草原網",
        " - 20260117 - 國際 - 每日明報 - 明報新聞網",
        " | 國際 | 中央社 CNA",
        " - 國際 - 自由時報電子報",
        " | 大紀元",
    ],
)
def test_traditional_site_behind_a_headline_is_taken_off(tail: str) -> None:
    assert title_of(TRADITIONAL_HEADLINE + tail, TRADITIONAL) == TRADITIONAL_HEADLINE


@pytest.mark.parametrize(
    "title",
    [
        "会谈持续九小时——双方都没有说明是否谈到关税",
        "会谈持续九小时--双方未说明是否谈到关税",
        "种子货物检验办法（2026-2030年）",
        "从会谈到签约丨九小时里发生了什么",
        "中加关系观察 | 外长访问渥太华",
        "36氪独家 | 两国会谈之后的新公司",
        "外媒看两国会谈 - 关税未提及",
        "社论 - 该谈的问题没有谈",
        "会谈成果·九问九答",
        "会谈持续九小时：双方未提及关税(全文)",
        "外媒：港口会谈-The Prairie Daily称未谈关税",
    ],
)
def test_parts_of_a_headline_stay(title: str) -> None:
    assert title_of(title) == title
