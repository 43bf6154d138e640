"""The settings of a backup: those that are no secret, as lines of a .env file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipelines.config import Settings

#: The data folder is where the archive is restored, not where it came from.
_OF_THE_MACHINE = frozenset({"home"})


def settings_lines(settings: Settings) -> str:
    """Return what was set, as `MAPLEWIRE_NAME='value'`; secrets by their names alone."""
    lines = ["# Settings of the backup. Copy what you need into your environment or .env."]
    for field in sorted(settings.model_fields_set - _OF_THE_MACHINE):
        value = getattr(settings, field)
        name = f"MAPLEWIRE_{field.upper()}"
        if value is None:
            continue
        if isinstance(value, SecretStr):
            lines.append(f"# {name} was set; it is a secret, so it is not in the backup")
        else:
            lines.append(f"{name}={_quoted(_setting_text(field, value))}")
    return "\n".join(lines) + "\n"


def _setting_text(field: str, value: Any) -> str:
    if field == "batches_url":
        return _without_user(value)
    if isinstance(value, tuple):
        return ", ".join(map(_item_text, value)) or "never"
    return str(value)


def _item_text(item: Any) -> str:
    if isinstance(item, timedelta):
        return f"{int(item.total_seconds() // 60)}m"
    return str(item)


def _without_user(url: str) -> str:
    """Return a URL without what stands before its host: it may be a key."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
