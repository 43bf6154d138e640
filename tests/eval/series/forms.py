"""The forms of a file, filled in: the members of each series."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

#: A number of so many digits.
_NUMBER = re.compile(r"\{(\d)\}")
#: Other values that a slot takes alone.
_ALONE = 2

Filling = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """A form as it stands in the file."""

    kind: str
    language: str
    title: str
    body: str
    other_titles: list[str]
    slots: dict[str, list[Any]]
    #: The slot that tells members from each other.
    series: str
    #: Slots that are changed alone, too.
    alone: list[str]
    #: Who fills in all of them, on a busy day.
    newsroom: str = ""


@dataclass(frozen=True)
class FilledForm:
    """A form filled in: one report of its own."""

    #: Form, and what this one is about.
    report: str
    language: str
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    other_titles: tuple[str, ...]
    #: Who printed it first; "" where that may be anybody.
    newsroom: str = ""


def read_forms(name: str) -> list[Form]:
    """Return the forms of a file of this folder, such as `seen`."""
    text = Path(__file__).with_name(f"{name}.yaml").read_text("utf-8")
    return [Form(**form) for form in yaml.safe_load(text)]


def members(form: Form, rng: random.Random) -> Iterator[FilledForm]:
    """Yield the reports of a series, no two with the same filling."""
    base = _choose(form, rng)
    for filling, seed in _fillings(form, base, rng.random(), rng):
        yield _filled(form, filling, seed)


def _fillings(
    form: Form, base: Filling, numbers: float, rng: random.Random
) -> Iterator[tuple[Filling, float]]:
    """Yield what fills the slots, with the seed of the numbers."""
    yield base, numbers
    # The same name on another date would be one report put right, as often as two.
    used = [base[form.series]]
    for slot in form.alone:
        others = [value for value in form.slots[slot] if value != base[slot]]
        for value in rng.sample(others, min(_ALONE, len(others))):
            yield {**base, slot: value}, numbers
            if slot == form.series:
                used.append(value)
    for value in form.slots[form.series]:
        if value in used:
            continue
        yield {**_choose(form, rng), form.series: value}, rng.random()


def _choose(form: Form, rng: random.Random) -> dict[str, Any]:
    chosen = {}
    for slot, values in form.slots.items():
        chosen[slot] = rng.choice(values)
    return chosen


def _filled(form: Form, filling: Filling, seed: float) -> FilledForm:
    rng = random.Random(seed)
    title = _fill(form.title, filling, rng)
    paragraphs = tuple(_fill(line, filling, rng) for line in form.body.strip().splitlines())
    others = tuple(_fill(line, filling, rng) for line in form.other_titles)
    report = f"{form.language} {form.kind}: {form.title} {sorted(filling.items())} {seed}"
    return FilledForm(report, form.language, form.kind, title, paragraphs, others, form.newsroom)


def _fill(text: str, filling: Filling, rng: random.Random) -> str:
    def number(slot: re.Match[str]) -> str:
        digits = int(slot[1])
        return str(rng.randrange(10 ** (digits - 1) + (digits > 1), 10**digits))

    return _NUMBER.sub(number, text).format(**filling)
