"""`python -m examples.listening [--models MODELS]` writes docs/listen.md and the files in docs/listen that it plays.

Nothing is chosen by ear: every piece is the first that comes, with seed 0. The same models give the same music again.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from examples.listening.media import MEDIA, Media
from examples.listening.page import page

from img2music import Img2Music

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path)
    options = parser.parse_args()
    write_page(DOCS, options.models)


def write_page(docs: Path, models: Path | None = None) -> None:
    """Write the page and its files into the folder `docs`, in place of older ones."""
    img2music = Img2Music(models)
    with tempfile.TemporaryDirectory() as folder:
        media = Media(Path(folder), img2music.models.version)
        text = page(img2music, media)
        media.stamp()
        (docs / MEDIA).mkdir(exist_ok=True)
        for old in (docs / MEDIA).iterdir():
            old.unlink()
        for new in Path(folder).iterdir():
            shutil.move(new, docs / MEDIA)
    (docs / f"{MEDIA}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
