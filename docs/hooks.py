"""What MkDocs calls while it builds the site: the command line writes its own reference."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

_PAGE = "commands.md"


def on_files(files: Files, config: Any) -> Files:
    """Add the page of all commands and options."""
    command = [sys.executable, "-m", "typer", "img2music.cli.main", "utils", "docs", "--name", "img2music"]
    plain = os.environ | {"NO_COLOR": "1", "TERM": "dumb"}
    made = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=plain)
    if made.returncode:
        raise PluginError(f"The reference of the command line cannot be made: {made.stderr}")
    text = made.stdout.replace("# `img2music`", "# Command line", 1)
    files.append(File.generated(config, _PAGE, content=text))
    return files
