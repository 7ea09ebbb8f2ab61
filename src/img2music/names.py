"""Names that become names of folders."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
# what Windows keeps for devices
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
RULE = "take 1 to 32 small letters a to z, digits and hyphens between them"


def is_plain(name: object) -> bool:
    """Whether a name can be the name of a folder on every system, and no path out of its place."""
    return isinstance(name, str) and _PLAIN.fullmatch(name) is not None and name not in _DEVICES
