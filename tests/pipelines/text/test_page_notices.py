"""What pages say that want something before they show a text."""

from __future__ import annotations

import pytest

from crawlers.challenges import find_request
from pipelines.text.page_notices import (
    MISSING_ARTICLE,
    MISSING_PAGE,
    find_wall_in_text,
    find_wall_on_page,
    is_wall_line,
)

WALLS = [
    "Subscribe to continue reading",
    "Log in or register to read the full story",
    "Create a free account to keep reading",
    "To continue reading, subscribe today.",
    "Unlock this article for $1",
    "For subscribers only",
    "This story is exclusively for members.",
    "You’ve reached your limit? You have reached your monthly article limit.",
    "Start your free trial to continue",
    "Abonnez-vous pour lire la suite",
    "Créez un compte gratuit pour poursuivre votre lecture",
    "Pour lire la suite, abonnez-vous",
    "La suite de cet article est réservée aux abonnés",
    "Contenu réservé à nos abonnés",
    "Il vous reste 80 % de cet article à lire",
    "登录后阅读全文",
    "訂閱後繼續閱讀",
    "继续阅读请登录",
    "请登录查看全文",
    "登入會員，即可繼續閱讀",
    "本文为付费内容",
    "会员专享",
]


@pytest.mark.parametrize("line", WALLS)
def test_wall_is_found_in_and_beside_a_text(line: str) -> None:
    assert find_wall_in_text(["Some text.", line])
    assert find_wall_on_page(["Some text.", line])
    assert find_wall_on_page([line.upper()])
    assert is_wall_line(line.upper()) == is_wall_line(line)


@pytest.mark.parametrize(
    "line", ["Already a subscriber? Log in", "Déjà abonné ? Connectez-vous", "Verify you are human"]
)
def test_question_and_check_count_in_the_text_alone(line: str) -> None:
    assert is_wall_line(line)
    assert find_wall_in_text([line])
    assert not find_wall_on_page([line])


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to our newsletter",
        "Growers signed in May to keep prices.",
        "The register of lobbyists is open to all.",
        "Les abonnés du journal ont reçu une lettre.",
        "双方签署协议，继续推进合作。",
        "登录火星的探测器传回照片。",
        "免费订阅《高端阅读》",
        "含有内容需登入查看的页面",
    ],
)
def test_other_lines_are_no_wall(line: str) -> None:
    assert not find_wall_in_text([line])
    assert not is_wall_line(line)


def test_notices_in_place_of_an_article_are_known() -> None:
    assert find_request("Please enable JavaScript and try again")
    assert find_request("Vérifiez que vous n’êtes pas un robot")
    assert find_request("请启用 JavaScript")
    assert find_request("请输入验证码")
    assert not find_request("The array identifies ships; a script may enable ports.")
    assert MISSING_PAGE.search("Page introuvable")
    assert MISSING_ARTICLE.search("该文章已被删除")
    assert MISSING_ARTICLE.search("This story is no longer available")
    assert not MISSING_ARTICLE.search("It sold 4040 tonnes.")


def test_the_words_of_a_wall_are_told_as_they_are_written() -> None:
    assert find_wall_in_text(["Please SUBSCRIBE Now to Continue."]) == "SUBSCRIBE Now to Continue"


@pytest.mark.parametrize(
    "lines",
    [
        ["Subscribe to", "continue reading"],
        ["Exclusive", "for subscribers", "only"],
        ["Pour lire", "la suite, abonnez-vous"],
        ["For subscribers only" + "!" * 300],
        [],
    ],
)
def test_words_of_two_lines_are_no_wall(lines: list[str]) -> None:
    assert not find_wall_in_text(lines)
    assert not find_wall_on_page(lines)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Exclusive for subscribers only"], "Exclusive for subscribers only"),
        (["Subscribe to", "continue", "FOR SUBSCRIBERS ONLY", "会员专享"], "FOR SUBSCRIBERS ONLY"),
        (["会员专享", "For subscribers only"], "会员专享"),
    ],
)
def test_words_of_the_first_line_with_some_are_told(lines: list[str], words: str) -> None:
    assert find_wall_in_text(lines) == find_wall_on_page(lines) == words
