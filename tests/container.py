"""The steps of the Dockerfile one by one in clean folders, where there is no Docker to build it.

`python -m tests.container` builds the wheel from what the image would be given, installs it in a fresh environment as
the image does, and makes music with it. `--page` installs the page as well.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
_NOT_HERE = ("useradd",)  # needs a container
Step = tuple[str, str, str]
"""The stage of a step, its instruction, and what follows that."""


def steps(dockerfile: str) -> list[Step]:
    """The steps of a Dockerfile in order; a stage without a name is called `last`."""
    lines = (line for line in re.sub(r"\\\n", " ", dockerfile).splitlines() if line and not line.startswith("#"))
    found, stage = [], ""
    for line in lines:
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            stage = rest.partition(" AS ")[2] or "last"
        found.append((stage, instruction, rest))
    return found


def context(root: Path) -> list[PurePosixPath]:
    """The files below `root` that `.dockerignore` lets through."""
    patterns = (root / ".dockerignore").read_text(encoding="utf-8").split("\n")
    rules = [pattern for pattern in patterns if pattern and not pattern.startswith("#")]
    files = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", ".venv", "__pycache__")]
        files += [PurePosixPath(Path(folder, name).relative_to(root).as_posix()) for name in names]
    return [file for file in sorted(files) if _is_let_through(file, rules)]


def _is_let_through(file: PurePosixPath, rules: list[str]) -> bool:
    through = True
    for rule in rules:
        pattern = rule.removeprefix("!")
        places = [file, *file.parents]
        fits = any(place.match(pattern) if "*" in pattern else str(place) == pattern for place in places)
        through = rule.startswith("!") if fits else through
    return through


def _run(command: str, folder: Path, environment: Path, wheels: Path) -> None:
    """Run a command of the image in `folder`, with the programs of a virtual environment."""
    plain = re.sub(r"--mount=\S+ ", "", command).replace("/wheels", str(wheels))
    print(f"RUN {plain}", flush=True)
    variables = os.environ | {"PATH": f"{environment / 'bin'}:{os.environ['PATH']}", "PIP_NO_CACHE_DIR": "1"}
    subprocess.run(["bash", "-euc", plain], cwd=folder, env=variables, check=True)


def build(place: Path, with_page: bool) -> None:
    """Take the steps in the folder `place`. Raises `subprocess.CalledProcessError` when one fails."""
    source, work, wheels, environment = (place / name for name in ("source", "work", "wheels", "environment"))
    work.mkdir()
    for file in context(ROOT):
        target = source / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, target)
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    for stage, instruction, rest in steps((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        if instruction != "RUN" or rest.startswith(_NOT_HERE) or (stage == "page" and not with_page):
            continue
        _run(rest, source if stage == "wheel" else work, environment, wheels)
    shutil.copyfile(ROOT / "examples" / "jazz.png", work / "cover.png")
    for command in ("img2music --help", "img2music generate - -o - --format flac < cover.png > cover.flac"):
        _run(command, work, environment, wheels)
    if not (work / "cover.flac").read_bytes().startswith(b"fLaC"):
        raise SystemExit("The program in the image makes no music.")


def main() -> None:
    """Take the steps in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="install the page as well")
    with_page = parser.parse_args().page
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), with_page)
    print("Every step works.")


if __name__ == "__main__":
    main()
