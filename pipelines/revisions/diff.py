"""From two texts to a diff: sentences first, then the words of those that were rewritten (pure).

Sentences are compared by their tokens (folded, without case and punctuation), so that a comma, a curly quotation
mark or a traditional character is no change. A sentence that only moved is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipelines.model import PageText, Passage, Piece, Span
from pipelines.text.folding import fold_typography
from pipelines.text.tokens import tokens

LONGEST = 500_000
"""Characters of a body that are read."""
MOST_SENTENCES = 1_500
"""Sentences that are compared; the longest reports have a third of that."""
LONGEST_SENTENCE = 2_000
"""Characters after which a sentence is cut."""
_WORD_COMPARISONS = 4_000_000
"""Pairs of words compared in one diff: half a second. What comes later is shown as removed and added."""
_REWRITTEN = 0.4
"""Share of words in common from which one sentence is another rewritten."""
_PAIRED = 10_000
"""Pairs of sentences looked at to find what was rewritten into what."""

_ABBREVIATED = (
    r"(?:\b(?:Mr|Ms|Mrs|Dr|St|Ste|M|MM|Mme|Gov|Sen|Rep|Gen|Col|Prof|Jr|Sr|Inc|Ltd|Corp|Co|No|vs|etc|env|janv|févr|juill|sept|oct|nov|déc|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[A-Z])\.$"
)
_ENDS = re.compile(r"[。！？；]+[”」』’\"]*|[.!?…]+[”\"’)»]*(?=\s|$)")
_SHORT_OF_WORD = re.compile(_ABBREVIATED)

_UPDATED = re.compile(
    r"[\s(\[（【|•·–—-]*+(?:(?:(?:first |originally )?(?:published|posted)|(?:last |page )?(?:updated|modified|edited|revised)|reviewed)"
    r"(?:\s*(?:on|at|:)|\s+(?=[A-Z\d]|\d|yesterday|today|just|an?\b))|"
    r"(?:dernière )?(?:mise à jour|modification)\b|(?:publié|modifié|mis à jour|actualisé)e?s?\s+(?:le|à|il y a|hier|aujourd)|"
    r"(?:最后|最後)?(?:更新|发布|發布|发表|發表|修改|刊登)(?:时间|時間|日期|于|於)|(?:时间|時間|日期)\s*[:：])",
    re.IGNORECASE,
)
"""A line that tells when the page was written or touched, not when anything happened."""
_DATE_ALONE = re.compile(
    r"(?:(?:\d{1,4}[-/.年月日:h ]*|jan\w*|feb\w*|févr?\w*|mar\w*|apr\w*|avr\w*|may|mai|june?|juin|july?|juil\w*|aug\w*|août|sept?\w*|oct\w*|nov\w*|"
    r"d[eé]c\w*|mon\w*|tues?\w*|wed\w*|thur?s?\w*|fri\w*|sat\w*|sun\w*|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|星期.|周.|"
    r"a\.?m\.?|p\.?m\.?|e[sd]?t|gmt|utc|[cp][sd]?t|北京时间|at|à|le|th|st|nd|rd)[\s,.|·•()–—-]*)+",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"[\s>»▶►•·*–—-]*+(?:(?:read (?:more|also|next)|related(?: (?:stories|articles|coverage|news|reading))?|see also|more (?:on|from|coverage|stories)|"
    r"(?:you )?may also like|recommended|trending|most (?:read|popular)|watch|listen|also read|what to read next|"
    r"à lire(?: aussi| également| ensuite)?|lire aussi|lisez aussi|à voir|voir aussi|sur le même sujet|articles? (?:liés?|connexes?)|"
    r"相关(?:阅读|新闻|报道|链接|文章)|相關(?:閱讀|新聞|報道|報導|連結|文章)|延伸(?:阅读|閱讀)|推荐阅读|推薦閱讀|更多(?:新闻|新聞|报道|報道)|热门(?:新闻|文章)|熱門(?:新聞|文章))"
    r"\s*(?:[:：|>»-]|$)|"
    r"(?:sign up (?:for|to)|subscribe (?:to|now|today)|follow us|share (?:this|on)|advertisement\b|story continues below|article continues below|"
    r"loading\b|\d+ (?:comments?|shares?|views?|min(?:ute)?s? read)\b|comments?\s*(?:\(\d+\))?\s*$|"
    r"(?:photo|image|credit|video|file photo|crédit(?: photo)?)\s*:|"
    r"inscrivez-vous|abonnez-vous|suivez-nous|partagez?\b|publicité\s*$|\d+ commentaires?\b|"
    r"(?:责任编辑|責任編輯|责编|編輯|编辑|来源|來源|稿源|阅读量|閱讀量|浏览量|瀏覽|点击|點擊|评论|評論|分享到?|扫码|掃碼|关注我们|關注我們|版权所有|版權所有|广告|廣告)\s*(?:[:：()（\d]|$)))",
    re.IGNORECASE,
)
_TEASERS = re.compile(
    r"[\s>»▶►•·*–—-]*+(?:related(?: \w+)?|read (?:more|also|next)|see also|recommended|trending(?: now)?|most (?:read|popular)|more (?:stories|news|coverage|from\b.{0,30})|"
    r"à lire(?: aussi| également)?|lire aussi|sur le même sujet|articles? (?:liés?|connexes?)|"
    r"(?:相关|相關|延伸|推荐|推薦|更多|热门|熱門)(?:阅读|閱讀|新闻|新聞|报道|報道|報導|链接|連結|文章))\s*[:：]?\s*",
    re.IGNORECASE,
)
"""A heading with links under it."""
_ENDS_SENTENCE = re.compile(r"[.!?…。！？][”\"’)»」』]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as printed; `key` is what it is compared by, `paragraph` counts from 0."""

    text: str
    key: tuple[str, ...]
    paragraph: int


