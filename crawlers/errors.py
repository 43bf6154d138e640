"""The trouble a crawl can meet, by what should happen next.

    CrawlError
    ├── TemporaryError        the same request may work later: state stays as it was, tried again
    │   ├── RequestTooSlow    one request took too long, its redirects included
    │   └── CrawlInterrupted  the crawl itself was stopped (signal, time limit, lost child)
    └── PermanentError        the same input fails again: kept aside with its reason
        ├── FeedUnreadable    bytes that are no feed we know
        ├── Refused           robots.txt, a private address, a limit: we will not fetch this
        ├── PageWalled        a page that wants a check, consent or a payment before it shows its text
        └── CatalogueError    sources.yaml says something a person has to correct

Anything else that is raised is a bug and travels up.
"""

from __future__ import annotations


class CrawlError(Exception):
    """Expected trouble, in a sentence that a person can act on."""


class TemporaryError(CrawlError):
    """The same input may work later.

    Raised by code that fetches. All state stays as it was.
    """


class RequestTooSlow(TemporaryError):
    """A request's time was up, with all its redirects and retries."""


class CrawlInterrupted(TemporaryError):
    """A crawl ended before it was finished.

    `reason` is Scrapy's finish reason or the signal.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class PermanentError(CrawlError):
    """The same input will fail again.

    The page or feed goes to quarantine with this message.
    """


class FeedUnreadable(PermanentError):
    """The bytes are no RSS, Atom, RDF, JSON Feed or news sitemap."""


class Refused(PermanentError):
    """We will not fetch this: robots.txt, a private address, a limit."""


class TooLarge(Refused):
    """An answer is larger than any page or listing may be."""


class PageWalled(PermanentError):
    """The page asks for something before it shows its text: it is not gone."""


class CatalogueError(PermanentError):
    """A catalogue or beat file needs a correction.

    `problems` holds one line for each mistake. Each line names the file, the entry and the field, and
    says what to write instead.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
