"""Figures of how plain the code is: what `test_plain_code` holds to a bound.

python -m tests.house.measures    prints them for crawlers/ and pipelines/
"""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.class_list import source_files

LONGEST_LINE = 110
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NO_CODE = frozenset(
    (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.COMMENT)
)


@dataclass
class Measures:
    """What was counted in some files, and where what must not be was found."""

    lines: int = 0
    code_lines: int = 0
    comments: int = 0
    comprehensions: int = 0
    ternaries: int = 0
    #: Lengths of the first lines of docstrings.
    first_lines: list[int] = field(default_factory=list)
    function_names: list[str] = field(default_factory=list)
    #: FILE:LINE of each: a comprehension with two `for`, with a ternary or walrus inside, with two `if`.
    tangled_comprehensions: list[str] = field(default_factory=list)
    nested_ternaries: list[str] = field(default_factory=list)
    long_lines: list[str] = field(default_factory=list)
    long_first_lines: list[str] = field(default_factory=list)

    def per_thousand_lines(self, count: int) -> float:
        """Return a count for each 1,000 lines."""
        return 1000 * count / self.lines

    @property
    def comments_per_hundred(self) -> float:
        """Comments for each 100 lines of code; docstrings and empty lines are no code."""
        return 100 * self.comments / self.code_lines

    @property
    def median_first_line(self) -> float:
        """Characters of a docstring's first line, at the median."""
        return statistics.median(self.first_lines)

    @property
    def one_word_names(self) -> float:
        """The share of functions, 0..1, whose name is one word."""
        one_word = [name for name in self.function_names if "_" not in name.strip("_")]
        return len(one_word) / len(self.function_names)


def measure(paths: Iterable[Path]) -> Measures:
    """Count what the bounds are about in some Python files."""
    measures = Measures()
    for path in paths:
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        _measure_lines(measures, path, text)
        measures.code_lines += len(_code_rows(text) - _docstring_rows(tree))
        for node in ast.walk(tree):
            _measure_node(measures, path, node)
    return measures


def _measure_lines(measures: Measures, path: Path, text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        measures.lines += 1
        if len(line) > LONGEST_LINE:
            measures.long_lines.append(f"{path}:{number}")
    for token in _tokens_of(text):
        if token.type == tokenize.COMMENT:
            measures.comments += 1


def _tokens_of(text: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(text).readline)


def _code_rows(text: str) -> set[int]:
    rows: set[int] = set()
    for token in _tokens_of(text):
        if token.type not in _NO_CODE:
            rows.update(range(token.start[0], token.end[0] + 1))
    return rows


def _docstring_rows(tree: ast.Module) -> set[int]:
    rows: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Module)) and ast.get_docstring(node):
            docstring = node.body[0]
            rows.update(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    return rows


def _measure_node(measures: Measures, path: Path, node: ast.AST) -> None:
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Module)):
        _measure_docstring(measures, path, node)
    if isinstance(node, _FUNCTIONS) and not node.name.startswith("__"):
        measures.function_names.append(node.name)
    if isinstance(node, _COMPREHENSIONS):
        measures.comprehensions += 1
        if _is_tangled(node):
            measures.tangled_comprehensions.append(f"{path}:{node.lineno}")
    if isinstance(node, ast.IfExp):
        measures.ternaries += 1
        inner = [child for child in ast.walk(node) if isinstance(child, ast.IfExp)]
        if len(inner) > 1:
            measures.nested_ternaries.append(f"{path}:{node.lineno}")


def _measure_docstring(
    measures: Measures, path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
) -> None:
    docstring = ast.get_docstring(node)
    if not docstring:
        return
    length = len(docstring.partition("\n")[0])
    measures.first_lines.append(length)
    if length > 80:
        measures.long_first_lines.append(f"{path}:{node.body[0].lineno}")


def _is_tangled(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> bool:
    if len(node.generators) > 1 or len(node.generators[0].ifs) > 1:
        return True
    return any(isinstance(child, (ast.NamedExpr, ast.IfExp)) for child in ast.walk(node))


if __name__ == "__main__":
    found = measure(source_files())
    print(f"comprehensions per 1,000 lines {found.per_thousand_lines(found.comprehensions):.1f}")
    print(f"ternaries per 1,000 lines      {found.per_thousand_lines(found.ternaries):.1f}")
    print(f"comments per 100 lines of code {found.comments_per_hundred:.1f}")
    print(f"first line of a docstring      {found.median_first_line:.0f} characters at the median")
    print(f"functions with a one-word name {100 * found.one_word_names:.0f} %")
