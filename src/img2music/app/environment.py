"""The process that the page runs in, before Gradio is imported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def settle_environment() -> None:
    """Forget settings that the user made for other Gradio programs: they could share the page, watch folders or serve
    other files. Tell libraries to report to nobody, and matplotlib, which Gradio asks with every click what it draws
    on, not to look for a window: that takes seconds the first time.
    """
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "MPLBACKEND": "agg"}


@contextmanager
def own_folders(folder: Path) -> Iterator[Path]:
    """Let Gradio and matplotlib keep in `folder` what they write; gives the folder of Gradio's files, which its server
    would show to those who know their names."""
    files = folder / "files"
    files.mkdir(0o700)
    places = {"GRADIO_TEMP_DIR": files, "GRADIO_EXAMPLES_CACHE": files / "examples", "MPLCONFIGDIR": folder / "mpl"}
    before = {name: os.environ.get(name) for name in places}
    os.environ |= {name: str(place) for name, place in places.items()}
    try:
        yield files
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
