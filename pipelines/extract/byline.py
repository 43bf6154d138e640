"""The names in one byline: parted, without titles, without what is no name.

"By A. Roy and B. Li, The Canadian Press | Jan. 17"
  ──► without what stands before and after ──► parts ──► names without titles ──► A. Roy, B. Li
"""

from __future__ import annotations

import re

from crawlers.scripts import BASIC_HAN, CAPITALS
from pipelines.beat.organisations import EVERYWHERE
from pipelines.extract.text import one_line
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import any_of

#: Characters and words. A longer text is a sentence, and no name.
_LONGEST_NAME = 60
_LONGEST_NAME_WORDS = 6
#: Digits. More of them are a date or a number.
_MOST_DIGITS = 2
#: Punctuation around a name.
_AROUND = ' ,;:|-–—·/()[]"“”'


def _has_several_words(phrase: str) -> bool:
    return " " in phrase


def _before_name() -> re.Pattern[str]:
    """Return the pattern of the words before a name."""
    words = AUTHOR_WORDS.before_name
    # "Text & photos" goes before "Text".
    phrases = filter(_has_several_words, AUTHOR_WORDS.signed_below_title)
    signed = any_of(sorted(phrases, key=len, reverse=True))
    by = rf"(?:{any_of(words.kinds_before_by)}\s+)?{any_of(words.by)}(?:\s*:)?"
    posted = rf"{any_of(words.chinese_posted_to)}[{BASIC_HAN}]{{2,6}}"
    reporter = (
        rf"(?:{any_of(words.chinese_newsrooms)}|[{BASIC_HAN}]{{0,8}}?)"
        rf"(?:{any_of(words.chinese_ranks)}|{posted})?"
        rf"{any_of(words.chinese_reporter)}"
    )
    return re.compile(
        rf"^(?:{signed}(?=\s*:|\s)|{any_of(AUTHOR_WORDS.signed_elided)}"
        rf"|{any_of(words.whole_words)}\b\s*:?\s*|{by}|{any_of(words.short)}"
        rf"|{reporter}|{any_of(words.chinese_roles)})\s*[:：|／/丨]?\s*(?=\S)",
        re.IGNORECASE,
    )


def _after_name() -> re.Pattern[str]:
    """Return the pattern of titles and newsrooms after a name."""
    words = AUTHOR_WORDS.after_name
    return re.compile(
        r"(?:\s*[,|•·–—/(\[]\s*|\s+[-]\s+|\s+)"
        rf"(?:{any_of(words.for_whom)}\s+(?:to\s+)?(?:the\s+)?.*"
        rf"|{any_of(words.ranks, words.newsrooms)}\b.*"
        rf"|{any_of(words.roles)}\s*$)",
        re.IGNORECASE,
    )


def _end_of_byline() -> re.Pattern[str]:
    """Return the pattern of a date or a button behind the names, and all that follows."""
    words = AUTHOR_WORDS.end_of_byline
    return re.compile(
        rf"\s*(?:[|•●▪]|(?<![{BASIC_HAN}])·|·(?![{BASIC_HAN}])"
        rf"|\b{any_of(words.words)}\b|\b{any_of(words.labels)}"
        # 17.30, 17h30, 17/01; 2026-01, 2026年; Jan. 17
        r"|\d{1,2}[./:h]\d{2}|\d{4}[-年/]"
        rf"|\b{any_of(words.before_day)} \d"
        rf"|\b{any_of(words.months)}[a-z]*\.? \d|\b{any_of(words.last_words)}\s*$).*$",
        re.IGNORECASE,
    )


def _no_name() -> re.Pattern[str]:
    """Return the pattern of a whole text that is no name."""
    words = AUTHOR_WORDS.no_names
    whole = any_of(words.whole)
    return re.compile(
        rf"^(?:{whole}|{any_of(words.beginnings)}.*|.*{any_of(words.anywhere)}.*)$", re.IGNORECASE
    )


