"""Makes the pictures of the page in docs/: `python tests/browser/screenshots.py docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from chromium import NARROW, WIDE, choose, chromium, visit, wait_for_card

from img2music.app.page.examples import example_pictures
from img2music.app.server.server import Server


def main() -> None:
    """Write page-wide.png and page-narrow.png into the folder that is given."""
    folder = Path(sys.argv[1])
    with Server() as server, chromium() as browser:
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            page = visit(browser, server.address, size)
            choose(page, example_pictures()[-1])
            wait_for_card(page, 0)
            wait_for_card(page, 1)
            page.wait_for_timeout(1000)
            page.screenshot(path=folder / f"page-{name}.png", full_page=True)


if __name__ == "__main__":
    main()
