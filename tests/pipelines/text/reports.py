"""Two reports of one event in each language: `reports.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

#: By language: two reports, each as its paragraphs.
REPORTS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    lang: (tuple(one), tuple(other))
    for lang, (one, other) in yaml.safe_load(
        Path(__file__).with_name("reports.yaml").read_text("utf-8")
    ).items()
}
