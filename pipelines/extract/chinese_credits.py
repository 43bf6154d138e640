"""Credits in Chinese text: 作者：…, （记者 …）, 本报记者…发自北京.

Most Chinese pages name no element for their authors, so the text is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawlers.scripts import BASIC_HAN
from pipelines.extract.byline import join_spaced_names
from pipelines.extract.text import lines
from pipelines.extract.text_nodes import texts_of_page
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import Phrases, any_of

#: Text nodes of a page that are searched. Articles have some hundred.
_MOST_NODES = 5_000
#: Characters of a node that are searched. The paragraphs that credits stand in have fewer.
_READ_CHARS = 20_000

_HAS_HAN = re.compile(f"[{BASIC_HAN}]").search
#: Between two names: spaces or commas, and perhaps the job of the second.
_BETWEEN = (
    r"[ \u3000、，,]{1,3}"
    rf"(?:[{BASIC_HAN}]{{0,10}}{any_of(AUTHOR_WORDS.chinese_jobs_between)}[:： \u3000]*)?"
)
#: Up to eight names of two to four characters.
_NAME = rf"(?!{any_of(AUTHOR_WORDS.chinese_credits.no_authors)})[{BASIC_HAN}·]{{2,4}}"
_NAMES = rf"(?P<names>{_NAME}(?:{_BETWEEN}{_NAME}){{0,7}})"


def _credit_patterns() -> tuple[tuple[Phrases, str], ...]:
    """Return the forms of credits, each after words of which it has one."""
    words = AUTHOR_WORDS.chinese_credits
    surname = f"[{''.join(words.surnames)}]"
    reporter = any_of(words.reporter)
    # Before the place that a telegram came from, which nothing parts from the name.
    name_at_place = rf"{surname}(?:[{BASIC_HAN}]{{1,2}}(?={any_of(words.bureaus)})|[{BASIC_HAN}]{{2}})"
    place = rf"\s*[/／╱]\s*[{BASIC_HAN}]{{2,6}}{any_of(words.after_signature)}"
    return (
        # 作者：李明 王芳
        (words.authors, rf"(?<![{BASIC_HAN}]){any_of(words.authors)}\s*[:：]\s*{_NAMES}(?![{BASIC_HAN}])"),
        # 专栏作者 李明
        (words.authors, rf"{any_of(words.authors)}[ \u3000](?P<names>{surname}[{BASIC_HAN}]{{1,2}})$"),
        # 记者：李明, 本刊记者/李明
        (words.reporter, rf"{reporter}\s*[:：/／丨|｜]\s*{_NAMES}(?![{BASIC_HAN}])"),
        # （本报记者 李明）, ［記者李明／台北報導］
        (
            words.reporter,
            rf"[（(【［\[〔][{BASIC_HAN}]{{0,14}}{reporter}\s*{_NAMES}"
            rf"\s*(?:{place})?(?:[)）】］\]〕]|\s{any_of(words.no_authors)})",
        ),
        # 記者李明／台北報導
        (words.reporter, rf"^{reporter}\s*(?P<names>{surname}[{BASIC_HAN}·]{{1,2}}){place}"),
        # （草原社記者李明渥太華17日專電）
        (
            words.reporter,
            rf"[（(][{BASIC_HAN}]{{0,8}}{reporter}(?P<names>{name_at_place})"
            rf"[{BASIC_HAN}]{{2,5}}\d{{1,2}}日{any_of(words.telegrams)}[)）]",
        ),
        # 李明 草原电台记者 发自渥太华
        (
            words.reporter,
            rf"^(?P<names>{surname}[{BASIC_HAN}·]{{1,2}})[ \u3000][\w]{{0,10}}{reporter}(?=[ \u3000]|$)",
        ),
        # 记者 李明 报道
        (words.reporter, rf"{reporter}[ \u3000]{_NAMES}(?=\s*(?:[)）]|$|{any_of(words.after_reporter)}))"),
        # 本报驻渥太华记者李明发自北京
        (
            words.reporter,
            rf"{any_of(words.newsrooms)}(?:[{BASIC_HAN}]{{0,4}}){reporter}"
            rf"(?P<names>{surname}[{BASIC_HAN}·]{{1,3}}?"
            rf"(?:{_BETWEEN}{surname}[{BASIC_HAN}·]{{1,2}}){{0,4}})"
            rf"(?={any_of(words.after_signature)}|[)）]|$)",
        ),
        # 本文作者李明，来自…
        (
            words.author_of_this,
            rf"{any_of(words.author_of_this)}\s*(?P<names>{surname}[{BASIC_HAN}·]{{1,2}})(?=[,，。;；（(]|$)",
        ),
        # （作者为草原大学教授李明）
        (
            words.author_is,
            rf"{any_of(words.author_is)}[{BASIC_HAN}]{{2,20}}?{any_of(words.ranks)}"
            rf"(?P<names>{surname}[{BASIC_HAN}]{{1,2}})(?=[)）。]|$)",
        ),
        # ■ 李明
        ((), rf"^[■●◆□▲◎]\s*(?P<names>{surname}[{BASIC_HAN}]{{1,2}})$"),
        # 文/李明
        ((), rf"^{any_of(words.text_by)}\s*[:：/／|]\s*{_NAMES}(?![{BASIC_HAN}])"),
        # （李明）
        ((), rf"^[（(](?P<names>{surname}[{BASIC_HAN}·]{{1,2}})[)）]$"),
    )


#: The surest ones first.
_CREDITS = tuple((words, re.compile(pattern, re.MULTILINE)) for words, pattern in _credit_patterns())
#: Words are found in a tenth of the time that all forms with them take.
_FIND_WORDS = {words: re.compile(any_of(words)).search for words, _ in _CREDITS}


def find_chinese_credits(tree: HtmlElement) -> Iterator[str]:
    """Yield the names of Chinese credits, wherever they stand, the surest form first."""
    texts = []
    for node in texts_of_page(tree, _MOST_NODES):
        # Each is one line.
        texts.append(node[:_READ_CHARS].replace("\n", " ").replace("\r", " "))
    text = "\n".join(lines("\n".join(texts)))
    if not _HAS_HAN(text):
        return
    text = join_spaced_names(text)
    shown = {words for words, find in _FIND_WORDS.items() if find(text)}
    for words, pattern in _CREDITS:
        if words not in shown:
            continue
        match = pattern.search(text)
        if match:
            yield match["names"]
