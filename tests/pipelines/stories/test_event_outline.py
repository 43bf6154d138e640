"""What makes a text a rewrite of another, and what leaves it a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import EventOutline, EventPrint
from pipelines.stories.event_links import relate_events
from pipelines.stories.event_outline import find_rewrite, outline_of
from pipelines.stories.events import same_event
from tests.builders import NOON
from tests.contracts.ledger_values import take_story

REPORT = """Dockers at Halverton go back to work on Thursday after 9 days, their union said.
Members voted by 412 to 87 for an offer of 11 per cent over three years.
Director Tomas Weir counted 64 ships, 14 of them with grain for Rotterdam.
The railway stopped 120 trains at Brandon, said Alan Petrosky.
Economists at Scotiabank put the cost at $310 million.
Judge Renata Holm met both sides 17 times since September.
"Nobody got rich tonight," said Marguerite Olsen."""
REWRITE = """Halverton's longshoremen return to their jobs Thursday following 9 days, so their union.
By 412 against 87, members took a proposal worth 11 per cent during three years.
There were 64 vessels, director Tomas Weir noted, including 14 carrying grain to Rotterdam.
At Brandon, 120 trains were held by the railway, Alan Petrosky indicated.
The bill was set at $310 million by Scotiabank economists.
From September, Judge Renata Holm sat down 17 times with the parties.
"Nobody got rich tonight," Marguerite Olsen remarked."""
MARKS = {"name:halverton": 3.0, "number:412": 3.0, "number:310e6": 3.0, "name:olsen": 3.0}


def test_a_rewrite_names_the_facts_that_stand_in_order() -> None:
    found = find_rewrite(outline_of(REPORT), outline_of(REWRITE))
    assert found is not None
    assert {"412", "87", "weir", "rotterdam", "120", "310e6", "17"} <= set(found.common)
    assert found.common.index("412") < found.common.index("64") < found.common.index("17")


def test_the_same_facts_in_another_order_are_a_report() -> None:
    lines = REWRITE.split("\n")
    turned = "\n".join([lines[4], lines[3], lines[0], lines[2], lines[5], lines[1], lines[6]])
    assert find_rewrite(outline_of(REPORT), outline_of(turned)) is None


def test_who_quotes_something_else_was_there() -> None:
    other = REWRITE.replace("Nobody got rich tonight", "My members can look their kids in the eye")
    assert find_rewrite(outline_of(REPORT), outline_of(other)) is None
    more = f'{REWRITE} "It was the longest week of my life," she told our reporter.'
    assert find_rewrite(outline_of(REPORT), outline_of(more)) is None


def test_a_quotation_left_out_or_shortened_is_no_report_of_its_own() -> None:
    without = REWRITE.rpartition("\n")[0]
    assert find_rewrite(outline_of(REPORT), outline_of(without)) is not None
    shortened = REWRITE.replace("Nobody got rich tonight", "got rich tonight")
    assert find_rewrite(outline_of(REPORT), outline_of(shortened)) is not None


def test_facts_of_its_own_make_a_report() -> None:
    own = (
        "\nFarmer Lena Kowalchuk of Rosetown had 900 tonnes of durum at Yorkton, and lost a buyer in Algeria."
        "\nCrane driver Bill Stavros, 51, lost $2,600 and voted no in the gym of Saint Olave's."
    )
    assert find_rewrite(outline_of(REPORT), outline_of(REWRITE + own)) is None


def test_short_reports_of_one_agency_are_no_rewrites() -> None:
    short = "\n".join(REPORT.split("\n")[:3])
    again = "\n".join(REWRITE.split("\n")[:3])
    assert find_rewrite(outline_of(short), outline_of(again)) is None


def test_two_that_print_one_statement_are_no_rewrites() -> None:
    lines = REPORT.split("\n")
    said = f'"{" ".join(lines[:3])}"\n"{" ".join(lines[3:6])}"'
    one = f"The union of Halverton wrote to members in Brandon.\n{said}\nNine ships left."
    other = f"A letter went round in Moncton.\n{said}\nNobody at the port answered."
    assert find_rewrite(outline_of(one), outline_of(other)) is None


@pytest.mark.parametrize("text", ["", "\n\n", "“", "·", "1" * 9000, "A·", "他·", "“”" * 3000])
def test_any_text_has_an_outline(text: str) -> None:
    assert find_rewrite(outline_of(text), outline_of(REPORT)) is None


# -- in an event ---------------------------------------------------------------------------------------------


def a_print(story: str, text: str, voice: str | None, lang: str = "en", hours: int = 0) -> EventPrint:
    at = NOON + timedelta(hours=hours)
    return EventPrint(story, at, lang, MARKS, voice, outline=outline_of(text))


def test_the_later_text_is_the_rewrite_whatever_its_id() -> None:
    first, second = a_print("s9", REPORT, "from:a"), a_print("s1", REWRITE, "from:b", hours=3)
    for link in (same_event(first, second), same_event(second, first)):
        assert link is not None
        assert link.rewritten_from == "s9"
        assert "rewritten from the earlier one" in link.why[0]
        assert "412" in link.why[0]


def test_the_reason_writes_facts_as_a_reader_does() -> None:
    facts = ("2024", "12e3", "1.2e4", "310e6", "4500", "olsen", "·麦")
    common = EventOutline(tuple((fact, f"1{number}") for number, fact in enumerate(facts)))
    first, second = EventPrint("s1", NOON, "en", MARKS), EventPrint("s2", NOON, "en", MARKS)
    link = same_event(replace(first, outline=common), replace(second, outline=common))
    assert link is not None
    for written in ("2024", "12,000", "310 million"):
        assert written in link.why[0]
    assert "·" not in link.why[0]


def test_what_a_newsroom_writes_again_and_other_languages_are_no_rewrites() -> None:
    first = a_print("s1", REPORT, "from:a")
    for other in (a_print("s2", REWRITE, "from:a"), a_print("s2", REWRITE, "from:b", lang="fr")):
        link = same_event(first, other)
        assert link is not None
        assert link.rewritten_from is None


def likenesses(ledger: MemoryLedger, story_id: str) -> dict[str, str | None]:
    return {other.story_id: other.likeness for other in ledger.related(story_id)}


@pytest.mark.parametrize("order", [1, -1])
def test_a_rewrite_counts_with_its_text_and_both_sides_say_so(order: int) -> None:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    prints = [
        a_print("s1", REPORT, "from:a"),
        a_print("s2", REWRITE, "from:b", hours=2),
        a_print("s3", "A short report.", "from:c", hours=3),
    ][::order]
    for event in prints:
        take_story(ledger, event.story_id, int(event.story_id[1:]))
    for event in prints:
        relate_events(ledger, event)
    stories = ledger.stories(["s1", "s2", "s3"]).values()
    assert {story.independent for story in stories} == {2}
    assert likenesses(ledger, "s1") == {"s2": "rewrite", "s3": None}
    assert likenesses(ledger, "s2") == {"s1": "rewritten", "s3": None}


def test_a_rewrite_of_a_release_is_no_report() -> None:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    release = replace(a_print("s1", REPORT, "by:port"), channel="GlobeNewswire", is_release=True)
    for event in (release, a_print("s2", REWRITE, "from:b", hours=2)):
        take_story(ledger, event.story_id, int(event.story_id[1:]))
        relate_events(ledger, event)
    assert {story.independent for story in ledger.stories(["s1", "s2"]).values()} == {0}
