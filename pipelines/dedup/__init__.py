"""One story per text: print it, decide against what is known, arrange who came first (pure).

    print_of ──► decide(article, candidates) ──► arrange(story, members)
                        │                             │
             copy of a known story, or not     the original, every copy's relation to it, the label

`pipelines.cluster` runs the same three on a file of texts, for measuring and for other programs.
"""

from pipelines.dedup.arrange import arrange
from pipelines.dedup.decide import decide
from pipelines.dedup.furniture import learnt, read_page
from pipelines.dedup.text import print_of

__all__ = ["arrange", "decide", "learnt", "print_of", "read_page"]
