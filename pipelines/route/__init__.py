"""Where a text really comes from: origin -> carrier -> this page (pure).

    paragraphs ──► marks: dateline, credit lines, SOURCE, contact, disclaimers ──► boilerplate spans
                                    │
    page: its site, authors, cross-canonical, title prefix ──► clues ──► origin, carrier, kind

Every clue names an organisation in a *role* (it wrote, or it distributed) with a weight. A name in running text is a
mention, not a clue; "with files from" says that others helped, so it is kept as evidence and decides nothing.
Marks are believed only where printers put them, because a text may say anything of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.model import Article, Dateline, Evidence, Publisher, Route, Span, StoryKind
from pipelines.route import marks
from pipelines.route.names import Name, ends_with_known, host_name, key_of, known, tagged

__all__ = ["find_route"]

_HEAD = 7
"""A dateline stands in the first paragraphs; releases put a summary before it."""
_TAIL = 14
_LONG = 60
"""Words: credit lines and furniture are shorter than this; anything longer is prose."""
_NOTICE = 1_500
"""Characters of a disclaimer that are searched for the service it names."""
_LONGEST_WORD = 20
"""Characters: a line without spaces is not short for that."""
_CHINESE = re.compile("[㐀-鿿]+")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    text: str
    index: int
    words: int


@dataclass(frozen=True, slots=True)
class _Clue:
    """`name` wrote ("origin") or distributed ("carrier") this text; the heaviest clue wins."""

    role: str
    name: str
    weight: int
    organisation: Name | None = None


@dataclass(slots=True)
class _Findings:
    clues: list[_Clue]
    evidence: list[Evidence]
    spans: list[Span]
    dateline: Dateline | None = None
    paid: bool = False

    def note(self, mark: str, text: str, where: str) -> None:
        self.evidence.append(Evidence(mark, " ".join(text.split())[:160], where))

    def credit(self, organisation: Name, weight: int) -> None:
        """Count an organisation for what it is: release services distribute, the others write."""
        role = "carrier" if organisation.kind == "release" else "origin"
        self.clues.append(_Clue(role, organisation.display, weight, organisation))

    def span(self, paragraph: _Paragraph, label: str) -> None:
        self.spans.append(Span(paragraph.start, paragraph.end, label))

    def best(self, role: str) -> _Clue | None:
        """Return the heaviest clue for a role; among equals the first one found."""
        return max(
            (clue for clue in self.clues if clue.role == role), key=lambda clue: clue.weight, default=None
        )


def find_route(article: Article, publisher: Publisher) -> Route:
    """Return the route that the page's own marks tell.

    An own report has neither origin nor carrier, with or without a dateline. An agency's story has the agency as its origin; a paid
    release has who paid as its origin and the service as its carrier. Offsets of `boilerplate`
    are characters of `article.body`, in order and without overlap.
    """
    found = _Findings([], [], [])
    paragraphs = list(_paragraphs(article.body))
    for paragraph in paragraphs:
        _read_dateline(paragraph, publisher, found)
    _read_credits(paragraphs, article, publisher, found)
    _read_release_tail(paragraphs, found)
    _read_page(article, publisher, found)
    _read_title(article, found)
    carrier, origin = found.best("carrier"), found.best("origin")
    if carrier and origin is None:
        origin = _payer(article, paragraphs, found)
    return Route(
        origin=origin.name if origin else None,
        carrier=carrier.name if carrier else None,
        kind=_kind(carrier, origin, publisher, found.paid),
        dateline=found.dateline,
        evidence=tuple(found.evidence),
        boilerplate=_without_overlap(found.spans),
    )


def _paragraphs(body: str) -> Iterator[_Paragraph]:
    index = 0
    for match in re.finditer(r"[^\n]+", body):
        text = match.group()
        left = len(text) - len(text.lstrip())
        if stripped := text.strip():
            start = match.start() + left
            yield _Paragraph(start, start + len(stripped), stripped, index, _words(stripped))
            index += 1


def _words(text: str) -> int:
    """Return the length in words; two Chinese characters are one, and so are twenty characters without a space."""
    chinese = 0 if text.isascii() else sum(map(len, _CHINESE.findall(text)))
    return max(len(text.split()) + chinese // 2, len(text) // _LONGEST_WORD)


def _read_dateline(paragraph: _Paragraph, publisher: Publisher, found: _Findings) -> None:
    """Take a dateline off a paragraph's head; the first one near the top is the text's own."""
    head = paragraph.text[:160]
    for pattern in marks.DATELINES:
        if match := pattern.match(head):
            break
    else:
        return
    groups = match.groupdict()
    tag = groups.get("tag") or groups.get("slash")
    organisation = tagged(tag) if tag else None
    if tag and not organisation and "end" in groups and not groups["end"]:
        return  # "Acme Corp. (TSX: ACM) today": brackets, but no dateline
    if match.end() >= len(paragraph.text) or not (tag or groups.get("place")):
        return
    if found.dateline is not None or paragraph.index >= _HEAD:
        if organisation:  # an embedded text brings its dateline along
            found.spans.append(Span(paragraph.start, paragraph.start + match.end(), "dateline"))
        return
    text = match.group().strip(" \u3000-—–―:")
    place = (groups.get("place") or "").strip(" ,")
    found.dateline = Dateline(place, organisation.display if organisation else tag, text)
    found.spans.append(Span(paragraph.start, paragraph.start + match.end(), "dateline"))
    found.note("dateline", text, f"paragraph {paragraph.index + 1}")
    if organisation:
        found.credit(organisation, 80)
    elif tag and _is_agency(tag, publisher):
        role = "carrier" if marks.RELEASE_WORD.search(tag) else "origin"
        found.clues.append(_Clue(role, tag.strip(), 50))


def _is_agency(tag: str, publisher: Publisher) -> bool:
    """Return whether an unknown name in a dateline is an agency: not the page's own house, nor some paper's correspondent."""
    return (
        marks.AGENCY_WORD.search(tag) is not None
        and len(tag) <= 40
        and not tag.startswith("本")
        and tag[-1] not in "报報台网網"
        and (publisher.owner == "wire" or not _is_house(tag, publisher))
    )


def _read_credits(
    paragraphs: Sequence[_Paragraph], article: Article, publisher: Publisher, found: _Findings
) -> None:
    """Read the lines that say who wrote or sent it: bylines, tails, SOURCE, disclaimers."""
    last = len(paragraphs)
    for author in article.authors:
        if organisation := ends_with_known(author):
            found.note("byline", author, "authors")
            found.credit(organisation, 70)
    tail_from = _tail_start(paragraphs)
    for paragraph in paragraphs:
        where = f"paragraph {paragraph.index + 1} of {last}"
        in_tail, is_short = paragraph.index >= tail_from, paragraph.words <= _LONG
        if (
            (is_short or marks.THIRD_PARTY.match(paragraph.text))
            and (paragraph.index < _HEAD or in_tail)
            and _read_line(paragraph, where, in_tail, publisher, found)
        ):
            continue
        if is_short and marks.FURNITURE.match(paragraph.text):
            found.span(paragraph, "disclaimer")
        elif is_short and marks.BYLINE.match(paragraph.text):
            found.span(paragraph, "byline")
        elif paragraph.index >= tail_from - 1:
            _read_end_of(paragraph, where, found)


def _tail_start(paragraphs: Sequence[_Paragraph]) -> int:
    """Return the index at which the closing lines begin: what follows the last paragraph of prose.

    Prose is a paragraph of more than 25 words that is no tail matter itself. A SOURCE line above
    it belongs to something quoted, not to the page.
    """
    prose = 0
    for paragraph in paragraphs:
        tail_matter = (
            marks.THIRD_PARTY.match(paragraph.text)
            or marks.CONTACT.match(paragraph.text)
            or marks.FURNITURE.match(paragraph.text)
            or (paragraph.index and marks.TAIL_HEADING.fullmatch(paragraphs[paragraph.index - 1].text))
            or (paragraph.index and marks.FORWARD_LOOKING.match(paragraphs[paragraph.index - 1].text))
        )
        if paragraph.words > 25 and not tail_matter:
            prose = paragraph.index
    return max(prose + 1, len(paragraphs) - _TAIL)


def _read_line(
    paragraph: _Paragraph, where: str, in_tail: bool, publisher: Publisher, found: _Findings
) -> bool:
    """Read a short paragraph at the head or the end of a text; return whether it is a line of some kind."""
    return (
        _read_helpers(paragraph, where, found)
        or _read_first_published(paragraph, where, found)
        or _read_source_line(paragraph, where, in_tail, publisher, found)
        or _read_notice(paragraph, where, found)
        or _read_bare_credit(paragraph, where, in_tail, found)
    )


def _read_helpers(paragraph: _Paragraph, where: str, found: _Findings) -> bool:
    """Take "with files from X": others helped, which decides nothing."""
    text = paragraph.text
    if paragraph.words > 14:
        return False
    if marks.FILES_FROM.match(text) or ((match := marks.WITH.match(text)) and known(text[match.end() :])):
        found.note("with files from", text, where)
        found.span(paragraph, "byline")
        return True
    return False


def _read_first_published(paragraph: _Paragraph, where: str, found: _Findings) -> bool:
    """Take "This report by X was first published …"."""
    match = marks.FIRST_PUBLISHED.search(paragraph.text)
    if match is None:
        return False
    if organisation := known(match["en"] or match["fr"]):
        found.note("agency tail", paragraph.text, where)
        found.credit(organisation, 75)
    found.span(paragraph, "disclaimer")
    return True


def _read_notice(paragraph: _Paragraph, where: str, found: _Findings) -> bool:
    """Take a line that says that someone paid, or that the page does not answer for the text."""
    if marks.PAID.match(paragraph.text) and paragraph.words <= 30:
        found.paid = True
        found.note("paid content", paragraph.text, where)
    elif marks.THIRD_PARTY.match(paragraph.text):
        found.note("disclaimer", paragraph.text, where)
    else:
        return False
    found.span(paragraph, "disclaimer")
    _read_distributor(paragraph.text[:_NOTICE], found)
    return True


def _read_bare_credit(paragraph: _Paragraph, where: str, in_tail: bool, found: _Findings) -> bool:
    """Take a line that is nothing but a credit: "The Canadian Press", "By Jo Smith, Reuters", "© 2026 AFP".

    A © stands under a photograph as well, so it counts at the end alone.
    """
    bare = paragraph.text.strip(" -–—()（）[]*")
    copyright_ = marks.COPYRIGHT.match(bare)
    is_byline = marks.BYLINE.match(paragraph.text) is not None
    organisation = None
    if copyright_:
        organisation = known(copyright_["name"]) if in_tail else None
    elif not (organisation := known(bare)) and (is_byline or marks.BY.match(bare)) and paragraph.words <= 20:
        organisation = ends_with_known(re.sub(r"^\S+[\s:：]+", "", bare))
    if organisation:
        found.note("agency credit", paragraph.text, where)
        found.credit(organisation, 70)
    if organisation or is_byline:
        found.span(paragraph, "byline")
        return True
    return False


_NO_SOURCE = frozenset(
    map(key_of, ("综合", "網絡", "网络", "互联网", "互聯網", "综合报道", "staff", "internet", "web"))
)


def _is_nobody_else(name: str, publisher: Publisher) -> bool:
    """Return whether a credited name is the page's own house ("本报", "CBC News" on CBC) or nobody ("the web")."""
    return (
        not key_of(name) or key_of(name) in _NO_SOURCE or name.startswith("本") or _is_house(name, publisher)
    )


