"""How many names terms.yaml lacks, as it was counted last.

It is a small file of the data folder. Apart from what counts, so that a short command can read it without
loading the judge.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from crawlers.private_files import make_private_file

_FILE = "unknown-names.json"


@dataclass(frozen=True, slots=True)
class UnknownNamesNote:
    """What was counted, and when."""

    at: datetime
    count: int
    #: Those that are seen most often.
    names: tuple[str, ...]
    #: The last day on which an office of terms.yaml began, as 2025-03-14.
    newest_entry: str | None


def write_note(home: Path, note: UnknownNamesNote) -> None:
    """Keep a note in place of the one before."""
    path = home / _FILE
    make_private_file(path)
    document = asdict(note) | {"at": note.at.isoformat()}
    draft = path.with_name(f".{_FILE}.new")
    make_private_file(draft)
    draft.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    draft.replace(path)


def unknown_names_sentence(home: Path) -> str | None:
    """Return what to say of the names that terms.yaml lacks.

    None where it lacks none, or nobody has counted yet.
    """
    try:
        document = json.loads((home / _FILE).read_text("utf-8"))
        count = int(document["count"])
        names = ", ".join(map(str, document["names"]))
        newest = document["newest_entry"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if count < 1:
        return None
    some = "1 name" if count == 1 else f"{count} names"
    age = f"; newest entry from {newest}" if newest else ""
    return f"terms.yaml: {some} seen often and unknown ({names}){age}; see: maplewire terms suggest"
