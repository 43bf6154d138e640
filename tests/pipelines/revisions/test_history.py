"""The states of a page, read with the agencies that a beat knows."""

from __future__ import annotations

from pipelines.beat.organisations import organisations_of
from pipelines.beat.outlets import Outlet
from pipelines.model import ArticleVersion
from pipelines.revisions import states_of
from tests.builders import NOON
from tests.contracts.ledger_values import a_stored

HARBIN = Outlet(name="Radio Harbin", kind="agency")
PROSE = (
    "The boats came back with half of what they had hoped for, and the buyers on the quay said that the "
    "price would rise before the week was over. Nobody wanted to give a number."
)


def test_credit_of_a_beats_own_agency_is_no_text_of_an_earlier_state() -> None:
    stored = a_stored(1, title="Boats return", body=PROSE, version=2, collected=NOON)
    earlier = ArticleVersion(1, "hash", "Boats return", f"{PROSE}\n\nSource: Radio Harbin", NOON)
    known = states_of(stored, [earlier], organisations_of((HARBIN,)))
    unknown = states_of(stored, [earlier])
    assert known[-1].edit is not None
    assert {passage.how for passage in known[-1].edit.passages} == {"kept"}
    assert unknown[-1].edit is not None
    assert {passage.how for passage in unknown[-1].edit.passages} != {"kept"}
