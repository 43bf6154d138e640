"""What changed on a page, whether to believe it, when to fetch it again (pure).

before, after ──► report_lines ──► sentences ──► diff by sentence, then by word ──► passages
                                                                 │
        headline, numbers, dates, names, quotations, attributions, negations ──► why, material

edit_between(before, after)    the diff and the verdict
changed_passages(edit)         the passages that changed, to be printed or mailed
states_of(stored, versions)    all states of a page, each with its edit
doubt_of(before, after)        why a new state must not replace a good one

The words of each language are in `vocabulary.yaml`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.revisions.doubt import Doubt, doubt_of
    from pipelines.revisions.edit import edit_between
    from pipelines.revisions.headlines import same_headline
    from pipelines.revisions.history import page_text, states_of
    from pipelines.revisions.passages import changed_passages, text_after, text_before

__all__ = [
    "Doubt",
    "changed_passages",
    "doubt_of",
    "edit_between",
    "page_text",
    "same_headline",
    "states_of",
    "text_after",
    "text_before",
]

#: The modules that they stand in.
_MODULES = {
    "Doubt": "doubt",
    "changed_passages": "passages",
    "doubt_of": "doubt",
    "edit_between": "edit",
    "page_text": "history",
    "same_headline": "headlines",
    "states_of": "history",
    "text_after": "passages",
    "text_before": "passages",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, with the patterns that it needs and no others."""
    # All of them take 0.2 s to load, and `maplewire story` needs few.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
