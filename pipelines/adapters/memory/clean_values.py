"""Values of the model with clean text, as they would come back from a database."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from pipelines.adapters.stored_text import clean_plain

T = TypeVar("T")


def clean_value(value: T) -> T:
    """Return a value of the model with every text in it clean."""
    value_type: Any = type(value)
    adapter = _adapter_of(value_type)
    cleaned: T = adapter.validate_python(clean_plain(adapter.dump_python(value)))
    return cleaned


@cache
def _adapter_of(value_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(value_type)
