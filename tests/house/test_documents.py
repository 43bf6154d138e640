"""The pages for contributors name what there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli.command_group import COMMANDS, load_command
from tests.house.class_list import GLOSSARY, ROOT, with_class_list

ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
#: A path of the repository in a page: `pipelines/text/tokens.py`, `beats/china-canada/`.
_PATH = re.compile(r"`((?:crawlers|pipelines|dags|tests|beats|kibana|docs|maplewire_\w+)/[\w./-]*)`")
#: A command with what follows it, in a line of code or within a sentence.
_COMMAND = re.compile(
    r"(?:`|^ *(?:\$ )?(?:\.venv/bin/)?)maplewire ([a-z][\w-]*(?: [^`\n|#;&>]*)?)", re.MULTILINE
)
_OPTION = re.compile(r"(?<!\S)--[a-z][\w-]*")
#: Pages that people read to use Maplewire or to work on it.
GUIDES = sorted(
    [*ROOT.glob("[CRS]*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/how-to").glob("*.md")]
)
#: Words of a sentence, or of what stands before a colon or a semicolon. Most have fewer than 25.
_LONGEST_SENTENCE = 30
_CODE = re.compile(r"```.*?```", re.DOTALL)
#: Paragraphs, items of lists, and cells of tables.
_BLOCK_END = re.compile(r"\n\s*\n|\n\s*(?:[-*]|\d+\.) |\||\n#")
_SENTENCE_END = re.compile(r"[.!?:;]\s")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_glossary_lists_every_public_class() -> None:
    glossary = GLOSSARY.read_text("utf-8")
    assert glossary == with_class_list(glossary), "run: python -m tests.house.class_list --write"


def test_architecture_names_every_room() -> None:
    for package in ("crawlers", "pipelines"):
        for folder in sorted((ROOT / package).iterdir()):
            if (folder / "__init__.py").is_file():
                assert f"`{package}/{folder.name}/`" in ARCHITECTURE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_no_file_that_does_not_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for name in _PATH.findall(text):
        assert (ROOT / name).exists(), name
    for link in _LINK.findall(text):
        if link != "command-reference.md":  # made when the site is built
            assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sentences_of_guides_can_be_read_in_one_breath(page: Path) -> None:
    long: list[str] = []
    for block in _BLOCK_END.split(_CODE.sub("", page.read_text("utf-8"))):
        for sentence in _SENTENCE_END.split(block):
            if len(sentence.split()) > _LONGEST_SENTENCE:
                long.append(" ".join(sentence.split()))
    assert long == [], "say it in two sentences"


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = []
    for page in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        title = page.read_text("utf-8").partition("\n")[0]
        number = int(page.name[:4])
        assert title.startswith(f"# {number}. "), f"{page.name} begins with “{title}”"
        numbers.append(number)
    assert numbers == list(range(1, len(numbers) + 1)), "a number is missing, or two decisions have the same"


def test_page_of_commands_names_every_command() -> None:
    page = (ROOT / "docs/commands.md").read_text("utf-8")
    missing = []
    for name in COMMANDS:
        command = load_command(name)
        for full_name in (name, *(f"{name} {part}" for part in getattr(command, "commands", ()))):
            if f"maplewire {full_name}" not in page:
                missing.append(full_name)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_no_command_or_option_that_does_not_exist(page: Path) -> None:
    unknown = []
    for line in _COMMAND.findall(page.read_text("utf-8")):
        name, *words = line.split()
        command = load_command(name) if name in COMMANDS else None
        if command is None:
            unknown.append(line)
            continue
        options = _options_of(command)
        for word in words:
            command = getattr(command, "commands", {}).get(word, command)
            options |= _options_of(command)
        if not options.issuperset(_OPTION.findall(line)):
            unknown.append(line)
    assert unknown == []


def _options_of(command: Any) -> set[str]:
    names = {"--help"}
    for parameter in command.params:
        names |= {*parameter.opts, *parameter.secondary_opts}
    # `maplewire story ID` is short for `maplewire story show ID`.
    shown = getattr(command, "commands", {}).get("show")
    return names | _options_of(shown) if shown is not None else names
