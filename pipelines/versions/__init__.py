"""What changed between two states of one page, and whether a reader should be told (pure).

before, after ──► sentences without furniture ──► diff by sentence, then by word ──► passages
                                                         │
                 headline, numbers, names, quotations, attribution, negation ──► why, material

edit_between(before, after)    the diff and the verdict
told(edit)                     the passages that changed, to be printed or mailed
"""

from pipelines.versions.judging import edit_between, told

__all__ = ["edit_between", "told"]
