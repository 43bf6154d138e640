"""What a person can do about a source in trouble (pure)."""

from __future__ import annotations

from collections.abc import Mapping

_TRY = "try it with `maplewire sources check {id}`"
_FIND_ADDRESS = (
    "open the site, find where its listing is now and correct url: in sources.yaml, "
    "or `maplewire sources off {id}`"
)
_BROWSER = "if it lasts, open the address in a browser: `maplewire sources off {id}` where the site is gone"
_ROBOTS = (
    "it may not be read: look for another listing of the site, or ask its publisher to let this program in; "
    "else `maplewire sources off {id}`"
)

#: By state. What is "" needs nobody.
_OF_STATES: Mapping[str, str] = {
    "not tried": "start a run; `maplewire run` asks it",
    "failing": _BROWSER,
    "empty": _FIND_ADDRESS,
    "no pages": f"open one of its articles in a browser, and {_TRY}",
    "redesigned": f"the site may have a new design or a wall: open an article in a browser, and {_TRY}",
    "frozen": f"the site may have a new listing: {_FIND_ADDRESS}",
    "stale": f"the site may have a new listing: {_FIND_ADDRESS}",
    "silent": f"{_TRY}: a section page may need other links:, a site may have a new listing",
    "losing": "`maplewire pages --outcome lost --source {id}` names them and why",
    "low": f"{_TRY}; if the source only writes less, there is nothing to do",
    "high": "look at its newest pages: a listing that shows another part of the site needs a url_pattern",
    "off beat": "nothing as long as it is a general source; else write scope: all, or add words to the beat",
    "moved": "write the new address into the catalogue with `maplewire sources move {id}`",
    "retrying": "nothing yet: it is asked again",
}
#: By state and what is behind it: the kind of a failure, or a rule.
_OF_CAUSES: Mapping[tuple[str, str], str] = {
    ("failing", "gone"): _FIND_ADDRESS,
    ("failing", "not_found"): _FIND_ADDRESS,
    ("failing", "unreadable"): f"what stands there is no listing any more: {_FIND_ADDRESS}",
    ("failing", "emptied"): _FIND_ADDRESS,
    ("failing", "no_links"): "`maplewire sources check {id}` shows which links the page has; correct links:",
    ("failing", "refused"): f"{_ROBOTS}. A host of your own network is named in MAPLEWIRE_PRIVATE_HOSTS",
    ("failing", "forbidden"): _ROBOTS,
    ("failing", "rate_limited"): "ask it less often: write poll: {{every: 1h}}",
    (
        "failing",
        "paused",
    ): "it is asked again after that; if it repeats, ask its host less often: poll: {{every: 1h}}",
    ("failing", "tls"): "if it lasts, tell whoever runs the site",
    ("failing", "too_large"): "look for a smaller listing of the same site",
    ("failing", "redirects"): _FIND_ADDRESS,
    ("failing", "dns"): f"if its name is gone for good: {_FIND_ADDRESS}",
    ("failing", "own_network"): "look at the network of this machine",
    ("failing", "interrupted"): "give the crawl more time (MAPLEWIRE_CRAWL_TIMEOUT_S) if it repeats",
    ("left out", "other_address"): "correct url_pattern, or take it out",
    ("left out", "off_beat"): "write scope: all, add words to the beat, or `maplewire sources off {id}`",
    ("left out", "too_old"): f"the site may have a new listing: {_FIND_ADDRESS}",
    ("left out", "no_address"): _FIND_ADDRESS,
    ("no pages", "one_page"): "open that page: it may be a consent form, a sign-in or the front page",
    ("no pages", "unreadable"): "`maplewire quarantine list` names each page and why it shows no article",
}


def advice_on(state: str, source_id: str, cause: str | None = None) -> str:
    """Return what to do about a source in a state, "" where there is nothing to do.

    `cause` is the kind of the failure or the rule behind it, where one is known.
    """
    advice = _OF_CAUSES.get((state, cause or ""), _OF_STATES.get(state, ""))
    return advice.format(id=source_id)
