"""Made-up articles in four languages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from pipelines.model import Change, Document, Relation, article_id

# Documents in one write, as in a run.
BATCH = 500

# Over so many months the articles are spread: the index has one part for each.
MONTHS = 12

_START = datetime(2025, 2, 1, tzinfo=UTC)

_OUTLETS = 80
_SHARE_OF_COPIES = 0.2

# Words of a title, a summary and a paragraph, and the paragraphs of a body.
_TITLE_WORDS = 9
_SUMMARY_WORDS = 20
_PARAGRAPH_WORDS = 45
_PARAGRAPHS = (3, 12)

_VOCABULARIES = {
    "en": (
        "canola tariff minister trade growers prairie export beef pork potash lobster embassy visa students "
        "partnership steel dialogue market port rail inspectors science climate talks agreement delegation "
        "council"
    ),
    "fr": (
        "colza droits ministre commerce producteurs prairies exportation ambassade visas étudiants "
        "partenariat stratégique acier marché dialogue chemin inspecteurs climat entretiens entente "
        "délégation conseil pêche"
    ),
    "zh-Hans": (
        "油菜籽 关税 总理 贸易 农民 草原 出口 使馆 签证 学生 战略 伙伴 关系 钢铁 市场 对话 港口 铁路 "
        "科学 气候 会谈 协议 代表团"
    ),
    "zh-Hant": (
        "油菜籽 關稅 總理 貿易 農民 草原 出口 使館 簽證 學生 戰略 夥伴 關係 鋼鐵 市場 對話 港口 鐵路 "
        "科學 氣候 會談 協議 代表團"
    ),
}

_NAMES = (
    "Maple", "Beaver", "Harbour", "Prairie", "Lantern", "Willow",
    "Summit", "Rivage", "Northern", "Jade", "Cedar", "Lotus",
)  # fmt: skip


def made_up(number: int, seed: int = 1, months: int = MONTHS) -> Iterator[Document]:
    """Yield articles of some months, every fifth a copy.

    The same arguments give the same articles.
    """
    chance = random.Random(seed)  # noqa: S311 - not a secret
    vocabularies = {lang: words.split() for lang, words in _VOCABULARIES.items()}
    story_id: str | None = None
    first_seen: datetime | None = None
    for n in range(number):
        # Every draw moves the generator on: another order of these lines gives other articles.
        lang = chance.choice(tuple(vocabularies))
        source = f"outlet-{chance.randrange(_OUTLETS)}"
        url = f"https://www.{source}.example/{seed}/{n}"
        published = _START + timedelta(seconds=chance.randrange(months * 30 * 86_400))
        relation = Relation.VERBATIM
        origin: str | None = "Lantern Global"
        # The first article has nothing to be a copy of, and draws no number.
        if story_id is None or chance.random() >= _SHARE_OF_COPIES:
            relation, origin = Relation.ORIGINAL, None
            story_id, first_seen = f"s{article_id(url)}", published
        source_name = f"The {_draw_name(chance)}"
        separator = " "
        if lang.startswith("zh"):
            separator = ""
        writer = _Writer(chance, vocabularies[lang], separator)
        title = writer.words(_TITLE_WORDS).capitalize()
        paragraphs = []
        for _ in range(chance.randint(*_PARAGRAPHS)):
            paragraphs.append(writer.words(_PARAGRAPH_WORDS) + ".")
        yield Document(
            id=article_id(url),
            seq=n + 1,
            story_id=story_id,
            url=url,
            site=f"www.{source}.example",
            source=source,
            source_name=source_name,
            title=title,
            body="\n\n".join(paragraphs),
            lang=lang,
            collected=published + timedelta(minutes=20),
            published=published,
            summary=writer.words(_SUMMARY_WORDS),
            authors=(_draw_name(chance),),
            origin=origin,
            relation=relation,
            owner="private",
            country=chance.choice(("CA", "CN", "US", "HK")),
            topics=(chance.choice(("canola", "tariffs", "visas", "climate")),),
            score=round(chance.uniform(0.5, 1), 3),
            story_first_seen=first_seen,
        )


class _Writer:
    """Writes nonsense with the words of one language."""

    def __init__(self, chance: random.Random, vocabulary: Sequence[str], separator: str) -> None:
        self._chance = chance
        self._vocabulary = vocabulary
        self._separator = separator

    def words(self, number: int) -> str:
        """Return so many words, each drawn by itself."""
        words = []
        for _ in range(number):
            words.append(self._chance.choice(self._vocabulary))
        return self._separator.join(words)


def _draw_name(chance: random.Random) -> str:
    return f"{chance.choice(_NAMES)} {chance.choice(_NAMES)}"


def changes_of(documents: Sequence[Document], size: int = BATCH) -> Iterator[list[Change]]:
    """Yield documents as the ledger does, a batch at a time."""
    for first in range(0, len(documents), size):
        batch = documents[first : first + size]
        yield [Change(document.seq, document.id, document) for document in batch]
