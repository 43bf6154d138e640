"""Patterns of the clues that a text gives of its way here, in many languages.

The words stand in `clue_words.yaml`. Each pattern is anchored at the start or the end of a paragraph,
since a clue stands where printers put it. A name in running text is a mention and no clue.
"""

from __future__ import annotations

import re

from crawlers.scripts import BASIC_HAN, CAPITALS, HANGUL, KANA
from pipelines.route.clue_words import WORDS
from pipelines.text.vocabulary import any_of, pattern_of

# -- parts ----------------------------------------------------------------------------------------

_CAPITALIZED = rf"[{CAPITALS}][\w.'’-]*"
_DASH = r"(?:--+|—|–|―|-)"

_BETWEEN = rf"\s*{_DASH}\s*"

_MONTH = rf"{any_of(WORDS.dateline.months)}\.?"
_BEFORE_MONTH = rf"(?:{any_of(WORDS.dateline.before_month)} )?"
_MONTH_AND_DAY = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}}(?:er|\.)? {_BEFORE_MONTH}{_MONTH})"
_BEFORE_DAY = rf"(?:{any_of(WORDS.dateline.before_day)} )?"
_DATE = rf"(?:{_BEFORE_DAY}{_MONTH_AND_DAY}(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}})"

_PLACE = rf"{_CAPITALIZED}(?:[ ](?:{_CAPITALIZED}|{any_of(WORDS.dateline.place_particles)}))*"
_UPPER_PLACE = rf"[{CAPITALS}][{CAPITALS}.'’-]+(?:[ ][{CAPITALS}.'’-]+){{0,4}}"
_REGION = rf"(?:, {_PLACE}){{0,2}}"
#: BEIJING/OTTAWA   HARBIN, China/REGINA
_PLACES = rf"{_PLACE}{_REGION}(?:/{_PLACE}{_REGION}){{0,2}}"
_UPPER_PLACES = rf"{_UPPER_PLACE}{_REGION}(?:/{_UPPER_PLACE}{_REGION}){{0,2}}"
_PARENTHESIZED_TAG = r"\((?P<tag>[^()\n]{2,60})\)"
_TAG = rf"(?:{_PARENTHESIZED_TAG}|/(?P<slash>[^/\n]{{2,40}})/)"


# -- datelines ------------------------------------------------------------------------------------


def _chinese_dateline() -> str:
    """Return the pattern of 新华社北京1月16日电（记者张三） and （中央社记者張三台北16日電）."""
    words = WORDS.dateline
    by = f"(?:{any_of(words.chinese_by)})?+"
    unknown = rf"[{BASIC_HAN}]{{1,8}}?{any_of(words.chinese_agency_endings)}"
    agency = rf"{by}(?P<tag>{any_of(words.chinese_short_agencies)}|{unknown})"
    # A name of three characters is the usual one, and the place follows without a space.
    reporter = rf"{any_of(words.chinese_reporter)}(?:[{BASIC_HAN}]{{3}}|[{BASIC_HAN}、\s]{{2,12}}?)"
    place = rf"(?P<place>[{BASIC_HAN}]{{2,6}}?)"
    date = r"(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?\d{1,2} ?日"
    wire = rf"{any_of(words.chinese_special)}?{any_of(words.chinese_wire)}"
    signed = any_of(words.chinese_reporter, words.chinese_editor)
    credit = rf"\s*[（(]{signed}[^）)\n]{{1,40}}[）)]"
    who = rf"(?:{agency})?[ 　／/]?(?:{reporter})?{place}?[ 　]?"
    return rf"[（(【]?{who}{date}{wire}(?:{credit})?[】）)]?[\s　:：,，]*"


def _chinese_headers() -> tuple[str, ...]:
    """Return the patterns of 央视网消息：, 【环球网报道 记者 李明】, 香港 /美通社/."""
    words = WORDS.dateline
    date = r"(?:\d{4} ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?日"
    reporter = rf"{any_of(words.chinese_reporter)}[ 　]*[{BASIC_HAN}·、 ]{{2,20}}"
    signed = f"(?:[ 　]*{reporter})?"
    opening = r"[【\[（(]?"
    word = rf"(?:{any_of(words.chinese_news_words)}|{any_of(words.chinese_report_words)}(?=[\s　:：】\]）)]))"
    return (
        rf"{opening}(?P<known>[{BASIC_HAN}]{{2,10}}?)[ 　]?(?:{date})?{word}{signed}[】\])）]?[\s　:：,，]*",
        # 参考消息网: the name has such a word in it.
        rf"{opening}(?P<known>[{BASIC_HAN}]{{2,10}})[ 　]?(?:{date})?{word}{signed}[】\])）]?[\s　:：,，]*",
        # （总台央视记者 李明）
        rf"[（(](?P<known>[{BASIC_HAN}]{{2,8}}?){reporter}[）)]\s*",
        rf"(?P<place>[{BASIC_HAN}]{{2,8}})[ 　,，]*(?:{date})?\s*/(?P<known>[^/\n]{{2,40}})/\s*{_DASH}?\s*",
        rf"(?P<place>[{BASIC_HAN}]{{2,8}}){_BETWEEN}(?P<known>[\w .]{{2,40}}?){_BETWEEN}{date}\s*{_DASH}?\s*",
    )


