"""The vocabulary of `clue_words.yaml`, checked: the words around a text.

The file explains each list where it stands. `WORDS` is read once, when this module is imported.
"""

from __future__ import annotations

from pipelines.text.vocabulary import Phrase, Phrases, PhrasesByLanguage, Vocabulary, read_vocabulary


class DatelineWords(Vocabulary):
    """Words of "MONTRÉAL, le 16 janv." and "北京1月16日电"."""

    months: PhrasesByLanguage
    before_day: Phrases
    before_month: Phrases
    place_particles: Phrases
    chinese_by: Phrases
    chinese_short_agencies: Phrases
    chinese_news_words: Phrases
    chinese_report_words: Phrases
    chinese_agency_endings: Phrases
    chinese_reporter: Phrases
    chinese_editor: Phrases
    chinese_special: Phrases
    chinese_wire: Phrases
    japanese_agencies: Phrases
    korean_reporter: Phrases
    korean_no_places: Phrases


class SourceLineWords(Vocabulary):
    """Words of "SOURCE Acme Corp." and "来源：新华社"."""

    release: Phrases
    western: Phrases
    chinese: Phrases
    others: Phrases
    #: Names as they are written, and no phrases: they are compared like names of organisations.
    nobody: tuple[str, ...]
    abbreviations: Phrases


class HeadingWords(Vocabulary):
    """Words of the headings in the last part of a release."""

    about_western: Phrases
    not_about: Phrases
    about_chinese: Phrases
    cautionary_en: Phrases
    cautionary_fr: Phrases
    cautionary_chinese_beginning: Phrases
    cautionary_chinese_end: Phrases


class PaidWords(Vocabulary):
    """Labels of what somebody paid for."""

    short_labels: PhrasesByLanguage
    before_payer: Phrases
    sentences: PhrasesByLanguage
    labels: PhrasesByLanguage
    followers: PhrasesByLanguage
    chinese_labels: Phrases


class ThirdPartyWords(Vocabulary):
    """Sentences that say that a text is not the page's own."""

    en: Phrases
    fr: Phrases
    zh: Phrases
    chinese_openings: Phrases
    chinese_texts: Phrases
    chinese_not_after: Phrases
    chinese_verbs: Phrases


class ThroughWords(Vocabulary):
    """What stands before the name of the service that distributed a text."""

    western: Phrases
    articles: Phrases
    descriptions: Phrases
    chinese: Phrases


class FilesFromWords(Vocabulary):
    """Credits of helpers: "with files from", 综合…报道."""

    en: Phrases
    fr: Phrases
    chinese_openings: Phrases
    chinese_ends: Phrases


class Around(Vocabulary):
    """What stands before and after a name in one sentence."""

    before: Phrase
    after: Phrase


class BylineWords(Vocabulary):
    """Words of a line that says who wrote a text."""

    by: Phrases
    others: Phrases
    particles: Phrases
    later_particles: Phrases
    chinese_roles: Phrases
    chinese_pictures: Phrases
    pictures: Phrases
    chinese_editors: Phrases


class GovernmentWords(Vocabulary):
    """Words of the names of governments and their offices."""

    western: Phrases
    never: Phrases
    chinese: Phrases


class IssuerWords(Vocabulary):
    """Words that follow the name of an issuer."""

    exchanges: Phrases
    short_name_openings: Phrases
    verbs: Phrases


class ClueWords(Vocabulary):
    """All words of `clue_words.yaml`."""

    dateline: DatelineWords
    agency_words: PhrasesByLanguage
    release_service_words: Phrases
    own_newsroom_beginning: tuple[str, ...]
    newsroom_endings: tuple[str, ...]
    source_line: SourceLineWords
    contact: PhrasesByLanguage
    about: PhrasesByLanguage
    heading: HeadingWords
    forward_looking: PhrasesByLanguage
    paid: PaidWords
    third_party: ThirdPartyWords
    through: ThroughWords
    files_from: FilesFromWords
    with_others: Phrases
    with_others_articles: Phrases
    first_published: tuple[Around, ...]
    republished: PhrasesByLanguage
    reuters_desk: Phrases
    copyright: Phrases
    byline: BylineWords
    government: GovernmentWords
    issuer: IssuerWords


WORDS = read_vocabulary("pipelines.route", "clue_words.yaml", ClueWords)
