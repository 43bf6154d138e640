"""The vocabularies of this package, checked.

Each `.yaml` beside it explains its lists where they stand. They are read once, when this module is imported.
"""

from __future__ import annotations

from pipelines.text.vocabulary import Phrases, PhrasesByLanguage, Vocabulary, read_vocabulary


class ElementWords(Vocabulary):
    """Words in the class and id of elements that hold a byline."""

    words: Phrases
    parts: Phrases
    never: Phrases


class BeforeNameWords(Vocabulary):
    """What stands before the name of an author."""

    whole_words: PhrasesByLanguage
    by: Phrases
    kinds_before_by: Phrases
    short: Phrases
    dated_by: Phrases
    behind_dated_name: Phrases
    needs_space: Phrases
    chinese_newsrooms: Phrases
    chinese_ranks: Phrases
    chinese_posted_to: Phrases
    chinese_reporter: Phrases
    chinese_roles: Phrases


class AfterNameWords(Vocabulary):
    """What stands after the name of an author."""

    for_whom: Phrases
    ranks: Phrases
    newsrooms: Phrases
    roles: PhrasesByLanguage


class EndOfBylineWords(Vocabulary):
    """Where a byline ends, and a date or a button begins."""

    words: PhrasesByLanguage
    labels: Phrases
    months: Phrases
    last_words: Phrases
    before_day: Phrases


class NoNameWords(Vocabulary):
    """What stands where a name should stand, and is none."""

    whole: PhrasesByLanguage
    beginnings: Phrases
    anywhere: Phrases
    prepositions: Phrases


class OrganisationWords(Vocabulary):
    """Words in the names of organisations."""

    articles: Phrases
    words: Phrases


class ChineseOrganisationWords(Vocabulary):
    """How Chinese organisations are called, and no person is."""

    endings: tuple[str, ...]
    parts: Phrases


class ChineseCreditWords(Vocabulary):
    """Words of credits in Chinese text: 作者：…, （记者 …）, 本报记者…发自北京."""

    authors: Phrases
    author_of_this: Phrases
    reporter: Phrases
    author_is: Phrases
    ranks: Phrases
    no_authors: Phrases
    text_by: Phrases
    after_reporter: Phrases
    newsrooms: Phrases
    after_signature: Phrases
    telegrams: Phrases
    bureaus: Phrases
    surnames: tuple[str, ...]
    double_surnames: tuple[str, ...]


class InfoBarWords(Vocabulary):
    """Words of the bar of facts at a text: 来源：…, 作者：…, 责编：…."""

    source: PhrasesByLanguage
    author: PhrasesByLanguage
    editor: PhrasesByLanguage
    photographer: PhrasesByLanguage
    other: PhrasesByLanguage


class AuthorWords(Vocabulary):
    """All words of `authors.yaml`."""

    byline_elements: ElementWords
    other_article_elements: Phrases
    picture_elements: Phrases
    before_name: BeforeNameWords
    signed: Phrases
    signed_below_title: Phrases
    signed_elided: Phrases
    reporting: Phrases
    editing: Phrases
    #: Parts of paths, as they are written, and no phrases.
    author_addresses: frozenset[str]
    in_place: Phrases
    files_from: Phrases
    helpers: Phrases
    not_signed: Phrases
    after_name: AfterNameWords
    end_of_byline: EndOfBylineWords
    conjunctions: Phrases
    chinese_jobs_between: Phrases
    suffixes: Phrases
    name_particles: frozenset[str]
    no_names: NoNameWords
    chinese_no_name_beginnings: tuple[str, ...]
    chinese_no_name_parts: Phrases
    organisation: OrganisationWords
    legal_forms: Phrases
    chinese_organisation: ChineseOrganisationWords
    jobs: Phrases
    chinese_credits: ChineseCreditWords
    info_bar: InfoBarWords
    #: Names as they are written, and no phrases.
    source_metas: tuple[str, ...]


class TimeWords(Vocabulary):
    """All words of `times.yaml`."""

    #: Names as they are written, and no phrases.
    published_meta: tuple[str, ...]
    creation_meta: tuple[str, ...]
    updated_meta: tuple[str, ...]
    script_dates: Phrases
    says_updated: PhrasesByLanguage
    says_published: PhrasesByLanguage
    date_elements: Phrases
    other_articles: Phrases


class AddressWords(Vocabulary):
    """All words of `identity.yaml`."""

    #: Parts of paths, as they are written, and no phrases.
    home_pages: frozenset[str]
    layouts: frozenset[str]


class EncodingWords(Vocabulary):
    """All characters of `encoding.yaml`, those of each script as one text."""

    alike: str
    simplified: str
    traditional: str


class TitleWords(Vocabulary):
    """All words of `titles.yaml`."""

    chinese_site_endings: tuple[str, ...]
    chinese_sites: frozenset[str]
    chinese_sections: frozenset[str]


# A mistake in a file shows at once, when the program starts, and not with the first page that needs it.
AUTHOR_WORDS = read_vocabulary("pipelines.extract", "authors.yaml", AuthorWords)
ADDRESS_WORDS = read_vocabulary("pipelines.extract", "identity.yaml", AddressWords)
ENCODING_WORDS = read_vocabulary("pipelines.extract", "encoding.yaml", EncodingWords)
TITLE_WORDS = read_vocabulary("pipelines.extract", "titles.yaml", TitleWords)
TIME_WORDS = read_vocabulary("pipelines.extract", "times.yaml", TimeWords)
