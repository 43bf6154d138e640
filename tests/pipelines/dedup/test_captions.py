"""Lines under photographs, and lines of reports that look like them."""

from __future__ import annotations

import pytest

from pipelines.dedup.captions import is_caption, without_captions
from pipelines.dedup.decision import decide
from tests.pipelines.dedup.newsroom import a_member, text_of

CAPTIONS = [
    "FILE - A deckhand coils a line aboard the Lady Petra at the quay in Skarrow. (AP Photo/Jonas Veld)",
    "Governor Lien Tao waits in the rain beside the flags of both sides. (Petra Wellman/Pool Photo via AP)",
    "Finance Minister Corin Hale arrives on foot for a meeting of cabinet. REUTERS/Lars Egede",
    "Cattle stand on a knoll surrounded by brown water. THE CANADIAN PRESS/Mona Ferrier",
    "2 of 3 | A policeman closes the gate of the pier.",
    "The old depot in spring. Photo: Ines Rowe",
    "Un policier referme la grille du quai. Photo : Inès Roy, AFP",
    "Du bétail réfugié sur une butte. LA PRESSE CANADIENNE/Mona Ferrier",
    "Le ministre arrive à pied. PHOTO LARS EGEDE, REUTERS",
    "3月9日晚，抗议者在港务局门前举起灯笼。新华社记者 罗宜 摄",
    "居民在学校院子里排队领取饮用水。（图片来源：视觉中国）",
    "图为代表团抵达机场。",
]
TEXT = [
    "The minister sailed on Monday, Reuters reported, and will be back on Friday.",
    "Prices fell by a tenth in May/June, the board said.",
    "Photographs of the wreck were shown in court on Tuesday.",
    "The company filed for protection from its creditors (it has four).",
    "She posed for a photo: nobody else did, and the crowd went home.",
    "Le ministère a publié les photos mardi, a dit Reuters.",
    "摄影展本周在温哥华开幕，展出作品一百二十件。",
    "新华社北京1月16日电 外交部发言人当天主持例行记者会。",
    "图书馆周一重新开放。",
]


@pytest.mark.parametrize("line", CAPTIONS)
def test_line_under_a_photograph(line: str) -> None:
    assert is_caption(line)


@pytest.mark.parametrize("line", TEXT)
def test_line_of_a_report(line: str) -> None:
    assert not is_caption(line)


def test_a_long_paragraph_is_text_whatever_it_ends_with() -> None:
    assert not is_caption("The river rose again on Sunday. " * 30 + "(AP Photo/Jonas Veld)")


def test_a_page_of_photographs_keeps_its_captions() -> None:
    assert without_captions(CAPTIONS) == CAPTIONS
    assert without_captions([TEXT[0], *CAPTIONS]) == [TEXT[0]]


def test_two_briefs_under_one_photograph_are_two_stories() -> None:
    caption = CAPTIONS[1].replace("waits", "waits, on the second day of a visit put off twice since spring,")
    one = a_member("one", "Ferries stop at night", text_of(caption, "Ferries stay in port at night. " * 4))
    two = a_member("two", "Cracks in the dam", text_of(caption, "Cracks have opened in the dam. " * 4))
    assert decide(two, [one]).story_ids == ()


@pytest.mark.parametrize("line", ["(" * 700, "/" * 700, "photo " * 110, "（图" * 300, "\x00", ""])
def test_hostile_lines_are_read(line: str) -> None:
    assert is_caption(line) in (True, False)
