"""A day's pages of one language, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

_MORNING = datetime(2026, 3, 10, 6, tzinfo=UTC)
SAME = "same"
CARRIES = "carries"
APART = "apart"

Texts = Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """What holds between two pages."""

    kind: str
    language: str
    what: str
    page: str
    other: str


@dataclass
class Pages:
    """Pages of one language, and what is expected of them."""

    language: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    kind: str = ""

    def add(self, title: str, paragraphs: Sequence[str], hours: float, source: str, **more: str) -> str:
        """Add a page; return its id."""
        number = sum(line["id"].startswith(f"{self.language}-{self.kind}") for line in self.lines)
        page_id = f"{self.language}-{self.kind}-{number}"
        self.lines.append(
            {
                "id": page_id,
                "url": more.get("url", f"https://{source}.example/{page_id}"),
                "title": title,
                "body": "\n".join(paragraphs),
                "source": source,
                "published": (_MORNING + timedelta(hours=hours)).isoformat(),
            }
        )
        return page_id

    def expect(self, what: str, page: str, *others: str) -> None:
        """Expect the same of a page and each of the others."""
        for other in others:
            self.expected.append(Expected(self.kind, self.language, what, page, other))


def read_texts(name: str) -> Mapping[str, Texts]:
    """Return the texts of a file by language."""
    text = Path(__file__).with_name(f"{name}.yaml").read_text("utf-8")
    texts: Mapping[str, Texts] = yaml.safe_load(text)
    return texts