_ABBREVIATED = re.compile(
    r"\b(?:inc|ltd|ltée|corp|co|plc|llc|lp|cie|bros|s\.a|n\.v|s\.p\.a|l\.p)$", re.IGNORECASE
)


def _is_house(name: str, publisher: Publisher) -> bool:
    """Return whether one of the two names is the other, or the other with more words."""
    a, b = (" ".join(n.casefold().removeprefix("the ").split()) for n in (name, publisher.name))
    if not a or not b:
        return False
    if _CHINESE.match(a) and min(len(a), len(b)) >= 2:
        return a.startswith(b) or b.startswith(a)
    return f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} ")


def _read_source_line(
    paragraph: _Paragraph, where: str, in_tail: bool, publisher: Publisher, found: _Findings
) -> bool:
    """Take "SOURCE Acme Corp.", "来源：新华社": who wrote or paid for the text."""
    match = marks.SOURCE_LINE.fullmatch(paragraph.text)
    if match is None:
        return False
    name = match["name"].strip(" 　.:：-–—*()（）")
    if _ABBREVIATED.search(name) and f"{name}." in paragraph.text:
        name = f"{name}."  # "Acme Minerals Inc." is written with its full stop
    is_release_form = paragraph.text.startswith("SOURCE")
    is_chinese = not paragraph.text.startswith(("S", "s"))
    has_colon = re.match(r"\w+\s*[:：]", paragraph.text) is not None
    organisation = known(name)
    if organisation:
        taken = has_colon or is_release_form
        if taken and (in_tail or is_chinese):
            weight = 100 if is_release_form else 72
            found.clues.append(_Clue("origin", organisation.display, weight, organisation))
    elif _is_nobody_else(name, publisher) and not (is_release_form and found.best("carrier")):
        taken = is_chinese
    elif is_release_form and in_tail and len(name.split()) <= 12:
        taken = True
        found.clues.append(_Clue("origin", name, 95))
    elif is_chinese and has_colon and len(name) <= 16:
        taken = True
        found.clues.append(_Clue("origin", name, 40))
    else:
        taken = False
    if taken:
        found.note("source line", paragraph.text, where)
        found.span(paragraph, "release_tail")
    return taken


