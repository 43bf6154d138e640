"""What an edit is told as: facts weigh, typography and boilerplate do not, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import Edit, PageText, Span
from pipelines.revisions import changed_passages, edit_between
from pipelines.revisions.facts import printed_numbers
from pipelines.revisions.facts.attributions import find_attributions
from pipelines.revisions.passages import text_after, text_before

EN = (
    "Canada will lift the tariff on 14 products from China, Foreign Minister Anita Anand said on Monday. "
    "The move follows talks in Beijing. “We have reached a preliminary agreement,” she told reporters.\n\n"
    "Officials said the list would be published soon. Canola growers in Saskatchewan have waited for it "
    "since March."
)
FR = (
    "Le Canada lèvera les droits sur 14 produits chinois, a déclaré lundi la ministre Anita Anand. "
    "« Nous avons conclu un accord préliminaire », a-t-elle dit.\n\n"
    "La liste sera publiée bientôt, selon deux diplomates."
)
ZH = (
    "加拿大外长阿南德15日表示，双方已就14项议题达成初步协议。会谈在北京举行。\n\n"
    "外交部发言人林剑表示，“中方愿意继续沟通”，清单将很快公布。"
)


def edit(
    before: str, after: str, *, title: str = "Canada lifts tariff", new_title: str | None = None
) -> Edit:
    return edit_between(PageText(title, before), PageText(new_title or title, after))


def changed(text: str, old: str, new: str) -> Edit:
    assert old in text
    return edit(text, text.replace(old, new))


@pytest.mark.parametrize(
    ("text", "old", "new", "reason"),
    [
        (EN, "14 products", "41 products", "number changed: 14 → 41"),
        (EN, "14 products", "14 million products", "number changed: 14 → 14 million"),
        (
            EN,
            "Anita Anand",
            "Mélanie Joly",
            "name changed: Foreign Minister Anita Anand → Foreign Minister Mélanie Joly",
        ),
        (EN, "in Beijing", "in Shanghai", "name changed: Beijing → Shanghai"),
        (
            EN,
            "preliminary",
            "final",
            "quote changed: “We have reached a preliminary agreement,” → “We have reached a final",
        ),
        (
            EN,
            "Officials said",
            "Officials denied",
            "attribution changed: “Officials said” → “Officials denied”",
        ),
        (EN, "will lift", "will not lift", "now denied: "),
        (EN, "on Monday", "on Friday", "date changed: Monday → Friday"),
        (EN, "since March", "since May", "date changed: March → May"),
        (FR, "déclaré lundi", "déclaré mardi", "date changed: lundi → mardi"),
        (FR, "14 produits", "41 produits", "number changed: 14 → 41"),
        (FR, "Anita Anand", "Mélanie Joly", "name changed: Anita Anand → Mélanie Joly"),
        (FR, "préliminaire", "définitif", "quote changed: "),
        (FR, "selon deux diplomates", "selon la ministre", "attribution changed: "),
        (FR, "sera publiée", "ne sera pas publiée", "now denied: "),
        (ZH, "14项", "41项", "number changed: 14 → 41"),
        (ZH, "14项", "十六项", "number changed: 14 → 十六"),
        (ZH, "林剑", "毛宁", "name changed: 林剑 → 毛宁"),
        (ZH, "愿意继续沟通", "愿意立即停止沟通", "quote changed: "),
        (ZH, "将很快公布", "不会公布", "now denied: "),
    ],
)  # fmt: skip
def test_changed_fact_is_material_and_told(text: str, old: str, new: str, reason: str) -> None:
    found = changed(text, old, new)
    assert found.material
    assert any(why.startswith(reason) for why in found.why), found.why


def test_a_correction_that_repeats_the_wrong_number_tells_one_change() -> None:
    corrected = (
        EN.replace("14 products", "41 products") + "\n\nCorrection: 14 was wrong. The list has 41 lines."
    )
    numbers = [why for why in edit(EN, corrected).why if why.startswith("number")]
    assert len(numbers) == 1
    assert numbers[0].startswith("number changed: 14 → 41")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (EN, "Canada will", "Canada, however, will"),
        (EN, "14 products", "fourteen products"),
        (EN, "“We have reached a preliminary agreement,”", '"We have reached a preliminary agreement,"'),
        (EN, "Canola growers", "Growers of canola"),
        (EN, "The move follows", "It came after"),
        (EN, ". The move", "; the move"),
        (EN, "Anita Anand said", "Anand said"),
        (EN, "she told reporters", "she said"),
        (EN, "on Monday. The", "on Monday.\n\nThe"),
        (FR, "14 produits", "quatorze produits"),
        (FR, "« Nous avons conclu un accord préliminaire »", "“Nous avons conclu un accord préliminaire”"),
        (ZH, "14项", "十四项"),
        (ZH, "。会谈", "；会谈"),
        (ZH, "会谈", "會談"),
    ],
)
def test_wording_and_typography_are_not_material(text: str, old: str, new: str) -> None:
    found = changed(text, old, new)
    assert not found.material, found.why
    assert found.why[0].startswith("only ")


@pytest.mark.parametrize(
    "line",
    [
        "Last updated: Jan. 4, 2026, 5:00 p.m. ET",
        "Published 17 January 2026",
        "Mis à jour le 4 janvier à 17 h",
        "更新时间：2026-01-17 14:05",
        "2026年01月17日 14:05",
        "Related: China hits back at 12 Canadian firms",
        "À lire aussi : Pékin répond à Ottawa",
        "相关阅读：中方回应加方关税",
        "Related stories\nChina hits back at Carney\nNine things to know about canola",
        "责任编辑：李明",
        "27 comments",
    ],
)
def test_boilerplate_that_comes_or_changes_is_no_edit(line: str) -> None:
    for before, after in ((EN, f"{EN}\n\n{line}"), (f"{line}\n\n{EN}", EN)):
        found = edit(before, after)
        assert not found.material, found.why
        assert not changed_passages(found)


def test_marked_boilerplate_is_not_compared() -> None:
    tail = "Contact: Jane Roe, 613-555-0142"
    body = f"{EN}\n\n{tail}"
    span = Span(len(EN) + 2, len(body), "contact")
    assert not edit_between(PageText("T", EN), PageText("T", body, (span,))).material
    assert edit_between(PageText("T", EN), PageText("T", body)).material


def test_headline_weighs_but_not_the_name_of_the_site_behind_it() -> None:
    renamed = edit(EN, EN, title="Canada lifts tariff", new_title="Canada keeps tariff")
    assert renamed.material
    assert renamed.why[0] == "headline changed: “Canada lifts tariff” → “Canada keeps tariff”"
    assert [p.how for p in renamed.headline.pieces] == ["kept", "removed", "added", "kept"]
    assert not edit(EN, EN, title="Canada lifts tariff", new_title="Canada lifts tariff | Demo Post").material
    assert not edit(EN, EN, title="Canada lifts tariff", new_title="UPDATE 2 - Canada lifts tariff").material


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Xi meets Carney – talks collapse", "Xi meets Carney – deal signed"),
        ("Xi Meets Carney – Talks Collapse", "Xi Meets Carney – Deal Signed"),
        ("Xi meets Carney - Beijing", "Xi meets Carney - Ottawa"),
        ("Xi meets Carney", "Xi meets Carney — talks collapse"),
        ("Xi Meets Carney", "Xi Meets Carney — Talks Collapse"),
        ("Rencontre Xi-Carney – un accord", "Rencontre Xi-Carney – aucun accord"),
        ("习近平会见卡尼 — 谈判破裂", "习近平会见卡尼 — 达成协议"),
    ],
)
def test_words_behind_a_dash_are_part_of_the_headline(before: str, after: str) -> None:
    changed = edit(EN, EN, title=before, new_title=after)
    assert changed.material
    assert changed.why[0].startswith("headline changed:")


@pytest.mark.parametrize(
    "site", [" | Demo Post", " - Demo Post", " – The Post of Demo", " :: demo", " · CBC"]
)
def test_name_of_a_site_that_comes_or_goes_is_no_new_headline(site: str) -> None:
    title = "Canada lifts tariff on cars"
    assert not edit(EN, EN, title=title, new_title=title + site).material
    assert not edit(EN, EN, title=title + site, new_title=title).material


def test_added_and_removed_paragraphs_are_told_with_their_length() -> None:
    more = (
        "The embassy did not answer questions about the list, and a hearing on it was put off until further "
        "notice."
    )
    added = edit(EN, f"{EN}\n\n{more}")
    assert added.material
    assert "1 sentence added (20 words)" in added.why
    assert [text_after(p) for p in changed_passages(added)] == [more]
    removed = edit(f"{EN}\n\n{more}", EN)
    assert removed.material
    assert [text_before(p) for p in changed_passages(removed)] == [more]


def test_paragraph_that_moved_is_kept() -> None:
    first, second = EN.split("\n\n")
    found = edit(EN, f"{second}\n\n{first}")
    assert not found.material
    assert not changed_passages(found)


def test_diff_shows_words_inside_the_sentence() -> None:
    passage = changed_passages(changed(EN, "14 products", "41 products"))[0]
    assert [(p.how, p.text) for p in passage.pieces] == [
        ("kept", "Canada will lift the tariff on "),
        ("removed", "14"),
        ("added", "41"),
        ("kept", " products from China, Foreign Minister Anita Anand said on Monday."),
    ]


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_have_a_diff_that_holds_all_their_words(before: str, after: str) -> None:
    found = edit(before, after)
    assert found.why
    assert not edit(after, after).material
    assert not changed_passages(edit(after, after))
    for passage in found.passages:
        assert all(piece.text for piece in passage.pieces)


@pytest.mark.parametrize(
    "text",
    ["“" * 80_000, "a. " * 30_000, "不" * 80_000, "1 " * 40_000, "Canada said " * 10_000, "据" * 40_000],
    ids=lambda text: repr(text[:6]),
)
@pytest.mark.timeout(120)  # an idle machine needs 2 s
def test_hostile_text_is_compared(text: str) -> None:
    assert edit(EN, text).why
    assert edit(text, text[: len(text) // 2] + EN + text[len(text) // 2 :]).why


def test_another_text_in_its_place_is_said_in_one_sentence() -> None:
    withdrawn = (
        "We withdrew this report on Saturday: an editor had mistaken a draft for the text of the agreement."
    )
    (reason,) = edit(EN, withdrawn).why
    assert reason.startswith("another text: 5 sentences (")
    assert edit(EN, withdrawn).material


def test_verb_that_is_written_like_a_month_is_no_date() -> None:
    march = edit(
        "Growers march to the port, and they may stay there.",
        "Growers go to the port, and they can stay there.",
    )
    assert not any(why.startswith("date") for why in march.why)


def test_a_number_word_with_a_letter_of_another_alphabet_is_no_number() -> None:
    assert printed_numbers("sİx mayors and 14 workers") == {"14": "14"}
    assert printed_numbers("ſix mayors") == {"6": "six"}


def test_a_number_is_found_however_it_is_written() -> None:
    assert list(printed_numbers("Forty-two left")) == ["40", "2"]
    assert list(printed_numbers("DEUX maires")) == ["2"]
    assert list(printed_numbers("十四人受伤")) == ["14"]
    assert not printed_numbers("Nobody was hurt an hour ago")


@pytest.mark.parametrize("speaker", ["Emma Nowak", "Élise Nowak", "Łukasz Nowak", "Şafak Nowak"])
def test_who_says_something_is_told_whatever_letter_the_name_begins_with(speaker: str) -> None:
    (attribution,) = find_attributions(f"“The tariff goes”, said {speaker} on Monday.")
    assert attribution.printed == f"said {speaker}"
