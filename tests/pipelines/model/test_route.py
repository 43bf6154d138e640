"""What a body is without the parts that are not its report."""

from __future__ import annotations

from pipelines.model import Span, without_spans

BODY = "OTTAWA — Exports rose. Share this. The end."


def span(words: str, label: str = "disclaimer") -> Span:
    start = BODY.index(words)
    return Span(start, start + len(words), label)


def test_body_without_spans_is_as_it_is() -> None:
    assert without_spans(BODY, []) == BODY


def test_each_span_leaves_a_space_in_whatever_order_they_come() -> None:
    spans = [span("Share this."), span("OTTAWA — ", "dateline")]
    assert without_spans(BODY, spans).split() == ["Exports", "rose.", "The", "end."]


def test_span_inside_another_changes_nothing() -> None:
    whole = span("Share this. The")
    inside = span("this.")
    assert without_spans(BODY, [whole, inside]) == without_spans(BODY, [whole])


def test_spans_that_overlap_are_left_out_as_one() -> None:
    spans = [span("Share this. "), span("this. The ")]
    assert without_spans(BODY, spans).split() == ["OTTAWA", "—", "Exports", "rose.", "end."]