def _japanese_dateline() -> str:
    """Return the pattern of 【ソウル共同】 and ［東京　17日　ロイター］."""
    place = rf"(?P<place>[{BASIC_HAN}{KANA}]{{1,10}}?)"
    date = r"(?:\d{1,2}日)?"
    agency = rf"(?P<tag>{any_of(WORDS.dateline.japanese_agencies)})"
    return rf"[【［\[]{place}[\s＝=]*{date}[\s＝=]*{agency}[】］\]][\s:：－—–-]*"


def _korean_dateline() -> str:
    """Return the pattern of (서울=연합뉴스) 홍길동 기자 =."""
    words = WORDS.dateline
    place = rf"(?P<place>(?!{any_of(words.korean_no_places)})[{HANGUL}·]{{1,10}})"
    reporter = rf"(?:[{HANGUL}·\s]{{2,30}}{any_of(words.korean_reporter)}\s*=\s*)"
    return rf"[(\[]{place}\s*=\s*(?P<tag>[^()\[\]=\n]{{2,20}})[)\]]\s*{reporter}?"


_DATELINES = (
    # BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE) --   MONTRÉAL, le 16 janv. 2026 /CNW/ -   Paris (AFP) –
    rf"(?P<place>{_PLACES})(?:,? ?{_DATE})?[,.]?\s*{_DASH}?\s*{_TAG}\s*(?P<end>\.?{_DASH}|[:.])?\s*",
    # (Xinhua) BEIJING, Jan. 17 --
    rf"{_PARENTHESIZED_TAG}\s*{_DASH}?\s*(?P<place>{_UPPER_PLACE}{_REGION})(?:,? ?{_DATE})?\s*{_DASH}\s*",
    # (Reuters) -
    rf"\((?P<known>[^()\n]{{2,40}})\)\s*(?:{_DASH}|:)?\s+(?=\S)",
    # HONG KONG SAR - Media OutReach Newswire - 17 January 2026 -
    rf"(?P<place>{_PLACE}{_REGION}){_BETWEEN}(?P<known>[A-Z][\w .]{{2,40}}?){_BETWEEN}{_DATE}{_BETWEEN}",
    # OTTAWA —   WASHINGTON, March 3 --
    rf"(?P<place>{_UPPER_PLACES})(?:,? ?{_DATE})?\s*{_DASH}(?=\s)\s*",
    # Ottawa, le 16 janvier 2026 –
    rf"(?P<place>{_PLACE}{_REGION}),? {_DATE}\s*(?:{_DASH}|:)\s*",
    # (Pékin) Le premier ministre
    rf"\((?P<place>{_PLACE})\)\s*(?:{_DASH}\s*)?(?=[{CAPITALS}«\"“])",
    _chinese_dateline(),
    *_chinese_headers(),
    _japanese_dateline(),
    _korean_dateline(),
)
#: The first pattern that fits is the dateline.
DATELINES = tuple(re.compile(pattern) for pattern in _DATELINES)

#: Tells an agency ("Maple Press") from a region ("Ontario") in a dateline's brackets.
AGENCY_WORD = re.compile(any_of(WORDS.agency_words), re.IGNORECASE)
RELEASE_WORD = re.compile(any_of(WORDS.release_service_words), re.IGNORECASE)


# -- credits --------------------------------------------------------------------------------------

