"""The process that the page runs in, before Gradio is imported."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc
_LARGE = 2**23  # bytes


def settle_environment() -> None:
    """Forget settings that the user made for other Gradio programs: they could share the page, watch folders or serve
    other files."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]


def give_memory_back() -> None:
    """Let the system have large blocks of memory, such as pictures, again as soon as they are freed. The C library of
    Linux keeps them otherwise, for each thread apart: some GB after many large pictures at once."""
    with suppress(AttributeError, OSError, TypeError):  # elsewhere there is no such function, nor the need
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


@contextmanager
def without_proxies() -> Iterator[None]:
    """Let nothing in the block know of proxies: Gradio makes clients for them when it is imported, which fails where
    a package for their kind is missing, and the page asks nobody."""
    named = [name for name in os.environ if name.lower().endswith("_proxy")]
    with _variables(dict.fromkeys(named) | {"no_proxy": "*", "NO_PROXY": "*"}):
        yield


@contextmanager
def own_folders(folder: Path) -> Iterator[Path]:
    """Let Gradio and matplotlib keep in `folder` what they write, and report to nobody. Gives the folder of Gradio's
    files, which its server would show to those who know their names.

    Gradio asks matplotlib with every click what it draws on: it shall not look for a window, which takes seconds.
    """
    files = folder / "files"
    files.mkdir(0o700)
    values = {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_EXAMPLES_CACHE": str(files / "examples"),
        "GRADIO_TEMP_DIR": str(files),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
    }
    with _variables(values):
        yield files


@contextmanager
def _variables(values: Mapping[str, str | None]) -> Iterator[None]:
    """Variables of the environment as they are in the block; None is one that there is not."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
