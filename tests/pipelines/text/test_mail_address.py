"""What counts as an e-mail address."""

from __future__ import annotations

import pytest

from pipelines.text.mail_address import is_address


@pytest.mark.parametrize(
    "address",
    [
        "desk@newsroom.example",
        "desk+canola@newsroom.example",
        "编辑@例子.中国",
        "root@localhost",
        "desk@mail.local",
        "desk@newsroom.test",
    ],
)
def test_addresses_of_the_internet_and_of_an_own_network_count(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "desk",
        "desk@",
        "@newsroom.example",
        "desk@newsroom..example",
        "desk@newsroom.example.",
        "a..b@newsroom.example",
        "Desk <desk@newsroom.example>",
        "desk@newsroom.example\r\nBcc: x@y.example",
        "=?utf-8?q?x?=@newsroom.example",
        "desk@-é-.example",
        "a@b.example, c@d.example",
        f"{'a' * 250}@b.example",
        None,
        7,
    ],
)
def test_what_no_server_takes_does_not_count(value: object) -> None:
    assert not is_address(value)
