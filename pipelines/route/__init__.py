"""Where a text comes from: origin -> carrier -> this page.

    body ─► paragraphs ─► dateline, credits (source lines, notices), release tail ─► boilerplate
                                          │
    page: its site, authors, canonical link, title ─► clues ─► decision: origin, carrier, kind

Every clue names an organisation in a role (it wrote, or it distributed), and has a weight. A name in
running text is a mention and no clue. "With files from" says that others helped, so it is kept as
evidence and decides nothing. Clues are believed only where printers put them, because a text may say
anything of itself.

The words stand in `clue_words.yaml`, the names in `pipelines/beat/organisations.yaml`.
`find_route` is the door.
"""

from __future__ import annotations

from pipelines.route.decision import find_route

__all__ = ["find_route"]
