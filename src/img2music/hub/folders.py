"""Folders that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from img2music.errors import OutputError
from img2music.system.files import exchange_folder, reason


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder, which replaces `folder` only if the block succeeds.

    It is hidden and lies beside `folder`, whose parents are made. On any failure, an interrupt included, it is
    removed, and `folder` is left as it was. A symbolic link is followed. Raises `OutputError` when the
    folder cannot be written; an `OSError` inside the block counts as such.
    """
    try:
        target = Path(os.path.realpath(folder))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".img2music-{secrets.token_hex(8)}")
        temporary.mkdir()
    except (OSError, ValueError) as problem:
        raise OutputError(f"Cannot write {folder}: {reason(problem)}.") from problem
    try:
        yield temporary
        if target.exists():
            exchange_folder(temporary, target)
        else:
            temporary.rename(target)
    except OSError as problem:
        raise OutputError(f"Cannot write {folder}: {reason(problem)}.") from problem
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
