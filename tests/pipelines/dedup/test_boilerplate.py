"""What a site prints around everything is learnt from its articles, and is not part of what they tell."""

from __future__ import annotations

from pipelines.dedup import learnt, print_of, read_page
from pipelines.dedup.text_print import paragraph_hash
from pipelines.model import SiteBoilerplate
from tests.pipelines.dedup.newsroom import text_of
from tests.pipelines.dedup.texts import PAID, PRESS

MOTTO = "The Rosetown Gazette has told the truth to its neighbours since 1911."


NOTHING_KNOWN = SiteBoilerplate()


def after(*bodies: str, known: SiteBoilerplate = NOTHING_KNOWN, first: int = 0) -> SiteBoilerplate:
    pages = (read_page(f"a{n}", body) for n, body in enumerate(bodies, first))
    return learnt(known, [page for page in pages if page])


def test_paragraph_that_a_site_repeats_is_boilerplate_from_the_third_article_on() -> None:
    bodies = [text_of(paragraph, MOTTO) for paragraph in PRESS]
    assert after(*bodies[:2]).repeated == ()
    assert after(*bodies[:3]).repeated == (paragraph_hash(MOTTO),)
    repeated = after(*bodies).repeated
    assert print_of("", bodies[0], repeated=repeated) == print_of("", PRESS[0])


def test_articles_one_by_one_teach_the_same_as_all_at_once() -> None:
    bodies = [text_of(paragraph, MOTTO) for paragraph in PRESS]
    known = SiteBoilerplate()
    for n, body in enumerate(bodies):
        known = after(body, known=known, first=n)
    assert known == after(*bodies)


def test_versions_of_one_article_do_not_make_its_text_boilerplate() -> None:
    assert after(*(text_of(PRESS[0], PRESS[1], f"Version {n}.") for n in range(5))).repeated == ()


def test_later_state_of_an_article_takes_the_place_of_the_one_before() -> None:
    known = SiteBoilerplate()
    for paragraph in PAID:
        known = after(text_of(paragraph, MOTTO), known=known)
    assert len(known.recent) == 1
    assert known.repeated == ()


def test_case_and_spaces_make_no_other_boilerplate() -> None:
    printed = (MOTTO, MOTTO.upper(), MOTTO.replace(" ", "  "))
    known = after(*(text_of(paragraph, motto) for paragraph, motto in zip(PRESS, printed, strict=False)))
    assert known.repeated == (paragraph_hash(MOTTO),)


def test_what_is_remembered_of_a_site_is_bounded() -> None:
    pages = ("\n\n".join(f"Paragraph {n % 7}-{m} of the site." for m in range(900)) for n in range(300))
    known = after(*(f"{'Long ' * 30}{n}.\n\n{body}" for n, body in enumerate(pages)))
    assert len(known.recent) <= 60
    assert max(len(page.others) for page in known.recent) <= 200
    assert 0 < len(known.repeated) <= 500
