"""The process that the page runs in, before Gradio is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def settle_environment() -> None:
    """Forget settings that the user made for other Gradio programs: they could share the page, watch folders or serve
    other files."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]


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
    before = {name: os.environ.get(name) for name in values}
    os.environ |= values
    try:
        yield files
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
