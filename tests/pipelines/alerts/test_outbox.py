"""What the outbox owes: waiting for a person, put aside, sent again."""

from __future__ import annotations

from pipelines.alerts.outbox import MOST_TRIES
from pipelines.model import TroubleKind
from pipelines.ports.mail import NeedsMending
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola


def test_what_a_person_has_to_mend_waits_for_that_person_and_is_asked_once_a_round() -> None:
    house = Newsroom(canola(), canola(id="crops", name="Crops", to=("crops@newsroom.example",)))
    house.take("s1", 1)
    house.inbox.error = NeedsMending("535 wrong password")
    for _ in range(MOST_TRIES + 2):
        house.tell()
        house.later(hours=8)
    assert {mail.state for mail in house.ledger.mails()} == {"due"}
    assert {trouble.kind for trouble in house.troubles} == {TroubleKind.TEMPORARY}
    assert house.troubles[-1].text == "put off with it: 1 message; 535 wrong password"
    house.inbox.error = None
    assert len(house.later(hours=8).tell()) == 2