_BEFORE_NAME = _before_name()
_BEFORE_NAME_NEEDS_SPACE = re.compile(
    rf"^{any_of(AUTHOR_WORDS.before_name.needs_space)}(?=\w)", re.IGNORECASE
)
_AFTER_NAME = _after_name()
_END_OF_BYLINE = _end_of_byline()
_BETWEEN_NAMES = re.compile(
    r"\s*(?:;|\||、|／|•|\n|\s/\s|\s&\s"
    rf"|(?<=\S)\s+{any_of(AUTHOR_WORDS.conjunctions)}\s+"
    rf"|\s{any_of(AUTHOR_WORDS.chinese_jobs_between)}[:：]?)\s*",
    re.IGNORECASE,
)
#: "(avec AFP)", "with files from AFP", "(Xinhua)": no part of a name.
_ASIDE = re.compile(rf"\([^)]*\)|\s{any_of(AUTHOR_WORDS.files_from)}\s.*", re.IGNORECASE)
_IN_PLACE = re.compile(
    rf"\s{any_of(AUTHOR_WORDS.in_place)}\s[{CAPITALS}][\w.’'-]*(?:\s[{CAPITALS}][\w.’'-]*){{0,2}}(?=$|,|;|\s)"
)
#: « Anne Roy et l’AFP », « Luc Gagnon et d’Anne Roy »
_ELIDED = re.compile(rf"^[dl]['’](?=[{CAPITALS}])")
#: ［加］简·罗伊: the country of an author.
_COUNTRY = re.compile(
    rf"(?:^|(?<=[ 、，]))[\[［【（(〔]?[{BASIC_HAN}]{{1,3}}[\]］】）)〕]\s*(?=[{BASIC_HAN}])"
)
# What stands before is looked at last: a search for a character is three times as fast.
_SPACED_NAME = re.compile(
    rf"([{BASIC_HAN}])(?<![{BASIC_HAN}][{BASIC_HAN}])[ \u3000]([{BASIC_HAN}])(?![{BASIC_HAN}])"
)
_COMMA = re.compile("[,，]")
_SUFFIX = re.compile(rf"{any_of(AUTHOR_WORDS.suffixes)}\.?", re.IGNORECASE)
_ADDRESS = re.compile(r"\S{1,64}@\S{1,64}\.\w+|(?<!\w)@\w+|https?://\S+|\(\s*\)|\[\s*\]")
_BAD_CHARS = re.compile(r"https?:|www\.|[<>{}=*\\#%]|\.(?:com|net|org|cn|html?|php|jpg|png)\b", re.IGNORECASE)

_HAN_ONLY = re.compile(f"[{BASIC_HAN}]+")
_HAN_NAME = re.compile(rf"^[{BASIC_HAN}·]{{2,12}}$")
_NO_NAME = _no_name()
_CHINESE_NO_NAME = re.compile(any_of(AUTHOR_WORDS.chinese_no_name_parts))
_PREPOSITION = re.compile(any_of(AUTHOR_WORDS.no_names.prepositions), re.IGNORECASE)
_ORGANISATION = re.compile(
    rf"^{any_of(AUTHOR_WORDS.organisation.articles)}\s|\b{any_of(AUTHOR_WORDS.organisation.words)}\b",
    re.IGNORECASE,
)
_JOB = re.compile(rf"\b{any_of(AUTHOR_WORDS.jobs)}\b", re.IGNORECASE)
_LEGAL_FORM = re.compile(any_of(AUTHOR_WORDS.legal_forms), re.IGNORECASE)
_CHINESE_ORGANISATION = re.compile(any_of(AUTHOR_WORDS.chinese_organisation.parts))
#: A login: letters in lower case, digits and signs, without a space.
_LOGIN = re.compile(r"[a-z0-9._-]+")
#: 记者 李明 渥太华报道
_BUREAU = re.compile(any_of(AUTHOR_WORDS.chinese_credits.bureaus))
_SURNAMES = frozenset("".join(AUTHOR_WORDS.chinese_credits.surnames))