def _read_distributor(text: str, found: _Findings) -> None:
    """Take the service that a disclaimer names after "through", "by", "par", "由"."""
    for match in marks.THROUGH.finditer(text):
        rest = text[match.end() : match.end() + 60]
        words = re.split(r"[\s.,;，。；]+", rest.strip())
        spellings = [" ".join(words[:n]) for n in range(4, 0, -1)] + [words[0][:n] for n in range(8, 1, -1)]
        for spelling in spellings:
            if (organisation := known(spelling)) and organisation.kind == "release":
                found.credit(organisation, 60)
                return


def _read_end_of(paragraph: _Paragraph, where: str, found: _Findings) -> None:
    """Read a credit that closes a paragraph: "… in spring. — The Canadian Press"."""
    if match := marks.REUTERS_DESK.search(paragraph.text):
        organisation = known("Reuters")
        assert organisation is not None
    elif match := re.search(
        r"(?:\s[-–—]{1,2}\s?|[（(])(?P<name>[^-–—()（）.。]{2,30})[)）]?[.]?$", paragraph.text
    ):
        organisation = ends_with_known(match["name"])
        if organisation is None:
            return
    else:
        return
    found.note("agency tail", match.group(), where)
    found.credit(organisation, 70)
    found.spans.append(Span(paragraph.start + match.start(), paragraph.end, "byline"))


