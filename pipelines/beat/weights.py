"""weights.yaml: how much each sign of a text counts when it is judged.

    pipelines/beat/weights.yaml    what Maplewire brings, for one side and for several
    beats/…/weights.yaml           what a beat changes of it, such as weights learnt from its own texts

The judge works out the signs (`pipelines.relevance.features`); what they are called stands in the first file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from crawlers.checked_yaml import describe_unknown_field, read_yaml
from pipelines.beat.file_problems import FileProblems

#: What Maplewire brings.
DEFAULT_WEIGHTS = Path(__file__).with_name("weights.yaml")

SideForm: TypeAlias = Literal["one_side", "several_sides"]
_Number = Annotated[float, Field(allow_inf_nan=False, ge=-100, le=100)]
_Score = Annotated[float, Field(gt=0, lt=1)]
#: The first part of a line, up to its number, and what follows the number.
_LINE = re.compile(r"(?P<start>\s*(?P<name>[a-z_]+):\s+)(?P<number>[-+]?[\d.]+)(?P<rest>.*)")
_FORM_LINE = re.compile(r"(?P<form>one_side|several_sides):")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts, and from which score on a text is on the beat."""

    #: The score of a text without any sign, as the logistic function sees it.
    intercept: float
    #: By name of the sign.
    signs: Mapping[str, float]
    #: For a body that keeps naming what the beat is about.
    support: float
    #: For a long body that never does.
    silence: float
    #: A text with this score or more is relevant.
    relevant_from: float = 0.5
    #: One below that with this score or more is borderline.
    borderline_from: float = 0.3


def score_of(total: float) -> float:
    """Return the score, 0..1, of a weighted sum of signs: the logistic function of it."""
    return round(1 / (1 + math.exp(-total)), 4)


def form_of(side_count: int) -> SideForm:
    """Return which part of weights.yaml a beat with so many sides is judged by."""
    return "one_side" if side_count == 1 else "several_sides"


def load_weights(path: Path | None, side_count: int) -> Weights:
    """Return the weights of a beat.

    They are its own where it has some, else those of Maplewire.

    Raises CatalogueError with one line for each mistake: `FILE:LINE: FIELD: what is wrong`.
    """
    form = form_of(side_count)
    default = _load_defaults()[form]
    if path is None or not path.exists():
        return _compile(default, _FormFields())
    return _compile(default, _read_file(path).get(form, _FormFields()))


# -- reading -----------------------------------------------------------------------------------------------


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _BoundFields(_Fields):
    relevant: _Score | None = None
    borderline: _Score | None = None


class _BodyFields(_Fields):
    support: _Number | None = None
    silence: _Number | None = None


class _FormFields(_Fields):
    bounds: _BoundFields = _BoundFields()
    intercept: _Number | None = None
    signs: Mapping[str, _Number] = {}
    body: _BodyFields = _BodyFields()


class _WeightsFile(_Fields):
    one_side: _FormFields | None = None
    several_sides: _FormFields | None = None

    def list_forms(self) -> dict[SideForm, _FormFields]:
        """Return the parts that are there."""
        forms: dict[SideForm, _FormFields] = {}
        if self.one_side is not None:
            forms["one_side"] = self.one_side
        if self.several_sides is not None:
            forms["several_sides"] = self.several_sides
        return forms


@cache
def _load_defaults() -> Mapping[SideForm, _FormFields]:
    document = read_yaml(DEFAULT_WEIGHTS)
    return FileProblems(document).check_model(_WeightsFile, _list_fields).list_forms()


def _read_file(path: Path) -> Mapping[SideForm, _FormFields]:
    problems = FileProblems(read_yaml(path))
    forms = problems.check_model(_WeightsFile, _list_fields).list_forms()
    for form, fields in forms.items():
        default = _load_defaults()[form]
        for name in fields.signs:
            if name not in default.signs:
                problems.add((form, "signs"), describe_unknown_field(name, list(default.signs)))
        _check_bounds(form, _compile(default, fields), problems)
    problems.raise_if_any()
    return forms


def _check_bounds(form: str, weights: Weights, problems: FileProblems) -> None:
    if weights.borderline_from > weights.relevant_from:
        advice = "write a borderline that is not above relevant"
        problems.add((form, "bounds"), f"no text could be borderline; {advice}")


def _list_fields() -> list[str]:
    names = {*_WeightsFile.model_fields, *_FormFields.model_fields}
    names.update(_BoundFields.model_fields)
    names.update(_BodyFields.model_fields)
    return sorted(names)


def _compile(default: _FormFields, own: _FormFields) -> Weights:
    """Return the weights of a beat, each from the default where the beat has none."""
    return Weights(
        intercept=_choose(own.intercept, default.intercept),
        signs=MappingProxyType({**default.signs, **own.signs}),
        support=_choose(own.body.support, default.body.support),
        silence=_choose(own.body.silence, default.body.silence),
        relevant_from=_choose(own.bounds.relevant, default.bounds.relevant),
        borderline_from=_choose(own.bounds.borderline, default.bounds.borderline),
    )


def _choose(own: float | None, default: float | None) -> float:
    if own is not None:
        return own
    # The file that Maplewire brings has them all; a test holds it to that.
    assert default is not None
    return default


# -- writing -----------------------------------------------------------------------------------------------


def write_weights(text: str, form: SideForm, numbers: Mapping[str, float]) -> str:
    """Return the text of a weights.yaml with new numbers, its comments and order kept.

    `numbers` are weights by name of the sign, and the `intercept`. Names that the text lacks are left out;
    what is no number (a bound, a comment) stays as it is.
    """
    lines = []
    current: str | None = None
    for line in text.split("\n"):
        heading = _FORM_LINE.match(line)
        if heading is not None:
            current = heading["form"]
        lines.append(_renew_line(line, numbers) if current == form else line)
    return "\n".join(lines)


def _renew_line(line: str, numbers: Mapping[str, float]) -> str:
    found = _LINE.fullmatch(line)
    if found is None or found["name"] not in numbers:
        return line
    return f"{found['start']}{numbers[found['name']]:.2f}{found['rest']}"