def split_names(text: str, *, japanese: bool = False) -> list[str]:
    """Return the names in one byline.

    "By A. Roy and B. Li, The Canadian Press" gives two. Chinese names are parted by spaces; in
    Japanese a space stands between the parts of one name.
    """
    text = join_spaced_names(one_line(_ASIDE.sub(" ", _ADDRESS.sub(" ", one_line(text)))))
    text = _IN_PLACE.sub(" ", text)
    text = _COUNTRY.sub("", _END_OF_BYLINE.sub("", _strip_words_before(text)))
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(text):
        if part.strip():
            names += _split_part(part, japanese=japanese)
    return list(filter(None, map(_clean_name, names)))


def join_spaced_names(text: str) -> str:
    """Return a text in which Chinese names of two characters are one word.

    Papers print a space in them (李　明), so that they are as long as those of three.
    """
    return _SPACED_NAME.sub(r"\1\2", text)


def has_bad_characters(text: str) -> bool:
    """Tell whether a text is an address or markup, and no name."""
    return _BAD_CHARS.search(text) is not None


def reads_as_name(text: str) -> bool:
    """Tell whether a text is like a name or initials."""
    if _is_full_name(text):
        return True
    if " " not in text and len(text) <= 20:
        return True
    return not any(map(_begins_with_small_letter, text.split()))


def is_full_name(text: str) -> bool:
    """Tell whether a text is a whole name: given name and surname, or a Chinese one."""
    if _is_all_han(text):
        return is_chinese_person(text)
    return _is_full_name(text)


def is_organisation(name: str) -> bool:
    """Tell whether a name is that of an agency, a paper, a company or an office."""
    if is_agency(name):
        return True
    if _is_all_han(name):
        return _is_chinese_organisation(name)
    return _ORGANISATION.search(name) is not None or _LEGAL_FORM.search(name) is not None


def is_agency(name: str) -> bool:
    """Tell whether a name is that of an agency, a release service or state media."""
    return EVERYWHERE.find_tagged(name) is not None


def is_role(text: str) -> bool:
    """Tell whether a text is a job, and names nobody."""
    return _JOB.search(text) is not None or _AFTER_NAME.fullmatch(f" {text}") is not None


def is_login(name: str) -> bool:
    """Tell whether a name is one that somebody logs in with."""
    return _LOGIN.fullmatch(name) is not None


def is_chinese_person(name: str) -> bool:
    """Tell whether a Chinese name is a surname and one or two characters.

    Names of foreigners have a dot between their parts.
    """
    if not _HAN_NAME.match(name) or _is_chinese_organisation(name) or _BUREAU.fullmatch(name):
        return False
    if "·" in name:
        return True
    if name.startswith(AUTHOR_WORDS.chinese_credits.double_surnames):
        return len(name) in (3, 4)
    return name[0] in _SURNAMES and len(name) in (2, 3)


def is_chinese_pen_name(name: str) -> bool:
    """Tell whether a Chinese name may be one that somebody writes under."""
    if not _HAN_NAME.match(name) or len(name) > 6 or _BUREAU.fullmatch(name):
        return False
    return not _is_chinese_organisation(name)


def _is_chinese_organisation(name: str) -> bool:
    if len(name) > 2 and name.endswith(AUTHOR_WORDS.chinese_organisation.endings):
        return True
    return _CHINESE_ORGANISATION.search(name) is not None


def _begins_with_small_letter(word: str) -> bool:
    # Words that begin with a digit or a sign are neither.
    return word[0].isalpha() and not word[0].isupper()


def _strip_words_before(text: str) -> str:
    """Return a text without "By", "Analysis by", 记者 and the like, up to three of them."""
    for _ in range(3):
        match = _BEFORE_NAME.match(text)
        if not match:
            break
        # "Denis Roy" begins with "de".
        ends_a_word = text[: match.end()].endswith((" ", ":"))
        if _BEFORE_NAME_NEEDS_SPACE.match(text) and not ends_a_word:
            break
        text = text[match.end() :].strip()
    return text


