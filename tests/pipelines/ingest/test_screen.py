"""Pages that name too little of the beat: left unread, accounted for, and read where their text is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.model import Page
from crawlers.sample import is_sampled
from pipelines.adapters.ledger import open_ledger
from pipelines.beat.beat import Beat
from pipelines.beat.terms import SideNames, sides_named
from pipelines.cli.render.runs import scope_sentence
from pipelines.dedup import print_of
from pipelines.ingest.screen import Screen
from pipelines.ingest.screened_page import opening_print
from pipelines.model import (
    BACKFILLED,
    SCREENED,
    MarkLabel,
    Outcome,
    RunReport,
    ScreenCounts,
    Screened,
    article_id,
)
from pipelines.stages.mark import mark_page
from pipelines.stages.rejudge import Rejudged, rejudge
from tests.builders import NOON
from tests.pipelines.world import LATE, RELEASE, World, a_page, html

#: Four hundred words of a town that name no country.
TOWN = tuple(
    f"The council of the town spoke for {hours} hours about the roof of the library, the hedge behind the "
    "school and the bus that no longer stops at the pool, and put off the vote until everybody has read the "
    "papers that were sent round late on Thursday evening."
    for hours in range(3, 13)
)
SORRY = "We are sorry, and you may look for what you want with the box above. "
BESIDE = f"<aside><p>{'</p><p>'.join(TOWN)}</p></aside>"
#: A path that no sample takes, and one that it takes.
UNSAMPLED = next(f"town-{n}" for n in range(999) if not is_sampled(f"https://daily.example/town-{n}"))
SAMPLED = next(f"town-{n}" for n in range(9999) if is_sampled(f"https://daily.example/town-{n}"))


def town(title: str = "The library roof waits", path: str = UNSAMPLED, **fields: Any) -> Page:
    return a_page(path, title, fields.pop("paragraphs", TOWN), **fields)


def with_markup(inside: str, *, head: str = "", paragraphs: Sequence[str] = TOWN) -> Page:
    """Return a page off the beat with something more in its body."""
    whole = html("The library roof waits", paragraphs)
    return town(
        body=whole.replace("</head>", f"{head}</head>").replace("</body>", f"{inside}</body>").encode()
    )


def screened_of(world: World, page: Page) -> Screened | None:
    """Return what the screen said of a page that was processed."""
    since = page.fetched_at - timedelta(days=1)
    for accounted in world.ledger.accounted_pages(list(Outcome), since):
        if accounted.account.url == page.url:
            return accounted.account.screened
    raise AssertionError(f"{page.url} has no account")


def test_a_page_that_names_no_side_is_left_unread_and_accounted_with_the_reason(world: World) -> None:
    page = town()
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    (accounted,) = world.ledger.accounted_pages([Outcome.OFF_BEAT], page.fetched_at - timedelta(days=1))
    assert accounted.account.screened is Screened.OUT
    assert accounted.account.reason.startswith("screened: the page names no ")
    assert accounted.title == "The library roof waits"
    assert world.ledger.runs(1)[0].screen == ScreenCounts(out=1)
    # It is known, so that it is not fetched at each run.
    assert page.url in world.ledger.known_urls(["daily"])


@pytest.mark.parametrize(
    ("inside", "head"),
    [
        ("<p>Ottawa said that China was told.</p>", ""),
        ("<p>Cana<b>da and C</b>hina talk.</p>", ""),
        ("<div>Canada</div><div>China</div>", ""),
        ("<ul><li>Read too: <a href=/x>Canada’s envoy in Beijing</a>, of last week</li></ul>", ""),
        (f"<p><a href=/x>Canada and China: {TOWN[0]}</a></p>", ""),
        ("<h1><a href=/x>Canada meets China</a></h1>", ""),
        ("<table><tr><td>加<em>拿大</em></td><td>中国</td></tr></table>", ""),
        ("", "<meta property='og:title' content='Canada and China'>"),
        ("", "<meta name='DC.Title' content='Canada &amp;amp; China'>"),
        ("<nav><h1>Canada meets China</h1></nav>", ""),
        ("<noscript><p>Canada and China</p></noscript>", ""),
        (f"<script type='application/ld+json'>{json.dumps({'articleBody': 'Canada, 中国'})}</script>", ""),
        ('<script type="application/ld+json">{"headline": "Canada, 中国", "broken" </script>', ""),
        (
            "<script id='__NEXT_DATA__' type='application/json'>"
            f"{json.dumps({'body': f'China and Canada. {TOWN[0]}'})}</script>",
            "",
        ),
    ],
)
def test_a_page_that_names_both_sides_anywhere_in_what_may_be_its_text_is_read(
    world: World, inside: str, head: str
) -> None:
    page = with_markup(inside, head=head)
    assert sum(world.process(page).values()) == 1
    assert screened_of(world, page) is None


@pytest.mark.parametrize(
    "inside",
    [
        "<nav><a href=/c>Canada</a> <a href=/w>China</a></nav>",
        "<footer>Canada | China | Contact</footer>",
        "<select><option>Canada<option>China</select>",
        "<script>var places = ['Canada', 'China']</script>",
        "<style>.Canada, .China { color: red }</style>",
        "<!-- Canada and China -->",
        "<p>Canada alone is named here.</p>",
        "<ul><li><a href=/x>Canada’s envoy in Beijing</a></li><li><a>China</a></ul>",
        "<div><a href=/x><img src=x><h3>Canada meets China</h3></a></div>",
    ],
)
def test_menus_footers_scripts_and_one_side_alone_bring_no_page_in(world: World, inside: str) -> None:
    page = with_markup(inside)
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    assert screened_of(world, page) is Screened.OUT


def test_the_title_of_the_listing_counts(world: World) -> None:
    page = town()
    assert page.entry is not None
    page = replace(page, entry=replace(page.entry, title="Canada and China"))
    world.process(page)
    assert screened_of(world, page) is None


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (town(paragraphs=("Nothing here.",)), "no article text"),
        (town(body=html("404 Not Found", ("It is gone, and nobody knows where.",)).encode()), "no article"),
        (town(body=f"<title>Page not found</title><p>{SORRY}</p>{BESIDE}".encode()), "notice"),
        (town(body=("<p>" + "aBcDeFgH kLmNoPq bCdEfG " * 300).encode()), "no words"),
        (town(body=b"%PDF-1.7 " + b"x" * 4000), "a PDF"),
        (town(headers={"content-type": "image/png"}, body=b"x" * 4000), "image/png"),
        (town(status=404), "404"),
    ],
)
def test_what_is_no_article_is_kept_aside_as_ever(
    world: World, page: Page, reason: str, tmp_path: Path
) -> None:
    twin = World(world.parts.beat, tmp_path / "twin")
    twin.parts = replace(twin.parts, screens=False)
    assert world.process(page) == twin.process(page) == {Outcome.QUARANTINED: 1}
    assert world.ledger.quarantined()[0].reason == twin.ledger.quarantined()[0].reason
    assert reason in world.ledger.quarantined()[0].reason


def test_a_short_page_is_read_since_it_may_be_anything(world: World) -> None:
    page = town(paragraphs=TOWN[:2])
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    assert screened_of(world, page) is None


LOGIN_BOX = "<div><h1>Log In</h1></div>"
HEADLINE = "<h1>The library roof waits</h1>"


@pytest.mark.parametrize(
    ("title", "inside", "screened"),
    [
        ("The library roof waits", LOGIN_BOX + HEADLINE, Screened.OUT),
        ("The library roof waits | Daily", LOGIN_BOX + HEADLINE.replace("h1", "h2"), Screened.OUT),
        # Nothing says that the page shows what its title names.
        ("The library roof waits", LOGIN_BOX, None),
        ("Log in", LOGIN_BOX + HEADLINE, None),
        ("Daily", LOGIN_BOX + HEADLINE, None),
        ("", LOGIN_BOX + HEADLINE, None),
    ],
)
def test_a_box_to_log_in_beside_headline_and_paragraphs_makes_no_page_doubtful(
    world: World, title: str, inside: str, screened: Screened | None
) -> None:
    text = f"<p>{'</p><p>'.join(TOWN)}</p>"
    page = town(body=f"<html><head><title>{title}</title></head><body>{inside}{text}</body></html>".encode())
    world.process(page)
    assert screened_of(world, page) is screened


def test_a_box_to_log_in_beside_a_headline_and_nothing_but_teasers_is_read(world: World) -> None:
    teasers = "".join(f"<p>What the town said on day {day}</p>" for day in range(99))
    head = "<html><head><title>The library roof waits</title></head>"
    page = town(body=f"{head}<body>{LOGIN_BOX}{HEADLINE}{teasers}</body></html>".encode())
    world.process(page)
    assert screened_of(world, page) is None


# -- what we have of a page goes before the screen ---------------------------------------------------------


def later(page: Page) -> Page:
    return replace(page, fetched_at=page.fetched_at + timedelta(hours=1))


def test_a_known_article_whose_page_says_something_else_is_read(world: World, tmp_path: Path) -> None:
    known = a_page(UNSAMPLED, "Canada and China agree on canola", RELEASE)
    world.process(known)
    changed = later(town())
    twin = World(world.parts.beat, tmp_path / "twin")
    twin.parts = replace(twin.parts, screens=False)
    twin.process(known)
    assert world.process(changed) == twin.process(changed)
    assert screened_of(world, changed) is None
    assert world.ledger.article(article_id(known.url)) == twin.ledger.article(article_id(known.url))


def test_the_page_of_a_known_article_at_a_new_address_is_read(world: World) -> None:
    known = a_page("old", "Canada and China agree on canola", RELEASE)
    assert known.entry is not None
    known = replace(known, entry=replace(known.entry, guid="tag:1"))
    world.process(known)
    moved = later(town())
    assert moved.entry is not None
    moved = replace(moved, entry=replace(moved.entry, guid="tag:1"))
    world.process(moved)
    assert screened_of(world, moved) is None


def test_a_person_who_marks_an_unread_page_gets_it_read_and_it_stays_so(world: World) -> None:
    page = town()
    world.process(page)
    mark_page(world.parts, page.url, MarkLabel.RELEVANT, "desk", "", world.findings)
    stored = world.ledger.article(article_id(page.url))
    assert stored is not None
    assert stored.story_id is not None
    assert TOWN[0] in stored.article.body
    world.process(later(page))
    assert screened_of(world, page) is None


def test_an_unread_page_that_comes_onto_the_beat_is_new_and_no_update(world: World) -> None:
    world.process(town())
    report = later(a_page(UNSAMPLED, "Canada and China agree on canola", RELEASE))
    assert world.process(report) == {Outcome.NEW: 1}


def test_a_reprint_inside_a_long_page_joins_its_story(world: World) -> None:
    report = a_page("first", "Canada and China agree on canola", RELEASE)
    reprint = a_page(UNSAMPLED, "From the wires", (*TOWN[:1], *RELEASE), source="courier", hours=1)
    assert world.process(report, reprint) == {Outcome.NEW: 1, Outcome.COPY: 1}


def test_an_unread_page_that_is_fetched_again_is_judged_by_the_beat_of_that_day(
    world: World, tmp_path: Path
) -> None:
    page = town()
    world.process(page)
    wider = replace(world.parts.beat, terms=replace(world.parts.beat.terms, relevance="all"))
    changed = World(wider, tmp_path / "wider")
    changed.ledger = world.ledger
    changed.parts = replace(changed.parts, ledger=world.ledger)
    changed._batches = world._batches
    assert changed.process(later(page)) == {Outcome.NEW: 1}
    assert screened_of(world, page) is None


def test_pages_off_the_beat_are_judged_again_after_a_change_of_terms_and_once(
    world: World, tmp_path: Path
) -> None:
    unread, read = town(), town(path="short", paragraphs=TOWN[:2])
    world.process(unread, read)
    since = unread.fetched_at - timedelta(days=1)
    assert rejudge(world.parts, since, world.findings) == Rejudged(2, ())
    wider = replace(world.parts.beat, terms=replace(world.parts.beat.terms, relevance="all"))
    changed = World(wider, tmp_path / "wider")
    parts = replace(changed.parts, ledger=world.ledger, crawl=world.parts.crawl)
    found = rejudge(parts, since, world.findings).found
    assert {page.url for page, _ in found} == {unread.url, read.url}
    # They have paragraphs in common.
    assert {outcome for _, outcome in found} == {Outcome.NEW, Outcome.COPY}
    assert rejudge(parts, since, world.findings) == Rejudged(0, ())


@pytest.mark.parametrize(("most", "has_older"), [(1, True), (2, False), (3, False)])
def test_judging_again_says_where_older_pages_are_left(world: World, most: int, *, has_older: bool) -> None:
    world.process(town())
    world.process(town(path="short", paragraphs=TOWN[:2]))
    since = town().fetched_at - timedelta(days=1)
    judged = min(most, 2)
    assert rejudge(world.parts, since, world.findings, most) == Rejudged(judged, (), has_older)


# -- copies of a story that name nobody ---------------------------------------------------------------------

ON_THE_BEAT = a_page("first", "Canada and China agree on canola", (*RELEASE[:2], *TOWN))
CHINESE_TOWN = tuple(
    f"镇议会星期四晚上花了{hours}个小时讨论图书馆的屋顶、学校后面的树篱和不再停靠游泳池的公共汽车,"
    "并决定等到所有人都读完会议文件之后再投票,镇长说这件事情已经拖得太久。"
    for hours in range(3, 13)
)


@pytest.fixture(params=["memory", "sqlite"])
def on_ledger(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[World]:
    """Yield a world on each ledger."""
    if request.param == "memory":
        yield world
        return
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")) as ledger:
        world.parts = replace(world.parts, ledger=ledger)
        world.ledger = ledger  # type: ignore[assignment]
        yield world


def test_a_copy_that_names_no_side_joins_its_story(on_ledger: World) -> None:
    copy = town("From the wires", source="courier", hours=1)
    assert on_ledger.process(ON_THE_BEAT) == {Outcome.NEW: 1}
    assert on_ledger.process(copy) == {Outcome.COPY: 1}
    assert screened_of(on_ledger, copy) is None


def test_a_copy_in_the_batch_of_its_original_joins_it_whoever_answered_first(on_ledger: World) -> None:
    copy = town("From the wires", source="courier", hours=1)
    assert on_ledger.process(copy, ON_THE_BEAT) == {Outcome.NEW: 1, Outcome.COPY: 1}


def test_a_copy_dated_before_its_original_stays_out_until_it_is_fetched_anew(on_ledger: World) -> None:
    copy = town("From the wires", source="courier", hours=-1)
    assert on_ledger.process(copy, ON_THE_BEAT) == {Outcome.OFF_BEAT: 1, Outcome.NEW: 1}
    assert screened_of(on_ledger, copy) is Screened.OUT
    assert on_ledger.process(later(copy)) == {Outcome.COPY: 1}


def test_a_copy_beside_the_menus_and_teasers_of_another_site_joins_its_story(world: World) -> None:
    teasers = "".join(f"<li><a href=/{n}>Elm Street has {n} trees</a></li>" for n in range(200))
    whole = html("From the wires", TOWN).replace("<main>", f"<ul>{teasers}</ul><main>")
    copy = town(source="courier", hours=1, body=whole.encode())
    assert world.process(ON_THE_BEAT, copy) == {Outcome.NEW: 1, Outcome.COPY: 1}


def test_a_chinese_copy_that_names_no_side_joins_its_story(world: World) -> None:
    lead = "加拿大总理星期五在北京会见中国国家主席,双方就油菜籽关税达成协议,并同意恢复部长级对话。"
    first = a_page("first", "加拿大与中国就油菜籽达成协议", (lead, *CHINESE_TOWN))
    copy = town("图书馆的屋顶还要再等一等", paragraphs=CHINESE_TOWN, source="courier", hours=1)
    assert world.process(first) == {Outcome.NEW: 1}
    assert world.process(copy) == {Outcome.COPY: 1}


def test_a_page_that_prints_one_paragraph_of_a_story_is_off_the_beat_with_and_without_the_screen(
    world: World, tmp_path: Path
) -> None:
    others = tuple(paragraph.replace("town", "valley").replace("roof", "well")[::-1] for paragraph in TOWN)
    page = town(paragraphs=(*others, TOWN[0]), source="courier", hours=1)
    twin = World(world.parts.beat, tmp_path / "twin")
    twin.parts = replace(twin.parts, screens=False)
    assert world.process(ON_THE_BEAT, page) == twin.process(ON_THE_BEAT, page)


def test_an_opening_is_the_first_long_lines_each_once() -> None:
    lines = "\n".join(["A heading", TOWN[0], TOWN[0], "More", TOWN[1]])
    assert opening_print(lines).shingles == print_of("", f"{TOWN[0]}\n{TOWN[1]}").shingles


@pytest.mark.parametrize(
    "paragraph", [TOWN[0], f"“It is ‘late’,” said 1,200 of l'Été. {TOWN[1]}", CHINESE_TOWN[0]]
)
def test_an_opening_has_the_words_of_the_article_that_begins_so(paragraph: str) -> None:
    opening, article = opening_print(paragraph), print_of("", paragraph)
    assert (opening.exact, opening.shingles, opening.words) == (
        article.exact,
        article.shingles,
        article.words,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Canada met China.",
        "The Bank of China met nobody.",
        "Of a bank in Montreal, in china shops",
        "加拿大与中国",
        "C\u0327anada, Chine, QUÉBEC",
        "Pekín Ottawa’s",
        "BC省 and Shanghai-based",
        "“Ottawa,”hello/北京-加拿大",
        "캐나다가 중국에서",
        " ".join(TOWN),
        "",
    ],
)
def test_the_sides_that_may_be_named_are_those_that_are_and_no_fewer(text: str, beat: Beat) -> None:
    assert SideNames(beat.terms).find_perhaps(text) >= sides_named(text, beat.terms)


@pytest.mark.parametrize("text", ["", "\n\n", "a\n" * 100_000, "\ud800" * 20])
def test_a_page_without_paragraphs_has_an_empty_opening(text: str) -> None:
    assert opening_print(text) == print_of("", "")


@pytest.mark.parametrize("line", ["x ", f"{TOWN[0]}\n", f"{TOWN[0]} ", "镇"])
def test_of_a_page_of_any_length_only_the_opening_is_printed(line: str) -> None:
    assert 0 < opening_print(line * 100_000).words <= 1_000


# -- what the screen loses ---------------------------------------------------------------------------------


def test_one_in_a_hundred_is_read_all_the_same_by_its_address(world: World) -> None:
    page = town(path=SAMPLED)
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    assert screened_of(world, page) is Screened.SAMPLE
    assert world.ledger.runs(1)[0].screen == ScreenCounts(sampled=1)
    taken = sum(is_sampled(f"https://daily.example/{n}") for n in range(20_000))
    assert 150 < taken < 250


def test_a_sampled_page_that_is_kept_after_all_counts_as_lost_by_the_screen(world: World) -> None:
    first = a_page("first", "Late letter", (*LATE, *TOWN))
    world.process(first)
    # Only the part that names nobody: its story knows it by its text.
    copy = town(path=SAMPLED, source="daily", hours=1)
    outcomes = world.process(replace(copy, source_id="courier"))
    counts = world.ledger.runs(1)[0].screen
    assert counts.sampled == 1
    assert counts.lost == (0 if Outcome.OFF_BEAT in outcomes else 1)


def sampled_by_scope(page: Page) -> Page:
    return replace(page, is_scope_sample=True)


def test_a_page_that_the_scope_leaves_out_is_extracted_and_told_as_a_sample(world: World) -> None:
    page = sampled_by_scope(town(path=UNSAMPLED))
    assert world.process(page) == {Outcome.OFF_BEAT: 1}
    assert screened_of(world, page) is Screened.SCOPE_SAMPLE
    assert world.ledger.runs(1)[0].screen == ScreenCounts(scope_sampled=1)
    (accounted,) = world.ledger.accounted_pages([Outcome.OFF_BEAT], NOON - timedelta(days=9), [])
    assert "fetched as a sample of what scope: broad leaves out" in accounted.account.reason
    assert "screened" not in accounted.account.reason


def test_a_page_that_the_scope_would_have_lost_is_kept_and_counted(world: World) -> None:
    page = sampled_by_scope(a_page("late", "A letter", LATE))
    assert world.process(page) == {Outcome.NEW: 1}
    counts = world.ledger.runs(1)[0].screen
    assert counts == ScreenCounts(scope_sampled=1, scope_lost=1)


def test_a_sampled_page_without_an_article_is_counted_and_not_called_lost(world: World) -> None:
    assert world.process(sampled_by_scope(a_page("empty", "Nothing here", []))) == {Outcome.QUARANTINED: 1}
    assert world.ledger.runs(1)[0].screen == ScreenCounts(scope_sampled=1)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (ScreenCounts(), None),
        (ScreenCounts(scope_sampled=1), "scope: broad: 1 page that it leaves out came as a sample: none"),
        (ScreenCounts(scope_sampled=40, scope_lost=2), "as a sample: 2 would have been lost"),
    ],
)
def test_status_tells_what_the_scope_loses(counts: ScreenCounts, told: str | None) -> None:
    sentence = scope_sentence([RunReport(1, NOON, NOON, screen=counts)])
    assert (sentence is None) if told is None else (sentence is not None and told in sentence)


# -- whose pages are screened ------------------------------------------------------------------------------


def test_with_no_screen_every_page_is_read(world: World) -> None:
    world.parts = replace(world.parts, screens=False)
    page = town()
    world.process(page)
    assert screened_of(world, page) is None


def test_a_backfilled_page_keeps_its_flag(world: World) -> None:
    from pipelines.ingest.page_reader import ReadingSteps

    read = ReadingSteps(world.parts.beat).extract(town(), is_backfill=True, screens=True)
    assert read.article.flags == (SCREENED, BACKFILLED)


def test_a_beat_that_takes_everything_or_whose_weights_ask_for_no_names_screens_nothing(beat: Beat) -> None:
    assert Screen(beat.terms).is_on
    assert not Screen(replace(beat.terms, relevance="all")).is_on
    generous = replace(beat.terms.weights, signs={**beat.terms.weights.signs, "topic_title": 4.0})
    assert not Screen(replace(beat.terms, weights=generous)).is_on
    assert not Screen(replace(beat.terms, sides=())).is_on


@pytest.mark.parametrize(
    "above", ["", "\n", "The library roof waits\n", "roof " * 300 + "\n", "waits " * 300]
)
@pytest.mark.parametrize(
    ("named", "is_out"),
    [
        ("Canada and China agree.", False),
        ("Canada agrees.", True),
        ("Canada\nChina", False),
        (f"Canada agrees. {'roof ' * 300}\nChina agrees.", False),
        ("", True),
    ],
)
def test_sides_count_wherever_they_stand(beat: Beat, above: str, named: str, *, is_out: bool) -> None:
    reason = Screen(beat.terms).reason_out(f"{above}{named}\nThe library roof waits")
    assert (reason is not None) == is_out
