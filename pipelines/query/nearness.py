"""What words near each other mean: `(canola OR colza) NEAR/5 tariff*`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import NoReturn

from pipelines.query.errors import raise_query_error
from pipelines.query.fields import NAMES, Field
from pipelines.query.grammar import Group, Joined, Joiner, Leaf, Nearby, Syntax
from pipelines.query.lexeme import Lexeme
from pipelines.query.text_leaves import is_repeated, near_each_other
from pipelines.query.tree import Near, Node
from pipelines.query.wildcards import has_wildcard, without_escapes, without_question
from pipelines.text import analyzer as analysis

#: Combinations of alternatives and languages under one sign.
MAX_COMBINATIONS = 2_000

Phrase = tuple[str, ...]


class NearnessReader:
    """Reads the operands of nearness in one query."""

    def __init__(self, text: str, lexemes: Sequence[Lexeme]) -> None:
        self._text = text
        self._lexemes = lexemes

    def read(self, syntax: Nearby, field: Field) -> Node:
        """Return what stands near each other, in any of its forms.

        Where a word has a star, all words are meant as written, else in all their forms. With Chinese
        among them the distance counts characters.
        """
        if field.kind != "text" or field.parts[0] in NAMES:
            self._fail("Nearness is for title:, summary:, body: and text:; use AND here.", syntax.operator)
        operands: list[list[Lexeme]] = []
        typed: list[str] = []
        for part in syntax.parts:
            operand = list(self._alternatives(part, syntax.operator))
            operands.append(operand)
            typed += [lexeme.parts[0] for lexeme in operand]
        plain = any(map(has_wildcard, typed)) or any(map(analysis.has_runs_in, typed))
        choices = list(self._choices(operands, plain=plain))
        slop = int(syntax.operator.parts[0])
        is_in_order = bool(syntax.operator.parts[1])
        found: dict[Near, None] = {}
        for pieces in islice(choices, MAX_COMBINATIONS + 1):
            found[Near(field.parts, pieces, slop, plain, is_in_order or is_repeated(pieces))] = None
        if len(found) > MAX_COMBINATIONS:
            self._fail("Too many alternatives stand beside this sign; make two of it.", syntax.operator)
        return near_each_other(list(found))

    def _choices(self, operands: Sequence[Sequence[Lexeme]], *, plain: bool) -> Iterator[tuple[Phrase, ...]]:
        """Yield one phrase for each operand, in all combinations that a text may have."""
        forms: list[list[Sequence[Phrase]]] = []
        for operand in operands:
            forms.append(_joined_forms(self._forms_of(lexeme, plain=plain) for lexeme in operand))
        # A text has the stems of one language.
        for of_language in zip(*forms, strict=True):
            yield from islice(product(*of_language), MAX_COMBINATIONS + 1)

    def _forms_of(self, lexeme: Lexeme, *, plain: bool) -> list[tuple[Phrase, ...]]:
        """Return the phrases of a word or phrase, for each language."""
        typed = without_escapes(lexeme.parts[0])
        if not plain:
            forms = analysis.stemmed_phrases_by_language(typed)
        elif has_wildcard(lexeme.parts[0]):
            forms = [self._beginning(lexeme)]
        else:
            forms = [analysis.exact_phrases(typed)]
        if not any(forms) or not forms[0] or not forms[0][0]:
            self._fail("There is no letter or digit to stand near anything.", lexeme)
        return forms

    def _beginning(self, lexeme: Lexeme) -> tuple[Phrase, ...]:
        typed = lexeme.parts[0]
        head = without_escapes(typed[:-1])
        tokens = analysis.plain_words(head)
        if lexeme.kind == "phrase" or not typed.endswith("*") or has_wildcard(typed[:-1]) or not tokens:
            self._fail("Near another word, a * stands at the end of a word alone, as in tariff*.", lexeme)
        if len(tokens[-1]) < 2 or analysis.is_cjk(tokens[-1][-1]):
            self._fail("Near another word, a * stands after two letters at least.", lexeme)
        return ((*tokens[:-1], f"{tokens[-1]}*"),)

    def _alternatives(self, part: Syntax, operator: Lexeme) -> Iterator[Lexeme]:
        """Yield the words and phrases of one operand."""
        match part:
            case Leaf(place):
                yield self._word_or_phrase(self._lexemes[place], operator)
            case Group(inner):
                yield from self._alternatives(inner, operator)
            case Joined(Joiner.OR, parts):
                for each in parts:
                    yield from self._alternatives(each, operator)
            case _:
                message = "Beside this sign stand words, phrases, and alternatives in parentheses, as in "
                message += (
                    "(canola OR colza) NEAR/5 tariff; a field goes before the whole: title:(a NEAR/5 b)."
                )
                self._fail(message, operator)

    def _word_or_phrase(self, lexeme: Lexeme, operator: Lexeme) -> Lexeme:
        if lexeme.kind == "word" and len(lexeme.parts) == 1:
            return replace(lexeme, parts=(without_question(lexeme.parts[0]),))
        if lexeme.kind != "phrase" or lexeme.parts[1]:
            self._fail("Beside this sign stand words and phrases alone.", operator)
        return lexeme

    def _fail(self, message: str, lexeme: Lexeme) -> NoReturn:
        raise_query_error(message, self._text, lexeme.start, lexeme.end)


def _joined_forms(forms: Iterable[list[tuple[Phrase, ...]]]) -> list[Sequence[Phrase]]:
    """Return the alternatives of one operand, for each language."""
    found: list[Sequence[Phrase]] = []
    for of_language in zip(*forms, strict=True):
        phrases: list[Phrase] = []
        for each in of_language:
            phrases += each
        found.append(phrases)
    return found
