"""All figures and sounds of the documentation:
`python examples/documentation.py [--covers COVERS --music MUSIC] [--records RECORDS] [--budget MINUTES]`.

`--covers` and `--music` are folders of labelled covers and clips, as `img2music reproduce` takes them, and `--records`
is one of records in stereo that may be shown; without them the figures that need them stay as they are. The report of
the reproduction is made only within a `--budget`; when only the bundled models have changed since it was made in the
same `--work` folder, it takes minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

EXAMPLES = Path(__file__).parent
ROOT = EXAMPLES.parent
DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
EXAMPLE_GENRES = ("classical", "hiphop", "pop", "jazz")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--covers", type=Path, help="folder of covers with one sub-folder per genre")
    parser.add_argument("--music", type=Path, help="folder of clips with one sub-folder per genre")
    parser.add_argument("--records", type=Path, help="folder of records in stereo with one sub-folder per genre")
    parser.add_argument("--budget", type=float, help="minutes for the report of the reproduction")
    parser.add_argument("--work", type=Path, help="folder that keeps what the reproduction trained, for the next time")
    parser.add_argument("--only", action="append", choices=tuple(FIGURES), help="repeatable; all when left out")
    options = parser.parse_args()
    for name in options.only or FIGURES:
        print(f"{name}: {'made' if FIGURES[name](options) else 'left as it is'}", file=sys.stderr)


def _examples(_: argparse.Namespace) -> bool:
    pictures = [EXAMPLES / f"{genre}.png" for genre in EXAMPLE_GENRES]
    _run(EXAMPLES / "figure.py", *pictures, "-o", PICTURES / "examples.png")
    return True


def _contact_sheet(_: argparse.Namespace) -> bool:
    """Of clips that are composed and rendered here: others may not be shown."""
    with tempfile.TemporaryDirectory() as folder:
        _run("-m", "img2music", "corpus", "build", "--out", folder, "--clips", "1")
        _run(EXAMPLES / "contact_sheet.py", "--music", folder, "-o", PICTURES / "contact-sheet.png")
    return True


def _stereo_sheet(options: argparse.Namespace) -> bool:
    if options.records is None:
        return False
    _run(EXAMPLES / "stereo_sheet.py", "--music", options.records, "-o", PICTURES / "stereo-sheet.png")
    return True


def _scores(_: argparse.Namespace) -> bool:
    sheet = ("--scores", "10", "--columns", "4", "--seed", "100", "--out", PICTURES / "scores.png", "--force")
    _run("-m", "img2music", "piano-rolls", *sheet)
    return True


def _synthesis(_: argparse.Namespace) -> bool:
    _run("-m", "img2music", "score-spectrograms", "--out", PICTURES / "synthesis.png", "--force")
    return True


def _benchmarks(_: argparse.Namespace) -> bool:
    _run("-m", "benchmarks", "plot")
    return True


def _page(_: argparse.Namespace) -> bool:
    _run(ROOT / "tests" / "browser" / "screenshots.py", PICTURES)
    return True


def _listen(_: argparse.Namespace) -> bool:
    """Sounds to listen to, and their page."""
    _run("-m", "examples.listening")
    return True


def _strengths(options: argparse.Namespace) -> bool:
    if options.covers is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        corpus, out = Path(folder, "corpus"), Path(folder, "out")
        _run("-m", "img2music", "corpus", "build", "--out", corpus, "--clips", "40", "--seed", "2")
        measured = ("--covers", options.covers, "--reference", corpus, "--out", out)
        _run("-m", "img2music", "evaluate", "quality", *measured, "--figure", PICTURES / "strengths.png")
    return True


def _reproduction(options: argparse.Namespace) -> bool:
    if options.covers is None or options.music is None or options.budget is None:
        return False
    with tempfile.TemporaryDirectory() as temporary:
        out = options.work or Path(temporary)
        data = ("--covers", options.covers, "--music", options.music)
        _run("-m", "img2music", "reproduce", *data, "--out", out, "--budget", options.budget)
        (DOCS / "reproduction.md").write_bytes((out / "reproduction.md").read_bytes())
    return True


def _run(*command: object) -> None:
    subprocess.run([sys.executable, *map(str, command)], check=True, cwd=ROOT)


FIGURES: dict[str, Callable[[argparse.Namespace], bool]] = {
    "examples": _examples,
    "contact-sheet": _contact_sheet,
    "stereo-sheet": _stereo_sheet,
    "scores": _scores,
    "synthesis": _synthesis,
    "benchmarks": _benchmarks,
    "page": _page,
    "listen": _listen,
    "strengths": _strengths,
    "reproduction": _reproduction,
}
"""What makes each; it says whether it did."""


if __name__ == "__main__":
    main()
