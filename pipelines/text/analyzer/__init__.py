"""Text as the search sees it: one analyzer for all languages, documents, queries.

    text ──► fold ──► cut into words and runs of Chinese ──► l' and 's off ──┬──► stem, pairs      (main)
             │                                                               └──► as folded, single (plain)
             └─ compatibility forms, case, accents, traditional → simplified, apostrophes

Two streams of tokens come out of a text. The *main* one answers words and phrases: Latin words are
stemmed by Porter's algorithm whatever the language, and a run of Chinese becomes its overlapping
pairs, so that a word of two characters is one token and a longer one a phrase of pairs. The *plain*
one answers prefixes, wildcards and single characters: words unstemmed, Chinese characters one by one.

Why no chain of filters for each language: half of our queries are typed in one language and meant for
three, names above all, and a text whose language was detected wrongly would be lost. One chain for all
has one answer.

Any Lucene server can do the same with stock parts, in this order: a `mapping` char filter of
`character_folds()`, a `pattern_replace` char filter that turns every full stop without digits on both
sides into a space, the `standard` tokenizer, `elision` with `ARTICLES`, the possessive stemmer, the
removal of apostrophes left, then `porter_stem` and `cjk_bigram` for the main stream, or `cjk_bigram`
with `output_unigrams` for the plain one. Queries are analysed here for every index, so an index only
has to agree on documents. (Compared token by token with Lucene 9.12 on 40,000 lines of real endings and
random marks in three scripts: no difference. What differs is Korean glued to Latin letters, and the
Japanese 々.)

    word_cutter      a folded text cut into words and runs of Chinese
    stemmer          the stem of a word
    token_streams    the two streams of a text, with or without the place of each token
    token_positions  phrases and nearness in a stream
    wildcards        patterns and prefixes of words
"""

from pipelines.text.analyzer.stemmer import stem
from pipelines.text.analyzer.token_positions import Places, near_starts, phrase_starts, places
from pipelines.text.analyzer.token_streams import (
    Placed,
    has_lone_character,
    main_words,
    placed,
    plain_words,
    streams,
)
from pipelines.text.analyzer.wildcards import literal_head, starting_with, wildcard
from pipelines.text.analyzer.word_cutter import ARTICLES, MAX_WORD, WORD_CHARACTER, is_cjk
from pipelines.text.folding import character_folds, keyword

__all__ = [
    "ANALYSIS_VERSION",
    "ARTICLES",
    "MAX_WORD",
    "WORD_CHARACTER",
    "Placed",
    "Places",
    "character_folds",
    "has_lone_character",
    "is_cjk",
    "keyword",
    "literal_head",
    "main_words",
    "near_starts",
    "phrase_starts",
    "placed",
    "places",
    "plain_words",
    "starting_with",
    "stem",
    "streams",
    "wildcard",
]

#: Grows whenever the same text would give other tokens: an index of another version has to be rebuilt.
ANALYSIS_VERSION = 2