#: A whole paragraph. "Source" in mixed case needs its colon, which the caller checks.
SOURCE_LINE = re.compile(
    rf"(?:(?P<release>{any_of(WORDS.source_line.release)})|{any_of(WORDS.source_line.western)}"
    rf"|(?P<chinese>{any_of(WORDS.source_line.chinese)}))\s*+[:：|｜丨]?+\s*+(?P<name>[^\n。]{{2,80}})"
)
#: What stands around a source line: brackets, a date before it, and other facts behind the name.
AROUND_SOURCE_LINE = re.compile(
    r"^(?:\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?)?\s*+(?:\d{1,2}:\d{2}(?::\d{2})?)?\s*+"
)
BEHIND_SOURCE = re.compile(
    rf"(?<!^)(?:\s*[|｜丨]\s*(?:\d|{any_of(WORDS.source_line.others)})|\s+\d{{4}}[-年/]"
    rf"|\s+{any_of(WORDS.source_line.others)}\s*[:：]).*$",
    re.IGNORECASE,
)
#: （据新华社）
BY_SOURCE = re.compile(rf"{any_of(WORDS.dateline.chinese_by)}\s*(?P<name>[^\n，。]{{2,12}})")
ABBREVIATED_COMPANY = re.compile(rf"\b{any_of(WORDS.source_line.abbreviations)}$", re.IGNORECASE)

_BEFORE_CREDIT = r"[\s—–(*-]*"
_CHINESE_FILES_FROM = (
    rf"[（(]?{any_of(WORDS.files_from.chinese_openings)}.{{2,14}}"
    rf"{any_of(WORDS.files_from.chinese_ends)}[）)。]?$"
)
FILES_FROM = re.compile(
    rf"{_BEFORE_CREDIT}(?:{any_of(WORDS.files_from.en, WORDS.files_from.fr)}|{_CHINESE_FILES_FROM})",
    re.IGNORECASE,
)
#: Helpers as well, where a known name is all that follows: "Avec La Presse canadienne".
WITH = re.compile(
    rf"{_BEFORE_CREDIT}{any_of(WORDS.with_others)} {any_of(WORDS.with_others_articles)}?", re.IGNORECASE
)

#: "This report by … was first published", one for each form; the group `name` is who wrote it.
FIRST_PUBLISHED = tuple(
    re.compile(
        rf"{pattern_of(around.before)}(?P<name>[^.\n]{{2,40}}?){pattern_of(around.after)}", re.IGNORECASE
    )
    for around in WORDS.first_published
)
#: "This article is republished from The Conversation": the name follows.
REPUBLISHED = re.compile(rf"{any_of(WORDS.republished)}\s*+(?P<rest>.{{2,80}})", re.IGNORECASE)
REUTERS_DESK = re.compile(rf"\({any_of(WORDS.reuters_desk)} by [^()\n]{{3,240}}\)\s*$")
#: "… in spring. — The Canadian Press", "… in spring. (Reuters)"
CLOSING_CREDIT = re.compile(r"(?:\s[-–—]{1,2}\s?|[（(])(?P<name>[^-–—()（）.。]{2,30})[)）]?[.]?$")
COPYRIGHT = re.compile(
    rf"{any_of(WORDS.copyright)}[\s©]*+(?:\d{{4}})?+\s*+(?P<name>[^.,\n]{{2,40}})", re.IGNORECASE
)

# Possessive repeats keep a long line of names from being tried in every split.
_WESTERN_BYLINE = (
    rf"{any_of(WORDS.byline.by, WORDS.byline.others)}\b[ :]++"
    rf"(?:{_CAPITALIZED}|{any_of(WORDS.byline.particles)})"
    rf"(?:[ ,|/•·]++(?:[-–—] )?(?:{_CAPITALIZED}|\d[\d:]*|{any_of(WORDS.byline.later_particles)}))*+$"
)
_CHINESE_BYLINE = rf"{any_of(WORDS.byline.chinese_roles)}\s*+[:：/／丨|]\s*+[^。，\n]{{2,30}}$"
_CHINESE_EDITORS = rf"[（(]{any_of(WORDS.byline.chinese_editors)}[^）)\n]{{2,30}}[）)]$"
BYLINE = re.compile(f"{_WESTERN_BYLINE}|{_CHINESE_BYLINE}|{_CHINESE_EDITORS}")
#: "Jane Roe and Tom Li, Reuters": people, and behind the comma who may be an agency.
PEOPLE_AND_NAME = re.compile(
    rf"{_CAPITALIZED}(?: (?:{_CAPITALIZED}|and|et|&)){{1,6}}, (?P<name>[^,\n]{{2,40}})"
)
_PICTURE = rf"{any_of(WORDS.byline.chinese_pictures)}\s*+[:：/／丨|]|{any_of(WORDS.byline.pictures)}\s*+:"
PICTURE_CREDIT = re.compile(rf"[（(]?(?:{_PICTURE}).{{1,60}}$", re.IGNORECASE)
#: "By Jo Smith," before the name of an agency.
BY = re.compile(rf"{any_of(WORDS.byline.by)} {_CAPITALIZED}(?: [\w.'’-]+){{0,4}}[,|/]")


