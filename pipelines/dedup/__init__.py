"""One story for each text: print, decide, arrange (pure).

    print_of ──► decide(article, candidates) ──► arrange(story, members)
                        │                             │
             copy of a known story, or not     the original, every copy's relation to it, the label

`pipelines.stories.text_file` runs the same three on a file of texts, for measuring and for other programs.
"""

from pipelines.dedup.arrangement import arrange
from pipelines.dedup.boilerplate import learnt, read_page, repeated_on_page
from pipelines.dedup.decision import decide
from pipelines.dedup.text_print import opening_print_of, print_of

__all__ = ["arrange", "decide", "learnt", "opening_print_of", "print_of", "read_page", "repeated_on_page"]
