"""Nine days of edits, deletions, returns and outages, rehearsed with a clock that is set ahead.

Each thing is told once, to whom it concerns, in the hours of the reader, under a subject that says it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.batch import read_page
from tests.cli.diary import Diary, Page, SentMail

#: The nine days are made once, in one process.
pytestmark = pytest.mark.xdist_group("nine days")


SHIP = Page(
    "/ship",
    "Fourteen sailors die as canola ship bound for China sinks off Canada",
    (
        "HALIFAX - A bulk carrier with 30,000 tonnes of Canadian canola for China sank in a storm 90 miles "
        "off Nova Scotia on Sunday night, and 14 sailors died, the coast guard of Canada said.",
        "Two helicopters searched until dawn. The owner in Dalian asked for patience while families of the "
        "crew travelled to Halifax, and the embassy of China sent a consul to the port.",
        "Growers in Saskatchewan had loaded the hold in May after talks between Ottawa and Beijing.",
    ),
)
MILL = Page(
    "/mill",
    "Canola mill in Yorkton to close over China duties",
    (
        "YORKTON - The largest canola mill of Saskatchewan will close in autumn because China keeps its "
        "duties on Canadian oil, and 1,200 jobs will be lost, the company said on Monday.",
        "Its director said that Beijing had promised him an exemption in spring and that Ottawa knew of it.",
        "The union wants the province to buy the presses, the silos and the rail spur that leads to them.",
    ),
)
PORT = Page(
    "/port",
    "Vancouver terminal halts canola loading for China after a failed test",
    (
        "VANCOUVER - A terminal on the north shore stopped loading canola for China on Tuesday after "
        "inspectors found weed seed in four samples from two rail cars, Canada's grain commission said.",
        "Chinese customs had warned twice this spring that it would turn such cargo back at Nansha.",
        "Eleven vessels wait at anchor in English Bay, and each day costs their charterers 25,000 dollars.",
    ),
)
FARM = Page(
    "/farm",
    "Canada's farm minister to sell canola in Chengdu",
    (
        "OTTAWA - The agriculture minister of Canada flies to Chengdu next week with sixty exporters to sell "
        "canola, peas and pork to buyers of western China, her office said on Tuesday.",
        "She is to open a pavilion at a food fair and to meet the governor of Sichuan for dinner.",
        "Opposition members asked why no beef packer was on the list of those who travel with her.",
    ),
)
SEED = Page(
    "/seed",
    "Chinese lab and Guelph university breed canola that stands drought",
    (
        "GUELPH - Researchers of Canada and China have bred a canola that yields well with half the rain, "
        "they wrote on Monday in a journal of plant science after nine years of trials in two deserts.",
        "The seed is to be free for small holders, said the professor who led the Canadian half of the work.",
        "A seed company of Winnipeg has asked a court to look at who owns a gene that the plant carries.",
    ),
)
OIL = Page(
    "/oil",
    "Price of canola oil in China falls to a three-year low, Canadian crushers say",
    (
        "WINNIPEG - Canola oil sold in Shanghai for less than at any time since 2028, a group of Canadian "
        "crushers said on Tuesday, since warehouses on the Yangtze are full of sunflower oil.",
        "Two crushers put off the building of new presses in Alberta that were to open next summer.",
        "Traders expect China to buy again when its schools and canteens sign contracts in August.",
    ),
)
LOBSTER = Page(
    "/lobster",
    "China lifts its ban on live lobster from Canada",
    (
        "SHEDIAC - Live lobster from Canada may be flown to China again from Friday on, the fisheries "
        "department said, eleven weeks after customs officers in Shenzhen had found cadmium in a box.",
        "Boats of the gulf had landed half of their usual catch, since the pounds were full.",
        "An airline adds three freighters a week from Moncton as long as the season lasts.",
    ),
)
RAIL = Page(
    "/rail",
    "Rail strike in Canada keeps canola from ships to China",
    (
        "CALGARY - Nine thousand rail workers of Canada walked out on Friday evening, and 400 cars of canola "
        "for China stood still between Moose Jaw and Kamloops, the railway said.",
        "A mediator called both sides to a hotel in Calgary for Sunday and asked for silence until then.",
        "Elevators on the prairies have room for six days, after which farmers must keep what they thresh.",
    ),
)
BOND = Page(
    "/bond",
    "Canada's canola growers borrow from a Chinese bank for the first time",
    (
        "REGINA - A cooperative of 800 canola growers in Canada borrowed 70 million dollars from a bank in "
        "Harbin, China, to build a storehouse, its treasurer told members in a curling rink on Monday.",
        "Interest is half of what prairie lenders ask; the silos themselves are the pledge for the loan.",
        "A member of parliament wants the contract laid before the committee that looks at foreign capital.",
    ),
)
FAIR = Page(
    "/fair",
    "Canola growers of Canada and buyers from China to meet in Saskatoon",
    (
        "SASKATOON - Buyers of nineteen companies from China come to a fair of canola growers of Canada at "
        "the end of the month, the city announced on Sunday, and every hotel room is taken.",
        "Hosts will show them plots of forty kinds and a press that is driven by the sun.",
        "Students of the university work as interpreters, for which the fair pays their fees.",
    ),
    dated="Mon+21 09:00",
)
GRAIN = Page(
    "/grain",
    "China's buyers test Canadian canola in new laboratory in Thunder Bay",
    (
        "THUNDER BAY - Buyers from China opened a laboratory at the lake head on Monday in which 25 chemists "
        "test canola of Canada before it goes on board, the port authority said.",
        "Samples come by pipe from the belts of three elevators, and an answer takes forty minutes.",
        "The mayor hopes for trains of wheat as well once the room next door has been painted.",
    ),
)

SEARCHES: list[dict[str, object]] = [
    {"id": "now", "name": "At once", "quiet": "22:00-07:00"},
    {"id": "day", "name": "Daily", "cadence": "daily", "at": "08:00"},
    {"id": "hour", "name": "Hourly", "cadence": "hourly", "quiet": "21:00-06:30"},
    {"id": "week", "name": "Weekly", "cadence": "weekly", "at": "08:00", "day": "monday"},
    {"id": "fish", "name": "Fish", "query": "lobster", "quiet": "22:00-07:00"},
]
LATE: dict[str, object] = {"id": "late", "name": "Late"}


def searches(*more: dict[str, object]) -> list[dict[str, object]]:
    usual = {"query": "canola", "zone": "America/Toronto"}
    return [usual | {"to": [f"{one['id']}@newsroom.example"]} | one for one in (*SEARCHES, *more)]


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Diary]:
    """Return the diary with its nine days lived."""
    folder: Path = tmp_path_factory.mktemp("diary")
    with Diary(folder, ("wire", "gazette", "courier"), searches()) as diary:
        live_first_days(diary)
        live_last_days(diary)
        yield diary


def live_first_days(diary: Diary) -> None:
    # An edit of a story that some readers know, and others do not yet.
    diary.run("Mon 08:30")
    diary.publish("wire", SHIP, "Mon 09:40")
    diary.publish("courier", SEED, "Mon 09:45")
    diary.run("Mon 10:00")
    diary.edit("wire", SHIP.saying("14 sailors", "11 sailors"))
    diary.run("Mon 11:20")
    # A story that comes and changes in quiet hours.
    diary.publish("gazette", MILL, "Mon 22:20")
    diary.run("Mon 22:30")
    diary.edit(
        "gazette", MILL.saying("1,200 jobs", "900 jobs").saying("director said that", "director denied that")
    )
    diary.run("Tue 01:00")
    diary.run("Tue 07:05")
    diary.run("Tue 08:05")
    # Two pages are taken away, one of which comes back; a third is for another reader.
    diary.publish("courier", PORT, "Tue 08:50")
    diary.publish("wire", FARM, "Tue 08:55")
    diary.publish("courier", OIL, "Tue 08:56")
    diary.publish("gazette", LOBSTER, "Tue 08:57")
    diary.run("Tue 09:00")
    diary.take_away("courier", PORT)
    diary.take_away("wire", FARM, status=410)
    diary.run("Tue 10:10")
    diary.run("Tue 11:20")
    diary.edit("courier", PORT)
    diary.run("Tue 12:30")
    diary.run("Wed 08:05")
    # A source fails, and is mended before the next digest.
    diary.break_down("courier")
    for at in ("Wed 09:00", "Wed 10:00", "Wed 12:00"):
        diary.run(at)
    diary.sites["courier"].write_feed()
    diary.run("Thu 07:10")
    diary.run("Thu 08:05")


def live_last_days(diary: Diary) -> None:
    # Nothing runs for a while, and an hourly mail is overdue in quiet hours.
    diary.publish("wire", RAIL, "Fri 19:10")
    diary.run("Fri 19:20")
    diary.run("Fri 23:10")
    diary.run("Sat 06:35")
    diary.run("Sat 08:05")
    # A page that is dated ahead, and a search that was added after the copied story came.
    diary.publish("courier", FAIR, "Sun 10:00")
    diary.run("Sun 10:10")
    diary.set_searches(searches(LATE))
    diary.publish("gazette", SHIP.saying("14 sailors", "11 sailors"), "Sun 11:00")
    diary.run("Sun 11:10")
    diary.publish("wire", BOND, "Sun 12:00")
    diary.run("Sun 12:10")
    diary.run("Mon+7 08:05")
    # A story is taken away after a week; another is edited in the quiet hours after it was told.
    diary.take_away("wire", SHIP)
    diary.run("Mon+7 10:10")
    diary.run("Mon+7 11:20")
    diary.publish("gazette", GRAIN, "Mon+7 21:20")
    diary.run("Mon+7 21:30")
    diary.edit("gazette", GRAIN.saying("25 chemists", "16 chemists"))
    diary.run("Mon+7 22:40")
    diary.run("Tue+7 07:05")
    diary.run("Tue+7 08:05")


def texts(mails: list[SentMail], *pages: Page) -> list[str]:
    """Return the texts of the mails that name one of these pages, each as one line."""
    found = []
    for mail in mails:
        if any(page.title in _one_line(mail.text) for page in pages):
            found.append(_one_line(mail.text))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def hours(mails: list[SentMail], page: Page) -> list[str]:
    """Return when mails that name a page were written."""
    return [mail.hour for mail in mails if page.title in _one_line(mail.text)]


def number_of(mails: list[SentMail], words: str) -> int:
    """Count the mails that say something."""
    return sum(words in _one_line(mail.text) for mail in mails)


def subject_at(mails: list[SentMail], hour: str, page: Page) -> str:
    """Return the subject of the mail of an hour that names a page."""
    (subject,) = [m.subject for m in mails if m.hour == hour and page.title in _one_line(m.text)]
    return subject


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (SHIP, ["Mon 10:00", "Mon 11:20", "Mon 11:20"]),
        (MILL, ["Tue 07:05"]),
        (PORT, ["Tue 09:00", "Tue 11:20", "Tue 12:30"]),
        (FARM, ["Tue 09:00", "Tue 10:10"]),
        (RAIL, ["Fri 19:20"]),
        (FAIR, ["Sun 10:10"]),
        (GRAIN, ["Mon 21:30", "Tue 07:05"]),
        (LOBSTER, []),
    ],
)
def test_a_reader_hears_of_each_turn_at_once_and_once(diary: Diary, page: Page, told: list[str]) -> None:
    assert hours(diary.mails_to("now"), page) == told


@pytest.mark.parametrize(
    ("hour", "page", "word"),
    [
        ("Mon 10:00", SHIP, ""),
        ("Tue 09:00", PORT, ""),
        ("Tue 10:10", FARM, "Taken away: "),
        ("Tue 11:20", PORT, "Taken away: "),
        ("Tue 12:30", PORT, "Back again: "),
        ("Sun 12:10", BOND, ""),
        ("Tue 07:05", MILL, "Changed since: "),
        ("Tue 07:05", GRAIN, "Changed: "),
    ],
)
def test_the_subject_says_what_happened(diary: Diary, hour: str, page: Page, word: str) -> None:
    # A long headline is cut: a phone shows no more.
    assert f"] {word}{page.title[:40]}" in subject_at(diary.mails_to("now"), hour, page)


@pytest.mark.parametrize("reader", ["now", "day", "hour", "week"])
def test_each_change_is_told_once_to_each_reader(diary: Diary, reader: str) -> None:
    mails = diary.mails_to(reader)
    assert number_of(mails, "14 → 11") == 1
    assert number_of(mails, "1,200 → 900") == 1
    assert number_of(mails, "page is back") == 1
    # Of the last one the weekly reader hears next Monday.
    assert number_of(mails, "25 → 16") == (0 if reader == "week" else 1)


def test_a_change_in_quiet_hours_is_told_with_its_story(diary: Diary) -> None:
    (text,) = texts(diary.mails_to("now"), MILL)
    assert "Changed since, Tue 3 Jun, 01:00" in text
    assert "was: Its director said that Beijing" in text
    assert "now: Its director denied that Beijing" in text


def test_a_change_held_by_quiet_hours_is_told_as_a_change(diary: Diary) -> None:
    mails = diary.mails_to("now")
    first, later = texts(mails, GRAIN)
    assert "25 → 16" not in first
    assert "CHANGED · At once" in later
    assert "was: Samples" not in later
    assert "25 chemists" in later
    assert "16 chemists" in later


def test_what_was_taken_away_before_a_digest_is_marked_in_it(diary: Diary) -> None:
    for reader in ("day", "hour", "week"):
        (text,) = texts(diary.mails_to(reader), FARM)
        assert "Taken away since" in text
        assert f"maplewire story {story_of(diary, FARM)} --text" in text
    (text,) = texts(diary.mails_to("day"), PORT)
    assert "Taken away since" in text
    assert "Back since" in text


def test_what_was_taken_away_after_a_digest_is_news_of_a_known_story(diary: Diary) -> None:
    first, later = texts(diary.mails_to("day"), SHIP)
    assert "took the page away" not in first
    assert "NEWS OF STORIES YOU KNOW" in later
    assert "took the page away" in later


@pytest.mark.parametrize(
    ("reader", "first", "last"),
    [("now", "07:00", "22:00"), ("hour", "06:30", "21:00"), ("fish", "07:00", "22:00")],
)
def test_no_mail_is_written_in_quiet_hours(diary: Diary, reader: str, first: str, last: str) -> None:
    for mail in diary.mails_to(reader):
        assert first <= mail.hour.split()[1] < last, mail


def test_an_overdue_hourly_mail_comes_at_the_end_of_quiet_hours(diary: Diary) -> None:
    assert hours(diary.mails_to("hour"), RAIL) == ["Sat 06:35"]


def test_an_outage_is_told_while_it_lasts_and_not_after(diary: Diary) -> None:
    during = [mail for mail in diary.mails_to("now") if mail.hour == "Wed 10:00"]
    assert number_of(during, "Courier (it gave 3 of the last 6 stories) has been failing since") == 1
    for reader in ("day", "week"):
        assert number_of(diary.mails_to(reader), "failing") == 0
    weekly = _one_line(diary.mails_to("week")[-1].text)
    assert "All 3 sources due in the last 24 hours were read" in weekly


def test_a_page_dated_ahead_is_no_newest_item(diary: Diary) -> None:
    for reader in ("now", "day", "hour", "week", "late"):
        for mail in diary.mails_to(reader):
            newest = _one_line(mail.text).partition("Newest item: ")[2][:30]
            assert "23 Jun" not in newest, mail


def test_a_search_added_later_hears_of_what_comes_and_of_no_old_story(diary: Diary) -> None:
    mails = diary.mails_to("late")
    assert hours(mails, SHIP) == []
    assert hours(mails, BOND) == ["Sun 12:10"]
    assert hours(mails, GRAIN) == ["Mon 21:30", "Mon 22:40"]


def test_a_reader_gets_what_her_search_asks_for(diary: Diary) -> None:
    (mail,) = diary.mails_to("fish")
    assert LOBSTER.title in mail.subject
    for reader in ("now", "day", "hour", "week", "late"):
        assert number_of(diary.mails_to(reader), LOBSTER.title) == 0


def test_what_the_pages_said_can_be_read(diary: Diary) -> None:
    url = diary.sites["wire"].web.url(SHIP.path)
    now = diary.invoke("story", url, "--text").stdout
    before = diary.invoke("story", url, "--text", "--version", "1").stdout
    for text, number in ((now, "11"), (before, "14")):
        assert f"and {number} sailors died" in text
        assert SHIP.paragraphs[-1] in text


def test_the_record_of_a_page_is_in_its_batch(diary: Diary) -> None:
    story = json.loads(diary.invoke("story", story_of(diary, FARM), "--json").stdout)
    (article,) = story["articles"]
    page = read_page(diary.home / "batches" / f"{article['batch']}.warc.gz", article["record"])
    assert page.url == article["url"]
    assert FARM.paragraphs[-1].encode() in page.body


def test_a_copy_quotes_the_longest_passage_that_it_shares(diary: Diary) -> None:
    shown = diary.invoke("story", story_of(diary, SHIP))
    assert "the longest passage reads: “A bulk carrier" in shown.stdout
    story = json.loads(diary.invoke("story", story_of(diary, SHIP), "--json").stdout)
    original, copy = story["articles"]
    assert original["passage"] is None
    assert copy["passage"].startswith("A bulk carrier")


def test_all_is_in_order_after_nine_days(diary: Diary) -> None:
    assert diary.invoke("check").exit_code == 0


def story_of(diary: Diary, page: Page) -> str:
    """Return the id of the story of a page."""
    found = json.loads(diary.invoke("search", f'title:"{page.title}"', "--json").stdout)
    return str(found["stories"][0]["id"])
