"""Sitemaps as text: one address a line (sitemaps.org, "Sitemap file formats")."""

from __future__ import annotations

from crawlers.feeds.listing import Listing
from crawlers.model import Feed

_ADDRESS_STARTS = ("http://", "https://")


def is_address_list(text: str) -> bool:
    """Tell whether a text begins with a line that is an address and nothing else."""
    first_line = text.partition("\n")[0].strip()
    return first_line.lower().startswith(_ADDRESS_STARTS) and len(first_line.split()) == 1


def read_address_list(text: str, listing: Listing) -> Feed:
    """Read a list of addresses; lines that are none are left out, with a problem."""
    for line in text.splitlines():
        address = line.strip()
        if not address:
            continue
        if address.lower().startswith(_ADDRESS_STARTS):
            listing.add_entry(link=address)
        else:
            listing.add_problem(f"the line “{address[:60]}” was left out: it is no address")
    return listing.make_feed()
