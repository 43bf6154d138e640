"""Messages for readers of pages, which name pages in place of commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from pipelines.web.wording import InterfaceWords

_COMMAND = re.compile(r"`maplewire ([^`]+)`")


def with_page_names(message: str, words: InterfaceWords) -> str:
    """Return a message in which commands are the pages that show the same.

    What no page does is said to be a command.
    """

    def page_name(command: re.Match[str]) -> str:
        for beginning, key in _pages().items():
            if f"{command[1]} ".startswith(f"{beginning} "):
                return words("is_command", command=command[0]) if key is None else f"“{words(key)}”"
        return words("is_command", command=command[0])

    return _COMMAND.sub(page_name, message)


@cache
def _pages() -> Mapping[str, str | None]:
    text = (files("pipelines.web") / "pages_for_commands.yaml").read_text("utf-8")
    pages: dict[str, str | None] = yaml.safe_load(text)
    return pages
