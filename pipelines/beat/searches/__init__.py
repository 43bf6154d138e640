"""Saved searches as data: searches.yaml, read, checked and changed.

    beats/…/searches.yaml   the beat's own, with its comments      ─┐
    HOME/searches.yaml      what `maplewire searches add …` wrote  ─┴─► one list, checked as a whole

An entry of the second file with an id of the first changes just the fields that it names
(`{id: leaders, enabled: false}`); `removed: true` removes the search. So nobody's comments are ever
rewritten, and a beat that came with the package can be read-only.

    load_searches(path, own)         both files, checked; every mistake in one go
    write_entry(own, id, values)     change HOME's file, comments kept
    own_entry(own, id)               what HOME's file says of a search
    save_entry(path, own, id, values)  write_entry, unless the search is wrong
    leave_search(path, own, search, address)   a reader gets no more mails of it
"""

from __future__ import annotations

from pipelines.beat.searches.channels import Channel
from pipelines.beat.searches.editor import own_entry, write_entry
from pipelines.beat.searches.fields import DAYS, REASONS
from pipelines.beat.searches.leaving import (
    has_left,
    leave_search,
    return_command,
    return_to_search,
    searches_of,
)
from pipelines.beat.searches.reader import ParsedSearch, Searches, load_searches
from pipelines.beat.searches.saving import save_entry
from pipelines.text.mail_address import is_address

__all__ = [
    "DAYS",
    "REASONS",
    "Channel",
    "ParsedSearch",
    "Searches",
    "has_left",
    "is_address",
    "leave_search",
    "load_searches",
    "own_entry",
    "return_command",
    "return_to_search",
    "save_entry",
    "searches_of",
    "write_entry",
]
