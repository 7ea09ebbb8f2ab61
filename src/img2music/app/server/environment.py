"""Environment variables and memory settings of the page's process, before Gradio is imported."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc
_LARGE = 2**23  # bytes


def settle_environment() -> None:
    """Remove settings for other Gradio programs, which could share the page publicly, watch folders or serve other
    files."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]


def give_memory_back() -> None:
    """Return large blocks of memory, such as pictures, to the system as soon as they are freed. Otherwise glibc keeps
    them for each thread: some GB after many large pictures at once."""
    with suppress(AttributeError, OSError, TypeError):  # elsewhere there is no such function, nor the need
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


@contextmanager
def without_proxies() -> Iterator[None]:
    """Hide proxy settings in the block: Gradio creates clients for them on import, which fails if a package for that
    kind of proxy is missing, and the page makes no requests."""
    named = [name for name in os.environ if name.lower().endswith("_proxy")]
    with _variables(dict.fromkeys(named) | {"no_proxy": "*", "NO_PROXY": "*"}):
        yield


@contextmanager
def own_folders(folder: Path) -> Iterator[Path]:
    """Make Gradio and matplotlib write to `folder`, without telemetry, and yield the folder of Gradio's files.

    Its server would serve these to anyone who knows their names. The backend of matplotlib is set because Gradio asks
    for it on every click, and searching for a window system takes seconds.
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
    """Set environment variables in the block; None removes one."""
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