def _read_release_tail(paragraphs: Sequence[_Paragraph], found: _Findings) -> None:
    """Mark what companies print under every release: about, cautionary words, contacts."""
    taken = {span.start for span in found.spans if span.label != "dateline"}
    forward = about = False
    for paragraph in paragraphs:
        if paragraph.index == 0 or paragraph.start in taken:
            continue
        text = paragraph.text
        if paragraph.words <= 14 and marks.TAIL_HEADING.fullmatch(text):
            forward, about = bool(marks.FORWARD_LOOKING.match(text)), True
            found.span(paragraph, "release_tail")
        elif marks.CONTACT.match(text) and (paragraph.words <= 40 or marks.REACHABLE.search(text)):
            found.note("contact", text, f"paragraph {paragraph.index + 1}")
            found.span(paragraph, "contact")
            forward = about = False
        elif about or forward:
            found.span(paragraph, "release_tail")
            about = False
        elif paragraph.words <= 14 and marks.REACHABLE.search(text) and paragraph.index > len(paragraphs) - 8:
            found.span(paragraph, "contact")


def _read_page(article: Article, publisher: Publisher, found: _Findings) -> None:
    """Read what the page is, not what it says: its site and the canonical link to another one."""
    host = _host(article.canonical_url or article.url)
    organisation = (
        known(publisher.name) or host_name(host) or (known(article.site_name) if article.site_name else None)
    )
    if organisation and organisation.kind == "release":
        found.note("carrier site", publisher.name, host)
        found.credit(organisation, 90)
    elif publisher.owner == "wire" and organisation is None:
        _read_unknown_wire(publisher, host, found)
    elif organisation and publisher.owner == "wire":
        found.note("own site", publisher.name, host)
        found.credit(organisation, 65)
    elif organisation and any(clue.organisation == organisation for clue in found.clues):
        found.note("own site", publisher.name, host)
    if article.cross_canonical:
        elsewhere = _host(article.cross_canonical)
        found.note("canonical elsewhere", article.cross_canonical, "link rel=canonical")
        if named := host_name(elsewhere):
            found.credit(named, 45)