# -- notices --------------------------------------------------------------------------------------

_PAID_FOLLOWER = rf"(?=\s*+(?:$|[.:;,–—|()-]|{any_of(WORDS.paid.followers)}))"
PAID = re.compile(
    rf"{any_of(WORDS.paid.labels)}{_PAID_FOLLOWER}|{any_of(WORDS.paid.chinese_labels)}\s*+(?:$|[:：])",
    re.IGNORECASE,
)
#: A line of a few words: "Sponsored by Acme Tours", 【推广】.
SHORT_PAID = re.compile(rf"{any_of(WORDS.paid.short_labels)}(?:$|[\s:：|])", re.IGNORECASE)
PAID_SENTENCE = re.compile(any_of(WORDS.paid.sentences), re.IGNORECASE)
#: Who paid, behind the words of a label.
PAYER = re.compile(
    rf"[^.,;\n]{{0,60}}?\b{any_of(WORDS.paid.before_payer)}\s+(?:the\s+)?(?P<name>[^,.;:(（，。\n]{{2,60}})",
    re.IGNORECASE,
)
_CHINESE_THIRD_PARTY = (
    rf"{any_of(WORDS.third_party.chinese_openings)}{any_of(WORDS.third_party.chinese_texts)}"
    rf"(?!{any_of(WORDS.third_party.chinese_not_after)})"
    rf".{{0,20}}{any_of(WORDS.third_party.chinese_verbs)}.{{0,120}}$"
)
THIRD_PARTY = re.compile(
    f"{any_of(WORDS.third_party.en, WORDS.third_party.fr, WORDS.third_party.zh)}|{_CHINESE_THIRD_PARTY}",
    re.IGNORECASE,
)
#: What stands before the name of a distributor.
THROUGH = re.compile(
    rf"\b{any_of(WORDS.through.western)}\s++"
    rf"{any_of(WORDS.through.articles)}?{any_of(WORDS.through.descriptions)}?"
    rf"|{any_of(WORDS.through.chinese)}\s*+",
    re.IGNORECASE,
)


# -- the end of a release -------------------------------------------------------------------------

CONTACT = re.compile(any_of(WORDS.contact), re.IGNORECASE)
#: An address, a telephone number or a link: something by which a person is reached.
REACHABLE = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w|\d[\d\s().-]{7,20}\d|https?://|www\.", re.IGNORECASE)

ABOUT = re.compile(rf"{any_of(WORDS.about)}\s*(?P<name>[^:：\n]{{2,60}}?)\s*[:：]?")

_ABOUT_HEADING = (
    rf"{any_of(WORDS.heading.about_western)}(?!{any_of(WORDS.heading.not_about)})[^.?!\n]{{2,70}}"
    rf"|{any_of(WORDS.heading.about_chinese)}[^。，\n]{{2,30}}"
)
_CAUTIONARY_HEADING = (
    rf"{any_of(WORDS.heading.cautionary_en)}[^.\n]{{0,80}}"
    rf"|{any_of(WORDS.heading.cautionary_fr)}[^.\n]{{0,60}}"
    rf"|{any_of(WORDS.heading.cautionary_chinese_beginning)}[^。\n]{{0,12}}"
    rf"{any_of(WORDS.heading.cautionary_chinese_end)}"
)
#: A whole paragraph.
TAIL_HEADING = re.compile(rf"(?:{_ABOUT_HEADING}|{_CAUTIONARY_HEADING})\s*[:：]?\s*")
FORWARD_LOOKING = re.compile(any_of(WORDS.forward_looking), re.IGNORECASE)

#: The company at the beginning of its release: "Acme Minerals Corp. (TSX: ACM) today announced …".
ISSUER = re.compile(
    rf"(?P<name>[{CAPITALS}][^()\n]{{2,60}}?)[,]?\s*"
    rf"(?:\((?:(?:[^()\n]{{0,30}}\b)?{any_of(WORDS.issuer.exchanges, WORDS.issuer.short_name_openings)})"
    rf"|{any_of(WORDS.issuer.verbs)})"
)


# -- governments ----------------------------------------------------------------------------------

GOVERNMENT = re.compile(
    rf"{any_of(WORDS.government.western)}|{any_of(WORDS.government.chinese)}", re.IGNORECASE
)
NO_GOVERNMENT = re.compile(any_of(WORDS.government.never), re.IGNORECASE)
