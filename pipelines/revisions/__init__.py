"""What changed between two states of one page, whether to believe it, and when to look again (pure).

before, after ──► sentences without furniture ──► diff by sentence, then by word ──► passages
                                                         │
                 headline, numbers, names, quotations, attribution, negation ──► why, material

edit_between(before, after)    the diff and the verdict
told(edit)                     the passages that changed, to be printed or mailed
states_of(stored, versions)    all states of a page, each with its edit
doubt_of(before, after)        why a new state must not replace a good one
"""

from pipelines.revisions.doubt import Doubt, doubt_of
from pipelines.revisions.edit import edit_between, said_before, same_headline, says_now, told
from pipelines.revisions.history import page_text, states_of
from pipelines.revisions.recheck import USUAL_RECHECKS, RecheckPolicy

__all__ = [
    "USUAL_RECHECKS",
    "Doubt",
    "RecheckPolicy",
    "doubt_of",
    "edit_between",
    "page_text",
    "said_before",
    "same_headline",
    "says_now",
    "states_of",
    "told",
]
