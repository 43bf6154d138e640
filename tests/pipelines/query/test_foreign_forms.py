"""Nobody is answered with nothing because a query was written for another product."""

from __future__ import annotations

import pytest

from pipelines.query import Near, Or, QueryError, Words, parse
from pipelines.query.apostrophes import with_apostrophes

#: Forms of nearness, with the number of words between, and whether their order counts.
NEARNESS = (
    *(
        f"canola {sign} tariff"
        for sign in ("NEAR/5", "near/5", "NEAR5", "w/5", "W/5", "/5", "n/5", "WITHIN/5")
    ),
    *(f"canola {sign} tariff" for sign in ("pre/5", "PRE/5", "p/5", "ONEAR/5", "ADJ5", "adj/5", "BEFORE/5")),
)


@pytest.mark.parametrize("text", NEARNESS)
def test_every_form_of_nearness_is_understood(text: str) -> None:
    root = parse(text).root
    assert isinstance(root, Or)
    first = root.parts[0]
    assert isinstance(first, Near)
    assert (first.pieces, first.slop) == ((("canola",), ("tariff",)), 5)
    is_in_order = text.split()[1].lower().startswith(("p", "onear", "adj", "before"))
    assert first.is_in_order == is_in_order


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("canola AROUND(5) tariff", "NEAR/5"),
        ("canola NEAR tariff", "NEAR/5"),
        ("NEAR(canola tariff, 5)", "NEAR/5"),
        ("canola same tariff", "NEAR/25"),
        ("canola SAME tariff", "NEAR/25"),
        ("canola w/p tariff", "NEAR/25"),
        ("canola /s tariff", "NEAR/10"),
        ("canola NOT w/5 tariff", "canola NOT (canola NEAR/5 tariff)"),
        ("atleast3(canola)", "leave it out"),
        ("ATLEAST5(canola AND tariff)", "leave it out"),
        ("canol!", "canol*"),
        ("canol$", "canol*"),
        ("canol$4 AND tariff", "canol*"),
        ("canola ANDNOT wheat", "canola NOT futures"),
        ("canola AND-NOT wheat", "canola NOT futures"),
        ("canola BUT NOT wheat", "canola NOT futures"),
        ("canola XOR wheat", "(canola OR wheat)"),
        ("atl3(canola)", "leave it out"),
        ("canola and not wheat", "AND in capitals"),
        ("canola NAND wheat", "NOT (canola AND wheat)"),
        ("canola NOR wheat", "NOT (canola OR wheat)"),
        ("canola PRE/S wheat", "NEAR/10"),
        ("any(canola, wheat)", "(canola OR wheat)"),
        ("lang:en AND all(canola wheat)", "(canola wheat)"),
        ("phrase(canola seed)", "in quotes"),
        ("canola | wheat", "Write OR"),
        ("hd=canola", "title:canola"),
        ("la=en and canola", "lang:en"),
        ("HLEAD(canola)", "title:(…) OR summary:(…)"),
        ("HEADLINE(canola)", "title:(…)"),
        ("intitle:canola", "title:canola"),
        ("wc>500", "cannot be asked"),
        ("rst=cbc", "source:cbc"),
        ("foo=bar", "title:canola"),
        ("date(geq(2026-01-01))", "published:>=2026-01-01"),
        ("canola after:2026-01-01", "published:>=2026-01-01"),
        ("allcaps(US)", "quote a word"),
        ("plural(tariff)", "quote a word"),
        ("LENGTH(>500)", "cannot be asked"),
        ("publication(globe)", "source:"),
        ('"canola (tariff OR duty)"~5', "NEAR/5 (tariff OR duty)"),
        ("canola NEAR/5 lang:en", "title:(a NEAR/5 b)"),
        ("canola NEAR/5 (NOT tariff)", "alternatives in parentheses"),
        ("canola NEAR/5 t?riff", "end of a word alone"),
        ("canola NEAR/5 t*", "two letters"),
        ("author:(jean NEAR/2 tremblay)", "use AND here"),
        ("NEAR/5 canola", "on its left"),
        ("canola NEAR/5", "on its right"),
        ("canola NEAR/5 ?", "letter or digit"),
    ],
)
def test_what_is_not_understood_gets_what_to_write(text: str, instead: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert instead in caught.value.message


@pytest.mark.parametrize(
    "headline",
    [
        "Budget 2023: what it means for farmers",
        "Ottawa: tariffs to stay",
        "Canada - China talks resume in Beijing",
        "“We will not back down” - Carney on canola",
        "Trade war or truce? What comes next",
        "Rise and fall of a canola king",
        "Not so fast: canola growers wait",
        "Canola! Peas! What else is taxed",
        "[Video] Who pays {the} tariff <now>",
        "Canada on the same page as China",
        "CANADA BUT ALSO CHINA NEAR A DEAL",
        "AC/DC plays w/ friends: Canada tour",
        "NEITHER CANADA NOR CHINA BACKS DOWN",
        'A 6" pipe for Alberta oil',
        "Source: CBC says canola deal close",
        "加方：欢迎中国取消关税",
        "外交部：中加关系“转圜”？",
        "Canola : la Chine lève ses droits",
        "C\\D: what a backslash means here",
        "Q&A / Canada + China = trade",
        "(CBC) -- Ottawa changes its policy",
        "Ottawa changes its policy | The Post",
        "习近平会见加拿大总理卡尼 | 环球时讯",
        "渥太华审查芯片初创公司 与 TikTok 会谈",
        "Live at 8 p.m. ET on Friday: the debate",
        "Texas beats OU in a thriller",
        "Release date is 2026 for the film",
        "A near-100 per cent tariff on pre-2020 cars",
        "‘What in the world is going on?’",
    ],
)
def test_a_headline_is_understood_as_it_was_pasted(headline: str) -> None:
    assert parse(headline).text == headline


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("ＮＯＴ canola", "NOT canola"),
        ("油菜籽 ＡＮＤ 关税", "油菜籽 AND 关税"),
        ("(油菜籽 ＯＲ canola) 关税", "(油菜籽 OR canola) 关税"),
        ("L' ambassadeur reçu", "ambassadeur reçu"),
        ("L’ ambassadeur de Chine reçu à Ottawa", "ambassadeur de Chine reçu à Ottawa"),
        ("l accord", "l'accord"),
        ("L accord NOT d ici", "l'accord NOT d'ici"),
        ("(qu il OR lorsqu elle) aujourd hui", "(qu'il OR lorsqu'elle) aujourd'hui"),
        ("Quebec s inquiete", "Quebec s'inquiete"),
        ("China s crew", "China's crew"),
        ("farmers don t sell", "farmers don't sell"),
        ("title:(l accord) site:gc.ca", "title:(l'accord) site:gc.ca"),
    ],
)
def test_what_keyboards_and_copies_change_means_the_same(typed: str, means: str) -> None:
    assert parse(typed).root == parse(means).root


@pytest.mark.parametrize(
    "typed",
    ["Plan D is ready", "russia s 400", "plan d OR c OR d", "Vitamin C in fruit", "they re-open", "model t"],
)
def test_a_letter_that_stands_for_itself_stays_a_word(typed: str) -> None:
    assert with_apostrophes(typed) == typed


def test_in_quotes_a_lone_letter_is_both() -> None:
    root = parse('"plan d ici"').root
    assert isinstance(root, Words)
    assert root.phrases == (("plan", "d", "ici"), ("plan", "ici"))


@pytest.mark.parametrize(
    "typed", ["ET phone home", "OU", "AT&T deal", "Disney+ deal", "km/h", "W5 investigates", "5%"]
)
def test_short_searches_that_look_like_operators_are_words(typed: str) -> None:
    assert parse(typed).text == typed