def report_lines(text: PageText) -> list[str]:
    """Return the paragraphs of the report itself: no marked spans, no time of update, no links to other pages."""
    lines: list[str] = []
    teasing = False
    for raw in _unmarked(text.body[:LONGEST], text.boilerplate).split("\n"):
        line = " ".join(raw.split())
        if not line:
            continue
        if teasing and not _ENDS_SENTENCE.search(line):
            continue
        teasing = _TEASERS.fullmatch(line) is not None
        if not teasing and not _is_furniture(line):
            lines.append(line)
    return lines


def _unmarked(body: str, spans: Sequence[Span]) -> str:
    kept, at = [], 0
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        kept.append(body[at : max(at, span.start)])
        at = max(at, span.end)
    kept.append(body[at:])
    return " ".join(kept) if len(kept) > 1 else body


def _is_furniture(line: str) -> bool:
    if len(line) > 200:
        return False
    return bool(_UPDATED.match(line) or _FURNITURE.match(line) or _DATE_ALONE.fullmatch(line))


def sentences_of(lines: Sequence[str]) -> list[Sentence]:
    """Cut paragraphs into sentences, at most `MOST_SENTENCES`; marks without a word are no sentence."""
    found: list[Sentence] = []
    for number, line in enumerate(lines):
        for piece in _cut(line):
            if key := tuple(tokens(piece)):
                found.append(Sentence(piece, key, number))
            if len(found) == MOST_SENTENCES:
                return found
    return found


def _cut(line: str) -> Iterator[str]:
    start = 0
    for end in _ENDS.finditer(line):
        if end.end() - start > LONGEST_SENTENCE:
            yield from _long(line[start : end.end()])
        elif end.end() < len(line) and _SHORT_OF_WORD.search(
            line, max(start, end.start() - 8), end.start() + 1
        ):
            continue
        else:
            yield line[start : end.end()].strip()
        start = end.end()
    yield from _long(line[start:])


def _long(text: str) -> Iterator[str]:
    for at in range(0, len(text), LONGEST_SENTENCE):
        if piece := text[at : at + LONGEST_SENTENCE].strip():
            yield piece


# -- the diff -----------------------------------------------------------------------------------------


class _Budget:
    """How many comparisons of words a diff may still make."""

    def __init__(self) -> None:
        self.left = _WORD_COMPARISONS

    def allows(self, cost: int) -> bool:
        if cost > self.left:
            return False
        self.left -= cost
        return True


def diff(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Passage, ...]:
    """Return the passages of both texts in reading order; what was removed stands where it stood."""
    budget = _Budget()
    found: list[Passage] = []
    moved = _moved(before, after)
    for old, new in _blocks(before, after):
        if [w for s in old for w in s.key] == [w for s in new for w in s.key]:
            found += [_whole("kept", s) for s in new]  # the same words, cut into sentences in another way
            continue
        gone = [s for s in old if s.key not in moved]
        found += _rewritten(gone, new, moved, budget)
    return tuple(found)


def _moved(before: Sequence[Sentence], after: Sequence[Sentence]) -> frozenset[tuple[str, ...]]:
    """Return the sentences that both texts have equally often, wherever they stand."""
    old, new = Counter(s.key for s in before), Counter(s.key for s in after)
    return frozenset(key for key, count in old.items() if new[key] == count)


