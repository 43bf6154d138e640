"""The punctuation of a query in one plain form.

People type curly quotes, Chinese brackets and colons, and paste headlines with their commas. Each
becomes plain syntax at the same place, so that a mistake can still be pointed at.
"""

from __future__ import annotations

import re

from pipelines.query.errors import QueryError
from pipelines.query.pasted import SIGNED_NUMBER
from pipelines.text.analyzer import with_numbers_in_one

_PLAIN = str.maketrans("（）：［］｛｝＋－−＆｜＊～＼＜＝＞", "():[]{}+--&|*~\\<=>")
#: What a Chinese keyboard gives, as in ＮＯＴ.
_WIDE_OPERATORS = re.compile(r"(?<!\w)(?:ＡＮＤ|ＯＲ|ＮＯＴ)(?!\w)")
_NARROW = str.maketrans("ＡＮＤＯＲＴ", "ANDORT")
#: Opening quote -> the quotes that close it. Germans write „so“, Swedes ”so”.
_CLOSERS = {
    '"': '"＂',
    "＂": '"＂',
    "“": '”"',
    "”": '”"',
    "„": '“”"',
    "«": "»",
    "「": "」",
    "『": "』",
    "《": "》",
    "﹁": "﹂",
    "〝": "〞〟",
}
#: Every quotation mark that a phrase may begin or end with.
QUOTES = frozenset(_CLOSERS) | frozenset("".join(_CLOSERS.values()))
#: Punctuation that only separates words, unless a comma stands in a number.
_SEPARATORS = ",;、，；。？！"
#: Marks of ranges, comparisons and regular expressions, which a headline has no use for.
_NO_BRACKETS = str.maketrans(dict.fromkeys("()（）[]{}［］｛｝<>＜＞\\＼", " "))
#: Dashes and the like with a space on each side.
_LONE_SIGNS = re.compile(r"(?<!\S)[-+!|&／－＋｜]+(?!\S)")
_SIGN_OF_NUMBER = re.compile(rf"(?<!\S){SIGNED_NUMBER}")
#: A space that does not break a line, between the thousands of a number.
_IN_NUMBER = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_DELETE = "\x7f"


def with_narrow_operators(text: str) -> str:
    """Return a text of the same length with operators in ASCII."""
    return _WIDE_OPERATORS.sub(_as_narrow, text)


def _as_narrow(operator: re.Match[str]) -> str:
    return operator[0].translate(_NARROW)


def plain_punctuation(text: str) -> str:
    """Return a text of the same length in plain punctuation.

    Raises QueryError at a quote that is never closed.
    """
    text = _IN_NUMBER.sub(",", with_numbers_in_one(text))
    plain: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in _CLOSERS:
            end = _find_closing_quote(text, at)
            plain.append(f'"{_without_quotes(text[at + 1 : end])}"')
            at = end + 1
        elif char in "\\＼" and at + 1 < len(text):
            # A backslash protects the next character, whatever it is, from becoming syntax.
            plain.append("\\" + text[at + 1])
            at += 2
        elif _only_separates(text, at):
            plain.append(" ")
            at += 1
        else:
            plain.append(char.translate(_PLAIN))
            at += 1
    return "".join(plain)


def pasted_punctuation(text: str) -> str:
    """Return a headline of the same length in plain punctuation, without brackets.

    A quote that is never closed is left out.
    """
    bare = _LONE_SIGNS.sub(_as_spaces, text.translate(_NO_BRACKETS))
    bare = _SIGN_OF_NUMBER.sub(_as_spaces, bare)
    try:
        return plain_punctuation(bare)
    except QueryError:
        return plain_punctuation(_without_quotes(bare))


def _as_spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _find_closing_quote(text: str, opening: int) -> int:
    closers = _CLOSERS[text[opening]]
    at = opening + 1
    while at < len(text):
        if text[at] in closers:
            return at
        at += 2 if text[at] == "\\" else 1
    message = f"This quote is never closed; put {closers[0]} after the last word of the phrase."
    raise QueryError(message, text, opening)


def _without_quotes(phrase: str) -> str:
    # Quotes of another kind inside a phrase would end it for the lexer.
    plain = list(phrase)
    for place, char in enumerate(plain):
        if char in QUOTES:
            plain[place] = " "
    return "".join(plain)


def _only_separates(text: str, at: int) -> bool:
    """Tell whether a character separates words and says nothing else."""
    char = text[at]
    if char.isspace() or char < " " or char == _DELETE:
        return True
    if char not in _SEPARATORS:
        return False
    is_in_number = char == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
    return not is_in_number
