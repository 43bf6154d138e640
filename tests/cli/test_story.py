"""What `maplewire story` says of a copy: how late it came, and what it kept, left out and added."""

from __future__ import annotations

from datetime import timedelta

from pipelines.cli.shapes import delay_s, passages_shape
from pipelines.model import PageText
from pipelines.versions import edit_between
from tests.builders import NOON, a_stamp
from tests.contracts.ledger_values import a_stored

ORIGINAL = (
    "The ministers met on Monday in the port. They signed two papers on grain. A third was put off until May."
)


def test_copy_says_what_it_kept_left_out_and_added() -> None:
    copy = "The ministers met on Monday in the port. A third was put off until May. Growers here are not amused at all."
    told = passages_shape(edit_between(PageText("A", ORIGINAL), PageText("B", copy)))
    assert told == {
        "kept": ["The ministers met on Monday in the port.", "A third was put off until May."],
        "dropped": ["They signed two papers on grain."],
        "added": ["Growers here are not amused at all."],
    }


def test_delay_is_told_only_where_both_pages_name_the_hour() -> None:
    first = a_stored(1, published=a_stamp(NOON))
    late = a_stored(2, published=a_stamp(NOON + timedelta(minutes=24)))
    day = a_stored(3, published=a_stamp(NOON, precision="day"))
    assert delay_s(late, first) == 24 * 60
    assert delay_s(day, first) is delay_s(first, first) is delay_s(late, None) is None