def _split_part(part: str, *, japanese: bool) -> list[str]:
    if " " in part and _is_all_han(part) and not japanese:
        return part.split(" ")
    if "," in part or "，" in part:
        return _split_at_commas(part)
    return [part]


def _split_at_commas(part: str) -> list[str]:
    """Return the names of a comma list: the first piece, and those that read as names.

    A role or a paper is left out. "Martin King, Jr." is one name.
    """
    pieces = list(filter(None, map(str.strip, _COMMA.split(part))))
    # A template without an author leaves its commas.
    if not pieces:
        return []
    first, *rest = pieces
    if len(rest) == 1 and _is_inverted(first, rest[0]):
        return [f"{rest[0]} {first}"]
    if rest and _SUFFIX.fullmatch(rest[0]):
        return [f"{first}, {rest[0]}", *rest[1:]]
    return [first, *filter(_is_full_name, rest)]


def _is_inverted(surname: str, given_name: str) -> bool:
    """Tell whether a name is written "Roe, Jane"."""
    for word in (surname, given_name):
        if not word.isalpha() or not word.istitle() or is_organisation(word) or _NO_NAME.match(word):
            return False
    return _SUFFIX.fullmatch(given_name) is None and not is_role(given_name)


def _is_full_name(text: str) -> bool:
    """Tell whether a text is a whole name, or a Chinese one."""
    if _HAN_NAME.match(text):
        return True
    if _ORGANISATION.search(text) or _JOB.search(text):
        return False
    words = text.split()
    if not 2 <= len(words) <= 4:
        return False
    return all(map(_is_part_of_name, words))


def _is_part_of_name(word: str) -> bool:
    return word[0].isupper() or word in AUTHOR_WORDS.name_particles


def _clean_name(name: str) -> str:
    """Return a name without titles and digits, "" for no name."""
    name = _strip_title(_ELIDED.sub("", _strip_words_before(name.strip(_AROUND))))
    if _is_no_person(name):
        return ""
    # "Jo Li 17" has the day of its date left.
    if " " in name and _count_digits(name.split()[-1]):
        name = name.rsplit(" ", 1)[0].strip(" ,-–—|·")
    if _count_digits(name) > _MOST_DIGITS:
        return ""
    return name


def _strip_title(name: str) -> str:
    person = _strip_organisation(_AFTER_NAME.sub("", name).strip(_AROUND))
    # "MND Staff" and "Guardian staff reporter" are whole.
    if " " in person or _is_all_han(person) or "," in name:
        return person
    return name


def _strip_organisation(name: str) -> str:
    """Return a name without the agency that is printed behind it: "Li Min Reuters"."""
    person, dash, rest = name.rpartition(" - ")
    if dash and is_organisation(rest):
        return person
    words = name.split()
    # One word before it may be a given name: Michael Bloomberg.
    for start in range(2, len(words)):
        if EVERYWHERE.known(" ".join(words[start:])):
            return " ".join(words[:start])
    return name


def _is_no_person(name: str) -> bool:
    if name.startswith(AUTHOR_WORDS.chinese_no_name_beginnings):
        return True
    if _CHINESE_NO_NAME.search(name):
        return True
    if not 2 <= len(name) <= _LONGEST_NAME or len(name.split()) > _LONGEST_NAME_WORDS:
        return True
    if _PREPOSITION.fullmatch(name) or _NO_NAME.match(name) or has_bad_characters(name):
        return True
    return not any(map(str.isalpha, name))


def _count_digits(text: str) -> int:
    return len(list(filter(str.isdigit, text)))


def _is_all_han(text: str) -> bool:
    letters = "".join(filter(str.isalpha, text))
    return _HAN_ONLY.fullmatch(letters) is not None
