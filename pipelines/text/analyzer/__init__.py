"""Text as the search sees it: documents by their language, queries by all of them.

    text ──► one form ──► fold ──► cut into words and runs of Chinese ──┬──► stems, pairs (main)
             │            │                                             └──► as folded    (plain)
             │            └─ case, accents, widths, traditional → simplified
             └─ U.S. and US, 1,000 and 1000, the dot in a foreign name

Two streams of tokens come out of a text. The *main* one answers words without quotes: a word is stemmed by
the rules of the text's language, and a run of Chinese becomes its overlapping pairs, so that a word of two
characters is one token and a longer one a phrase of pairs. The *plain* one answers words in quotes, prefixes,
wildcards and single characters: words as written, Chinese characters one by one.

A query has no language, so a word of it stands for its stems in each (`stems_of`). A stem carries its
language: what a language joins stays in its own texts, and a text whose language was detected wrongly is
still found by the word that it has. Spellings (labour, labor; 软件, 軟體) are a matter of queries too.

Every index gets our tokens as they are, and only has to agree on documents. In Elasticsearch the fields that
people ask in Kibana are cut and folded by the server, with the stock parts of `analysis.json`; a test
compares.

    one_form           what is written in several ways, written in one
    word_cutter        a folded text cut into words and runs of Chinese
    stemmer            the stem of a word, by the rules of `stems.yaml`
    word_forms         all forms of a word, for a server that does not stem queries
    spelling_variants  the spellings of a word, from `spellings.yaml`
    token_streams      the two streams of a text, and the phrases that a query asks for
    token_positions    phrases and nearness in a stream
    wildcards          patterns and prefixes of words
"""

from pipelines.text.analyzer.one_form import folded_in_one_form, with_numbers_in_one
from pipelines.text.analyzer.spelling_variants import capitals, word_variants
from pipelines.text.analyzer.stemmer import language_of_stem, signs_of_stem, stems_in, stems_of
from pipelines.text.analyzer.token_positions import Places, near_starts, phrase_starts, places
from pipelines.text.analyzer.token_streams import (
    Placed,
    exact_phrases,
    has_lone_character,
    has_runs_in,
    has_several_runs,
    is_code,
    is_one_run,
    joined_streams,
    main_words,
    pair_phrases,
    pieces_with_places,
    placed,
    plain_words,
    stemmed_phrases,
    stemmed_phrases_by_language,
    streams,
    tokens_by_piece,
)
from pipelines.text.analyzer.wildcards import literal_head, pattern_parts, starting_with, wildcard
from pipelines.text.analyzer.word_cutter import ARTICLES, MAX_WORD, WORD_CHARACTER, is_cjk
from pipelines.text.analyzer.word_forms import word_forms
from pipelines.text.folding import character_folds, keyword

__all__ = [
    "ANALYSIS_VERSION",
    "ARTICLES",
    "MAX_WORD",
    "WORD_CHARACTER",
    "Placed",
    "Places",
    "capitals",
    "character_folds",
    "exact_phrases",
    "folded_in_one_form",
    "has_lone_character",
    "has_runs_in",
    "has_several_runs",
    "is_cjk",
    "is_code",
    "is_one_run",
    "joined_streams",
    "keyword",
    "language_of_stem",
    "literal_head",
    "main_words",
    "near_starts",
    "pair_phrases",
    "pattern_parts",
    "phrase_starts",
    "pieces_with_places",
    "placed",
    "places",
    "plain_words",
    "signs_of_stem",
    "starting_with",
    "stemmed_phrases",
    "stemmed_phrases_by_language",
    "stems_in",
    "stems_of",
    "streams",
    "tokens_by_piece",
    "wildcard",
    "with_numbers_in_one",
    "word_forms",
    "word_variants",
]

#: Grows whenever the same text would give other tokens: an index of another version has to be rebuilt.
ANALYSIS_VERSION = 5
