"""Makes the pictures of the page in docs/: `python tests/browser/screenshots.py docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from chromium import NARROW, WIDE, choose, chromium, visit, wait_for_card
from img2music.app.page.examples import example_pictures
from img2music.app.server.server import Server
from img2music.models.folder import Models


def main() -> None:
    """Write the pictures into the folder that is given."""
    write_screenshots(Path(sys.argv[1]))


def write_screenshots(folder: Path) -> None:
    """Write page-wide.png and page-narrow.png into a folder."""
    with Server() as server, chromium() as browser:
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            page = visit(browser, server.address, size)
            choose(page, example_pictures()[-1])
            wait_for_card(page, 0)
            wait_for_card(page, 1)
            page.wait_for_timeout(1000)
            page.screenshot(path=(path := folder / f"page-{name}.png"), full_page=True)
            _name_models(path)


def _name_models(path: Path) -> None:
    """Write the version of the models into a text chunk of a PNG."""
    with Image.open(path) as picture:
        facts = PngInfo()
        facts.add_text("Models", Models().version)
        picture.save(path, optimize=True, pnginfo=facts)


if __name__ == "__main__":
    main()
