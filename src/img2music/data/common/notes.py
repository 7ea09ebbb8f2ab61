"""What a user should know though nothing failed."""

from __future__ import annotations

import sys

from img2music.errors import printable


def note(text: str) -> None:
    """Print one line to standard error."""
    print(f"img2music: {printable(text)}", file=sys.stderr)