def _host(url: str) -> str:
    """Return the host of an address, "" for one that is broken."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _read_unknown_wire(publisher: Publisher, host: str, found: _Findings) -> None:
    """Tell a service that carries what others wrote from an agency that sells its own reports."""
    origin = found.best("origin")
    if origin and _is_house(origin.name, publisher):
        found.note("own site", publisher.name, host)
    elif origin or found.paid or found.best("carrier"):
        found.note("carrier site", publisher.name, host)
        found.clues.append(_Clue("carrier", publisher.name, 90))


def _read_title(article: Article, found: _Findings) -> None:
    """Take "CGTN: …" as who wrote it, if something else marks the page as a release or a credit."""
    head, colon, _ = article.title.partition(":" if ":" in article.title else "：")
    organisation = known(head) if colon and len(head) <= 40 else None
    if organisation is None or organisation.kind == "release":
        return
    found.note("title prefix", f"{head}:", "title")
    if found.paid or found.best("carrier") or any(clue.organisation == organisation for clue in found.clues):
        found.credit(organisation, 60)


_COMPANY = re.compile(
    r"(?P<name>[A-ZÀ-Ý][^()\n]{2,60}?)[,]?\s*(?:\((?:[^()\n]{0,30}\b)?(?:TSX|NYSE|NASDAQ|Nasdaq|OTC\w*|CSE|HKEX|SEHK|SSE|SZSE|LSE|FSE|"
    r"the [\"“]|« )|(?:today|has) announced\b|announce[sd]\b|annonce\b)"
)


def _payer(article: Article, paragraphs: Sequence[_Paragraph], found: _Findings) -> _Clue | None:
    """Return who issued a release that has no SOURCE line: the first words after the dateline, or "About X"."""
    dateline = next((span for span in found.spans if span.label == "dateline"), None)
    if dateline and (match := _COMPANY.match(article.body, dateline.end)):
        found.note("issuer", match["name"], "after the dateline")
        return _Clue("origin", match["name"].strip(" ,"), 30)
    for paragraph in paragraphs:
        if paragraph.words <= 14 and (match := marks.ABOUT.fullmatch(paragraph.text)):
            found.note("issuer", paragraph.text, f"paragraph {paragraph.index + 1}")
            return _Clue("origin", match["name"], 30)
    return None


def _kind(carrier: _Clue | None, origin: _Clue | None, publisher: Publisher, paid: bool) -> StoryKind:
    is_release = carrier is not None and (
        carrier.organisation is None or carrier.organisation.kind == "release"
    )
    if is_release or paid:
        return "paid_release"
    organisation = origin.organisation if origin else None
    if organisation:
        return "state_media" if organisation.kind == "state_media" else "agency"
    if origin and origin.weight == 50:
        return "agency"
    if publisher.owner == "state":
        return "state_media"
    return "government" if publisher.owner == "government" else "report"


def _without_overlap(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans in order; of two that overlap the first and longer one."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end, span.label)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)
