from __future__ import annotations

import pytest

from pipelines.text.counts import counted
from pipelines.text.sentences import sentences_of


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("Canola fell. Ottawa answered.", ["Canola fell.", "Ottawa answered."]),
        (
            "Prof. Li met Acme Corp. and J. Trudeau. He left.",
            ["Prof. Li met Acme Corp. and J. Trudeau.", "He left."],
        ),
        ("It cost 1.5 million. Who pays?", ["It cost 1.5 million.", "Who pays?"]),
        ("“They lied.” He went.", ["“They lied.”", "He went."]),
        ("双方会谈。加拿大表示满意！", ["双方会谈。", "加拿大表示满意！"]),
        (
            "M. Carney est parti. Il revient le 3 févr. 2026.",
            ["M. Carney est parti.", "Il revient le 3 févr. 2026."],
        ),
        ("Le 9 mars. Mme Roy a dit non.", ["Le 9 mars.", "Mme Roy a dit non."]),
        ("EE. UU. respondió. El Sr. Gil calló.", ["EE. UU. respondió.", "El Sr. Gil calló."]),
        ("O Exmo. Sr. Dias saiu. A Dra. Reis ficou.", ["O Exmo. Sr. Dias saiu.", "A Dra. Reis ficou."]),
        (
            "Am 17. Januar kam er. Er blieb bis zum 3. März.",
            ["Am 17. Januar kam er.", "Er blieb bis zum 3. März."],
        ),
        (
            "Am 17. und 18. Mai kamen ca. 30 Mio. Menschen. Gut.",
            ["Am 17. und 18. Mai kamen ca. 30 Mio. Menschen.", "Gut."],
        ),
        (
            "Stahl, z. B. Blech, fehlt. Das sagt W. Ölmann.",
            ["Stahl, z. B. Blech, fehlt.", "Das sagt W. Ölmann."],
        ),
        ("Es waren 17. Alle gingen.", ["Es waren 17.", "Alle gingen."]),
        ("L'on. Rossi tace. Il dott. Bianchi no.", ["L'on.", "Rossi tace.", "Il dott.", "Bianchi no."]),
        ("L'On. Rossi tace. La S.p.A. Verdi no.", ["L'On. Rossi tace.", "La S.p.A. Verdi no."]),
        (
            "Dat kost bijv. 3 mln. euro. Dhr. Bos weet het.",
            ["Dat kost bijv. 3 mln. euro.", "Dhr.", "Bos weet het."],
        ),
        ("Den 17. mai kl. 14.05 kom bl.a. kongen. Ja.", ["Den 17. mai kl. 14.05 kom bl.a. kongen.", "Ja."]),
        ("Det är t.ex. nr. 3. Han vet.", ["Det är t.ex. nr. 3.", "Han vet."]),
        ("To np. prof. Nowak i tys. osób. Tak.", ["To np. prof. Nowak i tys. osób.", "Tak."]),
        ("Сказал В. В. Иванов. Потом ушёл.", ["Сказал В. В. Иванов.", "Потом ушёл."]),
        ("Это 5 млн. руб. и 3 тыс. тонн. Всё.", ["Это 5 млн. руб. и 3 тыс. тонн.", "Всё."]),
        ("Порт ім. Шевченка відкрито. Є. Коваль рад.", ["Порт ім. Шевченка відкрито.", "Є. Коваль рад."]),
        ("هل وصل الوفد؟ نعم. شكرا!", ["هل وصل الوفد؟", "نعم.", "شكرا!"]),
        ("会談した。首相は言った｡「はい」と。", ["会談した。", "首相は言った｡", "「はい」と。"]),
        ("“없다”고 말했다. 3.5% 올랐다.", ["“없다”고 말했다.", "3.5% 올랐다."]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentence_ends_at_its_mark_and_not_at_an_abbreviation(line: str, sentences: list[str]) -> None:
    assert list(sentences_of(line, 1_000)) == sentences


def test_sentence_without_an_end_is_cut() -> None:
    assert list(sentences_of("a" * 25, 10)) == ["a" * 10, "a" * 10, "a" * 5]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 copies"), (1, "1 copy"), (2, "2 copies"), (1200, "1,200 copies")]
)
def test_count_has_its_noun(number: int, words: str) -> None:
    assert counted(number, "copy", "copies") == words
