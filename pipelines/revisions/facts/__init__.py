"""What a sentence states that a correction may touch, a file each (pure).

numbers, dates, names, quotations, attributions (who answers for a sentence, and how), negations
"""

from pipelines.revisions.facts.attributions import Attribution, find_attributions, is_pronoun
from pipelines.revisions.facts.dates import NamedDate, find_dates
from pipelines.revisions.facts.names import Name, capitalised_words, find_names
from pipelines.revisions.facts.negations import count_negations
from pipelines.revisions.facts.numbers import count_numbers, printed_numbers
from pipelines.revisions.facts.quotations import Quotation, count_words, find_quotations

__all__ = [
    "Attribution",
    "Name",
    "NamedDate",
    "Quotation",
    "capitalised_words",
    "count_negations",
    "count_numbers",
    "count_words",
    "find_attributions",
    "find_dates",
    "find_names",
    "find_quotations",
    "is_pronoun",
    "printed_numbers",
]
