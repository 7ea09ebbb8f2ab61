"""The HTML page of a batch: one file without scripts or references to other servers."""

from __future__ import annotations

import os
import stat
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from urllib.parse import quote

from img2music.batch.plan import Task
from img2music.errors import OutputError, SidecarError, printable
from img2music.output.formats import VIDEO
from img2music.output.sidecar import Sidecar, sidecar_of
from img2music.system.files import atomic_write, reason

NAME = "index.html"
_MARK = '<meta name="generator" content="img2music batch">'

_FIGURE = Template("""\
<figure>
<img src="$picture" alt="" loading="lazy">
<figcaption>$name <small>$genre</small></figcaption>
<$player controls preload="none" src="$music" aria-label="$name"></$player>
</figure>""")


def check_page(folder: Path, force: bool) -> None:
    """Raise `OutputError` when `folder` has an `index.html` that no batch wrote, unless `force`, and when that is
    neither a file nor a link.

    A link counts as written by others: its target is neither read nor written.
    """
    path = folder / NAME
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
            raise OutputError(f"{path} is no ordinary file; remove it or choose another --out.")
        if force or (stat.S_ISREG(mode) and _MARK.encode() in _beginning(path)):
            return
    except FileNotFoundError:
        return
    except (OSError, ValueError) as problem:
        raise OutputError(f"Cannot write {path}: {reason(problem)}.") from problem
    raise OutputError(f"{path} is not the page of a batch; choose another --out or replace it with --force.")


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1000)


def write_page(tasks: list[Task], folder: Path) -> Path:
    """Write the page of the tasks whose music exists in `folder`, and return its path. Raises `OutputError`."""
    page = Template(resources.files("img2music.batch").joinpath(NAME).read_text(encoding="utf-8"))
    figures = [_figure(task, folder) for task in tasks if task.music.is_file()]
    text = page.substitute(mark=_MARK, count=len(figures), figures="\n".join(figures))
    with atomic_write(folder / NAME, force=True, through_link=False) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return folder / NAME


def _figure(task: Task, folder: Path) -> str:
    shown = task.music.relative_to(folder).with_suffix("")
    return _FIGURE.substitute(
        picture=_link(task.picture, folder),
        name=escape(printable(str(shown))),
        genre=escape(_genre(task)),
        player="video" if task.music.suffix == f".{VIDEO}" else "audio",
        music=_link(task.music, folder),
    )


def _genre(task: Task) -> str:
    try:
        return Sidecar.load(sidecar_of(task.music)).request.genre or ""
    except SidecarError:
        return ""


def _link(path: Path, folder: Path) -> str:
    """A relative link from the page in `folder`; empty for another drive."""
    try:
        relative = os.path.relpath(path, os.path.realpath(folder) if path.is_absolute() else folder)
    except ValueError:
        return ""
    return quote(os.fsencode(Path(relative).as_posix()))
