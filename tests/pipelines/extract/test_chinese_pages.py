"""Chinese pages: who signs them and on which day, in the forms of portals, agencies and papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.extract import extract
from pipelines.extract.byline import join_spaced_names
from pipelines.model import Article
from tests.builders import NOON, a_page
from tests.pipelines.extract.pages import SIMPLIFIED, TRADITIONAL, a_html, in_paragraphs

NOW = NOON + timedelta(days=300)
HEADLINE = "两国会谈未提及关税问题"


def read(
    above: str = "", *, below: str = "", head: str = "", url: str = "https://news.example/a", **page: Any
) -> Article:
    texts = page.pop("texts", SIMPLIFIED)
    html = a_html(*texts, title=HEADLINE, above=above, below=below, head=head, lang="zh", **page)
    return extract(a_page(url=url, body=html), None, NOW)


def day_of(article: Article) -> str | None:
    if article.published is None:
        return None
    at = article.published.at
    if article.published.precision != "day":
        at = at.astimezone(ZoneInfo("Asia/Shanghai"))
    return at.date().isoformat()


@pytest.mark.parametrize(
    "line",
    [
        "二〇二六年一月十七日",
        "发布时间：二○二六年一月十七日",
        "2026年1月17日 星期六 上午10:20",
        "26-01-17 10:20",
        "时间：26-01-17　来源：草原晚报",
        "26-01-17",
        "民國115年1月17日",
        "2026/1/17 下午 3:05",
        "（2026年1月17日）",
        "发布于：2026-01-17 10:20:30 更新于：2026-01-19 09:00",
        "2026/1/17 10:20（1/17 12:00 更新）",
        "2026年01月17日 10:20:30 来自北京",
    ],
)
def test_day_above_a_text_is_read(line: str) -> None:
    assert day_of(read(f"<p>{line}</p>")) == "2026-01-17"


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/n1/2026/0117/c1002-3.html",
        "https://news.example/2026-01/17/c_11.htm",
        "https://news.example/202601/17/t20260117_99.html",
        "https://news.example/gn/2026/01-17/1.shtml",
        "https://news.example/art/2026/1/17/art_1_2.html",
    ],
)
def test_day_in_an_address_is_read(url: str) -> None:
    assert day_of(read(url=url)) == "2026-01-17"


def test_day_below_a_text_in_chinese_numbers_is_read() -> None:
    assert day_of(read(below="<p>李明</p><p>二〇二六年一月十七日</p>")) == "2026-01-17"


def test_clock_that_was_never_set_declares_nothing() -> None:
    head = '<meta property="article:published_time" content="1970-01-01T08:00:00+08:00">'
    assert day_of(read("<p>2026-01-17</p>", head=head)) == "2026-01-17"


def test_day_that_is_shown_goes_before_that_of_a_file() -> None:
    head = '<meta name="creation_date" content="2019-05-05 10:00">'
    assert day_of(read("<p>2026-01-17 10:20</p>", head=head)) == "2026-01-17"
    assert day_of(read(head=head)) == "2019-05-05"


def test_two_digits_of_a_year_are_not_read_on_pages_of_other_languages() -> None:
    html = a_html(above="<p>26-01-17 10:20</p>")
    assert extract(a_page(url="https://news.example/a", body=html), None, NOW).published is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("记者 李明 王芳 通讯员 陈东", "李明 王芳 陈东"),
        ("草原时报驻加拿大特约记者 李明 草原时报记者 赵云", "李明 赵云"),
        ("【草原时报驻加拿大特约记者 李明 草原时报记者 赵云】", "李明 赵云"),
        ("本报驻加拿大记者 李　明", "李明"),
        ("新华社记者李明 王芳", "李明 王芳"),
        ("文/李明 图/王芳", "李明"),
        ("文字：李明 摄影：王芳", "李明"),
        ("文｜李明", "李明"),
        ("作者：李明（草原大学教授）", "李明"),
        ("作者：约翰·史密斯 译者：王芳", "约翰·史密斯"),
        ("来源：草原晚报　作者：李明　责编：王芳", "李明"),
        ("来源：草原晚报 编辑：王芳", ""),
        ("记者丨李明 编辑丨王芳", "李明"),
        ("草原晚报讯（记者 李明）两国官员星期六举行会谈。", "李明"),
        ("［记者李明／台北报导］", "李明"),
        # A rare character of names, of Extension A.
        ("（记者 李㛃）", "李㛃"),
        ("記者李明／台北報導", "李明"),
        ("〔記者李明／渥太華報導〕兩國農業官員星期六舉行會談。", "李明"),
        ("（中央社記者李明渥太華17日專電）兩國農業官員星期六舉行會談。", "李明"),
        ("（中央社記者李大明渥太華17日專電）兩國農業官員星期六舉行會談。", "李大明"),
        ("李明 BBC中文記者 發自渥太華", "李明"),
        # Whoever took or chose the pictures, or edited the text, wrote none of it.
        ("中新社记者 贾天勇 摄", ""),
        ("图为会谈现场。草原社记者 王芳 摄", ""),
        ("摄影/王芳", ""),
        ("草原网络编辑部", ""),
        ("2026-01-17 10:20 来源：草原晚报", ""),
        ("房产", ""),
    ],
)
def test_line_above_a_text_names_who_wrote_it(line: str, authors: str) -> None:
    assert " ".join(read(f"<p>{line}</p>").authors) == authors


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("（记者 李明 王芳）", "李明 王芳"),
        ("（作者：李明，系草原大学教授）", "李明"),
        ("（文/李明 图/王芳 编辑/赵云）", "李明"),
        ("（编译/李明）", "李明"),
        ("（本报渥太华1月17日电 记者 李明）", "李明"),
        ("本文作者李明，来自草原财经", "李明"),
        ("文稿：李明 校对：王芳", "李明"),
        ("总台央视记者 李明", "李明"),
        ("（责任编辑：王芳）", ""),
        ("责任编辑：王芳", ""),
        ("编辑：王芳 审核：赵云", ""),
        ("（审稿：李明）", ""),
        ("（作者系草原大学教授）", ""),
        ("（房产）", ""),
        ("有记者提问，外交部发言人李明对记者表示，会谈进展顺利。", ""),
        ("图片来源：视觉中国", ""),
    ],
)
def test_line_below_a_text_names_who_wrote_it(line: str, authors: str) -> None:
    assert " ".join(read(below=f"<p>{line}</p>").authors) == authors


@pytest.mark.parametrize(
    "name", ["网易", "草原晚报", "证券时报网", "CSDN.NET", "大汉网络", "编辑王芳", "中国广州发布"]
)
def test_portal_that_declares_itself_signs_nothing(name: str) -> None:
    head = f'<meta name="author" content="{name}">'
    assert read(head=head).authors == ()
    assert read("<p>作者：李明</p>", head=head).authors == ("李明",)


def test_editor_is_no_credit() -> None:
    assert read(below="<p>（文/李明 图/王芳 编辑/赵云）</p>").credits == ()


@pytest.mark.parametrize(
    ("bar", "end", "authors"),
    [
        # A portal, an agency, a paper and a site of videos, as they arrange their pages.
        ('<div><span>2026年01月17日 10:20</span> <a>草原晚报</a></div>', "<p>责任编辑：王芳 SN123</p>", ""),
        ("<div>2026年01月17日 10:20　来源：<a>草原网</a><a>互动</a></div>", "<div>【编辑:王芳】</div>", ""),
        ("<div>2026年01月17日10:20 | 来源：<a>草原日报</a></div>", "<div>(责编：王芳、赵云)</div>", ""),
        (
            "<div>澎湃新闻记者 李明</div><div><span>2026-01-17 10:20</span> 来源：澎湃新闻</div>",
            "<div>责任编辑：王芳</div><div>图片编辑：赵云</div><div>校对：孙丽</div>",
            "李明",
        ),
        (
            "<div><span>来源：草原时报网</span><span>作者：李明</span><span>2026-01-17 10:20</span></div>",
            "<div>责任编辑： 王芳</div><div>校对：赵云</div>",
            "李明",
        ),
        (
            "<div>2026-01-17 10:20 <span>来源： 商务部网站</span> 【字体：大 中 小】打印</div>",
            "<div>责任编辑：王芳</div>",
            "",
        ),
        (
            "<p>作者：李明　　2026年1月17日</p>",
            '<div class="comment"><span>王芳</span> 2026-02-02 10:00 说得好</div>',
            "李明",
        ),
        (
            '<div><span>2026-01-17 10:20</span> <a>聯合報</a> 記者<a href="/r/1">李明</a>／即時報導</div>',
            "<p>（編輯：王芳）1150117</p>",
            "李明",
        ),
    ],
)  # fmt: skip
def test_bar_and_end_of_a_page_give_authors_and_day(bar: str, end: str, authors: str) -> None:
    article = read(bar, below=end)
    assert (" ".join(article.authors), day_of(article)) == (authors, "2026-01-17")


def test_traditional_page_in_full_is_read() -> None:
    text = in_paragraphs(TRADITIONAL)
    html = (
        '<!doctype html><html lang="zh-TW"><head><meta charset="utf-8">'
        "<title>兩國會談未提及關稅問題 | 國際 | 中央社 CNA</title></head><body>"
        "<h1>兩國會談未提及關稅問題</h1>"
        '<div class="updatetime">2026/1/17 10:20（1/17 12:00 更新）</div>'
        f"<div><p>（中央社記者李明渥太華17日專電）{text[3:]}<p>（編輯：王芳）1150117</p></div></body></html>"
    )
    article = extract(a_page(url="https://news.example/aopl/202601170001.aspx", body=html), None, NOW)
    assert article.title == "兩國會談未提及關稅問題"
    assert (article.authors, day_of(article)) == (("李明",), "2026-01-17")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("李　明", "李明"),
        ("记者：李 明 王芳", "记者：李明 王芳"),
        ("李 明 王 芳", "李明 王芳"),
        ("李明 王", "李明 王"),
        ("李 明华", "李 明华"),
        ("a李 明b", "a李明b"),
        ("李  明", "李  明"),
        ("", ""),
    ],
)
def test_names_of_two_characters_with_a_space_are_joined(text: str, joined: str) -> None:
    assert join_spaced_names(text) == joined
