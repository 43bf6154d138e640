"""The page on writing a beat: its example is a beat that works, and its messages are the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.beat.beat import Beat, load_beat
from pipelines.relevance import judge

PAGE = Path(__file__).resolve().parents[3] / "docs" / "write-a-beat.md"
#: The files of the example by the heading above each.
BLOCK = re.compile(r"## \d\. `(\w+\.yaml)`.*?```yaml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coffee")
    for name, text in BLOCK.findall(PAGE.read_text("utf-8")):
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def coffee(folder: Path) -> Beat:
    return load_beat(folder)


def test_example_has_all_files_that_the_page_explains(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names == {"beat.yaml", "terms.yaml", "sources.yaml", "searches.yaml", "events.yaml"}


@pytest.mark.parametrize(
    ("title", "text", "lang", "is_relevant"),
    [
        (
            "Kenya and Germany sign coffee agreement",
            "NAIROBI - Kenya and Germany signed a trade agreement on coffee on Monday, said President Ruto.",
            "en",
            True,
        ),
        (
            "Tchibo kauft mehr Kaffee aus Kenia",
            "Der Hamburger Röster Tchibo hat mit Genossenschaften in Kenia einen Vertrag geschlossen.",
            "de",
            True,
        ),
        ("Nairobi gets a new bus line", "The city of Nairobi opened a bus line. " * 5, "en", False),
        ("German shepherd wins show in Nairobi", "A German shepherd won the show in Kenya.", "en", False),
    ],
)
def test_example_judges_texts_of_its_beat(
    coffee: Beat, title: str, text: str, lang: str, is_relevant: bool
) -> None:
    assert judge(title, text, lang, coffee.terms).relevant == is_relevant


def test_example_searches_general_sources_for_the_other_side(coffee: Beat) -> None:
    assert "Deutschland" in coffee.broad_words()["nation"]
    assert "Kenya" not in coffee.broad_words()["nation"]


def test_page_names_every_field_of_a_beat_and_of_its_terms() -> None:
    from pipelines.beat.heading import FIELDS
    from pipelines.beat.terms.fields import SIGNALS, NameFields, TermsFile, list_known_fields

    text = PAGE.read_text("utf-8")
    fields = {*FIELDS, *SIGNALS, *list_known_fields(NameFields), *list_known_fields(TermsFile)} - {"sides"}
    for name in sorted(fields):
        assert f"`{name}" in text, name
