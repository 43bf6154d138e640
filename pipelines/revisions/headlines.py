"""Whether two headlines are one, apart from site names and labels (pure)."""

from __future__ import annotations

import re

from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.tokens import tokens
from pipelines.text.vocabulary import any_of

_BAR_AND_SITE = re.compile(r"\s(?:[|·]|::)\s.{2,60}$")
_DASH_AND_REST = re.compile(r"\s[–—-]\s(?P<rest>.{2,60})$")
#: Shorter words ("of", "and", "le") are written small in names too: they do not tell a name from a sentence.
_LEAST_LETTERS = 4
_LABEL = re.compile(
    rf"^\W*{any_of(VOCABULARY.headline_labels)}\b\s*\d*\s*[-:|)\]】]+\s*"
    rf"|\s*[(\[（]{any_of(VOCABULARY.headline_labels_in_brackets)}[)\]）]\s*$",
    re.IGNORECASE,
)


def same_headline(headline: str, other: str) -> bool:
    """Return whether headlines of two pages are one, apart from site names and labels.

    Capitals and punctuation do not count either, nor does a label such as “Updated:”.
    """
    plain = _without_name_behind_dash(_without_label(headline))
    plain_other = _without_name_behind_dash(_without_label(other))
    return tokens(plain) == tokens(plain_other)


def same_headline_of_page(before: str, after: str) -> bool:
    """Return whether one page kept its headline.

    A site's name may come or go behind a dash. Where both headlines go on behind a dash, and
    differ there, it is the headline that changed: a page does not change its site.
    """
    old = _without_label(before)
    new = _without_label(after)
    if tokens(old) == tokens(new):
        return True
    lost_its_site = tokens(_without_name_behind_dash(old)) == tokens(new)
    got_its_site = tokens(old) == tokens(_without_name_behind_dash(new))
    return lost_its_site or got_its_site


def _without_label(headline: str) -> str:
    """Return a headline without a label and without a site's name behind a bar.

    A label is a word such as “Updated:”.
    """
    return _BAR_AND_SITE.sub("", _LABEL.sub("", " ".join(headline.split())))


def _without_name_behind_dash(headline: str) -> str:
    """Return a headline without a site's name behind its last dash.

    It does where its words begin with capitals while the headline's own words do not.
    """
    match = _DASH_AND_REST.search(headline)
    if match is None:
        return headline
    own_words = headline[: match.start()]
    if _is_capitalised(match["rest"]) and not _is_capitalised(own_words):
        return own_words
    return headline


def _is_capitalised(text: str) -> bool:
    """Return whether every longer word of a text begins with a capital letter."""
    longer_words = []
    for word in text.split():
        if len(word) >= _LEAST_LETTERS:
            longer_words.append(word)
    return all(word[0].isupper() for word in longer_words)
