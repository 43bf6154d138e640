"""The tree of a page, however its first lines are written."""

from __future__ import annotations

import pytest

from crawlers.errors import PermanentError
from pipelines.extract.document import parse

_TEXT = "Seed talks ended without a word on tariffs."


@pytest.mark.parametrize(
    "html",
    [
        f"<!DOCTYPE html><html><head></head><body><p>{_TEXT}</p></body></html>",
        f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" /><html><body><p>{_TEXT}</p></body></html>',
        f'<!DOCTYPE html/>\n<html lang="en"><body><p>{_TEXT}</p></body></html>',
        f'<html lang="en" />\n<head></head><body><p>{_TEXT}</p></body></html>',
        f'<?xml version="1.0" encoding="gbk"?><html><body><p>{_TEXT}</p></body></html>',
        f"<div><p>{_TEXT}</p></div>",
        f"<p>{_TEXT}</p>",
        f"\x00<html><body><p>\x1f{_TEXT}\ufffe</p></body></html>",
        f"<html><body><form><p>{_TEXT}</p></form></body></html>",
    ],
)
def test_text_is_found_behind_any_beginning(html: str) -> None:
    assert parse(html).text_content().strip() == _TEXT


@pytest.mark.parametrize("html", ["", " \n", "\x00", "plain words and no tag"])
def test_what_is_no_page_is_refused(html: str) -> None:
    with pytest.raises(PermanentError, match=r"empty|no HTML page"):
        parse(html)
