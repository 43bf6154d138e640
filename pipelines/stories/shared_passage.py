"""The longest passage that a copy shares, as it prints it (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.dedup.quotations import Report
from pipelines.dedup.shared_words import longest_passage
from pipelines.dedup.text_print import print_of, report_paragraphs
from pipelines.model import StoredArticle

#: Tokens by which the beginning and the end of a passage are found in a text again.
_FOUND_BY = 6
#: Characters that are shown of its beginning and its end.
_HEAD = 110
_TAIL = 50


def shared_passage(copy: StoredArticle, original: StoredArticle) -> str | None:
    """Return the longest passage that two articles share.

    Its middle is left out where it is long. None where they share none.
    """
    article = copy.article
    boilerplate = copy.route.boilerplate
    text = print_of(article.title, article.body, boilerplate)
    # Both are printed anew, so that places in the print are places in the text.
    other = print_of(original.article.title, original.article.body, original.route.boilerplate)
    passage = longest_passage(text, other)
    if passage is None:
        return None
    report = report_paragraphs(article.body, boilerplate)
    start, end = passage
    words = Report.read(report).raw[start:end]
    return _shortened(_as_printed(" ".join(report), words))


def _as_printed(text: str, words: Sequence[str]) -> str:
    """Return the stretch of a text that these words stand in.

    The words alone where it is not found.
    """
    first = re.search(_pattern_of(words[:_FOUND_BY]), text)
    if first is None:
        return " ".join(words)
    last = re.compile(_pattern_of(words[-_FOUND_BY:])).search(text, first.start())
    if last is None:
        return " ".join(words)
    return text[first.start() : last.end()]


def _pattern_of(words: Sequence[str]) -> str:
    pattern = r"[\W_]*".join(map(re.escape, words))
    # Words are compared with straight marks, and printed with others.
    return pattern.replace("'", "['’]")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= _HEAD + _TAIL:
        return line
    return f"{line[:_HEAD].rstrip()} … {line[-_TAIL:].lstrip()}"
