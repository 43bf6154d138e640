"""What is known of tokens is remembered, within bounds."""

from __future__ import annotations

from pipelines.text.tokens import WORDS, tokens


def test_no_more_tokens_are_remembered_than_a_process_has_room_for() -> None:
    before = tokens("Ottawa's canola, 1,000 tonnes")
    for number in range(60_000):
        tokens(f"token{number}")
    assert len(WORDS) < 30_000
    assert tokens("Ottawa's canola, 1,000 tonnes") == before
