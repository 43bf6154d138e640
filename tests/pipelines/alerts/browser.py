"""A real browser for pages and mails.

It is Debian's Chromium, as wide as a phone and as a desk, with axe-core.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-dev-shm-usage",
]  # fmt: skip
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@contextmanager
def a_browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: install Debian's chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def looked_at(
    browser: Any, html: str, size: dict[str, int], *, dark: bool = False, shot: Path | None = None
) -> dict[str, Any]:
    """Show a page; return what was found with it.

    That is what it asked the network for, how far it overflows sideways, and what axe-core objects
    to.
    """
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    try:
        if shot is not None:
            page.screenshot(path=str(shot), full_page=True)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        objections: list[str] = []
        for violation in Axe().run(page).response["violations"]:
            for node in violation["nodes"]:
                objections.append(f"{violation['id']}: {node['html'][:200]}")
        return {
            "asked": [u for u in asked if u.startswith("http")],
            "overflow": overflow,
            "objections": objections,
        }
    finally:
        page.close()