def _blocks(
    before: Sequence[Sentence], after: Sequence[Sentence]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Sentence]]]:
    numbers: dict[tuple[str, ...], int] = {}
    old = [numbers.setdefault(s.key, len(numbers)) for s in before]
    new = [numbers.setdefault(s.key, len(numbers)) for s in after]
    for _, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=len(new) > 200).get_opcodes():
        yield before[a0:a1], after[b0:b1]


def _rewritten(
    old: Sequence[Sentence],
    new: Sequence[Sentence],
    moved: frozenset[tuple[str, ...]],
    budget: _Budget,
) -> list[Passage]:
    """Pair sentences that were rewritten, in order; the others were removed or added."""
    pairs = _pairs(old, [s if s.key not in moved else None for s in new])
    found: list[Passage] = []
    at = 0
    for place, sentence in enumerate(new):
        if sentence.key in moved:
            found.append(_whole("kept", sentence))
        elif place in pairs:
            found += [_whole("removed", s) for s in old[at : pairs[place]]]
            at = pairs[place] + 1
            found.append(_by_word(old[at - 1], sentence, budget))
        else:
            found.append(_whole("added", sentence))
    return found + [_whole("removed", s) for s in old[at:]]


def _pairs(old: Sequence[Sentence], new: Sequence[Sentence | None]) -> dict[int, int]:
    """Return place in `new` -> place in `old` of rewritten sentences, both ascending, the nearest first."""
    if len(old) * len(new) > _PAIRED:
        return {}
    likeness = [
        (share, -abs(i - j), j, i)
        for i, a in enumerate(old)
        for j, b in enumerate(new)
        if b is not None and (share := likeness_of(a.key, b.key)) >= _REWRITTEN
    ]
    pairs: dict[int, int] = {}
    for _, _, j, i in sorted(likeness, reverse=True):
        if j not in pairs and all((j < b) == (i < a) and i != a for b, a in pairs.items()):
            pairs[j] = i
    return pairs


def likeness_of(a: Sequence[str], b: Sequence[str]) -> float:
    """Return the share of words that two token lists have in common, 0..1."""
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / max(len(a) + len(b), 1)


def _whole(how: str, sentence: Sentence) -> Passage:
    return Passage((Piece(how, sentence.text),))  # type: ignore[arg-type]


_PRINTED = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\s぀-ヿ㐀-䶿一-鿿豈-﫿]+|\s+")


def by_word(before: str, after: str) -> Passage:
    """Return two sentences as one passage of kept, removed and added pieces, as they are printed."""
    return _by_word(
        Sentence(before, tuple(tokens(before)), 0), Sentence(after, tuple(tokens(after)), 0), _Budget()
    )


def _by_word(old: Sentence, new: Sentence, budget: _Budget) -> Passage:
    if old.key == new.key:
        return _whole("kept", new)
    a, b = _PRINTED.findall(old.text), _PRINTED.findall(new.text)
    if not budget.allows(len(a) * len(b)):
        return Passage((Piece("removed", old.text), Piece("added", new.text)))
    keys_a, keys_b = [_printed_key(word) for word in a], [_printed_key(word) for word in b]
    pieces: list[Piece] = []
    for way, a0, a1, b0, b1 in SequenceMatcher(None, keys_a, keys_b, autojunk=False).get_opcodes():
        if way == "equal" or keys_a[a0:a1] == keys_b[b0:b1]:
            pieces.append(Piece("kept", "".join(b[b0:b1])))
            continue
        pieces += [Piece("removed", "".join(a[a0:a1]))] if a1 > a0 else []
        pieces += [Piece("added", "".join(b[b0:b1]))] if b1 > b0 else []
    return Passage(_joined(pieces))


def _printed_key(word: str) -> str:
    return "".join(tokens(word)) or fold_typography(word).strip() or " "


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join changes that only a space keeps apart, so that a reader sees two phrases and not eight words."""
    grouped: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        if piece.how == "removed":
            removed += piece.text
        elif piece.how == "added":
            added += piece.text
        elif not piece.text.strip() and (removed or added) and place + 1 < len(pieces):
            removed, added = removed + piece.text, added + piece.text
        else:
            grouped += [*_changed(removed, added), piece]
            removed = added = ""
    return (*grouped, *_changed(removed, added))


def _changed(removed: str, added: str) -> list[Piece]:
    """Return what stands between two kept pieces. A space at both ends of it is kept."""
    if not removed.strip() and not added.strip():
        return [Piece("kept", " ")] if removed or added else []
    tail = " " if removed[-1:].isspace() and added[-1:].isspace() else ""
    pieces = [Piece("removed", removed.strip() if tail else removed)] if removed.strip() else []
    pieces += [Piece("added", added.strip() if tail else added)] if added.strip() else []
    return [*pieces, *([Piece("kept", tail)] if tail else [])]
