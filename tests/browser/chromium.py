"""A headless Chromium on the page, for the tests and the pictures in docs/."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
WIDE, NARROW = (1280, 900), (390, 844)
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",  # or a GPU is made up on the processor, which ten windows keep busy
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]
PATIENCE = 60_000
"""How long to wait for anything, ms; a busy machine is slow."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        yield browser
        browser.close()


def visit(browser: Browser, address: str, size: tuple[int, int] = WIDE, kept: Path | None = None) -> Page:
    """A new visitor of the page, who has a window of `size` in pixels, or one whose browser keeps what it knows in the
    folder `kept`."""
    view: ViewportSize = {"width": size[0], "height": size[1]}
    if kept is None:
        context = browser.new_context(viewport=view, accept_downloads=True, reduced_motion="reduce")
    else:
        context = browser.browser_type.launch_persistent_context(
            kept, viewport=view, reduced_motion="reduce", executable_path=CHROMIUM, args=_SWITCHES
        )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector("#picture input[type=file]", state="attached")
    return page


def choose(page: Page, picture: Path) -> None:
    """Give the page a picture with its file chooser."""
    page.set_input_files("#picture input[type=file]", picture)


def wait_for_card(page: Page, number: int = 0) -> None:
    """Wait until the snippet at a place can be played."""
    page.wait_for_function(
        "number => document.querySelector(`#card-${number} audio`)?.readyState >= 3", arg=number, timeout=PATIENCE
    )
