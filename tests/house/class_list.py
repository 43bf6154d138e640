"""The second part of the glossary: every public class with the first line of its docstring.

python -m tests.house.class_list --write    puts it into docs/glossary.md
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "docs/glossary.md"
PACKAGES = ("crawlers", "pipelines")
BEGIN = "<!-- classes: begin -->"
END = "<!-- classes: end -->"


def public_classes(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each public class of a file, and the first line of its docstring."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            docstring = ast.get_docstring(node) or ""
            yield node.name, docstring.partition("\n")[0]


def class_list() -> str:
    """Return the list as Markdown, a table for each folder."""
    lines: list[str] = []
    folder = ""
    for path in source_files():
        for name, meaning in public_classes(path):
            place = path.relative_to(ROOT)
            if str(place.parent) != folder:
                folder = str(place.parent)
                lines += ["", f"### {folder}", "", "| class | file | what it is |", "|---|---|---|"]
            escaped = meaning.replace("|", "\\|")
            lines.append(f"| `{name}` | `{place.name}` | {escaped} |")
    return "\n".join(lines).strip()


def source_files() -> list[Path]:
    """Return the Python files of the packages, by folder."""
    files: list[Path] = []
    for package in PACKAGES:
        files += (ROOT / package).rglob("*.py")
    return sorted(files, key=lambda path: (path.parent, path.name))


def files_of_tests() -> list[Path]:
    """Return the Python files of the tests, by folder."""
    return sorted((ROOT / "tests").rglob("*.py"), key=lambda path: (path.parent, path.name))


def with_class_list(glossary: str) -> str:
    """Return the glossary with its list of classes made anew."""
    before, _, rest = glossary.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{class_list()}\n\n{END}{after}"


if __name__ == "__main__":
    made = with_class_list(GLOSSARY.read_text("utf-8"))
    if "--write" in sys.argv:
        GLOSSARY.write_text(made, "utf-8")
    else:
        print(made)
