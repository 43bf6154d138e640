"""What stands for a name in a Chinese text."""

from __future__ import annotations

import pytest

from pipelines.dedup import print_of
from pipelines.text.chinese_names import names_of
from pipelines.text.tokens import name_mark


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("摩洛哥外长萨法迪来访", {"摩洛", "洛哥", "萨法"}),
        ("允许赞比亚大麦进口", {"赞比"}),
        ("临江市气象台", {"临江", "江市"}),
        ("程学军同志去世", {"学军", "去世"}),
        ("第十二批清单", {"第十二"}),
        ("经查，男子赵某被临江公安机关处罚", {"赵某", "临江"}),
        ("某些人和某个村", set()),
        ("各省市场", set()),
        ("谷价上涨", set()),
    ],
)
def test_name_is_known_by_what_stands_beside_it(text: str, names: set[str]) -> None:
    found = list(names_of(text))
    assert {name for _, name in found} == names
    assert all(text.startswith(name, at) for at, name in found)


def test_print_knows_chinese_names_in_either_script_beside_latin_ones() -> None:
    simplified, traditional = (
        print_of("", "赞比亚外长会见 Erin Calloway"),
        print_of("", "贊比亞外長會見 Erin Calloway"),
    )
    assert simplified.names == traditional.names
    assert {name_mark("赞比"), name_mark("比亚"), name_mark("calloway")} <= simplified.names
