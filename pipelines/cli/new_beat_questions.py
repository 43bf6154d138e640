"""Ask a person for what a new beat needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pipelines.operations.new_beat import NewBeat


def ask_plan(name: str) -> NewBeat:
    """Return what a person answers; an empty answer takes what is proposed."""
    from pipelines.operations.new_beat import NewBeat

    name = typer.prompt("What is the beat called?", default=name)
    sides = _ask_list("Whom is it about? One subject, or several with commas (Norway, Japan)")
    countries: list[str] = []
    for side in sides:
        countries.append(typer.prompt(f"Country of {side} (NO, JP …; - for none)", default="-"))
    kind = "thing"
    if "-" in countries:
        kind = typer.prompt("What is it? (company, person, body, place, thing)", default=kind)
    languages = _ask_list("In which languages? (en, ja …)", "en")
    sources = _ask_list("Addresses of feeds to follow, with commas (may be empty)", "")
    zones = _ask_list("The readers' time zones, their own first (empty: those of the countries)", "")
    return NewBeat(name, tuple(sides), tuple(countries), tuple(languages), tuple(sources), tuple(zones), kind)


def _ask_list(question: str, default: str | None = None) -> list[str]:
    """Return the parts of an answer with commas."""
    answer = typer.prompt(question, default=default, show_default=bool(default))
    parts = [part.strip() for part in str(answer).split(",")]
    return [part for part in parts if part]
